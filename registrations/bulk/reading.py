"""Rows of a file turned into answers: every cell goes through the field of its question, as on the web."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from asye.refusals import Refused
from asye.ui import forms
from registrations.bulk import days
from registrations.bulk.checks import NOT_AN_ASSESSOR
from registrations.bulk.columns import ASSESSOR, COLUMNS, KEY, Column, Layout, choices, chooser
from registrations.bulk.findings import Fault
from registrations.bulk.prepared import Prepared
from registrations.bulk.reader import Row
from registrations.forms.step_form import StepForm
from registrations.forms.steps import STEPS
from registrations.rules import dates, numbers
from registrations.wizard import answers_of

EMPTY: Final = "The cell is empty."
LIKE: Final = "Write it like 2026-09-01 or 01/09/2026."
MOST_KEPT: Final = 1_000


class Survey:
    """What only the whole file can say: how many rows, what stands in it twice, and how its dates are written."""

    def __init__(self, layout: Layout, once: Sequence[str] = (KEY, "email")) -> None:
        self.rows = 0
        self.month_first: set[str] = set()
        self.twice: dict[tuple[str, str], list[int]] = {}
        self._once: dict[str, dict[str, int]] = {key: {} for key in once}
        self._places = [(key, place) for key in once if (place := layout.place(key)) is not None]
        self._days = [(place, c.key) for place, c in layout.places if isinstance(c.field, forms.DateField)]

    def over(self, rows: Iterator[Row]) -> "Survey":
        """Goes through all rows once."""
        for row in rows:
            self.rows += 1
            for key, place in self._places:
                cell = row.cells[place]
                self._count(key, _canonical(cell) if key == KEY else cell.lower(), row.number)
            self.month_first |= {key for place, key in self._days if days.is_month_first(row.cells[place])}
        self._once.clear()
        return self

    def others(self, key: str, value: str, row: int) -> list[int]:
        """The other rows with the same number or address."""
        return [other for other in self.twice.get((key, value), ()) if other != row]

    def _count(self, key: str, value: str, row: int) -> None:
        if not value:
            return
        first = self._once[key].setdefault(value, row)
        if first != row:
            self.twice.setdefault((key, value), [first]).append(row)


def _canonical(cell: str) -> str:
    try:
        return numbers.canonical(cell)
    except Refused:
        return ""


class Cells:
    """The questions put to one cell after the other: `fields` are the forms they stand in, by the key of the step."""

    def __init__(
        self, columns: Sequence[Column], fields: Mapping[str, StepForm], layout: Layout, survey: Survey
    ) -> None:
        self.columns, self.forms, self.layout, self.survey = columns, fields, layout, survey
        self.places = {column.key: place for place, column in layout.places}
        self.choosers: dict[str, Callable[[str], str]] = {each.key: chooser(each) for each in columns if choices(each)}
        self.kept: dict[str, dict[str, tuple[Any, Fault | None]]] = {each.key: {} for each in columns}

    def asked(self, column: Column, cell: str) -> tuple[Any, Fault | None]:
        """What a cell says, or why it is no answer."""
        kept = self.kept[column.key]
        if cell in kept:
            return kept[cell]
        answer = self._clean(column, cell)
        if len(kept) < MOST_KEPT:
            kept[cell] = answer
        return answer

    def _clean(self, column: Column, cell: str) -> tuple[Any, Fault | None]:
        form = self.forms[column.step.key]
        try:
            value = form.fields[column.key].clean(self.as_sent(column, cell))
        except ValidationError as error:
            return None, _told(column, error)
        form.cleaned_data, form._errors = {column.key: value}, ErrorDict()  # type: ignore[attr-defined]
        hook = getattr(form, f"clean_{column.key}", None)
        if hook is not None:
            value = hook()
            for problems in form._errors.as_data().values():  # type: ignore[attr-defined]
                return None, _told(column, problems[0])
        return value, None

    def as_sent(self, column: Column, cell: str) -> Any:
        """The cell as the page's own control would send it."""
        field = column.field
        if isinstance(field, forms.DateField):
            return self._day(column, field, cell)
        if isinstance(field, forms.NumberField):
            return cell.removesuffix("%").rstrip()
        return self.choosers[column.key](cell) if column.key in self.choosers else cell

    def _day(self, column: Column, field: forms.DateField, cell: str) -> list[str]:
        if not cell:
            return ["", "", ""]
        if days.is_month_first(cell):
            raise Told(Fault(f"{field.Noun} must have the day before the month.", LIKE))
        if column.key in self.survey.month_first and days.is_ambiguous(cell):
            raise Told(
                Fault(f"{field.Noun} can be read in two ways: other dates in this column have the month first.", LIKE)
            )
        parts = days.parts(cell)
        if parts is None:
            raise Told(Fault(f"{field.Noun} must be a real date.", LIKE))
        return parts


