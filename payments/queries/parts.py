"""Reads of what was recorded as received on invoices, and of what of it was a mistake."""

from django.db.models import Q, QuerySet

from payments.models import Line, PartReversal, Recovery, RecoveryPart
from payments.states import ClosedAs, LineKind


def parts_of(recovery: Recovery) -> QuerySet[RecoveryPart]:
    """What was recorded, in order, with who and what is asked of it: two queries, however many parts."""
    people = ("recorded_by", "reversal__part", "reversal__asked_by")
    return recovery.parts.select_related(*people).prefetch_related("reversals__asked_by", "reversals__done")


def standing_reversal(part: RecoveryPart) -> PartReversal | None:
    """The request to take it back that stands: it waits, or was approved."""
    return next((one for one in part.reversals.all() if one.refused_at is None), None)


def made_again(line: Line) -> Line | None:
    """The first line that was made for the same person and milestone once all of this one had come back."""
    if line.closed_as != ClosedAs.RECOVERED:
        return None
    later = Q(slot=line.slot_id, kind=LineKind.PAYMENT, pk__gt=line.pk)
    return Line.objects.filter(later).order_by("pk").first()


def to_decide(human: int) -> QuerySet[PartReversal]:
    """Requests of other humans that wait, the oldest first."""
    waiting = PartReversal.objects.filter(refused_at__isnull=True, done__isnull=True)
    return waiting.exclude(Q(asked_human=human) | Q(asked_by__human=human)).order_by("pk")
