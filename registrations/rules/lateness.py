"""For how long a late registration may be allowed (U3)."""

from datetime import date
from typing import TYPE_CHECKING, Final

from asye.dates import long_date
from asye.refusals import Refused
from registrations.rules import numbers
from registrations.rules.dates import add_months

if TYPE_CHECKING:
    from accounts.models import Employer

LONGEST_MONTHS: Final = 6


def check_can_allow(swe_number: str, employer: "Employer", until: date, because: str, *, on: date) -> None:
    """Raises Refused, with the field, unless a late registration may be allowed there until that day."""
    if not numbers.is_canonical(swe_number):
        raise ValueError("The number must be brought to its canonical form first.")
    if employer.closed_on is not None and employer.closed_on <= on:
        raise Refused(f"{employer.name} has closed. Select the employer that registers the person", field="employer")
    last = add_months(on, LONGEST_MONTHS)
    if not on <= until <= last:
        raise Refused(f"The last day must be between today and {long_date(last)}", field="until")
    if not because.strip():
        raise Refused("Enter why it is allowed", field="because")
