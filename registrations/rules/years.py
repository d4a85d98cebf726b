"""What makes a programme year ready to be opened (decision D4)."""

import re
from collections.abc import Set as AbstractSet
from datetime import date
from typing import TYPE_CHECKING

from asye.refusals import Refused
from registrations.states import Milestone

if TYPE_CHECKING:
    from registrations.models import ProgrammeYear

CANNOT_HAPPEN = "cannot_happen"
CHOICES = {
    "on_fail": "whether a fail earns the second payment",
    "on_withdrawal": "what a withdrawal does to the first payment",
    "on_move": "which employer is paid after a move",
    "certificate_issuer": "who issues the certificates",
}


def check_code(code: str, window_from: date) -> None:
    """Raises Refused unless the code is like 2026-27 and begins in the year of the window."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", code)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]) or int(match[1]) != window_from.year:
        raise Refused("The code of a programme year must be like 2026-27 and begin in the year it opens", field="code")


def check_is_draft(year: "ProgrammeYear") -> None:
    """Raises Refused once the year is published."""
    if year.published_at is not None:
        raise Refused(f"{year} is published and cannot be changed. Draft a new version.")


def check_can_publish(year: "ProgrammeYear", milestones: AbstractSet[str], *, human_id: int, on: date) -> None:
    """Raises Refused unless every choice and amount is there and somebody else drafted the year.

    "Can no longer happen" is a choice only for a year whose window is over.
    """
    check_is_draft(year)
    missing = [words for field, words in CHOICES.items() if not getattr(year, field)]
    if missing:
        raise Refused(f"Before {year.code} is published, choose " + ", ".join(missing) + ".")
    still = [words for field, words in CHOICES.items() if getattr(year, field) == CANNOT_HAPPEN]
    if still and on <= year.window_to:
        raise Refused(f"{year.code} is not over, so it needs a real choice of " + ", ".join(still) + ".")
    if missing_amounts := set(Milestone.values) - milestones:
        raise Refused(f"Before {year.code} is published, give the amount for: " + ", ".join(sorted(missing_amounts)))
    if year.drafted_human_id == human_id:
        raise Refused("You drafted this programme year, so another person has to publish it.")
