"""Batches in which everything agrees, generated: a third way of writing files, responses and ledgers.

It shares no code with the service's writers and none with the reconciler's parsers. One seed, one batch.
"""

import csv
import hashlib
import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from payments.rules.reconciling.facts import (
    AttemptFacts,
    BatchFacts,
    EntryFacts,
    FileFacts,
    LineFacts,
    ResponseFacts,
    RowFacts,
    SealFacts,
)
from tests.payments.reconciling.asked_back import LEDGER_IDS, asked_back
from tests.payments.reconciling.taken_off import REASONS, by_employer, taken_off_another, with_offsets

HEAD = ["file_version", "batch", "line", "vendor_number", "employer", "milestone", "financial_year", "amount"]
STAGES = ["draft", "submitted", "approved", "ready", "released", "answered", "cancelled", "cancelled ready"]
WEIGHTS = [1, 1, 1, 2, 2, 10, 1, 2]
NAMES = [
    "Northshire",
    'The "Old" Mill, Ltd',
    "=Danger & Sons",
    "O’Neill-Łukasz\tCare",
    "Ｓouth  Mouth",
    "@Home",
    "5, High St",
]
YEARS = {"2025-26": date(2025, 4, 1), "2026-27": date(2026, 4, 1)}


@dataclass(frozen=True)
class Sealed:
    """A line's event, entered together with others on one day."""

    line: LineFacts
    event: str
    day: date


def sound(seed: int) -> BatchFacts:
    """A batch at some stage of its way, with one to ten lines."""
    random = Random(seed)  # noqa: S311
    pk = random.randint(1, 99_999)
    stage = random.choices(STAGES, WEIGHTS)[0]
    begun = datetime(2026, 4, 2, 9, 0, tzinfo=UTC) + timedelta(days=random.randint(0, 300), hours=random.randint(0, 9))
    lines = tuple(_line(random, pk * 100 + number, begun.date()) for number in range(random.randint(1, 10)))
    lines = tuple(taken_off_another(random, line, lines) for line in lines)
    facts = BatchFacts(pk=pk, file_version=random.choice([1, 1, 2]), lines=lines)
    facts = replace(facts, attempts=tuple(one for line in lines for one in _attempts(random, line, facts, begun)))
    if stage == "draft":
        return facts
    content = payer_file(facts)
    total = sum(line.signed_pence for line in lines)
    sha256 = hashlib.sha256(content).hexdigest()
    facts = replace(facts, line_count=len(lines), sum_pence=total, sha256=sha256)
    if stage == "cancelled":
        return _cancelled(facts, begun + timedelta(days=3))
    if stage == "submitted":
        return facts
    facts = replace(facts, approved=True)
    if stage == "approved":
        return facts
    written = (begun + timedelta(days=1)).date()
    facts = replace(facts, file=FileFacts(content, sha256, len(lines), total, written))
    groups = [[Sealed(line, "sent", written) for line in lines]]
    if stage == "cancelled ready":
        facts = _cancelled(facts, begun + timedelta(days=3))
        groups.append([Sealed(line, "sent_reversed", written + timedelta(days=2)) for line in lines])
    if stage in ("released", "answered"):
        facts = replace(facts, handed_over_on=written + timedelta(days=1))
    if stage == "answered":
        facts, answered = _answered(random, facts, written + timedelta(days=2))
        groups += answered
    facts, of_recoveries = asked_back(random, facts)
    facts = as_attempts(facts)
    entries = [entry for number, group in enumerate(groups) for entry in _entries(facts, number, group)]
    return resealed(facts, [*entries, *of_recoveries])


def _line(random: Random, pk: int, on: date) -> LineFacts:
    milestone = random.choice(["registration", "completion"])
    year = random.choice(list(YEARS))
    starts = YEARS[year]
    employer_id = random.randint(1, len(NAMES))
    recovery = random.random() < 0.15
    rate = random.choice([100_000, 100_050])
    return LineFacts(
        pk=pk,
        reference=f"L{random.getrandbits(76):019X}",
        kind="recovery" if recovery else "payment",
        slot=pk + 7,
        slot_milestone=milestone,
        slot_open=True,
        milestone=milestone,
        employer_id=employer_id,
        employer=NAMES[employer_id - 1],
        vendor_number=f"VN{employer_id:05}",
        vendor_of=employer_id,
        year=year,
        year_starts=starts,
        year_ends=starts.replace(year=starts.year + 1),
        due_on=on if recovery else starts + timedelta(days=random.randint(0, 364)),
        rate_pence=rate,
        pence=random.randint(1, rate) if recovery else rate,
        closed_as=None,
        closed_because="",
        closed_at=None,
    )


