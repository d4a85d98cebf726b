"""When a year goes on with another employer: each side's day, and one boundary between the two (scenario 16)."""

from datetime import date
from typing import TYPE_CHECKING

from asye.dates import long_date
from asye.refusals import Refused
from registrations.rules.dates import FURTHEST_AHEAD_MONTHS, add_months
from registrations.states import MoveState

if TYPE_CHECKING:
    from registrations.models import Move, Placement


def overlap(leaves_on: date | None, starts_on: date | None) -> bool:
    """Whether the person would be with two employers at once."""
    return leaves_on is not None and starts_on is not None and starts_on < leaves_on


def proposed(leaves_on: date | None, starts_on: date | None) -> date | None:
    """The boundary to propose to a side: the first day with the new employer, else the first day away from the old.

    Where the two overlap the earlier day wins: the old employer is asked whether they left on the day they started.
    """
    return starts_on or leaves_on


def state_of(move: "Move") -> MoveState:
    """Where the move stands."""
    if move.called_off_at is not None:
        return MoveState.CALLED_OFF
    if move.done_at is not None:
        return MoveState.DONE
    if overlap(move.leaves_on, move.starts_on):
        return MoveState.OVERLAP
    return MoveState.LEAVING_ASKED if move.leaves_on is None else MoveState.RECEIVING_ASKED


def check_open(move: "Move") -> None:
    """Raises Refused where the move was agreed or called off."""
    if move.called_off_at is not None:
        raise Refused(f"This move was called off on {long_date(move.called_off_at)}.")
    if move.done_at is not None:
        raise Refused("Both employers have agreed to this move already.")


def is_open(move: "Move") -> bool:
    """Whether check_open would let it pass."""
    return move.called_off_at is None and move.done_at is None


def check_day(day: date, leaves: "Placement", *, today: date, field: str) -> None:
    """Raises Refused unless the person may leave, or start elsewhere, on that day.

    The first day of the placement they leave is allowed: they never worked there, and it counts as empty.
    """
    if day < leaves.starts_on:
        raise Refused(
            f"The day must be on or after the day this year began where they are now, {long_date(leaves.starts_on)}",
            field=field,
        )
    furthest = add_months(today, FURTHEST_AHEAD_MONTHS)
    if day > furthest:
        raise Refused(f"The day must be {long_date(furthest)} or earlier", field=field)
