"""What caseworkers type when an employer closes or goes into another."""

from typing import Any

from asye.ui import forms


class Closing(forms.Form):
    """The last day of an employer, and why."""

    on = forms.DateField(noun="the first day it no longer acts", label="First day on which the employer no longer acts")
    because = forms.TextAreaField(noun="why it closes", label="Why does it close?", max_length=500, rows=3)


class Merging(forms.Form):
    """Into which employer another goes, and when."""

    successor = forms.ChoiceField(noun="the successor", label="Successor", as_list=True)
    effective_on = forms.DateField(
        noun="the first day with the successor",
        label="First day with the successor",
        help_text="Everybody’s year goes on there from this day. It is confirmed on the day or later.",
    )
    because = forms.TextAreaField(noun="why they merge", label="Why do they merge?", max_length=500, rows=3)

    def __init__(self, *args: Any, employers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["successor"].choices = [("", "Select the successor"), *employers]  # type: ignore[attr-defined]


class CallOff(forms.Form):
    """Why a merger is called off."""

    because = forms.TextAreaField(noun="why it is called off", label="Why is it called off?", max_length=500, rows=3)


class SeenPlacements(forms.Form):
    """Exactly who was shown: how many, and their digest."""

    count = forms.SeenNumber()
    sha256 = forms.SeenDigest()
