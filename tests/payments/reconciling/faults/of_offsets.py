"""Faults of what is taken off a payment: answers that cannot all be the bank's, with everything done that they say."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from payments.rules.reconciling import BatchFacts, Kind
from payments.rules.reconciling.facts import LineFacts, ResponseFacts, RowFacts
from tests.payments.reconciling.faults.planted import Planted, fault
from tests.payments.reconciling.sound import EFFECTS, as_attempts, entry, resealed, response
from tests.payments.reconciling.taken_off import REASONS, by_employer


def _told(facts: BatchFacts, line: LineFacts) -> set[str]:
    return {row.result for row in facts.rows if row.line == line.pk}


def _employers(facts: BatchFacts) -> list[tuple[list[LineFacts], list[LineFacts]]]:
    """Of each employer off whose payments something was taken: those that stand, and what was taken off them."""
    found = []
    for own in by_employer(facts):
        stand = [one for one in own if not one.recovery and not _told(facts, one) & {"rejected", "returned"}]
        taken = [one for one in own if one.recovery and _told(facts, one) == {"paid"}]
        if stand and taken:
            found.append((stand, taken))
    return found


@fault
def taken_off_and_returned_alone(random: Random, facts: BatchFacts) -> Planted | None:
    able = _employers(facts)
    if not able:
        return None
    line = random.choice(random.choice(able)[1])
    return Planted(answered_once_more(random, facts, [line]), Kind.RETURNED_ALONE, line.reference)


@fault
def returned_without_what_was_taken_off(random: Random, facts: BatchFacts) -> Planted | None:
    """All that an employer was paid has come back, and what was taken off it has not."""
    able = [
        (stand, taken)
        for stand, taken in _employers(facts)
        if all(_told(facts, one) == {"paid"} and not one.closed_as for one in stand)
    ]
    if not able:
        return None
    stand, taken = random.choice(able)
    return Planted(answered_once_more(random, facts, stand), Kind.OVERTAKEN, taken[0].reference)


def answered_once_more(random: Random, facts: BatchFacts, returned: list[LineFacts]) -> BatchFacts:
    """The same batch with one response more, of which all was done: these lines were returned."""
    day = max(row.happened_on for row in facts.rows)
    pk, seal = max(one.pk for one in facts.responses) + 1, max(one.pk for one in facts.seals) + 1
    rows = [RowFacts(pk, line.pk, "returned", random.choice(REASONS), line.pence, day) for line in returned]
    content = response([(facts, row) for row in rows], random)
    at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    because = {row.line: row.because for row in rows}
    lines = tuple(
        replace(one, closed_as="returned", closed_because=because[one.pk], closed_at=at) if one.pk in because else one
        for one in facts.lines
    )
    said = ResponseFacts(pk, content, hashlib.sha256(content).hexdigest(), day)
    entries = [entry(facts, line, event, day, seal) for line in returned for event in EFFECTS["returned"]]
    found = replace(facts, lines=lines, responses=(*facts.responses, said), rows=(*facts.rows, *rows))
    return resealed(as_attempts(found), [*facts.entries, *entries])


NEED_OFFSETS = frozenset({taken_off_and_returned_alone.__name__, returned_without_what_was_taken_off.__name__})
