"""What the bytes of a payment file say. Shares no code with payments.queries.lines, which writes them."""

import re
from dataclasses import dataclass

from payments.rules.reconciling.cells import Cells, Unreadable, rows_of, shown

NAMES = ("file_version", "batch", "line", "vendor_number", "employer", "milestone", "financial_year", "amount")
MONEY = re.compile(r"(-?)([0-9]{1,12})\.([0-9]{2})")
FORMULA = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20]")  # the full-width ones too


@dataclass(frozen=True)
class FileRow:
    """One payment or recovery as the payer reads it."""

    number: int
    version: str
    batch: str
    line: str
    vendor_number: str
    employer: str
    milestone: str
    year: str
    pence: int


@dataclass(frozen=True)
class Control:
    """The last row: how many rows there are, and what they come to."""

    batch: str
    count: int
    sum_pence: int


@dataclass(frozen=True)
class Unread:
    """A row that says nothing certain; `line` is the reference it has in its place."""

    number: int
    why: str
    line: str = ""


@dataclass(frozen=True)
class Said:
    """All that a payment file says. `control` is None where its last row is none."""

    rows: tuple[FileRow, ...]
    control: Control | None
    unread: tuple[Unread, ...]


def read(content: bytes) -> Said:
    """What the file says; whatever cannot be read is among `unread`. Raises nothing."""
    rows, unread, control = list[FileRow](), list[Unread](), None
    try:
        table = list(rows_of(content))
    except Unreadable as wrong:
        return Said((), None, (Unread(wrong.row, wrong.why),))
    if not table or table[0].cells != NAMES:
        unread.append(Unread(1, "its first row does not hold the column names"))
    for cells in table[1:]:
        if cells.end != "\r\n":
            unread.append(Unread(cells.number, "it does not end as a row of a payment file ends", _line_of(cells)))
        if cells is table[-1] and cells.cells[0] == "control":
            control = _control(cells.cells)
            continue
        try:
            rows.append(_row(cells))
        except Unreadable as wrong:
            unread.append(Unread(wrong.row, wrong.why, _line_of(cells)))
    return Said(tuple(rows), control, tuple(unread))


def pence_of(written: str) -> int | None:
    """Pence of an amount like 1000.00 or -250.50, or None where it is none."""
    found = MONEY.fullmatch(written)
    return (-1 if found[1] else 1) * (int(found[2]) * 100 + int(found[3])) if found else None


def runs_as_formula(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return FORMULA.match(cell) is not None


def same_name(cell: str, name: str) -> bool:
    """Whether a cell holds a name: with one space between words, and an apostrophe before what runs as a formula."""
    tidy = " ".join(re.split(r"[\r\n\t]+", name)).strip()
    return cell == tidy or (runs_as_formula(tidy) and cell == f"'{tidy}")


def _line_of(cells: Cells) -> str:
    return cells.cells[2] if len(cells.cells) > 2 else ""


def _row(cells: Cells) -> FileRow:
    if len(cells.cells) != len(NAMES):
        raise Unreadable(cells.number, f"it has {len(cells.cells)} cells, not {len(NAMES)}")
    *words, amount = cells.cells
    pence = pence_of(amount)
    if pence is None:
        raise Unreadable(cells.number, f"its amount is {shown(amount)}")
    version, batch, line, vendor_number, employer, milestone, year = words
    return FileRow(cells.number, version, batch, line, vendor_number, employer, milestone, year, pence)


def _control(cells: tuple[str, ...]) -> Control | None:
    if len(cells) != len(NAMES) or any(cells[3:7]) or not re.fullmatch("[0-9]{1,9}", cells[2]):
        return None
    pence = pence_of(cells[7])
    return None if pence is None else Control(cells[1], int(cells[2]), pence)
