"""The payments of a batch that are looked at closely, drawn anew from what is kept, the same each time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import AuditEvent
from payments.models import Batch, Line
from payments.rules.sampling import drawn, seed_of
from payments.states import LineKind, Sampled

LOOKED: Final = "payments.record_finding"


@dataclass(frozen=True)
class Sample:
    """`drawn` gives the number of each line and why, in the order in which they come, out of `population` payments."""

    seed: str
    population: int
    drawn: dict[int, Sampled]


def sample(batch: Batch, approved_at: datetime) -> Sample:
    """The sample of a batch that was approved: two queries. Nothing that happens later changes it."""
    lines = batch.lines.filter(kind=LineKind.PAYMENT).values_list("reference", "employer_id", "pk")
    numbers: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    for reference, employer, pk in lines:
        numbers[reference] = pk
        found.append((reference, employer))
    employers = {employer for _, employer in found}
    before = Line.objects.filter(batch__approved_at__lt=approved_at, employer__in=employers, kind=LineKind.PAYMENT)
    paid_before = set(before.order_by().values_list("employer", flat=True).distinct())
    seed = seed_of(batch.content_sha256, approved_at)
    why = drawn(seed, found, paid_before)
    return Sample(seed, len(found), {numbers[reference]: reason for reference, reason in why.items()})


def is_drawn(line: Line) -> bool:
    """Whether the line is in the sample of its batch."""
    at = line.batch.approved_at
    return at is not None and line.pk in sample(line.batch, at).drawn


def findings(lines: Iterable[int]) -> dict[int, AuditEvent]:
    """By line what was found last, with who found it: one query."""
    events = AuditEvent.objects.filter(act=LOOKED, object_type="payments.line", object_id__in=list(lines))
    return {event.object_id: event for event in events.select_related("actor").order_by("id")}
