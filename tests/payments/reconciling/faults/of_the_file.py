"""Faults of the payment file: its bytes, and what was noted of them and approved."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from payments.rules.reconciling import BatchFacts, Kind
from payments.rules.reconciling.facts import FileFacts, LineFacts
from tests.payments.reconciling.faults.planted import Fault, Planted, add, everybody, fault
from tests.payments.reconciling.sound import cells, money, table

COLUMNS = {"version": 0, "batch": 1, "line": 2, "vendor": 3, "employer": 4, "milestone": 5, "year": 6, "amount": 7}


def _with_rows(random: Random, facts: BatchFacts, rows: list[list[str]], *, hidden: bool = True) -> BatchFacts:
    """The batch with these rows in its file; half of the time whoever did it corrected all totals and fingerprints."""
    assert facts.file is not None
    if hidden and random.random() < 0.5:
        paying = rows[1:-1]
        pence = sum(round(float(row[7]) * 100) for row in paying)
        rows = [*rows[:-1], [*rows[-1][:2], str(len(paying)), *rows[-1][3:7], money(pence)]]
        content = table(rows)
        sha256 = hashlib.sha256(content).hexdigest()
        file = FileFacts(content, sha256, len(paying), pence, facts.file.written_on)
        return replace(facts, file=file, sha256=sha256, line_count=len(paying), sum_pence=pence)
    return replace(facts, file=replace(facts.file, content=table(rows)))


def _file_row(random: Random, facts: BatchFacts) -> tuple[list[list[str]], int, LineFacts] | None:
    if facts.file is None:
        return None
    rows = cells(facts.file.content)
    at = random.randrange(1, len(rows) - 1)
    return rows, at, next(line for line in facts.lines if line.reference == rows[at][2])


def cell_changed(column: str, kind: Kind, change: Callable[[str], str]) -> Fault:
    """One cell of one row says something else."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        found = _file_row(random, facts)
        if found is None:
            return None
        rows, at, line = found
        place = COLUMNS[column]
        rows[at][place] = change(rows[at][place])
        return Planted(_with_rows(random, facts, rows), kind, line.reference)

    return plant


def _pence_more(pence: int) -> Callable[[str], str]:
    return lambda cell: money(round(float(cell) * 100) + pence)


for _name, _column, _kind, _change in [
    ("a_penny_more", "amount", Kind.AMOUNT, _pence_more(1)),
    ("a_penny_less", "amount", Kind.AMOUNT, _pence_more(-1)),
    ("ten_times_as_much", "amount", Kind.AMOUNT, lambda cell: money(round(float(cell) * 1000))),
    ("the_other_sign", "amount", Kind.AMOUNT, lambda cell: money(-round(float(cell) * 100))),
    ("another_vendor_number", "vendor", Kind.VENDOR, lambda cell: f"{cell[:-1]}X"),
    ("another_employer", "employer", Kind.EMPLOYER, lambda cell: f"{cell.lstrip(chr(39) + '=@')} Ltd"),
    ("a_formula", "employer", Kind.UNSAFE, lambda cell: f"={cell.lstrip(chr(39))}"),
    ("another_milestone", "milestone", Kind.MILESTONE, lambda cell: "completion" if cell[0] == "r" else "registration"),
    ("another_year", "year", Kind.YEAR, lambda cell: "2026-27" if cell == "2025-26" else "2025-26"),
    ("another_batch", "batch", Kind.BATCH, lambda cell: f"B{int(cell[1:]) + 1:05d}"),
    ("another_version", "version", Kind.VERSION, lambda cell: f"{int(cell) + 1}"),
]:
    add(_name, cell_changed(_column, _kind, _change))


@fault
def dropped(random: Random, facts: BatchFacts) -> Planted | None:
    found = _file_row(random, facts)
    if found is None:
        return None
    rows, at, line = found
    return Planted(_with_rows(random, facts, rows[:at] + rows[at + 1 :]), Kind.DROPPED, line.reference)


@fault
def doubled(random: Random, facts: BatchFacts) -> Planted | None:
    found = _file_row(random, facts)
    if found is None:
        return None
    rows, at, line = found
    rows.insert(random.randrange(1, len(rows) - 1), rows[at])
    return Planted(_with_rows(random, facts, rows), Kind.DOUBLED, line.reference)


@fault
def vendor_numbers_swapped(random: Random, facts: BatchFacts) -> Planted | None:
    found = _file_row(random, facts)
    if found is None:
        return None
    rows, at, line = found
    other = random.randrange(1, len(rows) - 1)
    if rows[other][3] == rows[at][3]:
        return None
    rows[at][3], rows[other][3] = rows[other][3], rows[at][3]
    return Planted(_with_rows(random, facts, rows), Kind.VENDOR, line.reference, frozenset({rows[other][2]}))


