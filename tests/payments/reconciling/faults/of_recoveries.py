"""Faults of what is asked back: of invoices, of what was paid on them, and of their entries in the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from payments.rules.reconciling import BatchFacts, Kind
from payments.rules.reconciling.facts import EntryFacts, PartFacts, RecoveryFacts
from tests.payments.reconciling.faults.planted import FAULTS, Fault, Planted, add, fault, reference_of
from tests.payments.reconciling.sound import other_id, resealed

BEFORE = frozenset(FAULTS)  # those of the modules read before this one


def entry_changed(kind: Kind, change: Callable[[EntryFacts], list[EntryFacts]]) -> Fault:
    """One entry of a recovery is another, or gone."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        own = [one for one in facts.entries if one.recovery is not None]
        if not own:
            return None
        entry = random.choice(own)
        entries = [new for one in facts.entries for new in (change(one) if one is entry else [one])]
        line = next(one.line for one in facts.recoveries if one.pk == entry.recovery)
        return Planted(resealed(facts, entries), kind, reference_of(facts, line))

    return plant


for _name, _kind, _edit in [
    ("a_penny_more", Kind.ENTRY_AMOUNT, lambda one: [replace(one, pence=one.pence + 1)]),
    ("turned_round", Kind.ENTRY_ACCOUNTS, lambda one: [replace(one, debit=one.credit, credit=one.debit)]),
    ("a_day_later", Kind.ENTRY_DAY, lambda one: [replace(one, happened_on=one.happened_on + timedelta(days=1))]),
    ("of_another_year", Kind.ENTRY_YEAR, lambda one: [replace(one, year="2024-25")]),
    ("against_another", Kind.REVERSAL, lambda one: [replace(one, reverses=other_id(one.pk))]),
    ("gone", Kind.ENTRY_MISSING, lambda one: []),
    ("twice", Kind.ENTRY_UNCAUSED, lambda one: [one, replace(one, pk=other_id(one.pk))]),
]:
    add(f"recovery_entry_{_name}", entry_changed(_kind, _edit))


@fault
def recovery_entry_of_no_recovery(random: Random, facts: BatchFacts) -> Planted | None:
    own = [one for one in facts.entries if one.recovery is not None]
    if not own:
        return None
    strange = replace(random.choice(own), pk=other_id(facts.pk), recovery=10**9)
    return Planted(resealed(facts, [*facts.entries, strange]), Kind.ENTRY_FOREIGN)


def recovery_changed(kind: Kind, change: Callable[[RecoveryFacts], RecoveryFacts | None]) -> Fault:
    """One recovery says something else."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        able = [(one, changed) for one in facts.recoveries if (changed := change(one)) is not None]
        if not able:
            return None
        one, changed = random.choice(able)
        recoveries = tuple(changed if other is one else other for other in facts.recoveries)
        return Planted(replace(facts, recoveries=recoveries), kind, reference_of(facts, one.line))

    return plant


def _one_part_more(one: RecoveryFacts) -> RecoveryFacts | None:
    if not one.parts:
        return None
    return replace(one, parts=(*one.parts, PartFacts(9, one.pence, one.parts[-1].received_on)))


add("paid_back_too_much", recovery_changed(Kind.RECOVERED, _one_part_more))
add(
    "given_up_too_much",
    recovery_changed(
        Kind.RECOVERED, lambda one: replace(one, written_off_pence=one.pence + 1) if one.written_off_on else None
    ),
)
add(
    "a_part_not_noted",
    recovery_changed(Kind.ENTRY_UNCAUSED, lambda one: replace(one, parts=one.parts[:-1]) if one.parts else None),
)


def _taken_back(change: Callable[[PartFacts], list[PartFacts]]) -> Callable[[RecoveryFacts], RecoveryFacts | None]:
    """The recovery with the part that takes another back changed."""

    def changed(one: RecoveryFacts) -> RecoveryFacts | None:
        if all(part.takes_back is None for part in one.parts):
            return None
        parts = [new for part in one.parts for new in (change(part) if part.takes_back else [part])]
        return replace(one, parts=tuple(parts))

    return changed


for _name, _change in [
    ("more_than_was_received", lambda part: [replace(part, pence=part.pence - 1)]),
    ("from_nothing", lambda part: [replace(part, takes_back=None)]),
    ("twice", lambda part: [part, replace(part, number=9)]),
]:
    add(f"taken_back_{_name}", recovery_changed(Kind.RECOVERED, _taken_back(_change)))


@fault
def taken_off_too_much(random: Random, facts: BatchFacts) -> Planted | None:
    """More came back of a line that is closed as recovered than it paid."""
    closed = [one for one in facts.lines if one.closed_as == "recovered"]
    if not closed:
        return None
    line = random.choice(closed)
    more = {**facts.taken_off, line.pk: facts.taken_off.get(line.pk, 0) + 1}
    return Planted(replace(facts, taken_off=more), Kind.RECOVERED, line.reference)


@fault
def all_of_it_back_and_still_paid(random: Random, facts: BatchFacts) -> Planted | None:
    paid = {row.line for row in facts.rows}
    able = [one for one in facts.lines if one.pk in paid and not one.closed_as and not facts.back_of(one)]
    if not able:
        return None
    line = random.choice(able)
    back = {**facts.taken_off, line.pk: line.pence}
    return Planted(replace(facts, taken_off=back), Kind.WITHOUT_EFFECT, line.reference)


# Those that have no place where nothing was asked back or has come back.
NEED_INVOICES = frozenset(FAULTS) - BEFORE - {"all_of_it_back_and_still_paid"}
