"""Whether somebody who has failed may be registered once more (E10, decision D11)."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from asye.refusals import Refused
from registrations.rules import lateness

if TYPE_CHECKING:
    from accounts.models import Employer

NEVER: Final = "never"


class AgainRules(Protocol):
    """What a programme year says of second attempts."""

    code: str
    second_attempt: str


def never(year: AgainRules) -> str:
    """The sentence for a year that allows nobody a second attempt; nothing for one in which it can be allowed."""
    return f"{year.code} allows nobody a second attempt after a fail." if year.second_attempt == NEVER else ""


def check_can_try_again(year: AgainRules) -> None:
    """Raises Refused where the year allows nobody a second attempt after a fail (E10, decision D11)."""
    if sentence := never(year):
        raise Refused(sentence)


def is_lifted(year: AgainRules, lifted: Collection[str]) -> bool:
    """Whether a caseworker has allowed this person a second attempt, in a year that leaves it to them."""
    return "E10" in lifted and not never(year)


def check_can_allow(
    swe_number: str, employer: "Employer", until: date, because: str, *, year: AgainRules, on: date
) -> None:
    """Raises Refused, with the field, unless a second attempt may be allowed there until that day, under that year."""
    check_can_try_again(year)
    lateness.check_can_allow(swe_number, employer, until, because, on=on)
