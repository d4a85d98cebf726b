"""How the payer's response file is read: bytes in, clean rows and every problem out. Nothing is looked up here."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from asye.refusals import Refused
from asye.ui.text import clean_line, ungrouped
from payments.states import Result

COLUMNS = ("line", "outcome", "reason", "amount", "date")
MOST_BYTES = 5_000_000
MOST_ROWS = 50_000
LONGEST_REASON = 200
MINUS = ("-", "\N{MINUS SIGN}")
MOST_QUOTED = 40  # characters of a cell that a sentence repeats


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one row. Row 1 holds the column names; row 0 means the whole file."""

    row: int
    field: str
    sentence: str


class BadFile(Refused):
    """The file cannot be imported; nothing of it was. `problems` has every fault, in the order of the rows."""

    def __init__(self, problems: list[Problem]) -> None:
        count = len(problems)
        super().__init__(
            f"Nothing was imported: the file has {count} problem{'' if count == 1 else 's'}. Correct "
            f"{'it' if count == 1 else 'them'} and import the whole file again.",
            "file",
        )
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One row that can be read. `number` is where it stands in the file; a recovery's pence are less than nothing."""

    number: int
    line: str
    result: Result
    because: str
    amount_pence: int
    happened_on: date


def read(content: bytes, today: date) -> tuple[list[Row], list[Problem]]:
    """Rows that can be read and problems of those that cannot.

    A byte-order mark, capitals, spaces, blank rows and empty cells at the end of a row are let pass: they change
    no meaning. Raises BadFile where the file as a whole cannot be read.
    """
    table = _table(content)
    names = [cell.strip().lower() for cell in table[0][1]]
    while names and not names[-1]:
        names.pop()
    _check_names(names)
    rows, problems = [], []
    for number, cells in table[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(number, names, cells, today))
        except BadFile as bad:
            problems += bad.problems
    if not rows and not problems:
        raise BadFile([Problem(0, "file", "The file has column names but no rows.")])
    return rows, problems + list(_repeated(rows))


def _table(content: bytes) -> list[tuple[int, list[str]]]:
    if len(content) > MOST_BYTES:
        raise BadFile([Problem(0, "file", f"The file must be {MOST_BYTES // 1_000_000}MB or smaller.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile([Problem(0, "file", "The file must be a CSV file saved as UTF-8.")]) from None
    if "\x00" in text:
        raise BadFile([Problem(0, "file", "The file must be a CSV file. This one holds something else.")])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    table: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            table.append((reader.line_num, cells))
            if len(table) > MOST_ROWS + 1:
                raise BadFile([Problem(0, "file", f"The file must have {MOST_ROWS:,} rows or fewer.")])
    except csv.Error as error:
        long = "larger than field limit" in str(error)
        sentence = "A cell of this row is too long." if long else "This row cannot be read. Check its quotation marks."
        raise BadFile([Problem(reader.line_num, "file", sentence)]) from None
    if not table:
        raise BadFile([Problem(0, "file", "The file is empty.")])
    return table


def _check_names(names: list[str]) -> None:
    problems = [
        Problem(1, name, f"There is no column “{name}”. The columns are {', '.join(COLUMNS)}.")
        for name in COLUMNS
        if name not in names
    ]
    problems += [
        Problem(1, quoted(name) or "file", f"There is a column “{quoted(name)}” that is not expected. Take it out.")
        for name in names
        if name not in COLUMNS
    ]
    problems += [Problem(1, name, f"The column “{name}” is there twice.") for name in COLUMNS if names.count(name) > 1]
    if problems:
        raise BadFile(problems)


def _row(number: int, names: list[str], cells: list[str], today: date) -> Row:
    if any(cell.strip() for cell in cells[len(names) :]):
        raise BadFile([Problem(number, "file", f"This row has more than {len(names)} cells.")])
    typed = dict(zip(names, [cell.strip() for cell in cells] + [""] * len(names), strict=False))
    given, wrong = _visible(typed)
    pence, day = _pence(given["amount"]), _date(given["date"])
    wrong = dict(_wrong_outcome(given["outcome"], given["reason"])) | wrong
    if not given["line"]:
        wrong.setdefault("line", "Enter the line’s reference from the payment file.")
    if pence is None:
        instead = f"The amount must be in pounds, like 1000.00, not “{quoted(given['amount'])}”."
        wrong.setdefault("amount", instead)
    if day is None:
        instead = f"The date must be real and like 2026-09-30 or 30/09/2026, not “{quoted(given['date'])}”."
        wrong.setdefault("date", instead)
    elif day > today:
        wrong["date"] = "The date must be today or in the past."
    if wrong or pence is None or day is None:
        raise BadFile([Problem(number, name, wrong[name]) for name in COLUMNS if name in wrong])
    return Row(number, given["line"].upper(), Result(given["outcome"].lower()), given["reason"], pence, day)


def quoted(cell: str) -> str:
    """A cell as a sentence repeats it: no longer than MOST_QUOTED characters."""
    return cell if len(cell) <= MOST_QUOTED else f"{cell[:MOST_QUOTED]}…"


def _visible(typed: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The cells with their white space tidied, and a sentence for each that holds what nobody can see."""
    given, wrong = dict.fromkeys(typed, ""), {}
    for name, cell in typed.items():
        try:
            given[name] = clean_line(cell, f"the {name}")
        except ValidationError as error:
            wrong[name] = f"{error.messages[0]}."
    return given, wrong


def _wrong_outcome(outcome: str, reason: str) -> Iterator[tuple[str, str]]:
    result = outcome.lower()
    if result not in Result.values:
        yield "outcome", f"The outcome must be paid, rejected or returned, not “{quoted(outcome)}”."
    elif result == Result.PAID and reason:
        yield "reason", "A line that was paid has no reason. Empty this cell, or correct the outcome."
    elif result != Result.PAID and not reason:
        yield "reason", f"Enter why the payment was {result}."
    if len(reason) > LONGEST_REASON:
        yield "reason", f"The reason must be {LONGEST_REASON} characters or fewer."


def _pence(typed: str) -> int | None:
    """Pence; less than nothing for what was taken off a payment, like -1000.00."""
    less = typed[:1] in MINUS
    bare = ungrouped((typed[1:] if less else typed).strip().removeprefix("£").strip())
    found = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{2}))?", bare)
    if not found:
        return None
    pence = int(found[1]) * 100 + int(found[2] or 0)
    return -pence if less else pence


def _date(typed: str) -> date | None:
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", typed)
    british = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", typed)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if british:
            return date(int(british[3]), int(british[2]), int(british[1]))
    except ValueError:
        return None
    return None


def _repeated(rows: list[Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        if row.line in first:
            yield Problem(row.number, "line", f"Line {row.line} is also in row {first[row.line]}. Give each line once.")
        first.setdefault(row.line, row.number)