@fault
def a_row_of_no_line(random: Random, facts: BatchFacts) -> Planted | None:
    found = _file_row(random, facts)
    if found is None:
        return None
    rows, at, _ = found
    strange = f"L{random.getrandbits(76):019X}"
    rows.insert(at, [*rows[at][:2], strange, *rows[at][3:]])
    return Planted(_with_rows(random, facts, rows), Kind.UNKNOWN, strange)


@fault
def a_row_of_another_batch(random: Random, facts: BatchFacts) -> Planted | None:
    planted = a_row_of_no_line(random, facts)
    if planted is None:
        return None
    return replace(planted, facts=replace(planted.facts, elsewhere={planted.line: "B00007"}))


def control_changed(change: Callable[[list[list[str]]], list[list[str]]]) -> Fault:
    """The last row says something else than the rows above it."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        if facts.file is None:
            return None
        rows = change(cells(facts.file.content))
        return Planted(_with_rows(random, facts, rows, hidden=False), Kind.CONTROL)

    return plant


for _name, _change in {
    "count": lambda rows: [*rows[:-1], [*rows[-1][:2], str(len(rows)), *rows[-1][3:]]],
    "sum": lambda rows: [*rows[:-1], [*rows[-1][:7], _pence_more(1)(rows[-1][7])]],
    "batch": lambda rows: [*rows[:-1], [rows[-1][0], "B00000", *rows[-1][2:]]],
    "missing": lambda rows: rows[:-1],
}.items():
    add(f"control_{_name}", control_changed(_change))


@fault
def cut_short(random: Random, facts: BatchFacts) -> Planted | None:
    """The file ends in the middle: its control row at least is not there."""
    if facts.file is None:
        return None
    content = facts.file.content[: random.randrange(len(facts.file.content) - 10)]
    return Planted(replace(facts, file=replace(facts.file, content=content)), Kind.HASH, others=everybody(facts))


@fault
def other_line_ends(random: Random, facts: BatchFacts) -> Planted | None:
    found = _file_row(random, facts)
    if found is None or facts.file is None:
        return None
    content = facts.file.content.replace(b"\r\n", b"\n")
    return Planted(
        replace(facts, file=replace(facts.file, content=content)), Kind.UNREADABLE, found[2].reference, everybody(facts)
    )


def noted(kind: Kind, **changes: Callable[[Any], Any]) -> Fault:
    """What was noted of the file, or approved, is something else; the bytes are as they were."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        if facts.file is None:
            return None
        for name, change in changes.items():
            where, _, field = name.partition("__")
            if where == "file":
                assert facts.file is not None
                facts = replace(facts, file=replace(facts.file, **{field: change(getattr(facts.file, field))}))
            else:
                facts = replace(facts, **{field: change(getattr(facts, field))})
        return Planted(facts, kind)

    return plant


for _name, _fault in {
    "approved_count": noted(Kind.COUNT, batch__line_count=lambda count: count + 1),
    "approved_sum": noted(Kind.SUM, batch__sum_pence=lambda pence: pence - 1),
    "approved_hash": noted(Kind.HASH, batch__sha256=lambda sha256: sha256[::-1]),
    "written_count": noted(Kind.COUNT, file__line_count=lambda count: count - 1),
    "written_sum": noted(Kind.SUM, file__sum_pence=lambda pence: pence + 1),
    "written_hash": noted(Kind.HASH, file__sha256=lambda sha256: sha256[::-1]),
    "both_hashes": noted(Kind.HASH, file__sha256=lambda _: "0" * 64, batch__sha256=lambda _: "0" * 64),
    "nobody_approved": noted(Kind.NOT_APPROVED, batch__approved=lambda _: False),
}.items():
    add(_name, _fault)


@fault
def no_file(random: Random, facts: BatchFacts) -> Planted | None:
    if facts.handed_over_on is None:
        return None
    return Planted(replace(facts, file=None), Kind.NO_FILE, others=everybody(facts))


def submitted_with(kind: Kind, field: str) -> Fault:
    """What was submitted for approval is not what the lines come to; there is no file yet to compare with."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        if facts.file is not None or facts.line_count is None:
            return None
        return Planted(replace(facts, **{field: getattr(facts, field) + random.choice([-1, 1])}), kind)

    return plant


add("submitted_count", submitted_with(Kind.COUNT, "line_count"))
add("submitted_sum", submitted_with(Kind.SUM, "sum_pence"))
