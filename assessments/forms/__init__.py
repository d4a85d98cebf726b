"""Clean input for records, returns, appeals and verification; the forms of records are drawn from their schemas."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from assessments.certificate_facts import typed_code
from assessments.models import StandardLink
from assessments.rules.standards import A_FEW, LONGEST_WHY
from assessments.schema import Field, Schema
from assessments.standards import StandardsSet, name_of
from assessments.states import WHOLE, AppealResult, AppealStage, Part, Result
from assessments.unfinished import as_typed, visible
from asye.ui import forms
from asye.ui.date_field import PARTS
from asye.ui.text import sentence
from registrations.forms.earlier import PersonField, ReferenceField, day
from registrations.forms.step_form import StepForm

ANY_DIRECTION: Final = {"attributes": {"dir": "auto"}}  # of writing: as the first letter has it
NEW_ONE = "new"  # of the standards a record is linked to, the one that is being added


class RecordForm(forms.Form):
    """One person's questions of one record. Saving asks for nothing and keeps what is not finished as it was typed;
    finishing asks for every required answer.

    Without a part it has every question, and the act that is called says which are not this person's. `both_done`
    says that only questions which both answer are left, so they are required now. `only` are the keys of
    the questions that are sent, where a page sends no more than what has changed.
    """

    seen_draft = forms.SeenNumber(initial=0)
    seen_revision = forms.SeenNumber(initial=0)

    def __init__(
        self,
        schema: Schema,
        part: Part | None,
        *args: Any,
        finishing: bool = False,
        both_done: bool = False,
        only: Collection[str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.asked = [one for one in _questions(schema, part) if only is None or one.key in only]
        self.finishing = finishing
        for one in self.asked:
            self.fields[one.key] = _form_field(one)
        self.may_stay_empty = {one.key for one in self.asked if one.writer != part and not both_done}

    def _clean_fields(self) -> None:
        """The label says which answers are required; an unfinished form may still be saved."""
        labelled = {name: field.required for name, field in self.fields.items()}
        for name, field in self.fields.items():
            field.required = labelled[name] and self.finishing and name not in self.may_stay_empty
        super()._clean_fields()
        for name, field in self.fields.items():
            field.required = labelled[name]
        if not self.finishing:
            for one in self.asked:
                self._keep_as_typed(one)
        for one in self.asked:
            self._say_more(one)

    def _keep_as_typed(self, one: Field) -> None:
        """What the form does not take yet is no error while it is only saved."""
        kept = as_typed(one, self[one.key].data) if one.key in self.errors else None
        if kept is not None:
            del self.errors[one.key]
            self.cleaned_data[one.key] = kept

    def _say_more(self, one: Field) -> None:
        """How much too long a text is, and how what nobody can see is taken out of it."""
        for error in self.errors.as_data().get(one.key, ()):
            field = self.fields[one.key]
            if error.code == "max_length" and one.max_length:
                over = len(visible(str(self[one.key].data))) - one.max_length
                error.message = f"{field.error_messages['max_length']}. It is {over:,} too long"
            elif error.code == "control_characters":
                words = "must not include hidden characters, such as a word processor leaves. Save takes them out"
                error.message = f"{sentence(one.noun)} {words}"

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The questions under their headings, in the form's order."""
        groups: dict[str, list[BoundField]] = {}
        for one in self.asked:
            groups.setdefault(one.heading, []).append(self[one.key])
        return list(groups.items())

    def content(self) -> dict[str, Any]:
        """The answers as a revision keeps them."""
        return {one.key: _stored(self.cleaned_data.get(one.key)) for one in self.asked}

    def kept(self) -> dict[str, Any]:
        """The answers that a draft can keep, whatever is wrong with the others."""
        return {key: value for key, value in self.content().items() if key not in self.errors}

    def shown_again(self, news: Mapping[str, Any], *, seen_draft: int, seen_revision: int) -> None:
        """Takes note of what the page shows now, so that sending the form again settles the question. `news` are
        answers that others gave meanwhile to what its writer had left as it was: they are shown, or the form would put
        the old ones over them."""
        again = QueryDict(mutable=True)
        again.update(self.data)
        again["seen_draft"], again["seen_revision"] = str(seen_draft), str(seen_revision)
        for one in self.asked:
            if one.key not in news:
                continue
            boxes = _boxes(self.fields[one.key].prepare_value(_shown(one, news[one.key])))
            if one.type == "date":
                for part, box in zip(PARTS, boxes or [""] * len(PARTS), strict=True):
                    again[f"{one.key}_{part}"] = box
            else:
                again.setlist(one.key, boxes or [""])
            if one.key in self.errors:
                del self.errors[one.key]
                self.add_error(one.key, "This was answered meanwhile. Read the answer before you finish")
        self.data = again


