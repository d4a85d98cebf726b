"""Reads of what a record said, by the person who wants to know what is new to them."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import SensitiveRead, User
from assessments.models import Record, Revision, Transition
from assessments.states import DONE, RecordState


class How(StrEnum):
    """How a person knows a version."""

    SIGNED = "signed"
    RETURNED = "returned"
    WROTE = "wrote"
    READ = "read"


@dataclass(frozen=True)
class Known:
    """The last version a person knows, by its number, and how."""

    number: int
    how: How


def last_known(record: Record, user: User) -> Known | None:
    """The version this human being judged last, else the last they wrote, else what stood there when they last opened
    the record before what it says now; None where they did nothing of it."""
    judged = judged_last(record, user)
    if judged is not None:
        return judged
    numbers = record.revisions.order_by("-number").values_list("number", flat=True)
    number = numbers.filter(author__human=user.human_id).first()
    if number is not None:
        return Known(number, How.WROTE)
    if record.current_revision is None:
        return None
    opened = SensitiveRead.objects.filter(
        object_type=Record._meta.label_lower,
        object_id=record.pk,
        actor=user,
        at__lt=record.current_revision.created_at,
    ).order_by("-id")
    at = opened.values_list("at", flat=True).first()
    number = numbers.filter(created_at__lte=at).first() if at is not None else None
    return Known(number, How.READ) if number is not None else None


def judged_last(record: Record, user: User) -> Known | None:
    """The version this human being signed last or, where that is newer, sent back; None where they did neither."""
    signed = signed_last(record, user)
    sent_back = record.transitions.filter(
        from_state=RecordState.SUBMITTED, to_state=RecordState.RETURNED, by__human=user.human_id
    )
    returned = sent_back.order_by("-number").values_list("revision__number", flat=True).first()
    if returned is not None and returned > (signed or 0):
        return Known(returned, How.RETURNED)
    return None if signed is None else Known(signed, How.SIGNED)


def judged_before(record: Record, user: User) -> Known | None:
    """The same, where the record says something newer now."""
    known = judged_last(record, user)
    current = record.current_revision.number if record.current_revision else None
    return None if known is None or known.number == current else known


def signed_last(record: Record, user: User) -> int | None:
    """The number of the version this human being signed last."""
    signed = record.revisions.filter(signatures__person__human=user.human_id)
    return signed.order_by("-number").values_list("number", flat=True).first()


def signed_before(record: Record, user: User) -> int | None:
    """The same, where the record says something newer now."""
    number = signed_last(record, user)
    current = record.current_revision.number if record.current_revision else None
    return None if number == current else number


def reasons_between(record: Record, older: Revision, newer: Revision) -> list[Transition]:
    """Why the record went back on its way from one version to another, oldest first, with who said so."""
    moves = record.transitions.exclude(reason="").select_related("by", "revision").order_by("number")
    return [
        move
        for move in moves
        if older.number < move.revision.number <= newer.number
        or (move.revision_id == older.pk and move.from_state not in DONE)
    ]
