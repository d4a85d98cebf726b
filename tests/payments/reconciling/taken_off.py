"""What is taken off an employer's payments, in batches in which everything agrees: never more than it is paid, and
returned only with all of that."""

from dataclasses import replace
from datetime import date
from random import Random

from payments.rules.reconciling.facts import BatchFacts, LineFacts, RowFacts

REASONS = ["No such account", "Account closed, see note", 'Returned as "unknown"', "Payee’s name differs"]


def taken_off_another(random: Random, line: LineFacts, lines: tuple[LineFacts, ...]) -> LineFacts:
    """A recovery, more often than not, of an employer that is paid something in the same batch."""
    payments = [one for one in lines if not one.recovery]
    if not line.recovery or not payments or random.random() < 0.2:
        return line
    of = random.choice(payments)
    return replace(
        line, employer_id=of.employer_id, employer=of.employer, vendor_number=of.vendor_number, vendor_of=of.vendor_of
    )


def by_employer(facts: BatchFacts) -> list[list[LineFacts]]:
    """The lines, those of one employer together."""
    return [
        [line for line in facts.lines if line.employer_id == employer]
        for employer in dict.fromkeys(line.employer_id for line in facts.lines)
    ]


def with_offsets(
    random: Random, own: list[LineFacts], rows: list[RowFacts], news: list[RowFacts], *, number: int, day: date
) -> list[RowFacts]:
    """What is answered of one employer's lines: nothing that takes more off than is paid; now and then all that was
    paid, less what was taken off, comes back as one sum."""
    pks = {line.pk for line in own}
    news = [row for row in news if row.line in pks]
    told = {pk: {row.result for row in rows if row.line == pk} for pk in pks}
    paid = [line for line in own if told[line.pk] == {"paid"}]
    over = all(told[line.pk] for line in own if not line.recovery)
    if any(line.recovery for line in paid) and over and random.random() < 0.5:
        return [RowFacts(number, line.pk, "returned", random.choice(REASONS), line.pence, day) for line in paid]
    return news if _fits(own, [*rows, *news]) else []


def _fits(own: list[LineFacts], rows: list[RowFacts]) -> bool:
    said = {(row.line, row.result) for row in rows}
    back = {pk for pk, result in said if result != "paid"}
    stand = sum(line.pence for line in own if not line.recovery and line.pk not in back)
    offsets = [line for line in own if line.recovery]
    off = sum(line.pence for line in offsets if (line.pk, "paid") in said and line.pk not in back)
    return off <= stand and not (stand and any((line.pk, "returned") in said for line in offsets))
