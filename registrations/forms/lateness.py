"""What a caseworker says when they allow a late registration."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from asye.refusals import Refused
from asye.ui import forms
from registrations.rules import numbers


class Late(forms.Form):
    swe_number = forms.TextField(
        noun="their Social Work England number",
        label="Social Work England number",
        help_text="For example, SW12345",
        max_length=40,
        width=10,
        spellcheck=False,
    )
    employer = forms.ChoiceField(noun="an employer", label="Which employer registers them?", as_list=True)
    until = forms.DateField(
        noun="the last day",
        label="Until when?",
        help_text="The last day on which the employer can send the registration in. At most 6 months from today.",
        earliest=date(2018, 1, 1),
    )
    because = forms.TextAreaField(
        noun="why it is allowed",
        label="Why?",
        help_text="It is kept with your name. The employer’s co-ordinators do not read it.",
        max_length=1000,
    )

    def __init__(self, *args: Any, employers: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["employer"].choices = list(employers)  # type: ignore[attr-defined]

    def clean_swe_number(self) -> str:
        try:
            return numbers.canonical(self.cleaned_data["swe_number"])
        except Refused as refusal:
            self.add_error("swe_number", str(refusal))
            return ""
