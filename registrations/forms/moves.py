"""What each side says about a move to another employer."""

from collections.abc import Iterable
from typing import Any

from asye.ui import forms
from registrations.forms.parts import RegisterNumber, day, offer

Choices = Iterable[tuple[str, str]]


def _because(noun: str, label: str) -> forms.TextAreaField:
    return forms.TextAreaField(noun=noun, label=label, max_length=1000)


class Leaving(forms.Form):
    leaves_on = day(
        "the day they leave", "When do they leave?", "The first day they are no longer with you. It may be to come."
    )
    to_employer = forms.ChoiceField(
        noun="where they go",
        label="Where do they go? (optional)",
        as_list=True,
        blank="I do not know",
        required=False,
        help_text="If you do not know, the new employer asks us with their Social Work England number.",
    )

    def __init__(self, *args: Any, employers: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "to_employer", employers)


class AgreeingToLeave(forms.Form):
    leaves_on = day("the day they leave", "When do they leave?", "The first day they are no longer with you.")


class Arriving(forms.Form):
    starts_on = day("the day they start", "When do they start with you?", "The first day their ASYE goes on with you.")
    assessor = forms.ChoiceField(noun="their assessor", label="Who is their assessor with you?")

    def __init__(self, *args: Any, assessors: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "assessor", assessors)


class TakingOver(Arriving):
    swe_number = RegisterNumber()
    employer = forms.ChoiceField(noun="who employs them now", label="Who employs them now?")
    field_order = ("swe_number", "employer", "starts_on", "assessor")

    def __init__(self, *args: Any, employers: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = list(employers)
        if len(offered) == 1:
            del self.fields["employer"]  # there is nothing to choose
        else:
            offer(self, "employer", offered)


class Settling(AgreeingToLeave):
    because = _because("why you agree for the employer", "Why do you agree for the employer they leave?")


class CallingOff(forms.Form):
    because = _because("why the move is called off", "Why is the move called off?")
