"""What the payer took off an employer's payments against those payments: never more than they come to, and returned
only with all of them, for a bank returns what was sent as one sum."""

from collections import defaultdict
from collections.abc import Iterator

from asye.money import pounds
from payments.rules.reconciling.cells import shown
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import BatchFacts, LineFacts
from payments.rules.reconciling.in_ledger import Answers
from payments.rules.reconciling.naming import Found, about


def check(facts: BatchFacts, answers: Answers) -> Iterator[Found]:
    """Every employer of whom the payer's answers leave something taken off that it was not paid, or the reverse."""
    by_employer = defaultdict[int, list[LineFacts]](list)
    for line in facts.lines:
        by_employer[line.employer_id].append(line)
    for lines in by_employer.values():
        if any(line.recovery for line in lines):
            yield from _of_one(lines, answers)


def _of_one(lines: list[LineFacts], answers: Answers) -> Iterator[Found]:
    said = {line.pk: frozenset(answers.get(line.reference, ())) for line in lines}
    stand = [line for line in lines if not line.recovery and not said[line.pk] & {"rejected", "returned"}]
    offsets = [line for line in lines if line.recovery]
    taken = [line for line in offsets if "paid" in said[line.pk] and "returned" not in said[line.pk]]
    for line in offsets:
        if "returned" in said[line.pk] and stand:
            yield about(
                Kind.RETURNED_ALONE,
                line,
                f"The payer’s response says that line {line.reference}, which took {pounds(line.pence)} off what is "
                f"paid to {shown(line.employer)}, was returned, but line {stand[0].reference}, which it was taken off, "
                "was not.",
            )
    off, paid = sum(line.pence for line in taken), sum(line.pence for line in stand)
    if off > paid:
        yield about(
            Kind.OVERTAKEN,
            taken[0],
            f"By the payer’s responses {pounds(off)} was taken off {shown(taken[0].employer)} with line "
            f"{taken[0].reference}{' and others' if len(taken) > 1 else ''}, but the payments that it was taken off "
            f"come to {pounds(paid)}.",
        )
