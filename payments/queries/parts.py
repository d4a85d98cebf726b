"""Reads of what was recorded as received on invoices, and of what of it was a mistake."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from payments.models import Entitlement, Line, PartReversal, Recovery, RecoveryPart
from payments.queries.merged import PERSON
from payments.states import ClosedAs


def parts_of(recovery: Recovery) -> QuerySet[RecoveryPart]:
    """What was recorded, in order, with who and what is asked of it: two queries, however many parts."""
    people = ("recorded_by", "reversal__part", "reversal__asked_by")
    return recovery.parts.select_related(*people).prefetch_related("reversals__asked_by", "reversals__done")


def standing_reversal(part: RecoveryPart) -> PartReversal | None:
    """The request to take it back that stands: it waits, or was approved."""
    return next((one for one in part.reversals.all() if one.refused_at is None), None)


def made_again(line: Line) -> Line | None:
    """The payment that was made for the same person and milestone once all of this one had come back, and stands."""
    return made_again_of([line]).get(line.pk)


def made_again_of(lines: Iterable[Line]) -> dict[int, Line]:
    """By the number of a line all of which has come back: the payment, with its batch, that was made since for the same
    person and milestone, under whichever record, and stands: one that failed or was cancelled pays nothing.

    Two queries, none where nothing has come back."""
    closed = [line for line in lines if line.closed_as == ClosedAs.RECOVERED]
    if not closed:
        return {}
    slots = Entitlement.objects.filter(pk__in={line.slot_id for line in closed})
    person_of = dict(slots.values_list("pk", Coalesce("person__merged_into", "person")))
    people = set(person_of.values())
    theirs = Q(slot__person__in=people) | Q(slot__person__merged_into__in=people)
    stand: dict[tuple[int, str], list[Line]] = {}
    for one in Line.objects.live().filter(theirs).annotate(who=PERSON).select_related("batch").order_by("pk"):
        stand.setdefault((one.who, one.milestone), []).append(one)
    found = {}
    for line in closed:
        since = (one for one in stand.get((person_of[line.slot_id], line.milestone), []) if _since(line, one))
        if again := next(since, None):
            found[line.pk] = again
    return found


def _since(line: Line, other: Line) -> bool:
    """Whether another line was made once this one had been closed: what stood before that was paid beside it."""
    return line.closed_at is not None and other.made_at >= line.closed_at


def to_decide(human: int) -> QuerySet[PartReversal]:
    """Requests of other humans that wait, the oldest first."""
    waiting = PartReversal.objects.filter(refused_at__isnull=True, done__isnull=True)
    return waiting.exclude(Q(asked_human=human) | Q(asked_by__human=human)).order_by("pk")
