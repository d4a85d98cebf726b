"""When an answer of the register is too old: registrations are renewed from 1 September to 30 November (rule E13)."""

from datetime import date, timedelta
from typing import Final

CHECKED_FROM: Final = (12, 1)  # month and day: who has not renewed is gone from the register in December
CHECKED_UNTIL: Final = (9, 1)  # from here on the next renewals are open, and the last ones no longer matter
FRESH_FOR: Final = timedelta(days=28)  # how old an answer may be when an outcome is confirmed


def last_closed(on: date) -> date:
    """The day after the last renewals that had closed by `on`: a 1 December."""
    this_year = date(on.year, *CHECKED_FROM)
    return this_year if on >= this_year else date(on.year - 1, *CHECKED_FROM)


def period(on: date) -> str:
    """The year whose renewals are to be checked on a day, like "2026"; empty while the next ones are open."""
    if date(on.year, *CHECKED_UNTIL) <= on < date(on.year, *CHECKED_FROM):
        return ""
    return str(last_closed(on).year)


def is_outdated(checked_on: date, on: date) -> bool:
    """Whether renewals have closed since a check, so that the person may have lapsed."""
    return checked_on < last_closed(on)


def needs_check(checked_on: date | None, on: date) -> bool:
    """Whether the register has to be asked again before an outcome is confirmed. `checked_on`: the newest answer."""
    return checked_on is None or is_outdated(checked_on, on) or on - checked_on > FRESH_FOR
