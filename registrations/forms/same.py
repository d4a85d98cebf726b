"""What a caseworker says of two records that are alike."""

from collections.abc import Iterable
from typing import Any

from asye.ui import forms
from registrations.forms.parts import offer


class Different(forms.Form):
    """Why they are two people."""

    because = forms.TextAreaField(
        noun="why they are different people", label="Why are they different people?", max_length=500, rows=3
    )


class Same(forms.Form):
    """Which record is kept, and why they are one person."""

    keep = forms.ChoiceField(noun="the record to keep", label="Which record is kept?")
    because = forms.TextAreaField(
        noun="why they are one person", label="Why are they the same person?", max_length=500, rows=3
    )

    def __init__(self, *args: Any, records: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "keep", records)
