"""Clean input for records, returns, appeals and verification; the forms of records are drawn from their schemas."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from assessments.certificate_facts import typed_code
from assessments.schema import Field, Schema
from assessments.standards import name_of
from assessments.states import AppealResult, AppealStage, Part, Result
from asye.ui import forms
from registrations.forms.earlier import PersonField, ReferenceField, day
from registrations.forms.step_form import StepForm


class RecordForm(forms.Form):
    """One person's questions of one record. Saving asks for nothing; finishing asks for every required answer.

    `both_done` says that only questions which both answer are left, so they are required now.
    """

    seen_draft = forms.SeenNumber(initial=0)
    seen_revision = forms.SeenNumber(initial=0)

    def __init__(
        self, schema: Schema, part: Part, *args: Any, finishing: bool = False, both_done: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.asked = schema.written_by(part)
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

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The questions under their headings, in the form's order."""
        groups: dict[str, list[BoundField]] = {}
        for one in self.asked:
            groups.setdefault(one.heading, []).append(self[one.key])
        return list(groups.items())

    def content(self) -> dict[str, Any]:
        """The answers as a revision keeps them."""
        return {one.key: _stored(self.cleaned_data.get(one.key)) for one in self.asked}

    def shown_again(self, *, seen_draft: int, seen_revision: int) -> None:
        """Takes note of what the page shows now, so that sending the form again settles the question."""
        again = QueryDict(mutable=True)
        again.update(self.data)
        again["seen_draft"], again["seen_revision"] = str(seen_draft), str(seen_revision)
        self.data = again


def initial_of(schema: Schema, part: Part, content: Mapping[str, Any]) -> dict[str, Any]:
    """Kept answers as a form shows them."""
    shown = {one.key: content.get(one.key) for one in schema.written_by(part)}
    for one in schema.written_by(part):
        kept = shown[one.key]
        if one.type == "date" and kept:
            shown[one.key] = date.fromisoformat(kept)
    return shown


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
    "text": lambda one, common: forms.TextField(max_length=one.max_length or 200, **common),
    "long_text": lambda one, common: forms.TextAreaField(
        max_length=one.max_length or 6000, rows=_rows(one), threshold=75, **common
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
        self.fields["about_field"].choices = [("whole", "The record as a whole"), *questions]  # type: ignore[attr-defined]

    def clean_about_field(self) -> str:
        chosen = self.cleaned_data["about_field"]
        return "" if chosen == "whole" else chosen


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
