"""Each payment of a person once: the attempts at one slot against each other, and a line against its slot."""

from collections import defaultdict
from collections.abc import Iterator

from asye.dates import long_date
from asye.money import pounds
from payments.rules.reconciling.cells import shown
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import AttemptFacts, BatchFacts, LineFacts
from payments.rules.reconciling.naming import Found, about

BACKED = {"failed": "rejected", "returned": "returned"}


def check(facts: BatchFacts) -> Iterator[Found]:
    """Every line that pays once more what another one pays, and every line that is not of its own slot."""
    by_slot = defaultdict[int, list[AttemptFacts]](list)
    for attempt in sorted(facts.attempts, key=lambda one: one.pk):
        by_slot[attempt.slot].append(attempt)
    for line in facts.lines:
        yield from _own(line)
        if not line.recovery:
            yield from _others(line, by_slot[line.slot])


def _own(line: LineFacts) -> Iterator[Found]:
    if line.milestone != line.slot_milestone:
        yield about(
            Kind.MILESTONE,
            line,
            f"Line {line.reference} is for {shown(line.milestone)}, but the person’s payment that it settles is "
            f"{shown(line.slot_milestone)}.",
        )
    if not line.slot_open:
        sentence = f"Line {line.reference} pays {pounds(line.pence)} that was paid before this service already."
        yield about(Kind.ELSEWHERE, line, sentence)
    if not line.recovery and not line.year_starts <= line.due_on < line.year_ends:
        yield about(
            Kind.YEAR,
            line,
            f"Line {line.reference} became due on {long_date(line.due_on)}, but is charged to financial year "
            f"{line.year}.",
        )
    if line.vendor_of != line.employer_id:
        yield about(
            Kind.VENDOR,
            line,
            f"Vendor number {shown(line.vendor_number)} of line {line.reference} is not that of its employer "
            f"{shown(line.employer)}.",
        )
    if line.pence != line.rate_pence and (not line.recovery or not 0 < line.pence < line.rate_pence):
        yield about(
            Kind.AMOUNT,
            line,
            f"Line {line.reference} is of {pounds(line.pence)}, but the programme year’s amount is "
            f"{pounds(line.rate_pence)}.",
        )


def _others(line: LineFacts, attempts: list[AttemptFacts]) -> Iterator[Found]:
    own = next((one for one in attempts if one.pk == line.pk), None)
    if own is None:
        return
    earlier = [one for one in attempts if one.pk < own.pk]
    before = earlier[-1].pk if earlier else None
    if own.follows != before:
        names = {one.pk: one.reference for one in attempts}
        yield about(
            Kind.FOLLOWS,
            line,
            f"Line {line.reference} follows {_name(own.follows, names)}, but the attempt before it is "
            f"{_name(before, names)}.",
        )
    for other in attempts:
        if other.pk == own.pk:
            continue
        if not (own.closed_as or other.closed_as):
            yield about(
                Kind.TWO_LIVE,
                line,
                f"Lines {line.reference} and {other.reference} (batch {other.batch}) are both to pay the same thing.",
            )
        first, second = sorted((own, other), key=lambda one: one.pk)
        if first.in_file and second.in_file and not (_came_back(first, second) or _stands_again(first, second)):
            yield about(
                Kind.PAID_TWICE,
                line,
                f"Line {line.reference} and line {other.reference} (batch {other.batch}) are on two payment files for "
                "the same thing, and the first was not rejected, returned, recovered or cancelled before the second.",
            )


def _came_back(first: AttemptFacts, second: AttemptFacts) -> bool:
    """Whether the first attempt was over, with the payer's word for it, when the second was made."""
    return _over(first) and first.closed_at is not None and first.closed_at <= second.made_at


def _stands_again(first: AttemptFacts, second: AttemptFacts) -> bool:
    """Whether the second attempt is over and the first pays: what had brought it back was returned or a mistake."""
    return not first.closed_as and _over(second)


def _over(attempt: AttemptFacts) -> bool:
    """Whether an attempt pays nothing any more, with the payer's word for it where there has to be one."""
    answer = BACKED.get(attempt.closed_as or "")
    return bool(attempt.closed_as) and (answer is None or answer in attempt.answers)


def _name(pk: int | None, names: dict[int, str]) -> str:
    return "none" if pk is None else f"line {names.get(pk, f'number {pk}')}"
