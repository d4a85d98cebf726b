"""A sheet of earlier records: its columns, and a file read as one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from registrations.bulk import reader
from registrations.bulk.checking import content_of
from registrations.bulk.columns import KEY, Column, matched
from registrations.bulk.limits import TAKE_OVER
from registrations.bulk.reader import Row
from registrations.bulk.reading import Cells, Survey, rows_named
from registrations.earlier.entries import Entry
from registrations.forms.step_form import StepForm
from registrations.forms.steps import SHORT, Step
from registrations.models import EarlierFile
from registrations.rules import dates
from registrations.states import EarlierKind

TWICE = "Keep one of the rows."
TWICE_ONE_PERSON = "Keep one row for each person, and send a second registration in a file of its own."


@dataclass(frozen=True)
class Sheet:
    """The columns of one kind of record: the questions of `form`. `once` names those that no two rows answer alike."""

    kind: EarlierKind
    form: type[StepForm]
    once: tuple[str, ...] = ("reference",)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """One column for each question of the form."""
        step = Step(self.kind.value, self.form, self.kind.label)
        fields = self.form.base_fields
        return tuple(Column(key, SHORT.get(key) or str(field.label), step) for key, field in fields.items())


class Reading(Cells):
    """The questions put to one row after the other; `on` is today."""

    def __init__(self, sheet: Sheet, header: tuple[str, ...], rows: Iterator[Row], on: date) -> None:
        layout = matched(header, sheet.columns)
        survey = Survey(layout, sheet.once).over(rows)
        super().__init__(sheet.columns, {sheet.kind.value: sheet.form()}, layout, survey)
        self.sheet, self.on = sheet, on

    def entry(self, row: Row) -> Entry:
        """What the row says; a finding for every cell that is no answer, for dates in the wrong order, and for what
        another row says too."""
        clean: dict[str, Any] = {}
        unread = {each.column for each in row.findings}
        made = Entry(row.number, clean, list(row.findings))
        for column in self.columns:
            if self.layout.headings[column.key] in unread:
                continue
            place = self.places.get(column.key)
            value, fault = self.asked(column, "" if place is None else row.cells[place])
            if fault is None:
                clean[column.key] = value
            else:
                made.find(self.layout.headings, column.key, *fault)
        for key, sentence in dates.order_findings(clean, self.on):
            made.find(self.layout.headings, key, f"{sentence}.", "Correct whichever of the dates is wrong.")
        for key in self.sheet.once:
            others = self.survey.others(key, self._compared(key, row, clean), made.row)
            if others:
                remedy = TWICE_ONE_PERSON if key == KEY else TWICE
                made.find(self.layout.headings, key, f"This stands in {rows_named(others)} too.", remedy)
        return made

    def _compared(self, key: str, row: Row, clean: Mapping[str, Any]) -> str:
        if key == KEY:
            return str(clean.get(key) or "")
        place = self.places.get(key)
        return row.cells[place].lower() if place is not None else ""


@dataclass(frozen=True)
class OpenFile:
    """A file that was kept, with its columns. Raises BadFile where it cannot be read, then and later."""

    content: bytes
    header: tuple[str, ...]
    reading: Reading

    @classmethod
    def of(cls, file: EarlierFile, sheet: Sheet, on: date) -> "OpenFile":
        """Opens it as a sheet of its kind."""
        content = content_of(file)
        opened = reader.read(content, TAKE_OVER)
        return cls(content, opened.header, Reading(sheet, opened.header, opened.rows, on))

    @property
    def headings(self) -> Mapping[str, str]:
        """What the file calls each column."""
        return self.reading.layout.headings

    def lines(self) -> Iterator[Row]:
        """Its rows as they were written."""
        return reader.read(self.content, TAKE_OVER).rows

    def entries(self) -> Iterator[Entry]:
        """What its rows say."""
        return map(self.reading.entry, self.lines())