def boxes_of(form: RecordForm, keys: Iterable[str]) -> dict[str, list[str]]:
    """What stands in the inputs of these questions, in their order; of radios and check boxes what is chosen."""
    found = {}
    for key in keys:
        found[key] = _boxes(form[key].value())
    return found


def _boxes(value: Any) -> list[str]:
    several = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) for one in several if one is not None]


def initial_of(schema: Schema, part: Part | None, content: Mapping[str, Any]) -> dict[str, Any]:
    """Kept answers as a form shows them."""
    return {one.key: _shown(one, content.get(one.key)) for one in _questions(schema, part)}


def _shown(one: Field, kept: Any) -> Any:
    return date.fromisoformat(kept) if one.type == "date" and isinstance(kept, str) and kept else kept


def _questions(schema: Schema, part: Part | None) -> Sequence[Field]:
    return schema.fields if part is None else schema.written_by(part)


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _form_field(one: Field) -> django_forms.Field:
    return MAKE[one.type](one, {"noun": one.noun, "label": one.label, "help_text": one.help, "required": one.required})


def _rows(one: Field) -> int:
    """As much room as the guide suggests, so that a small question looks small."""
    return 3 if one.guide and one.guide <= 40 else 5 if one.guide and one.guide <= 100 else 8


def _standards_field(one: Field, common: dict[str, Any]) -> django_forms.Field:
    codes = [(code, name_of(code)) for code, _ in one.choices]
    return forms.MultiChoiceField(choices=codes, small=True, **common)


MAKE: Final[Mapping[str, Callable[[Field, dict[str, Any]], django_forms.Field]]] = {
    "text": lambda one, common: forms.TextField(max_length=one.max_length or 200, gds=ANY_DIRECTION, **common),
    "long_text": lambda one, common: forms.TextAreaField(
        max_length=one.max_length or 6000, rows=_rows(one), threshold=75, gds=ANY_DIRECTION, **common
    ),
    "date": lambda one, common: forms.DateField(**common),
    "number": lambda one, common: forms.NumberField(least=one.least, most=one.most, **common),
    "yes_no": lambda one, common: forms.YesNoField(**common),
    "standards": _standards_field,
    "choice": lambda one, common: forms.ChoiceField(choices=one.choices, **common),
}


