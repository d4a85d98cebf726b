"""Clean input for the pages of moderation. Nothing here writes."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from asye.ui import forms
from moderation.rules import MOST_CHARACTERS, MOST_OF_A_NAME
from moderation.states import Answer, Conclusion, How, Judgement


class Versioned(forms.Form):
    """A form that knows which version of the thing the person saw."""

    version = forms.SeenNumber()


class StepForm(Versioned):
    """One step of a reading. Unless it is `finishing`, it may be kept half done."""

    said: str

    def __init__(self, *args: Any, finishing: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in (self.said, "reasons"):
            self.fields[name].required = finishing and self.fields[name].required


class JudgementForm(StepForm):
    """Step one: from the evidence alone."""

    said = "judgement"
    judgement = forms.ChoiceField(
        noun="what you make of the evidence",
        label="From the evidence alone, has this NQSW met the standards for the year?",
        choices=Judgement.choices,
    )
    reasons = forms.TextAreaField(
        noun="the reasons for your judgement",
        label="Your reasons",
        help_text="Name the records your judgement rests on. Do not guess what the assessor recommends.",
        max_length=MOST_CHARACTERS,
        rows=8,
    )


class AnswerForm(StepForm):
    """Step two: with the recommendation in view."""

    said = "answer"
    answer = forms.ChoiceField(
        noun="whether you agree with the recommendation",
        label="Do you agree with the recommendation?",
        choices=Answer.choices,
    )
    reasons = forms.TextAreaField(
        noun="your reasons",
        label="Your reasons",
        help_text="Needed unless you agree. The assessor and the co-ordinator act on what you write here.",
        max_length=MOST_CHARACTERS,
        rows=8,
        required=False,
    )


class BecauseForm(forms.Form):
    """Why a reading is taken back or a conflict declared."""

    because = forms.TextAreaField(noun="the reason", label="Reason", max_length=500, rows=3)


class ReaderForm(forms.Form):
    """Which moderator reads a record."""

    moderator = forms.ChoiceField(noun="a moderator", label="Moderator", choices=())

    def __init__(self, *args: Any, readers: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.readers = {str(person.pk): person for person in readers}
        choices = [(key, person.full_name) for key, person in self.readers.items()]
        self.fields["moderator"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User:
        """The moderator, of a valid form."""
        return self.readers[self.cleaned_data["moderator"]]


class ResolutionForm(forms.Form):
    """How readers and assessor came to one conclusion."""

    how = forms.ChoiceField(
        noun="how it was resolved",
        label="How was it resolved?",
        choices=How.choices,
        hints={
            How.AGREED: "The reader and the assessor talked and agree",
            How.THIRD_READER: "A further reader has completed a reading, and their judgement counts",
            How.PANEL: "A panel met; put its minutes into the reasons",
        },
        reveals={How.PANEL: "chaired_by"},
    )
    conclusion = forms.ChoiceField(
        noun="the conclusion", label="What does moderation conclude?", choices=Conclusion.choices, inline=True
    )
    chaired_by = forms.TextField(
        noun="who chaired the panel",
        label="Who chaired the panel?",
        help_text="Needed if you read this record yourself. It must be somebody who did not.",
        max_length=MOST_OF_A_NAME,
        required=False,
    )
    reasons = forms.TextAreaField(
        noun="the reasons",
        label="Reasons",
        help_text="Needed unless every reader agrees with the assessor.",
        max_length=MOST_CHARACTERS,
        rows=8,
        required=False,
    )


class FeedbackForm(forms.Form):
    """What the assessor is told."""

    text = forms.TextAreaField(
        noun="the feedback to the assessor",
        label="Feedback",
        help_text="What was done well, what to do differently next time. Do not name the reader.",
        max_length=MOST_CHARACTERS,
        rows=8,
    )


class ConfirmForm(forms.Form):
    """The senior lead's decision."""

    revision = forms.SeenNumber()
    result = forms.ChoiceField(
        noun="the outcome",
        label="What is the outcome?",
        choices=Conclusion.choices,
        reveals={Conclusion.FAIL: "notice_on"},
    )
    notice_on = forms.DateField(
        noun="the date the NQSW was given notice",
        label="When was the NQSW given notice of the fail?",
        help_text="The time to appeal is counted from this day.",
    )
    reason = forms.TextAreaField(
        noun="the reason",
        label="Why does the decision differ?",
        help_text="Needed only where you decide against the recommendation or the conclusion of moderation.",
        max_length=2_000,
        rows=5,
        required=False,
    )