class Reading(Cells):
    """The questions put to one row after the other. `assessors` are the employer's, by e-mail address."""

    def __init__(self, layout: Layout, survey: Survey, assessors: Mapping[str, int], on: date) -> None:
        offered = [(str(pk), "") for pk in assessors.values()]
        super().__init__(COLUMNS, {step.key: step.form(assessors=offered) for step in STEPS}, layout, survey)
        self.assessors, self.on = assessors, on

    def prepared(self, row: Row) -> Prepared:
        """What the row says; a finding for every cell that is no answer, and for dates in the wrong order."""
        clean: dict[str, Any] = {}
        unread = {each.column for each in row.findings}
        made = Prepared(row.number, clean, list(row.findings))
        for column in COLUMNS:
            if self.layout.headings[column.key] in unread:
                continue
            if not column.is_asked(clean):
                if column.parent is not None:
                    clean[column.key] = ""
                continue
            place = self.places.get(column.key)
            value, fault = self.asked(column, "" if place is None else row.cells[place])
            if fault is None:
                clean[column.key] = value
            else:
                made.find(self.layout.headings, column.key, *fault)
        if not made.findings:
            made.answers = answers_of(clean)
        for key, sentence in dates.order_findings(clean, self.on):
            made.find(self.layout.headings, key, f"{sentence}.", "Correct whichever of the dates is wrong.")
        self._find_twice(made)
        return made

    def _find_twice(self, made: Prepared) -> None:
        """The same number or address in another row: every row that has it is named, because none is the right one."""
        others = self.survey.others(KEY, made.number, made.row)
        if others:
            reason = f"This number stands in {rows_named(others)} too."
            made.find(self.layout.headings, KEY, reason, "Keep one row for each person.")
            return
        others = self.survey.others("email", (made.clean.get("email") or "").lower(), made.row)
        if others:
            reason = f"This email address stands in {rows_named(others)} too."
            made.find(self.layout.headings, "email", reason, "Enter each person’s own email address.")

    def as_sent(self, column: Column, cell: str) -> Any:
        """As for any cell; an assessor is named by their address."""
        if column.key == ASSESSOR and cell:
            found = self.assessors.get(cell.lower())
            if found is None:
                raise Told(NOT_AN_ASSESSOR)
            return str(found)
        return super().as_sent(column, cell)


def rows_named(numbers: list[int]) -> str:
    """The rows of a file by their numbers, at most five of them."""
    shown = ", ".join(map(str, numbers[:5])) + (" and others" if len(numbers) > 5 else "")
    return f"row{'' if len(numbers) == 1 else 's'} {shown}"


class Told(ValidationError):
    """A cell that only a file can get wrong, with its own words."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason, code="told")
        self.fault = fault


def _told(column: Column, error: ValidationError) -> Fault:
    if isinstance(error, Told):
        return error.fault
    first = error.error_list[0]
    sentence = " ".join(first.messages).rstrip(".") + "."
    if first.code == "required":
        return Fault(EMPTY, sentence)
    if isinstance(column.field, forms.DateField):
        return Fault(sentence, LIKE)
    if offered := choices(column):
        return Fault(sentence, f"Write one of: {'; '.join(label for _, label in offered)}.")
    return Fault(sentence, "Correct the cell.")
