"""Faults of the payer’s responses: their bytes, and what was stored of them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from payments.rules.reconciling import BatchFacts, Kind
from payments.rules.reconciling.facts import ResponseFacts, RowFacts
from tests.payments.reconciling.faults.planted import Fault, Planted, add, beside, everybody, fault, reference_of
from tests.payments.reconciling.sound import cells, money, table


def _responding(facts: BatchFacts, response: ResponseFacts, rows: list[list[str]], random: Random) -> BatchFacts:
    content = table(rows)
    sha256 = hashlib.sha256(content).hexdigest() if random.random() < 0.5 else response.sha256
    changed = replace(response, content=content, sha256=sha256)
    return replace(facts, responses=tuple(changed if one.pk == response.pk else one for one in facts.responses))


def _said_once(random: Random, facts: BatchFacts) -> tuple[ResponseFacts, list[list[str]], dict[str, int], int] | None:
    """A response, its rows, its columns, and a row of it that no other response repeats."""
    if not facts.responses:
        return None
    tables = {one.pk: cells(one.content) for one in facts.responses}
    response = random.choice(facts.responses)
    rows = tables[response.pk]
    names = {name.strip().lower(): at for at, name in enumerate(rows[0])}
    told: list[tuple[str, str]] = []
    for table_of in tables.values():
        head = {name.strip().lower(): at for at, name in enumerate(table_of[0])}
        told += [_told(row, head) for row in table_of[1:]]
    once = [at for at, row in enumerate(rows) if at and any(row) and told.count(_told(row, names)) == 1]
    return (response, rows, names, random.choice(once)) if once else None


def _told(row: list[str], names: dict[str, int]) -> tuple[str, str]:
    return row[names["line"]].strip().upper(), row[names["outcome"]].strip().lower()


def answer_changed(kind: Kind, column: str, change: Callable[[str], str]) -> Fault:
    """One cell of one row of a response says something else than was imported."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        found = _said_once(random, facts)
        if found is None:
            return None
        response, rows, names, at = found
        line = _told(rows[at], names)[0]
        before = rows[at][names[column]]
        rows[at][names[column]] = change(before)
        if rows[at][names[column]] == before:
            return None
        return Planted(_responding(facts, response, rows, random), kind, line, beside(facts, line))

    return plant


def _next_day(cell: str) -> str:
    return "2035-01-31" if cell.strip() != "2035-01-31" else "2035-02-01"


for _name, _kind, _column, _write in [
    (
        "answer_of_another_amount",
        Kind.ANSWER_AMOUNT,
        "amount",
        lambda cell: f"{cell[:-2]}{(int(cell[-2:]) + 1) % 100:02}",
    ),
    ("answer_on_another_day", Kind.DAY, "date", _next_day),
    ("answer_before_the_handing_over", Kind.TOO_EARLY, "date", lambda _: "2020-02-29"),
    ("answer_for_another_reason", Kind.REASON, "reason", lambda cell: f"{cell} of the bank" if cell else ""),
    ("paid_made_rejected", Kind.WITHOUT_EFFECT, "outcome", lambda cell: "rejected" if cell.lower() == "paid" else cell),
    ("rejected_made_paid", Kind.WITHOUT_EFFECT, "outcome", lambda cell: "paid" if cell.lower() == "rejected" else cell),
]:
    add(_name, answer_changed(_kind, _column, _write))


@fault
def answer_taken_out(random: Random, facts: BatchFacts) -> Planted | None:
    found = _said_once(random, facts)
    if found is None:
        return None
    response, rows, names, at = found
    line, _ = _told(rows.pop(at), names)
    return Planted(_responding(facts, response, rows, random), Kind.WITHOUT_ANSWER, line, beside(facts, line))


@fault
def answer_put_in(random: Random, facts: BatchFacts) -> Planted | None:
    """The response says of one line more that it was paid."""
    answered = {row.line for row in facts.rows}
    waiting = [line for line in facts.lines if line.pk not in answered]
    if not facts.responses or not waiting:
        return None
    line, response = random.choice(waiting), random.choice(facts.responses)
    rows = cells(response.content)
    given = {"line": line.reference, "outcome": "paid", "reason": "", "amount": money(line.pence), "date": "2027-09-30"}
    rows.append([given[name.strip().lower()] for name in rows[0]])
    beside_it = beside(facts, line.reference)
    return Planted(_responding(facts, response, rows, random), Kind.WITHOUT_EFFECT, line.reference, beside_it)


@fault
def answer_of_no_line(random: Random, facts: BatchFacts) -> Planted | None:
    found = _said_once(random, facts)
    if found is None:
        return None
    response, rows, names, at = found
    strange = f"L{random.getrandbits(76):019X}"
    rows.append([strange if place == names["line"] else cell for place, cell in enumerate(rows[at])])
    return Planted(_responding(facts, response, rows, random), Kind.UNKNOWN, strange)


