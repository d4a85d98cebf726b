"""On which days before and after a due day people are reminded, and who: rules of domain §14 in plain Python."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from accounts import roles

STEPS: Final = (-28, -14, 0, 7, 14)  # days from the due day
OWN: Final = "own"  # told because it is their turn; the others are told because of the role they hold
TOLD_FROM: Final = {roles.COORDINATOR.key: 7, roles.SENIOR_LEAD.key: 14}  # escalation: days late
FIRST_HOUR: Final = 7  # of the London clock: nobody is written to in the night


def steps_of(because: str, *, only_late: bool = False) -> tuple[int, ...]:
    """The steps told to a person for a reason; `only_late` leaves out what is not late, which a person may ask for."""
    if because in TOLD_FROM:
        return (TOLD_FROM[because],)
    return tuple(step for step in STEPS if step > 0) if only_late else STEPS


def step_on(due: date, on: date, steps: Iterable[int]) -> int | None:
    """The latest of these steps whose day has come; None before the first.

    So a day without the service is made good on the next one, and of two steps that were missed only the later is
    told.
    """
    days = (on - due).days
    return max((step for step in steps if step <= days), default=None)


def day_of(due: date, step: int) -> date:
    """The day of a step."""
    return due + timedelta(days=step)