class ReturnForm(forms.Form):
    """Why a record goes back, and about which question."""

    about_field = forms.ChoiceField(noun="a question", label="Which question is it about?", as_list=True)
    reason = forms.TextAreaField(noun="what needs to change", label="What needs to change?", max_length=2000)
    seen_version = forms.SeenNumber()

    def __init__(self, questions: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about_field"].choices = [(WHOLE, "The record as a whole"), *questions]  # type: ignore[attr-defined]


class CompareForm(forms.Form):
    """Two versions of one record."""

    older = forms.ChoiceField(noun="the earlier version", label="Earlier version", as_list=True)
    newer = forms.ChoiceField(noun="the later version", label="Later version", as_list=True)

    def __init__(self, versions: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("older", "newer"):
            self.fields[name].choices = list(versions)  # type: ignore[attr-defined]


class ReopenForm(forms.Form):
    """Why a finished record is opened again."""

    reason = forms.TextAreaField(
        noun="why the record is reopened",
        label="Why is it reopened?",
        help_text="Everybody who signs the record sees this.",
        max_length=2000,
    )
    seen_version = forms.SeenNumber()


class LockForm(forms.Form):
    """Locking carries nothing but what the person saw."""

    seen_version = forms.SeenNumber()


class SignForm(forms.Form):
    """A statement to confirm, bound to the version that was read."""

    agreed = forms.ConfirmField(
        noun="that you have read this version and agree with it",
        label="I have read this version and agree with it",
    )
    seen_revision = forms.SeenNumber()


class LinkForm(forms.Form):
    """One more standard for a record, with the reason; beyond a few, also which of them it shows best."""

    standard = forms.ChoiceField(noun="a standard", label="Which standard does this record show?", as_list=True)
    why = forms.TextField(
        noun="why",
        label="Why, in one sentence?",
        help_text="Say what in the record shows it. Leave out what could identify a child or family.",
        max_length=LONGEST_WHY,
    )

    def __init__(self, sets: Sequence[StandardsSet], links: Sequence[StandardLink], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        settled = {link.standard for link in links if link.why}
        open_to_it = [(code, name_of(code)) for one in sets for code, _ in one.standards if code not in settled]
        self.fields["standard"].choices = [("", "Choose a standard"), *open_to_it]  # type: ignore[attr-defined]
        if len(links) >= A_FEW:
            linked = [(link.standard, name_of(link.standard)) for link in links]
            self.fields["strongest"] = forms.ChoiceField(
                noun="which standard the record shows best",
                label="Which standard does the record show best?",
                help_text=f"It is linked to {len(links)} standards already. Records that show two or three well are "
                "worth more than those that touch on many.",
                choices=[*linked, (NEW_ONE, "The standard I am adding now")],
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("strongest") == NEW_ONE:
            cleaned["strongest"] = cleaned.get("standard", "")
        return cleaned


class SufficiencyForm(forms.Form):
    """Whether the evidence of the year is enough for one standard, and why."""

    is_enough = forms.YesNoField(
        noun="whether it is enough",
        label="Taken together, is there enough evidence of this standard?",
        help_text="Judge the whole. The number of records alone does not make it enough.",
    )
    why = forms.TextField(noun="why", label="Why, in one sentence?", max_length=LONGEST_WHY)


class Nothing(forms.Form):
    """A form whose only answer is that it was sent."""


class AppealForm(forms.Form):
    """The grounds of an appeal and where it is heard."""

    grounds = forms.TextAreaField(
        noun="the grounds of the appeal", label="What are the grounds of the appeal?", max_length=2000, rows=8
    )
    stage = forms.ChoiceField(
        noun="the stage", label="At which stage is it?", choices=AppealStage.choices, initial=AppealStage.FORMAL
    )


class AppealCloseForm(forms.Form):
    """How an appeal ended, of the results this person may choose. Where a pass is overturned, the notice of the fail is
    part of the decision."""

    result = forms.ChoiceField(
        noun="how the appeal ended", label="How did the appeal end?", choices=AppealResult.choices
    )
    because = forms.TextAreaField(
        noun="the reasons for the decision", label="What are the reasons?", max_length=2000, rows=6
    )

    def __init__(self, result: str, open_to_them: Sequence[AppealResult], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["result"].choices = [(one.value, one.label) for one in open_to_them]  # type: ignore[attr-defined]
        if result == Result.PASS and AppealResult.UPHELD in open_to_them:
            self.fields["notice_on"] = forms.DateField(
                noun="the date of notice",
                label="If the result becomes a fail, when was the NQSW given notice?",
                required=False,
            )


class ReminderForm(forms.Form):
    """Which letters about their own part a person gets."""

    letters = forms.ChoiceField(
        noun="which letters you get",
        label="Which letters about your own part do you want?",
        choices=[
            ("all", "Before something is due, on the day, and when it is late"),
            ("only_late", "Only when it is late"),
        ],
    )


class LoadFilter(forms.Form):
    """What the list of assessors is narrowed by."""

    name = forms.TextField(noun="a name", label="Name of the assessor", required=False, max_length=100)
    late = forms.MultiChoiceField(
        noun="what waits",
        label="What waits for them",
        choices=[("late", "Something is late")],
        small=True,
        required=False,
    )

    def chosen(self, asked: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(field, what it is called, what was chosen) of every criterion, in words."""
        found = [("name", "Name", str(asked["name"]))] if asked.get("name") else []
        return found + ([("late", "What waits", "Something is late")] if asked.get("late") else [])


class VerifyForm(forms.Form):
    """The number printed on a certificate, however it is typed."""

    code = forms.TextField(
        noun="the certificate number",
        label="Certificate number",
        help_text="It is printed on the certificate, for example 4F7K-92MX-8Q1T-ZV3D.",
        max_length=60,
        width=20,
        autocomplete="off",
        spellcheck=False,
    )

    def clean_code(self) -> str:
        code = typed_code(self.cleaned_data["code"])
        if not code:
            raise django_forms.ValidationError("The certificate number must be 16 letters and numbers")
        return code


class OutcomeRow(StepForm):
    """One row of a sheet of outcomes from before this service."""

    reference = ReferenceField()
    person = PersonField()
    result = forms.ChoiceField(noun="the result", label="Result", choices=Result.choices)
    decided_on = day("the date it was decided", "Decided on", "The day on which the employer decided it.")
    notice_on = day(
        "the date notice was given", "Notice given on", "Only for a fail: the day they were told.", required=False
    )