@fault
def both_paid_and_rejected(random: Random, facts: BatchFacts) -> Planted | None:
    found = _said_once(random, facts)
    if found is None:
        return None
    response, rows, names, at = found
    line, result = _told(rows[at], names)
    if result == "returned":
        return None
    other = {"outcome": "rejected" if result == "paid" else "paid", "reason": "Both" if result == "paid" else ""}
    again = list(rows[at])
    for name, cell in other.items():
        again[names[name]] = cell
    return Planted(_responding(facts, response, [*rows, again], random), Kind.CONTRADICTION, line, beside(facts, line))


@fault
def said_twice_of_two_days(random: Random, facts: BatchFacts) -> Planted | None:
    found = _said_once(random, facts)
    if found is None:
        return None
    response, rows, names, at = found
    again = list(rows[at])
    again[names["date"]] = _next_day(again[names["date"]])
    line = _told(rows[at], names)[0]
    return Planted(_responding(facts, response, [*rows, again], random), Kind.CONTRADICTION, line, beside(facts, line))


@fault
def returned_and_never_paid(random: Random, facts: BatchFacts) -> Planted | None:
    """Of a line that came back, every row that says it was paid is taken out."""
    returned = [row.line for row in facts.rows if row.result == "returned"]
    if not returned:
        return None
    line = reference_of(facts, random.choice(returned))
    for response in facts.responses:
        rows = cells(response.content)
        names = {name.strip().lower(): at for at, name in enumerate(rows[0])}
        kept = [row for at, row in enumerate(rows) if not at or _told(row, names) != (line, "paid")]
        facts = _responding(facts, response, kept, random)
    return Planted(facts, Kind.CONTRADICTION, line)


@fault
def stored_of_no_line(random: Random, facts: BatchFacts) -> Planted | None:
    if not facts.rows:
        return None
    strange = replace(random.choice(facts.rows), line=10**9)
    return Planted(replace(facts, rows=(*facts.rows, strange)), Kind.WITHOUT_ANSWER, "number 1000000000")


@fault
def response_changed(random: Random, facts: BatchFacts) -> Planted | None:
    if not facts.responses:
        return None
    response = random.choice(facts.responses)
    changed = replace(response, content=response.content + b"\r\n")
    kept = tuple(changed if one.pk == response.pk else one for one in facts.responses)
    return Planted(replace(facts, responses=kept), Kind.RESPONSE_HASH)


@fault
def response_unreadable(random: Random, facts: BatchFacts) -> Planted | None:
    if not facts.responses:
        return None
    response = random.choice(facts.responses)
    changed = replace(response, content=random.choice([b"", b"\xff\xfe", b'line,"outcome', b"a,b,c\r\n1,2,3\r\n"]))
    kept = tuple(changed if one.pk == response.pk else one for one in facts.responses)
    return Planted(replace(facts, responses=kept), Kind.UNREADABLE, others=everybody(facts))


def row_changed(kind: Kind, change: Callable[[RowFacts], list[RowFacts]]) -> Fault:
    """What was stored of one row is another, or gone."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        if not facts.rows:
            return None
        at = random.randrange(len(facts.rows))
        rows = (*facts.rows[:at], *change(facts.rows[at]), *facts.rows[at + 1 :])
        return Planted(replace(facts, rows=rows), kind, reference_of(facts, facts.rows[at].line))

    return plant


for _name, _kind, _store in [
    ("stored_row_gone", Kind.WITHOUT_EFFECT, lambda row: []),
    ("stored_row_twice", Kind.DOUBLED, lambda row: [row, row]),
    ("stored_on_another_day", Kind.DAY, lambda row: [replace(row, happened_on=row.happened_on + timedelta(days=1))]),
    ("stored_with_another_amount", Kind.ANSWER_AMOUNT, lambda row: [replace(row, pence=row.pence + 1)]),
    ("stored_for_another_reason", Kind.REASON, lambda row: [replace(row, because=f"{row.because}.")]),
    ("stored_of_another_response", Kind.WITHOUT_ANSWER, lambda row: [replace(row, response=row.response + 99)]),
]:
    add(_name, row_changed(_kind, _store))


@fault
def stored_without_an_answer(random: Random, facts: BatchFacts) -> Planted | None:
    answered = {row.line for row in facts.rows}
    waiting = [line for line in facts.lines if line.pk not in answered]
    if not waiting:
        return None
    line = random.choice(waiting)
    row = RowFacts(facts.pk * 10, line.pk, "paid", "", line.pence, line.due_on)
    return Planted(replace(facts, rows=(*facts.rows, row)), Kind.WITHOUT_ANSWER, line.reference)


@fault
def handed_over_later(random: Random, facts: BatchFacts) -> Planted | None:
    if not facts.rows:
        return None
    row = min(facts.rows, key=lambda one: one.happened_on)
    late = replace(facts, handed_over_on=row.happened_on + timedelta(days=1))
    return Planted(late, Kind.TOO_EARLY, reference_of(facts, row.line), everybody(facts))
