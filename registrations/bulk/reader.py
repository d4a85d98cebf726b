"""A spreadsheet somebody sent: bytes in, its headings and one row after the other out, under hard limits.

Nothing in a file is trusted: not its name, not the size it claims, not the cells it says it has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from asye import formulas
from registrations.bulk import delimited, workbook
from registrations.bulk.findings import BadFile, Fault, Finding
from registrations.bulk.limits import EMPLOYERS, Limits
from registrations.bulk.raw import RawRow, letters

# White space, and what some programs leave behind that nobody sees.
INVISIBLE: Final = (
    "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C))))
    + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
SAVE_AGAIN: Final = (
    "Open it in your spreadsheet program, save it as CSV UTF-8 or as Excel workbook (.xlsx), and send that."
)
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS: Final = (
    (OLD_EXCEL, "The file is in the old Excel format (.xls)."),
    (b"%PDF", "The file is a PDF."),
    (b"{\\rtf", "The file is a text document."),
    (b"\x1f\x8b", "The file is a compressed archive."),
    (b"7z\xbc\xaf", "The file is a compressed archive."),
    (b"Rar!", "The file is a compressed archive."),
    (b"\x89PNG", "The file is a picture."),
    (b"\xff\xd8\xff", "The file is a picture."),
    (b"GIF8", "The file is a picture."),
    (b"SQLite format 3", "The file is a database."),
    (b"<", "The file is a web page or XML, not a spreadsheet."),
)
PASSWORD: Final = Fault(
    "The file is protected by a password.",
    "Take the password off in your spreadsheet program, save the file and send it.",
)
EMPTY: Final = Fault("The file is empty.", "Fill in the template and send it.")
NO_ROWS: Final = Fault("The file has headings but no rows.", "Add one row for each NQSW.")
FORMULA: Final = Fault(
    "It begins with =, +, - or @, which a spreadsheet takes for a formula.",
    "Delete that sign, or leave the cell empty if there is nothing to say.",
)
BEYOND: Final = Fault(
    "The row has more cells than there are headings.",
    "Look for a comma within a name or an answer. Put such an answer between quotation marks, or delete the comma.",
)


@dataclass(frozen=True)
class Row:
    """One row that is not blank: its number as the spreadsheet shows it, a text for each heading, and what is wrong.

    A cell named by a finding holds what was typed and must not be read any further.
    """

    number: int
    cells: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The headings as they are written, and the rows beneath: a stream that can be run through once.

    The stream raises BadFile where it cannot go on. `encoding` is empty for a workbook.
    """

    header: tuple[str, ...]
    rows: Iterator[Row] = field(repr=False)
    encoding: str = ""

    @property
    def ending(self) -> str:
        """What kind of file it is: "csv" or "xlsx"."""
        return "csv" if self.encoding else "xlsx"


def read(data: bytes, limits: Limits = EMPLOYERS) -> Sheet:
    """Opens a file; raises BadFile with a sentence for the person who sent it."""
    if not data or data.isspace():
        raise BadFile(EMPTY)
    if len(data) > limits.bytes:
        raise BadFile(
            Fault(f"The file is larger than {limits.bytes // 1_000_000} MB.", "Split it into files of fewer rows.")
        )
    _check_kind(data)
    if data.startswith(workbook.MAGIC):
        encoding, raw = "", workbook.rows(data, limits)
    else:
        encoding, raw = delimited.rows(data, limits)
    found = _not_blank(raw, limits)
    first = next(found, None)
    if first is None:
        raise BadFile(EMPTY)
    header = [cell.strip(INVISIBLE) for cell in first.cells]
    while header and not header[-1]:
        header.pop()
    return Sheet(tuple(header), _rows(found, header, limits), encoding)


def _check_kind(data: bytes) -> None:
    """Raises BadFile where the first bytes say that it is something else, whatever it is called."""
    if data.startswith(OLD_EXCEL) and "EncryptedPackage".encode("utf-16-le") in data:
        raise BadFile(PASSWORD)
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, what in KINDS:
        if start.startswith(magic):
            raise BadFile(Fault(what, SAVE_AGAIN))


def _not_blank(raw: Iterator[RawRow], limits: Limits) -> Iterator[RawRow]:
    for row in raw:
        if row.number > limits.records:
            raise BadFile(
                Fault(
                    f"The file goes on after row {limits.records:,}.",
                    "Copy the rows that are filled in to a new file and send that.",
                )
            )
        if row.faults or any(cell.strip(INVISIBLE) for cell in row.cells):
            yield row


def _rows(raw: Iterator[RawRow], header: list[str], limits: Limits) -> Iterator[Row]:
    count = 0
    for row in raw:
        count += 1
        if count > limits.rows:
            raise BadFile(Fault(f"The file has more than {limits.rows:,} rows.", "Split it into several files."))
        yield _row(row, header, limits)
    if not count:
        raise BadFile(NO_ROWS)


def _row(raw: RawRow, header: list[str], limits: Limits) -> Row:
    faults = dict(raw.faults)
    cells = []
    for place, typed in enumerate(raw.cells):
        cell = typed.strip(INVISIBLE)
        if cell[:1] == "'" and cell[1:2] in formulas.STARTS:
            cell = cell[1:]  # as our own files write it, so that no spreadsheet runs it
        if cell[:1] in formulas.STARTS and cell and place not in raw.numbers:
            faults.setdefault(place, FORMULA)
        if len(cell) > limits.cell:
            faults[place] = Fault(f"It is longer than {limits.cell:,} characters.", "Shorten it.")
        cells.append(cell)
    width = len(header)
    findings = [Finding(raw.number, heading(header, place), *fault) for place, fault in faults.items() if place < width]
    if any(cells[width:]) or any(place >= width for place in faults):
        findings.append(Finding(raw.number, "", *BEYOND))
    for place in range(min(width, len(cells))):
        if not header[place] and cells[place]:
            raise BadFile(
                Fault(
                    f"Column {letters(place)} has no heading, but there is something in it.",
                    "Give the column its heading, or delete it.",
                ),
                raw.number,
            )
    padded = (*cells[:width], *[""] * (width - len(cells)))
    return Row(raw.number, padded, tuple(findings))


def heading(header: list[str] | tuple[str, ...], place: int) -> str:
    """How a column is called in a sentence: its own heading, or its letter where it has none."""
    return header[place] or f"Column {letters(place)}"
