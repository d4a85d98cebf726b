"""What a caseworker or a co-ordinator says about a registration."""

from collections.abc import Iterable
from typing import Any

from asye.ui import forms
from registrations.forms.parts import day, offer
from registrations.rules import dates
from registrations.rules.standing import MOST_EXTENSION_DAYS
from registrations.states import DeferralReason


class Seen(forms.Form):
    """A button and nothing else, but for the version of the registration that was on the page."""


class Question(forms.Form):
    question = forms.TextAreaField(
        noun="your question",
        label="Your question",
        max_length=2000,
        help_text="The employer's co-ordinators read it. They can correct their answers when they reply.",
    )


class Refusal(forms.Form):
    because = forms.TextAreaField(
        noun="the reason for refusing",
        label="Why is this registration refused?",
        max_length=2000,
        help_text="The employer's co-ordinators read it. Say what they can put right.",
    )


class Answer(forms.Form):
    text = forms.TextAreaField(noun="your answer", label="Your answer", max_length=2000)


class Withdrawal(forms.Form):
    on = day(
        "the date they left",
        "When did they leave the programme?",
        "The first day they were no longer on it. If they never started, any day up to the start date.",
    )
    because = forms.TextAreaField(noun="why they left", label="Why did they leave?", max_length=1000)


class Deferring(forms.Form):
    from_ = day("the first day of the deferral", "When does the deferral start?", "For example, 27 3 2027")
    reason = forms.ChoiceField(
        noun="the reason for the deferral",
        label="Why is their ASYE deferred?",
        choices=DeferralReason.choices,
        reveals={DeferralReason.OTHER: "detail"},
        divider=DeferralReason.OTHER,
        help_text="Concerns about capability are never a reason for a deferral.",
    )
    detail = forms.TextField(noun="the reason for the deferral", label="Which reason?", max_length=500)
    expected_back = forms.DateField(
        noun="the day they are expected back",
        label="When are they expected back? (optional)",
        help_text="Review dates are planned with it. You record the return when it happens.",
        earliest=dates.EARLIEST,
        required=False,
    )
    nqsw_on = day("the date the NQSW agreed", "When did the NQSW agree to it?", "All parties have to agree.")
    assessor_on = day("the date the assessor agreed", "When did the assessor agree to it?", "For example, 27 3 2027")
    manager_name = forms.TextField(
        noun="the name of their line manager", label="Who is their line manager?", max_length=200
    )
    manager_on = day(
        "the date the line manager agreed",
        "When did the line manager agree to it?",
        "You agree as co-ordinator by recording the deferral.",
    )


class Returning(forms.Form):
    on = day("the date they returned", "When did they return?", "The first day back at work.")


class Extending(forms.Form):
    days = forms.NumberField(
        noun="the number of days",
        label="By how many days is their ASYE extended?",
        least=1,
        most=MOST_EXTENSION_DAYS,
        width=3,
        suffix="days",
    )
    reason = forms.TextAreaField(noun="the reason for the extension", label="Why?", max_length=500)

    def __init__(self, *args: Any, expected: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["days"].help_text = expected


class Undoing(forms.Form):
    because = forms.TextAreaField(
        noun="why this is undone",
        label="Why is it undone?",
        max_length=1000,
        help_text="It stays in the history, with your reason.",
    )


class NewAssessor(forms.Form):
    assessor = forms.ChoiceField(noun="their new assessor", label="Who is their new assessor?")
    from_ = day("the date the new assessor starts", "From when?", "The first day of the new assessor.")
    handover = forms.TextAreaField(
        noun="what is handed over",
        label="What is handed over? (optional)",
        max_length=1000,
        required=False,
        help_text="Plan the handover with the NQSW. The new assessor and the NQSW read this.",
    )

    def __init__(self, *args: Any, assessors: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "assessor", assessors)


class Covering(forms.Form):
    assessor = forms.ChoiceField(noun="who covers", label="Who covers for the assessor?")
    from_ = day("the first day of the cover", "From when?", "The first day of the cover.")
    back_on = day("the day the assessor is back", "When is the assessor back?", "The first day without cover.")
    because = forms.TextAreaField(noun="why cover is needed", label="Why is cover needed?", max_length=1000)

    def __init__(self, *args: Any, assessors: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "assessor", assessors)


class ChooseEmployer(forms.Form):
    employer = forms.ChoiceField(noun="who employs them", label="Who employs them?")

    def __init__(self, *args: Any, employers: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "employer", employers)
