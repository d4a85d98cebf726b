"""One page of a draft of a programme year, whatever it asks: administrators fill it in."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from asye.ui import forms
from registrations.models import ProgrammeYear

EARLIEST: Final = date(2010, 1, 1)


def number(noun: str, label: str, hint: str = "", *, least: int = 0, most: int, **options: Any) -> forms.NumberField:
    return forms.NumberField(noun=noun, label=label, help_text=hint, least=least, most=most, width=3, **options)


def in_days(label: str, hint: str = "", *, most: int = 365) -> forms.NumberField:
    """A number of days, none at the least."""
    return number("the number of days", label, hint, most=most, suffix="days")


def in_months(label: str, hint: str = "", *, noun: str = "the number of months", most: int = 60, **options: Any) -> Any:
    """A number of months, one at the least."""
    return number(noun, label, hint, least=1, most=most, suffix="months", **options)


class YearForm(forms.Form):
    """A page of a draft. Its fields are those of the model unless `values` and `initial_of` say otherwise."""

    heading = ""

    def __init__(self, *args: Any, year: ProgrammeYear, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.year, self.on = year, on

    @classmethod
    def initial_of(cls, year: ProgrammeYear, amounts: Mapping[str, int]) -> dict[str, Any]:
        """What the page shows of a draft and its amounts (pence by milestone)."""
        return {name: getattr(year, name) for name in cls.base_fields}

    def values(self) -> dict[str, Any]:
        """The fields of the model, as the page was filled in."""
        return dict(self.cleaned_data)

    def amounts(self) -> dict[str, int]:
        """Pence by milestone, where the page asks for them."""
        return {}
