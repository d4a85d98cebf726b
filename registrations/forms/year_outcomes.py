"""What administrators say about a draft of a programme year: money, moderation and what comes after; every page."""

from collections.abc import Mapping
from typing import Any, Final

from asye.ui import forms
from registrations.forms.parts import offer
from registrations.forms.year_form import EARLIEST, YearForm, in_days, number
from registrations.forms.years import EvidenceAsked, Joining, Length, Name, Note, Reviews, Window
from registrations.models import ProgrammeYear
from registrations.rules.years import CANNOT_HAPPEN
from registrations.states import Milestone


class Amounts(YearForm):
    heading = "What is paid"
    registration = forms.MoneyField(
        noun="the first payment", label="First payment, at registration", help_text="For each person, in pounds."
    )
    completion = forms.MoneyField(
        noun="the second payment", label="Second payment, at completion", help_text="For each person, in pounds."
    )

    @classmethod
    def initial_of(cls, year: ProgrammeYear, amounts: Mapping[str, int]) -> dict[str, Any]:
        return dict(amounts)

    def values(self) -> dict[str, Any]:
        return {}

    def amounts(self) -> dict[str, int]:
        return {milestone.value: self.cleaned_data[milestone.value] for milestone in Milestone}


class OneChoice(YearForm):
    """A choice of decision D4, which nobody makes by default. "Can no longer happen" is for a year that is over."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            over = self.on > self.year.window_to
            choices = field.choices  # type: ignore[attr-defined]
            field.choices = [one for one in choices if over or one[0] != CANNOT_HAPPEN]  # type: ignore[attr-defined]


class Fail(OneChoice):
    heading = "After a fail"
    on_fail = forms.ChoiceField(
        noun="what happens to the second payment",
        label="What happens to the second payment when a person fails?",
        choices=ProgrammeYear.OnFail.choices,
    )


class Withdrawal(OneChoice):
    heading = "After a withdrawal"
    on_withdrawal = forms.ChoiceField(
        noun="what happens to the first payment",
        label="What happens to the first payment when a person leaves before the end?",
        choices=ProgrammeYear.OnWithdrawal.choices,
    )


class Move(OneChoice):
    heading = "After a move to another employer"
    on_move = forms.ChoiceField(
        noun="which employer is paid",
        label="Which employer gets the second payment when a person moves?",
        choices=ProgrammeYear.OnMove.choices,
    )


class Completion(YearForm):
    heading = "Last day of a paid completion"
    last_completion_on = forms.DateField(
        noun="the last day",
        label="What is the last day on which an outcome can be confirmed and paid?",
        help_text="Leave it empty if every outcome is paid.",
        earliest=EARLIEST,
        required=False,
    )


class Moderation(YearForm):
    heading = "Moderation"
    sample_percent = number(
        "the percentage",
        "What percentage of passes is read at random?",
        "Every fail is read, and a pass of each assessor.",
        most=100,
        suffix="%",
    )
    readers = number("the number of readers", "How many people read each record?", least=1, most=5)
    panel_members = number("the number of members", "How many members must a panel have?", least=1, most=20)
    external_moderation = forms.ChoiceField(
        noun="what external moderation is",
        label="What is external moderation?",
        choices=ProgrammeYear.ExternalModeration.choices,
        help_text="It gives feedback and never changes an outcome.",
    )


class Certificate(YearForm):
    heading = "Appeals and certificates"
    appeal_days = in_days("How many days does a person have to appeal against a fail?")
    certificate_issuer = forms.TextField(noun="who issues the certificates", label="Who issues the certificates?")


FORMS: Final[dict[str, type[YearForm]]] = {
    "name": Name,
    "window": Window,
    "note": Note,
    "joining": Joining,
    "length": Length,
    "reviews": Reviews,
    "evidence": EvidenceAsked,
    "amounts": Amounts,
    "fail": Fail,
    "withdrawal": Withdrawal,
    "move": Move,
    "completion": Completion,
    "moderation": Moderation,
    "certificate": Certificate,
}


class Because(forms.Form):
    because = forms.TextAreaField(noun="why", label="Why?", max_length=1000)


class Correction(forms.Form):
    because = forms.TextAreaField(
        noun="what is corrected and why", label="What is corrected, and why?", max_length=2000
    )


class Against(forms.Form):
    """Which version to compare with."""

    other = forms.ChoiceField(noun="a version", label="Compare with", as_list=True)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "other", choices)
