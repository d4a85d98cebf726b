"""Faults of the ledger: its entries and the seals over them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from payments.rules.reconciling import BatchFacts, Kind
from payments.rules.reconciling.facts import EntryFacts
from tests.payments.reconciling.faults.planted import Fault, Planted, add, fault, reference_of
from tests.payments.reconciling.sound import entry, other_id, resealed


def _with_entries(random: Random, facts: BatchFacts, entries: list[EntryFacts]) -> BatchFacts:
    return resealed(facts, entries) if random.random() < 0.5 else replace(facts, entries=tuple(entries))


def _of_lines(facts: BatchFacts) -> list[EntryFacts]:
    return [one for one in facts.entries if one.recovery is None]


def entry_changed(kind: Kind, change: Callable[[EntryFacts], EntryFacts]) -> Fault:
    """One entry says something else."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        own = _of_lines(facts)
        if not own:
            return None
        entries = list(facts.entries)
        at = entries.index(random.choice(own))
        line = next(line for line in facts.lines if line.pk == entries[at].line)
        entries[at] = change(entries[at])
        return Planted(_with_entries(random, facts, entries), kind, line.reference)

    return plant


def _another(account: str) -> str:
    name, _, rest = account.partition(":")
    return f"owed_to_employer:{int(rest) + 1}" if name == "owed_to_employer" else "grant_budget:2024-25"


for _name, _kind, _edit in [
    ("entry_a_penny_more", Kind.ENTRY_AMOUNT, lambda one: replace(one, pence=one.pence + 1)),
    ("entry_a_penny_less", Kind.ENTRY_AMOUNT, lambda one: replace(one, pence=one.pence - 1)),
    ("entry_turned_round", Kind.ENTRY_ACCOUNTS, lambda one: replace(one, debit=one.credit, credit=one.debit)),
    ("entry_to_another_account", Kind.ENTRY_ACCOUNTS, lambda one: replace(one, debit=_another(one.debit))),
    ("entry_from_another_account", Kind.ENTRY_ACCOUNTS, lambda one: replace(one, credit=_another(one.credit))),
    ("entry_a_day_later", Kind.ENTRY_DAY, lambda one: replace(one, happened_on=one.happened_on + timedelta(days=1))),
    ("entry_a_day_earlier", Kind.ENTRY_DAY, lambda one: replace(one, happened_on=one.happened_on - timedelta(days=1))),
    ("entry_of_another_year", Kind.ENTRY_YEAR, lambda one: replace(one, year="2024-25")),
    ("entry_with_another_number", Kind.ENTRY_ID, lambda one: replace(one, pk=other_id(one.pk))),
    ("entry_of_another_event", Kind.ENTRY_MISSING, lambda one: replace(one, event="invented")),
    ("entry_reverses_another", Kind.REVERSAL, lambda one: replace(one, reverses=other_id(one.pk))),
    ("entry_under_another_batch", Kind.ENTRY_FOREIGN, lambda one: replace(one, batch=one.batch + 1)),
]:
    add(_name, entry_changed(_kind, _edit))


@fault
def entry_gone(random: Random, facts: BatchFacts) -> Planted | None:
    own = _of_lines(facts)
    if not own:
        return None
    gone = random.choice(own)
    entries = [one for one in facts.entries if one is not gone]
    return Planted(_with_entries(random, facts, entries), Kind.ENTRY_MISSING, reference_of(facts, gone.line))


@fault
def entry_twice(random: Random, facts: BatchFacts) -> Planted | None:
    own = _of_lines(facts)
    if not own:
        return None
    one = random.choice(own)
    entries = [*facts.entries, replace(one, pk=other_id(one.pk))]
    return Planted(_with_entries(random, facts, entries), Kind.ENTRY_DOUBLED, reference_of(facts, one.line))


@fault
def entry_of_a_payment_nobody_made(random: Random, facts: BatchFacts) -> Planted | None:
    """Money is entered as paid of a line that the payer has not answered."""
    answered = {row.line for row in facts.rows}
    waiting = [line for line in facts.lines if line.pk not in answered]
    if not waiting:
        return None
    line = random.choice(waiting)
    made = entry(facts, line, "paid", line.due_on, facts.pk * 10 + 9)
    return Planted(_with_entries(random, facts, [*facts.entries, made]), Kind.ENTRY_UNCAUSED, line.reference)


@fault
def reversal_of_nothing(random: Random, facts: BatchFacts) -> Planted | None:
    """What an entry of a line reverses is taken away."""
    reversing = [one for one in facts.entries if one.line and one.event.endswith("_reversed")]
    if not reversing:
        return None
    one = random.choice(reversing)
    entries = [other for other in facts.entries if other.pk != one.reverses]
    return Planted(_with_entries(random, facts, entries), Kind.REVERSAL, reference_of(facts, one.line))


@fault
def entry_of_no_line(random: Random, facts: BatchFacts) -> Planted | None:
    own = _of_lines(facts)
    if not own:
        return None
    one = random.choice(own)
    strange = replace(one, pk=other_id(one.pk), line=10**9)
    return Planted(_with_entries(random, facts, [*facts.entries, strange]), Kind.ENTRY_FOREIGN, "number 1000000000")


def seal_changed(change: Callable[[Any], list[Any]]) -> Fault:
    """One seal is another, or gone."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        if not facts.seals:
            return None
        seals = list(facts.seals)
        at = random.randrange(len(seals))
        return Planted(replace(facts, seals=(*seals[:at], *change(seals[at]), *seals[at + 1 :])), Kind.SEAL)

    return plant


for _name, _change in {
    "digest": lambda seal: [replace(seal, digest=seal.digest[::-1])],
    "count": lambda seal: [replace(seal, entry_count=seal.entry_count + 1)],
    "number": lambda seal: [replace(seal, number=seal.number + 7)],
    "gone": lambda seal: [],
}.items():
    add(f"seal_{_name}", seal_changed(_change))
