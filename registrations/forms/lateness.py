"""What a caseworker says when they allow a late registration."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from asye.ui import forms
from registrations.forms.parts import RegisterNumber, offer


class Late(forms.Form):
    swe_number = RegisterNumber(label="Social Work England number", help_text="For example, SW12345")
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
        help_text="It is kept with your name. The NQSW can read it. Employers cannot.",
        max_length=1000,
    )

    def __init__(self, *args: Any, employers: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "employer", employers)
