"""Dates: their order, and the days on which reviews fall due."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from asye.dates import long_date
from asye.refusals import Refused

FURTHEST_AHEAD_MONTHS: Final = 6
EARLIEST: Final = date(1950, 1, 1)
FINAL_REVIEW: Final = "review_final"


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where the month is too short its last day (as PostgreSQL counts).

    29 February plus four years is 29 February; plus three years it is 28 February.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def review_label(key: str) -> str:
    """What a review point is called: "review_3" is the "3-month review", what is no review point a "Review"."""
    months = key.removeprefix("review_")
    if key == FINAL_REVIEW:
        return "Final review"
    return f"{months}-month review" if months.isascii() and months.isdigit() else "Review"


def check_order(given: Mapping[str, date | None], on: date) -> None:
    """Raises Refused for the first pair of dates in the wrong order, with the field that has to change (rule E11).

    Dates not given yet are passed over. `on` is today.
    """
    for field, sentence in order_findings(given, on):
        raise Refused(sentence, field=field)


def order_findings(given: Mapping[str, date | None], on: date) -> Iterable[tuple[str, str]]:
    """(field, sentence) of each date that is wrong beside the others or beside today, in the order they are asked."""
    qualified, registered = given.get("qualified_on"), given.get("swe_registered_from")
    employed, started = given.get("employment_start"), given.get("asye_start")
    furthest = add_months(on, FURTHEST_AHEAD_MONTHS)
    for field, noun, day in (
        ("qualified_on", "The date they qualified", qualified),
        ("swe_registered_from", "The date they were registered from", registered),
    ):
        if day and day > on:
            yield field, f"{noun} must be today or in the past"
    for field, noun, day in (
        ("employment_start", "The date their employment started", employed),
        ("asye_start", "The date their ASYE starts", started),
    ):
        if day and day > furthest:
            yield field, f"{noun} must be {long_date(furthest)} or earlier"
    if qualified and registered and registered < qualified:
        yield (
            "swe_registered_from",
            f"The date they were registered from must be on or after the date they qualified, {long_date(qualified)}",
        )
    for field, day, what in (
        ("asye_start", employed, "the date their employment started"),
        ("asye_start", registered, "the date they were registered with Social Work England"),
        ("asye_start", qualified, "the date they qualified"),
    ):
        if started and day and started < day:
            yield field, f"The date their ASYE starts must be on or after {what}, {long_date(day)}"


@dataclass(frozen=True)
class Pause:
    """Days that do not count: a deferral that is over, or an extension from the day it was recorded."""

    starts_on: date
    days: int


def shifted(due: date, pauses: Iterable[Pause]) -> date:
    """The due day after every pause that began on or before it, in order (a pause after it changes nothing)."""
    for pause in sorted(pauses, key=lambda each: (each.starts_on, each.days)):
        if pause.starts_on > due:
            break
        due += timedelta(days=pause.days)
    return due


def review_dates(
    first_day: date, review_months: Mapping[str, int], pauses: Iterable[Pause]
) -> list[tuple[str, str, date]]:
    """(key, label, due day) of each review point: first day + months + deferrals + extensions, earliest first."""
    found = list(pauses)
    return [
        (key, review_label(key), shifted(add_months(first_day, months), found))
        for key, months in sorted(review_months.items(), key=lambda item: item[1])
    ]
