"""Faults of the lines of a batch and of the slots that they settle."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from payments.rules.reconciling import BatchFacts, Kind
from payments.rules.reconciling.facts import AttemptFacts, LineFacts
from tests.payments.reconciling.faults.planted import Fault, Planted, add, beside, fault
from tests.payments.reconciling.sound import resealed

RETURNED = frozenset({"paid", "returned"})


def line_changed(
    kind: Kind, change: Callable[[LineFacts], dict[str, Any]], fits: Callable[[LineFacts], bool] = lambda line: True
) -> Fault:
    """One line says something else than it did."""

    def plant(random: Random, facts: BatchFacts) -> Planted | None:
        fitting = [line for line in facts.lines if fits(line)]
        if not fitting:
            return None
        line = random.choice(fitting)
        changed = change(line)
        lines = tuple(replace(one, **changed) if one is line else one for one in facts.lines)
        others = beside(facts, line.reference) if "pence" in changed else frozenset[str]()
        return Planted(replace(facts, lines=lines), kind, line.reference, others)

    return plant


def _in_file(kind: Kind, change: Callable[[LineFacts], dict[str, Any]]) -> Fault:
    planted = line_changed(kind, change)
    return lambda random, facts: planted(random, facts) if facts.file else None


def _open(line: LineFacts) -> bool:
    return line.closed_as is None


def _ended(line: LineFacts) -> bool:
    return line.closed_as not in (None, "recovered")


def _ended_by_the_payer(line: LineFacts) -> bool:
    return line.closed_as in ("failed", "returned")


def _closing(line: LineFacts, closed_as: str) -> dict[str, Any]:
    return {"closed_as": closed_as, "closed_because": "Somebody said so.", "closed_at": line.closed_at}


for _name, _fault in {
    "line_a_penny_more": _in_file(
        Kind.AMOUNT, lambda line: {"pence": line.pence + 1, "rate_pence": line.rate_pence + 1}
    ),
    "line_off_its_rate": line_changed(Kind.AMOUNT, lambda line: {"rate_pence": line.pence - 1}),
    "line_of_another_employer": _in_file(Kind.EMPLOYER, lambda line: {"employer": f"{line.employer} Ltd"}),
    "line_with_another_vendor_number": _in_file(Kind.VENDOR, lambda line: {"vendor_number": "VN99999"}),
    "line_with_a_strange_vendor_number": line_changed(Kind.VENDOR, lambda line: {"vendor_of": line.vendor_of + 1}),
    "line_of_another_year": _in_file(Kind.YEAR, lambda line: {"year": "2024-25"}),
    "line_due_in_another_year": line_changed(
        Kind.YEAR, lambda line: {"due_on": line.year_ends}, lambda line: not line.recovery
    ),
    "line_of_another_milestone": line_changed(Kind.MILESTONE, lambda line: {"slot_milestone": "another"}),
    "line_paid_elsewhere": line_changed(Kind.ELSEWHERE, lambda line: {"slot_open": False}),
    "line_closed_as_failed": line_changed(Kind.CLOSED, lambda line: _closing(line, "failed"), _open),
    "line_closed_as_returned": line_changed(Kind.CLOSED, lambda line: _closing(line, "returned"), _open),
    "line_closed_as_cancelled": line_changed(Kind.CLOSED, lambda line: _closing(line, "cancelled"), _open),
    "line_closed_as_recovered": line_changed(Kind.CLOSED, lambda line: _closing(line, "recovered"), _open),
    "line_opened_again": line_changed(
        Kind.WITHOUT_EFFECT, lambda line: {"closed_as": None, "closed_at": None}, lambda line: not _open(line)
    ),
    "line_closed_another_way": line_changed(Kind.CLOSED, lambda line: _closing(line, "recovered"), _ended),
    "line_closed_for_another_reason": line_changed(
        Kind.REASON, lambda line: {"closed_because": "Another one"}, _ended_by_the_payer
    ),
    "line_closed_on_another_day": line_changed(
        Kind.DAY, lambda line: {"closed_at": line.closed_at + timedelta(days=1)}, _ended
    ),
}.items():
    add(_name, _fault)


@fault
def line_gone(random: Random, facts: BatchFacts) -> Planted | None:
    if facts.file is None:
        return None
    line = random.choice(facts.lines)
    recoveries = {one.pk for one in facts.recoveries if one.line == line.pk}
    entries = [one for one in facts.entries if one.line != line.pk and one.recovery not in recoveries]
    gone = replace(
        facts,
        lines=tuple(one for one in facts.lines if one is not line),
        rows=tuple(one for one in facts.rows if one.line != line.pk),
        recoveries=tuple(one for one in facts.recoveries if one.pk not in recoveries),
    )
    return Planted(resealed(gone, entries), Kind.UNKNOWN, line.reference, beside(facts, line.reference))


@fault
def line_put_in(random: Random, facts: BatchFacts) -> Planted | None:
    """A line nobody approved stands in the batch, with everything but a row in the file."""
    if facts.file is None:
        return None
    line = replace(random.choice(facts.lines), pk=10**8, reference=f"L{random.getrandbits(76):019X}", slot=10**8)
    more = replace(facts, lines=(*facts.lines, line))
    return Planted(more, Kind.DROPPED, line.reference, beside(more, line.reference))


def _with_another_attempt(
    random: Random, facts: BatchFacts, kind: Kind, change: Callable[[AttemptFacts], AttemptFacts]
) -> Planted | None:
    lines, slots = {line.pk for line in facts.lines}, [one.slot for one in facts.attempts]
    alone = [one for one in facts.attempts if one.pk in lines and slots.count(one.slot) == 1]
    alone = [one for one in alone if facts.file is not None or kind is not Kind.PAID_TWICE]
    alone = [one for one in alone if one.closed_as is None or kind is not Kind.TWO_LIVE]
    if not alone:
        return None
    own = random.choice(alone)
    other = change(
        replace(own, pk=own.pk - 60, reference=f"L{random.getrandbits(76):019X}", batch="B00003", closed_as=None)
    )
    following = replace(own, follows=other.pk)
    kept = tuple(following if one is own else one for one in facts.attempts)
    return Planted(replace(facts, attempts=(*kept, other)), kind, own.reference)


@fault
def two_live(random: Random, facts: BatchFacts) -> Planted | None:
    return _with_another_attempt(random, facts, Kind.TWO_LIVE, lambda other: replace(other, in_file=False))


@fault
def paid_twice(random: Random, facts: BatchFacts) -> Planted | None:
    """Both are on a file, and the first was closed only after the second was made."""

    def late(other: AttemptFacts) -> AttemptFacts:
        return replace(other, closed_as="returned", closed_at=other.made_at + timedelta(days=9), answers=RETURNED)

    return _with_another_attempt(random, facts, Kind.PAID_TWICE, late)


@fault
def paid_twice_without_the_payers_word(random: Random, facts: BatchFacts) -> Planted | None:
    """The first was closed as returned in time, but no answer says so."""

    def unsaid(other: AttemptFacts) -> AttemptFacts:
        return replace(other, closed_as="returned", closed_at=other.made_at, answers=frozenset({"paid"}))

    return _with_another_attempt(random, facts, Kind.PAID_TWICE, unsaid)


@fault
def follows_another(random: Random, facts: BatchFacts) -> Planted | None:
    own = [one for one in facts.attempts if one.reference in {line.reference for line in facts.lines}]
    if not own:
        return None
    one = random.choice(own)
    changed = replace(one, follows=None if one.follows else 4)
    kept = tuple(changed if other is one else other for other in facts.attempts)
    return Planted(replace(facts, attempts=kept), Kind.FOLLOWS, one.reference)


@fault
def batch_gone(random: Random, facts: BatchFacts) -> Planted | None:
    return Planted(replace(facts, there=False), Kind.GONE)
