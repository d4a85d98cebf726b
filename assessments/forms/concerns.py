"""Clean input for concerns and support. Nothing can be attached: papers of a procedure stay outside."""

from collections.abc import Sequence
from typing import Any

from assessments.concern_areas import areas
from assessments.states.concerns import ConcernResult, SupportOutcome
from asye.ui import forms


class RaiseForm(forms.Form):
    """What was noticed and talked about, and when."""

    area = forms.ChoiceField(noun="what it is about", label="What is it about?")
    words = forms.TextAreaField(
        noun="what you have noticed and talked about",
        label="What have you noticed and talked about?",
        help_text="Say what you saw and when, and what went well too. Leave out names and anything that could "
        "identify a child or family.",
        max_length=2000,
        rows=8,
    )
    talked_on = forms.DateField(
        noun="the day you talked about it",
        label="When did you talk about it with them?",
        help_text="Talk first, then write it down: they can read this as soon as you record it.",
    )
    seen_count = forms.SeenNumber(initial=0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        area: Any = self.fields["area"]
        area.choices = [(one.key, one.label) for one in areas().values()]
        area.hints = {one.key: one.hint for one in areas().values()}


class PlanForm(forms.Form):
    """What support is promised, from when, and who looks at it by when."""

    words = forms.TextAreaField(
        noun="what support has been agreed",
        label="What support has been agreed?",
        help_text="What will be done, by whom and how often, so that both of you can tell whether it happened.",
        max_length=2000,
        rows=8,
    )
    starts_on = forms.DateField(noun="the day the support starts", label="When does it start?")
    review_by = forms.DateField(
        noun="the day by which you look at it", label="By when do you look at how it is working?"
    )
    reviewer = forms.ChoiceField(noun="who looks at it", label="Who looks at it with them?")

    def __init__(self, reviewers: Sequence[tuple[str, str]], *args: Any, before: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reviewer"].choices = list(reviewers)  # type: ignore[attr-defined]
        self.fields["review_by"].help_text = before


class ReviewForm(forms.Form):
    """What came of the support."""

    outcome = forms.ChoiceField(
        noun="what came of the support", label="What came of it?", choices=SupportOutcome.choices
    )
    found = forms.TextAreaField(
        noun="what you found together",
        label="What did you find together?",
        help_text="Say what was done of what was promised, what has changed, and how they see it.",
        max_length=2000,
        rows=8,
    )


class CloseForm(forms.Form):
    """How a concern ended, of the ways in which it may end now."""

    result = forms.ChoiceField(noun="how the concern ended", label="How did it end?")
    words = forms.TextAreaField(
        noun="how it ended",
        label="What should they know about how it ended?",
        help_text="They read this. Leave out what belongs to another procedure.",
        max_length=2000,
        rows=6,
    )

    def __init__(self, results: Sequence[ConcernResult], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["result"].choices = [(one.value, one.label) for one in results]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """Somebody's own words."""

    words = forms.TextAreaField(
        noun="what you want to add",
        label="What do you want to add?",
        help_text="Everybody who can read this concern can read it, and nobody can change it.",
        max_length=2000,
        rows=6,
    )
    seen_count = forms.SeenNumber(initial=0)
