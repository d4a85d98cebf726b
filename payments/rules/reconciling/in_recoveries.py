"""What was asked back: invoices and what was paid on them against the ledger, and what came back against the line."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from asye.dates import long_date
from asye.money import pounds
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import BatchFacts, EntryFacts, LineFacts, RecoveryFacts
from payments.rules.reconciling.in_ledger import IDS
from payments.rules.reconciling.naming import Found, about, about_batch

WORDS = {
    "invoiced": "invoiced",
    "received": "paid back",
    "received_reversed": "not paid back after all",
    "written_off": "written off",
}


@dataclass(frozen=True)
class Wanted:
    """An entry of a recovery as it has to be."""

    pk: uuid.UUID
    word: str
    day: date
    pence: int
    debit: str
    credit: str
    reverses: uuid.UUID | None = None


def check(facts: BatchFacts) -> Iterator[Found]:
    """Every recovery by invoice that the ledger says otherwise, and every line that more or less came back of."""
    lines = {line.pk: line for line in facts.lines}
    found = defaultdict[int, list[EntryFacts]](list)
    for entry in facts.entries:
        if entry.recovery is not None:
            found[entry.recovery].append(entry)
    for recovery in facts.recoveries:
        if recovery.line in lines:
            yield from _recovery(recovery, lines[recovery.line], found.pop(recovery.pk, []))
    for entries in found.values():
        for entry in entries:
            yield about_batch(
                Kind.ENTRY_FOREIGN,
                f"The ledger has {pounds(entry.pence)} as {WORDS.get(entry.event, entry.event)} under batch "
                f"{facts.reference} for a recovery that takes back none of its lines.",
            )
    for line in facts.lines:
        back = facts.back_of(line)
        if back > line.pence:
            yield about(
                Kind.RECOVERED,
                line,
                f"{pounds(back)} came back of line {line.reference}, which paid {pounds(line.pence)}.",
            )


def _recovery(recovery: RecoveryFacts, line: LineFacts, entries: list[EntryFacts]) -> Iterator[Found]:
    given_up = recovery.written_off_pence or 0
    if sum(part.pence for part in recovery.parts) + given_up > recovery.pence:
        yield about(
            Kind.RECOVERED,
            line,
            f"More was paid back or written off of recovery {recovery.reference} than the {pounds(recovery.pence)} "
            "that it asks for.",
        )
    yield from _taken_back(recovery, line)
    wanted = {one.pk: one for one in _wanted(recovery, line)}
    there = {entry.pk for entry in entries}
    for one in wanted.values():
        if one.pk not in there:
            yield about(
                Kind.ENTRY_MISSING,
                line,
                f"{pounds(one.pence)} of recovery {recovery.reference} was {one.word} on {long_date(one.day)}, but the "
                "ledger does not have it.",
            )
    for entry in entries:
        what = f"The ledger has {pounds(entry.pence)} of recovery {recovery.reference} as"
        own = wanted.get(entry.pk)
        if own is None:
            yield about(
                Kind.ENTRY_UNCAUSED,
                line,
                f"{what} {WORDS.get(entry.event, entry.event)} on {long_date(entry.happened_on)}, but the recovery "
                "does not say so.",
            )
        else:
            yield from _entry(entry, own, line, f"{what} {own.word}")


def _taken_back(recovery: RecoveryFacts, line: LineFacts) -> Iterator[Found]:
    """Every part of less than nothing that does not stand against one part, or is the second against it."""
    pence = {part.number: part.pence for part in recovery.parts}
    done = set[int]()
    for part in recovery.parts:
        if part.takes_back is None:
            if part.pence < 0:
                sentence = f"{pounds(-part.pence)} of recovery {recovery.reference} was taken back from nothing."
                yield about(Kind.RECOVERED, line, sentence)
            continue
        name = f"part {part.takes_back} of recovery {recovery.reference}"
        if pence.get(part.takes_back) != -part.pence:
            was = pounds(pence.get(part.takes_back, 0))
            yield about(Kind.RECOVERED, line, f"{pounds(-part.pence)} was taken back of {name}, which was {was}.")
        if part.takes_back in done:
            yield about(Kind.RECOVERED, line, f"What was received as {name} was taken back twice.")
        done.add(part.takes_back)


def _wanted(recovery: RecoveryFacts, line: LineFacts) -> Iterator[Wanted]:
    debtor, budget = f"owed_by_employer:{line.employer_id}", f"grant_budget:{line.year}"
    name = recovery.reference
    if recovery.invoiced_on is not None:
        pk = uuid.uuid5(IDS, f"{name}/invoiced")
        yield Wanted(pk, WORDS["invoiced"], recovery.invoiced_on, recovery.pence, debtor, budget)
    for part in recovery.parts:
        event = "received" if part.takes_back is None else "received_reversed"
        pk = uuid.uuid5(IDS, f"{name}/{part.number}/{event}")
        if part.takes_back is None:
            yield Wanted(pk, WORDS[event], part.received_on, part.pence, "paid", debtor)
        else:
            wrong = uuid.uuid5(IDS, f"{name}/{part.takes_back}/received")
            yield Wanted(pk, WORDS[event], part.received_on, -part.pence, debtor, "paid", wrong)
    if recovery.written_off_on is not None:
        pk = uuid.uuid5(IDS, f"{name}/written_off")
        pence = recovery.written_off_pence or 0
        yield Wanted(pk, WORDS["written_off"], recovery.written_off_on, pence, budget, debtor)


def _entry(entry: EntryFacts, own: Wanted, line: LineFacts, what: str) -> Iterator[Found]:
    if entry.pence != own.pence:
        yield about(Kind.ENTRY_AMOUNT, line, f"{what}, but {pounds(own.pence)} was.")
    if entry.happened_on != own.day:
        day = long_date(entry.happened_on)
        yield about(Kind.ENTRY_DAY, line, f"{what} on {day}, but it was on {long_date(own.day)}.")
    if (entry.debit, entry.credit) != (own.debit, own.credit):
        yield about(
            Kind.ENTRY_ACCOUNTS,
            line,
            f"{what} from account {entry.credit} to {entry.debit}. It goes from {own.credit} to {own.debit}.",
        )
    if entry.reverses != own.reverses:
        sentence = f"{what}, which reverses {entry.reverses or 'nothing'} instead of {own.reverses or 'nothing'}."
        yield about(Kind.REVERSAL, line, sentence)
    if entry.year != line.year:
        yield about(Kind.ENTRY_YEAR, line, f"{what} in financial year {entry.year}, but the line is of {line.year}.")
