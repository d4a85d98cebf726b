"""Reads of what a record said, by the person who wants to know what is new to them."""

from dataclasses import dataclass

from accounts.models import User
from assessments.models import Record, Revision, Transition
from assessments.states import DONE


@dataclass(frozen=True)
class Known:
    """The last version a person knows for certain, and whether by their own signature."""

    revision: Revision
    signed: bool


def last_known(record: Record, user: User) -> Known | None:
    """The version this human being signed last, else the last they wrote; None where they did neither."""
    own = record.revisions.order_by("-number")
    signed = own.filter(signatures__person__human=user.human_id).first()
    if signed is not None:
        return Known(signed, signed=True)
    wrote = own.filter(author__human=user.human_id).first()
    return Known(wrote, signed=False) if wrote is not None else None


def signed_before(record: Record, user: User) -> int | None:
    """The number of the version this human being signed, where the record says something newer now."""
    known = last_known(record, user)
    if known is None or not known.signed or known.revision.pk == record.current_revision_id:
        return None
    return known.revision.number


def reasons_between(record: Record, older: Revision, newer: Revision) -> list[Transition]:
    """Why the record went back on its way from one version to another, oldest first, with who said so."""
    moves = record.transitions.exclude(reason="").select_related("by", "revision").order_by("number")
    return [
        move
        for move in moves
        if older.number < move.revision.number <= newer.number
        or (move.revision_id == older.pk and move.from_state not in DONE)
    ]
