"""Fields that several pages of registrations ask for."""

from collections.abc import Iterable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError

from asye.refusals import Refused
from asye.ui import forms
from registrations.rules import dates, numbers


class RegisterNumber(forms.TextField):
    """A Social Work England number as people write it; clean it is canonical."""

    def __init__(self, *, label: str = "What is their Social Work England number?", **options: Any) -> None:
        options.setdefault("help_text", "It is on the public register and begins with SW, for example SW12345.")
        options["error_messages"] = {
            "max_length": "Their Social Work England number must have 7 digits or fewer after SW"
        }
        super().__init__(
            noun="their Social Work England number", label=label, max_length=40, width=10, spellcheck=False, **options
        )

    def clean(self, value: Any, *initial: Any) -> str:
        typed = super().clean(value, *initial)
        try:
            return numbers.canonical(typed)
        except Refused as refusal:
            raise ValidationError(str(refusal), code="number") from refusal


def day(noun: str, label: str, hint: str) -> forms.DateField:
    """A day of a registration, none of which lies before the programme did."""
    return forms.DateField(noun=noun, label=label, help_text=hint, earliest=dates.EARLIEST)


def offer(form: django_forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Gives a field the choices that only the view knows."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
