"""Whether a change that was recorded by mistake can still be undone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from registrations.rules.standing import check_on_programme
from registrations.states import STANDS_ON, ChangeKind, EndReason

if TYPE_CHECKING:
    from registrations.models import Change, Registration

ENDINGS = (EndReason.WITHDRAWN, EndReason.NEVER_STARTED)


def check_can_undo(
    registration: "Registration",
    change: "Change",
    others: "Iterable[Change]",
    *,
    registered_again: bool,
    left_behind: bool,
) -> None:
    """Raises Refused where the change was undone before, or something later stands on it.

    `others` are the changes of the same registration; `registered_again`: the person has been since; `left_behind`:
    it was made in a placement that another one follows, by a move or a merger.
    """
    if change.undone_at is not None:
        raise Refused(f"This was undone on {long_date(change.undone_at)}.")
    kind = ChangeKind(change.kind)
    if kind != ChangeKind.WITHDRAWAL:
        check_on_programme(registration)
        if left_behind:
            raise Refused("They have moved to another employer since, or a move is agreed, so this cannot be undone.")
    elif registration.end_reason not in ENDINGS:
        raise Refused("This registration is not withdrawn.")
    elif registered_again:
        raise Refused("The person has been registered again since, so the withdrawal cannot be undone.")
    for other in others:
        if other.pk > change.pk and other.undone_at is None and other.kind in STANDS_ON[kind]:
            what = ChangeKind(other.kind).label.lower()
            raise Refused(
                f"A later change stands on this one: {what}, recorded on {long_date(london_date(other.made_at))}. "
                "Undo that one first."
            )


def can_undo(*args: "Registration | Change | Iterable[Change]", registered_again: bool, left_behind: bool) -> bool:
    """Whether check_can_undo would let it pass."""
    try:
        check_can_undo(*args, registered_again=registered_again, left_behind=left_behind)  # type: ignore[arg-type]
    except Refused:
        return False
    return True
