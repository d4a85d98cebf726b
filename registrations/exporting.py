"""Registrations as a file, written while it is sent: a few rows are held at a time, whatever the number."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from accounts.models import User
from asye.clock import london_date
from asye.formulas import guarded
from registrations.bulk import writing
from registrations.export_columns import COLUMNS, Row
from registrations.finding import employers_shown
from registrations.models import AssessorAssignment, Registration
from registrations.queries import with_end, with_stage
from registrations.rules.lasting import in_order

AT_ONCE: Final = 500
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM: Final = "\ufeff"  # so that Excel shows every name as it is


def file(pks: Sequence[int], ending: str, *, user: User, on: date) -> Iterator[bytes]:
    """The registrations of these ids, in their order, as CSV or XLSX; as this person may see them on a day."""
    rows = _texts(pks, user, on)
    return _csv(rows) if ending == "csv" else _xlsx(rows)


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = london_date(value)
    return guarded(value.isoformat() if isinstance(value, date) else str(value))


def _texts(pks: Sequence[int], user: User, on: date) -> Iterator[list[str]]:
    yield [column.heading for column in COLUMNS]
    for start in range(0, len(pks), AT_ONCE):
        for row in rows(pks[start : start + AT_ONCE], user, on):
            yield [cell(column.text(row)) for column in COLUMNS]


def rows(pks: Sequence[int], user: User, on: date) -> Iterable[Row]:
    """What the columns of these registrations are read from: the same few queries for any number."""
    found = with_end(with_stage(Registration.objects.filter(pk__in=pks), on)).select_related("nqsw", "programme_year")
    by_pk = {each.pk: each for each in found}
    employers = employers_shown(by_pk.values(), user, on)
    assessors = _assessors(by_pk, {pk: shown.employer.pk for pk, shown in employers.items()}, on)
    for pk in pks:
        if pk in by_pk:
            shown = employers.get(pk)
            left = shown is None or shown.left
            yield Row(
                by_pk[pk],
                shown.employer.name if shown else "",
                shown.employer.get_region_display() if shown else "",
                assessors.get(pk, ""),
                None if left else getattr(by_pk[pk], "planned_end_on", None),
                left,
            )


def _assessors(pks: Iterable[int], employers: dict[int, int], on: date) -> dict[int, str]:
    """The assessor of now, or the last, under the employer that is shown."""
    found = AssessorAssignment.objects.filter(placement__registration__in=list(pks), cover=False)
    found = found.select_related("assessor", "placement")
    return {
        each.placement.registration_id: each.assessor.full_name
        for each in in_order(found, on)
        if each.placement.employer_id == employers.get(each.placement.registration_id)
    }


def _csv(lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(BOM)
    for number, line in enumerate(lines, 1):
        writer.writerow(line)
        if number % AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


class _Sink(io.RawIOBase):
    """Where a zip is written to that is sent on as it grows."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self.parts)
        self.parts.clear()
        return whole


def _xlsx(lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A workbook with the registrations, and a sheet that says what the columns mean."""
    explained = [["Column", "What it means"], *([column.heading, column.means] for column in COLUMNS)]
    empty = writing.as_xlsx(
        writing.Sheet("Registrations", [], [20] * len(COLUMNS), {}), writing.Sheet("Columns", explained, [30, 70], {})
    )
    sink = _Sink()
    with zipfile.ZipFile(io.BytesIO(empty)) as made, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in made.infolist():
            if info.filename != "xl/worksheets/sheet1.xml":
                archive.writestr(info, made.read(info))
        before, after = made.read("xl/worksheets/sheet1.xml").decode().split("<sheetData></sheetData>")
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml", writing.MADE_ON)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as sheet:
            sheet.write(f"{before}<sheetData>".encode())
            for number, line in enumerate(lines, 1):
                style = writing.BOLD if number == 1 else writing.TEXT
                sheet.write(f'<row r="{number}">{writing.cells(line, number, style)}</row>'.encode())
                if number % AT_ONCE == 0:
                    yield sink.taken()
            sheet.write(f"</sheetData>{after}".encode())
        yield sink.taken()
    yield sink.taken()
