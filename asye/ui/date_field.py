"""A date asked in three boxes: day, month, year."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from asye.dates import MONTHS, long_date
from asye.ui.fields import Spoken

PARTS = ("day", "month", "year")
_MONTH_NUMBERS = {name.lower()[:length]: number for number, name in enumerate(MONTHS, 1) for length in (3, len(name))}
_MONTH_NUMBERS["sept"] = 9


class DatePartError(ValidationError):
    """Wrong, and in which boxes: the page marks them and links to the first."""

    def __init__(self, message: str, code: str, parts: tuple[str, ...] = PARTS) -> None:
        super().__init__(message, code=code)
        self.parts = parts


class DateBoxes(forms.Widget):
    """Reads name_day, name_month and name_year as a list of three strings. Drawn by the gds_field tag only."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return [str(data.get(f"{name}_{part}") or "") for part in PARTS]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}_{part}" not in data for part in PARTS)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        raise TypeError("Show a date with the gds_field tag.")


class DateField(Spoken):
    """A real date, or None where optional and empty. Months may be names; digits are 0 to 9 only.

    `earliest` and `latest` are dates, both allowed themselves.
    """

    widget = DateBoxes

    def __init__(self, *, noun: str, earliest: date | None = None, latest: date | None = None, **options: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(noun=noun, **options)

    def prepare_value(self, value: Any) -> Any:
        return [str(value.day), str(value.month), str(value.year)] if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or ["", "", ""]) != data

    def clean(self, value: Any) -> date | None:
        typed = dict(zip(PARTS, (part.strip() for part in value or ("", "", "")), strict=True))
        empty = tuple(part for part in PARTS if not typed[part])
        if empty == PARTS:
            if self.required:
                raise DatePartError(str(self.error_messages["required"]), "required")
            return None
        if empty:
            raise DatePartError(f"{self.Noun} must include a {' and '.join(empty)}", "incomplete", empty)
        given = self._given(typed)
        self._check_range(given)
        return given

    def _given(self, typed: dict[str, str]) -> date:
        if odd := tuple(part for part in PARTS if any(c.isnumeric() and not c.isascii() for c in typed[part])):
            raise DatePartError(f"{self.Noun} must use the digits 0 to 9", "digits", odd)
        numbers = {"day": _number(typed["day"], 31), "month": _month(typed["month"]), "year": _year(typed["year"])}
        wrong = tuple(part for part in PARTS if not numbers[part])
        if wrong == ("year",) and re.fullmatch(r"[0-9]{1,3}|[0-9]{5,}", typed["year"]):
            raise DatePartError(f"{self.Noun} must have a year of 4 numbers, like 2026", "year", wrong)
        if wrong:
            raise DatePartError(f"{self.Noun} must be a real date", "unreal", wrong)
        try:
            return date(numbers["year"], numbers["month"], numbers["day"])
        except ValueError:
            raise DatePartError(f"{self.Noun} must be a real date", "unreal", ("day",)) from None

    def _check_range(self, given: date) -> None:
        if self.earliest and given < self.earliest:
            raise DatePartError(f"{self.Noun} must be {long_date(self.earliest)} or later", "too_early")
        if self.latest and given > self.latest:
            raise DatePartError(f"{self.Noun} must be {long_date(self.latest)} or earlier", "too_late")
        if not 1900 <= given.year <= 2199:
            raise DatePartError(f"{self.Noun} must have a year between 1900 and 2199", "year", ("year",))


def _number(text: str, most: int) -> int:
    found = int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0
    return found if found <= most else 0


def _month(text: str) -> int:
    return _MONTH_NUMBERS.get(text.lower().rstrip("."), 0) or _number(text, 12)


def _year(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{4}", text) else 0