def _attempts(random: Random, line: LineFacts, facts: BatchFacts, begun: datetime) -> list[AttemptFacts]:
    """The line itself and, now and then, an attempt before it that failed, came back or was cancelled."""
    if line.recovery:
        return []
    own = AttemptFacts(line.pk, line.reference, line.slot, facts.reference, True, begun, None, None, None, frozenset())
    if random.random() < 0.7:
        return [own]
    answers = {
        "failed": frozenset({"rejected"}),
        "returned": frozenset({"paid", "returned"}),
        "cancelled": frozenset[str](),
        "recovered": frozenset({"paid"}),
    }
    closed_as = random.choice(list(answers))
    before = replace(
        own,
        pk=line.pk - 50,
        reference=f"L{random.getrandbits(76):019X}",
        batch=f"B{facts.pk - 1:05d}",
        made_at=begun - timedelta(days=40),
        closed_as=closed_as,
        closed_at=begun - timedelta(days=random.randint(0, 20)),
        answers=answers[closed_as],
    )
    return [before, replace(own, follows=before.pk)]


def _cancelled(facts: BatchFacts, at: datetime) -> BatchFacts:
    lines = tuple(
        replace(line, closed_as="cancelled", closed_because="The batch was cancelled.", closed_at=at)
        for line in facts.lines
    )
    return as_attempts(replace(facts, lines=lines, cancelled_on=at.date()))


def as_attempts(facts: BatchFacts) -> BatchFacts:
    """The same batch with its own attempts closed as its lines are, and answered as its rows are."""
    closed = {line.pk: line for line in facts.lines}
    said = {pk: frozenset(row.result for row in facts.rows if row.line == pk) for pk in closed}
    own = tuple(
        replace(one, closed_as=closed[one.pk].closed_as, closed_at=closed[one.pk].closed_at, answers=said[one.pk])
        if one.pk in closed
        else one
        for one in facts.attempts
    )
    return replace(facts, attempts=own)


