"""What an NQSW says about themselves."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from asye.ui import forms
from registrations import equality
from registrations.equality import NOT_SAID, Question
from registrations.forms.parts import offer
from registrations.states import AdjustmentWish


def _field(question: Question, *, small: bool = False) -> forms.forms.Field:
    if not question.options:
        return forms.TextField(
            noun=question.noun,
            label=question.label,
            max_length=equality.LONGEST_WORDS,
            width="two-thirds",
            required=False,
            spellcheck=False,
        )
    return forms.ChoiceField(
        noun=question.noun,
        label=question.label,
        choices=list(question.options.items()),
        required=False,
        divider=NOT_SAID,
        help_text=question.hint,
        small=small,
        reveals={value: [each.key for each in below] for value, below in question.beneath.items()},
    )


class Equality(forms.Form):
    """Every question of registrations.equality, none required."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in equality.ALL:
            self.fields[question.key] = _field(question)
            for below in question.beneath.values():
                self.fields.update({each.key: _field(each, small=True) for each in below})

    def answers(self) -> dict[str, str]:
        """The clean answers by their keys; those not given are left out."""
        return {key: value for key, value in self.cleaned_data.items() if value}


class CertificateName(forms.Form):
    """The name on the certificate."""

    certificate_name = forms.TextField(
        noun="the name for your certificate", label="Name on your certificate", max_length=200, width="two-thirds"
    )


class Contact(forms.Form):
    """What the NQSW alone enters about themselves; everything is optional."""

    title = forms.TextField(
        noun="your title", label="Title", max_length=20, width=5, required=False, autocomplete="honorific-prefix"
    )
    date_of_birth = forms.DateField(
        noun="your date of birth",
        label="Date of birth",
        required=False,
        earliest=date(1900, 1, 1),
        help_text="It helps us not to take you for somebody else of the same name. For example, 27 3 1999",
    )
    institution = forms.TextField(
        noun="where you qualified",
        label="University or college where you qualified",
        max_length=200,
        width="two-thirds",
        required=False,
    )
    personal_email = forms.EmailField(
        noun="your personal email address",
        label="Personal email address",
        width="two-thirds",
        required=False,
        help_text="It stays yours when you leave your employer. We send a link to it; once you have opened the link "
        "you sign in with this address, and our letters go there.",
    )

    def clean_personal_email(self) -> str:
        """An address that was proved is what they sign in with: another can take its place, nothing cannot."""
        given = str(self.cleaned_data["personal_email"]).lower()
        if not given and self.initial.get("personal_email"):
            raise ValidationError("Enter your personal email address: you sign in with it", code="required")
        return given


class Adjusting(forms.Form):
    """Whether they would like adjustments, what, and who may read it."""

    wish = forms.ChoiceField(
        noun="whether you would like adjustments",
        label="Would you like reasonable adjustments?",
        choices=AdjustmentWish.choices,
        reveals={AdjustmentWish.YES: ["detail", "readers"]},
        divider=AdjustmentWish.NOT_SAID,
    )
    detail = forms.TextAreaField(
        noun="what would help you", label="What would help you?", max_length=2000, required=False
    )
    readers = forms.MultiChoiceField(
        noun="who may read this",
        label="Who may read this?",
        choices=(),
        required=False,
        small=True,
        help_text="Nobody else sees it, also not the Department for Education. Leave it empty to keep it to yourself.",
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "readers", people)


class AnswerRequest(forms.Form):
    """Accept what an NQSW asks for, or refuse it with a reason."""

    answer = forms.ChoiceField(
        noun="your answer",
        label="Your answer",
        choices=[("accept", "Correct it as asked"), ("refuse", "Leave it as it is")],
        reveals={"refuse": "because"},
    )
    because = forms.TextAreaField(
        noun="why it stays as it is", label="Why does it stay as it is?", max_length=1000, help_text="They read this."
    )

    def __init__(self, *args: Any, asks_who: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if asks_who:
            self.fields["same_person"] = forms.ConfirmField(
                noun="that this is the same person",
                label="I have made sure that this is the same person",
                required=False,  # the act asks for it, and only where the name is corrected
            )
