"""Rules on linking a record to the standards it bears on, and on judging whether a standard is covered."""

from collections.abc import Collection
from typing import Final

from assessments.rules import passes
from assessments.standards import name_of
from assessments.states import RecordState
from asye.refusals import Refused

A_FEW: Final = 3  # a record that shows more than three standards seldom shows each of them well (peers 1.1)
LONGEST_WHY: Final = 500


def check_can_link(state: str, *, blind: bool) -> None:
    """Links may be added and taken away until the record is locked; a recommendation is no evidence."""
    if blind:
        raise Refused("A recommendation is not evidence of a standard. Link the records it rests on.")
    if state == RecordState.LOCKED:
        raise Refused("This record is locked. A co-ordinator can reopen it; then its links can change.")


def can_link(state: str, *, blind: bool) -> bool:
    """Whether check_can_link lets it pass."""
    return passes(check_can_link, state, blind=blind)


def check_link(standard: str, *, why: str, strongest: str, linked: Collection[str], to_cover: Collection[str]) -> None:
    """One link a standard of the year, with one sentence of why; beyond three, which is the strongest (scenario 6).

    `linked` are the standards the record is linked to with a reason already, `to_cover` those of the year.
    """
    if standard not in to_cover:
        raise Refused("Select a standard from the list", "standard")
    if standard in linked:
        raise Refused(f"This record is linked to {name_of(standard)} already. Select another standard", "standard")
    check_why(why)
    if (strongest or asks_for_strongest(linked)) and strongest not in {standard, *linked}:
        raise Refused("Select which of these standards the record shows best", "strongest")


def asks_for_strongest(linked: Collection[str]) -> bool:
    """Whether one more link is one too many to pass without a question."""
    return len(linked) >= A_FEW


def check_why(why: str) -> None:
    """Every link and every judgement has its reason, in at most 500 characters."""
    if not why.strip():
        raise Refused("Enter why, in one sentence", "why")
    if len(why) > LONGEST_WHY:
        raise Refused(f"The reason must be {LONGEST_WHY} characters or fewer", "why")