def money(pence: int) -> str:
    """Pounds with two decimals."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"


def payer_file(facts: BatchFacts) -> bytes:
    """The file that the lines of a batch make."""
    rows = []
    for line in sorted(facts.lines, key=lambda one: one.reference):
        name = line.employer.replace("\t", " ")
        safe = f"'{name}" if name[0] in "=+-@" else name
        rows.append(
            [
                str(facts.file_version), facts.reference, line.reference, line.vendor_number, safe, line.milestone,
                line.year, money(line.signed_pence),
            ]
        )  # fmt: skip
    total = sum(line.signed_pence for line in facts.lines)
    return table([HEAD, *rows, ["control", facts.reference, str(len(rows)), "", "", "", "", money(total)]])


def table(rows: list[list[str]]) -> bytes:
    """Comma-separated bytes, rows ending in CRLF."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def cells(content: bytes) -> list[list[str]]:
    """The rows of `table`."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _answered(random: Random, facts: BatchFacts, first: date) -> tuple[BatchFacts, list[list[Sealed]]]:
    """One to three responses: some lines paid, some rejected, some of the paid returned later, some still open."""
    day, responses, groups = first, list[ResponseFacts](), list[list[Sealed]]()
    rows, lines = list[RowFacts](), {line.pk: line for line in facts.lines}
    for number in range(random.randint(1, 3)):
        day += timedelta(days=random.randint(0, 9))
        news = [row for line in facts.lines for row in _news(random, number, line, rows, day)]
        news = [
            row for own in by_employer(facts) for row in with_offsets(random, own, rows, news, number=number, day=day)
        ]
        if not news:
            continue
        again = [row for row in rows if random.random() < 0.2]  # said once more, as it was
        content = response([(facts, row) for row in [*again, *news]], random)
        response_pk = facts.pk * 10 + number
        imported = day + timedelta(days=random.randint(0, 2))
        responses.append(ResponseFacts(response_pk, content, hashlib.sha256(content).hexdigest(), imported))
        rows += [replace(row, response=response_pk) for row in news]
        groups.append(
            [Sealed(lines[row.line], event, row.happened_on) for row in news for event in EFFECTS[row.result]]
        )
        for row in news:
            if row.result != "paid":
                at = datetime(imported.year, imported.month, imported.day, 11, tzinfo=UTC)
                closed_as = "failed" if row.result == "rejected" else "returned"
                lines[row.line] = replace(
                    lines[row.line], closed_as=closed_as, closed_because=row.because, closed_at=at
                )
    found = replace(facts, lines=tuple(lines.values()), responses=tuple(responses), rows=tuple(rows))
    return as_attempts(found), groups


EFFECTS = {"paid": ["paid"], "rejected": ["sent_reversed"], "returned": ["paid_reversed", "sent_reversed"]}


def _news(random: Random, number: int, line: LineFacts, rows: list[RowFacts], day: date) -> list[RowFacts]:
    told = {row.result for row in rows if row.line == line.pk}
    if not told and random.random() < 0.7:
        result = "paid" if random.random() < 0.75 else "rejected"
    elif told == {"paid"} and random.random() < 0.3:
        result = "returned"
    else:
        return []
    because = "" if result == "paid" else random.choice(REASONS)
    return [RowFacts(number, line.pk, result, because, line.pence, day)]


def response(rows: list[tuple[BatchFacts, RowFacts]], random: Random) -> bytes:
    """A response file as payers write them: columns in any order, amounts and dates in any form that is let pass."""
    names = random.sample(["line", "outcome", "reason", "amount", "date"], 5)
    written = [[random.choice([name, name.upper(), f" {name} "]) for name in names]]
    for facts, row in rows:
        line = next(one for one in facts.lines if one.pk == row.line)
        day = row.happened_on
        given = {
            "line": random.choice([line.reference, line.reference.lower(), f" {line.reference} "]),
            "outcome": random.choice([row.result, row.result.capitalize()]),
            "reason": row.because.replace(" ", "  ") if random.random() < 0.3 else row.because,
            "amount": _amount(random, line.signed_pence),
            "date": random.choice([day.isoformat(), f"{day.day}/{day.month:02}/{day.year}"]),
        }
        written.append([given[name] for name in names] + [""] * random.randint(0, 2))
        if random.random() < 0.1:
            written.append([""] * 5)
    return random.choice([b"", "\ufeff".encode()]) + table(written)


def _amount(random: Random, pence: int) -> str:
    pounds = f"£{abs(pence) // 100:,}.{abs(pence) % 100:02}"
    if pence < 0:
        return random.choice([money(pence), f"-{pounds}", f"\u2212 {pounds}"])
    return random.choice([money(pence), pounds])


def _entries(facts: BatchFacts, number: int, group: list[Sealed]) -> list[EntryFacts]:
    return [entry(facts, one.line, one.event, one.day, facts.pk * 10 + number) for one in group]


def entry(facts: BatchFacts, line: LineFacts, event: str, day: date, seal: int) -> EntryFacts:
    """The entry that an event of a line makes."""
    budget, owed = f"grant_budget:{line.year}", f"owed_to_employer:{line.employer_id}"
    debit, credit = (budget, owed) if event.startswith("sent") else (owed, "paid")
    if event.endswith("_reversed"):
        debit, credit = credit, debit
    if line.recovery:
        debit, credit = credit, debit
    return EntryFacts(
        pk=entry_id(line, event),
        seal=seal,
        batch=facts.pk,
        line=line.pk,
        event=event,
        debit=debit,
        credit=credit,
        pence=line.pence,
        year=line.year,
        happened_on=day,
        reverses=entry_id(line, event.removesuffix("_reversed")) if event.endswith("_reversed") else None,
    )


def entry_id(line: LineFacts, event: str) -> UUID:
    """The id that the entry of a line's event always has."""
    return uuid5(LEDGER_IDS, f"{line.reference}/{event}")


def other_id(one: object) -> UUID:
    """An id that no entry has."""
    return uuid5(NAMESPACE_URL, str(one))


def resealed(facts: BatchFacts, entries: list[EntryFacts]) -> BatchFacts:
    """The batch with these entries, and whole seals over them, as somebody would leave it who hides what they did."""
    seals, before = [], ""
    for number, pk in enumerate(sorted({one.seal for one in entries}), start=1):
        own = sorted((one for one in entries if one.seal == pk), key=lambda one: str(one.pk))
        text = before + "".join(f"{one.pk}={one.pence};" for one in own)
        before = hashlib.sha256(text.encode()).hexdigest()
        seals.append(SealFacts(pk, number, len(own), before))
    return replace(facts, entries=tuple(entries), seals=tuple(seals))
