"""What may be set of a grant year: how long changed vendor details rest, how long a contact must have stood, and the
day of the final-year advance (rule P6)."""

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from asye.dates import long_date
from asye.refusals import Refused, Stale
from payments.rules import refusal

if TYPE_CHECKING:
    from payments.models import GrantYear

MOST_COOL_OFF: Final = 90
MOST_SETTLED: Final = 365
ADVANCE: Final = "final_year_advance_on"


def seen_of(year: "GrantYear") -> str:
    """SHA-256 of the settings as they stand, for a page to send back."""
    settings = (year.code, year.cool_off_days, year.contact_settled_days, year.final_year_advance_on)
    return hashlib.sha256(repr(settings).encode()).hexdigest()


def check_seen(year: "GrantYear", seen: str) -> None:
    """Raises Stale where the settings are no longer what the page showed."""
    if seen != seen_of(year):
        raise Stale(f"The settings of grant year {year.code} have changed since you opened the page.")


def check_not_over(year: "GrantYear", today: date) -> None:
    """A year that has ended stays as it is."""
    if year.ends_on <= today:
        raise Refused(f"Grant year {year.code} ended on {long_date(year.ends_on - timedelta(days=1))}, so it stays.")


def can_change(year: "GrantYear", today: date) -> bool:
    """Whether `check_not_over` would let it pass."""
    return not refusal(lambda: check_not_over(year, today))


def check_days(cool_off_days: int, contact_settled_days: int) -> None:
    """Neither is less than nothing, nor so long that nobody could be paid."""
    if not 0 <= cool_off_days <= MOST_COOL_OFF:
        raise Refused(f"The days of rest must be between 0 and {MOST_COOL_OFF}", "cool_off_days")
    if not 0 <= contact_settled_days <= MOST_SETTLED:
        raise Refused(
            f"The days a contact must have stood must be between 0 and {MOST_SETTLED}", "contact_settled_days"
        )


def check_advance(year: "GrantYear", on: date | None, today: date, *, used: bool) -> None:
    """The day of the advance is moved while it is still to come, to a day of the year that is to come. `used` is
    whether payments were made ready for it."""
    before = year.final_year_advance_on
    if on == before:
        return
    if used or (before is not None and before <= today):
        day = f"of {long_date(before)} " if before else ""
        raise Refused(f"The final-year advance {day}has become due, so its day stays", ADVANCE)
    if on is None:
        return
    if not year.starts_on <= on < year.ends_on:
        first, last = long_date(year.starts_on), long_date(year.ends_on - timedelta(days=1))
        raise Refused(f"The day of the final-year advance must be between {first} and {last}", ADVANCE)
    if on <= today:
        raise Refused("The day of the final-year advance must be in the future", ADVANCE)
