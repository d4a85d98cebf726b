"""Rules on concerns and support plans, in pairs: check_can_x raises with a sentence for the person, can_x answers."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from assessments.rules import check_reason, passes
from assessments.states.concerns import AFTER_SUPPORT, ConcernResult, ConcernState
from asye.dates import long_date
from asye.refusals import Refused

# A fail is to be no surprise (domain 12, stated). That a concern and its support should be recorded before this month
# of the year is inferred there, so it is pointed out and never refused.
FORESEEN_MONTHS: Final = 9
SUPPORT_NEXT: Final = (
    "This review says that practice is at risk of not meeting the standards. Agree a support plan with dates: until "
    "there is one, the next review cannot be signed."
)


def check_can_raise(*, talked_on: date, started_on: date, today: date) -> None:
    """A concern is raised after it was talked about with the NQSW, in their year."""
    if talked_on > today:
        raise Refused("The day you talked about it must be today or in the past", "talked_on")
    if talked_on < started_on:
        raise Refused(
            f"The day you talked about it must be {long_date(started_on)}, when the ASYE started, or later", "talked_on"
        )


def check_words(words: str, sentence: str, field: str) -> None:
    """Some acts need words, at most 2,000 characters of them."""
    check_reason(words, sentence, field)


def check_can_plan(state: str) -> None:
    """One support plan at a time, while the concern is open."""
    if state == ConcernState.CLOSED:
        raise Refused("This concern is closed. Raise another one if something new has come up.")
    if state == ConcernState.PLANNED:
        raise Refused("Support has been agreed already. Review it first; then more can be agreed.")


def can_plan(state: str) -> bool:
    """Whether check_can_plan lets it pass."""
    return passes(check_can_plan, state)


def check_plan_dates(
    *, starts_on: date, review_by: date, talked_on: date, today: date, next_review: tuple[str, date] | None
) -> None:
    """Support is looked at after it began, not in the past, and before the next review of the year.

    `next_review` is the name and day of that review, None after the last one.
    """
    if starts_on < talked_on:
        raise Refused(
            f"The day the support starts must be {long_date(talked_on)}, when you talked about it, or later",
            "starts_on",
        )
    if review_by < today:
        raise Refused("The day by which you look at it must be today or in the future", "review_by")
    if review_by < starts_on:
        raise Refused("The day by which you look at it must be on or after the day the support starts", "review_by")
    if next_review and review_by >= next_review[1]:
        name, day = next_review
        raise Refused(
            f"The day by which you look at it must be before the {_inside(name)}, which is due on {long_date(day)}",
            "review_by",
        )


def check_can_review(state: str) -> None:
    """A support plan is reviewed once."""
    if state != ConcernState.PLANNED:
        raise Refused("There is no support plan of this concern that waits for its review.")


def can_review(state: str) -> bool:
    """Whether check_can_review lets it pass."""
    return passes(check_can_review, state)


def check_can_close(state: str) -> None:
    """A concern is closed once, and not while support waits for its review."""
    if state == ConcernState.CLOSED:
        raise Refused("This concern has been closed already.")
    if state == ConcernState.PLANNED:
        raise Refused("Review the support first; then the concern can be closed.")


def can_close(state: str) -> bool:
    """Whether check_can_close lets it pass."""
    return passes(check_can_close, state)


def check_result(state: str, result: str) -> None:
    """Whether support settled a concern is said only once support was given and reviewed."""
    if result not in ConcernResult.values:
        raise Refused("Select how the concern ended", "result")
    if result in AFTER_SUPPORT and state == ConcernState.OPEN:
        raise Refused("Agree support and review it first; then you can say whether it settled the concern", "result")


def results_open_to(state: str) -> list[ConcernResult]:
    """How a concern in this state may end."""
    return [one for one in ConcernResult if passes(check_result, state, one)]


def check_can_add(state: str) -> None:
    """Words are added until a concern is closed."""
    if state == ConcernState.CLOSED:
        raise Refused("This concern is closed, so nothing can be added to it.")


def can_add(state: str) -> bool:
    """Whether check_can_add lets it pass."""
    return passes(check_can_add, state)


def check_support_planned(waiting: Sequence[str]) -> None:
    """A review is agreed only once support with dates is planned for what an earlier review raised. `waiting` are the
    names of the reviews that have no plan yet."""
    if waiting:
        raise Refused(support_wanted(waiting))


def support_wanted(waiting: Sequence[str]) -> str:
    """What has to be done before the review can be signed."""
    names = " and the ".join(_inside(name) for name in waiting)
    says = "says" if len(waiting) == 1 else "say"
    return (
        f"The {names} {says} that practice is at risk of not meeting the standards. Agree a support plan with dates "
        "first; then this review can be signed."
    )


def unforeseen(
    *,
    deadline: date,
    raised: Sequence[date],
    planned: Sequence[date],
    recommended_on: date | None = None,
    where: str = "",
) -> str:
    """Why a fail would come as a surprise; "" where a concern and its support were recorded before `deadline`, the day
    on which month FORESEEN_MONTHS of the year is complete, and before the day of the recommendation, if there is one.

    `where`, such as " at Northshire", is said where only the concerns of one of several employers are looked at.
    """
    raised = [day for day in raised if recommended_on is None or day < recommended_on]
    planned = [day for day in planned if recommended_on is None or day < recommended_on]
    in_time = [day for day in raised if day < deadline]
    if not raised:
        return f"No concern was recorded{where} before this recommendation."
    if not in_time:
        return (
            f"The first concern was recorded{where} on {long_date(min(raised))}, after month {FORESEEN_MONTHS} of the "
            f"year ({long_date(deadline)})."
        )
    if not [day for day in planned if day < deadline]:
        return (
            f"A concern was recorded{where} on {long_date(min(raised))}, but no support was agreed by the end of month "
            f"{FORESEEN_MONTHS} of the year ({long_date(deadline)})."
        )
    return ""


def _inside(name: str) -> str:
    """A review's name as it stands inside a sentence."""
    return name[:1].lower() + name[1:]
