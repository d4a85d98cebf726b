"""Which facts an NQSW may ask to have corrected, and who answers."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from asye.dates import long_date
from asye.refusals import Refused
from registrations.rules import dates, names, standing
from registrations.states import State

if TYPE_CHECKING:
    from registrations.models import FactRequest, Registration

NAMES: Final = "name"  # answered by a caseworker: it touches the register and the certificate
FACTS: Final[Mapping[str, tuple[str, ...]]] = {  # by the page of the registration form that asks for them
    NAMES: ("first_name", "middle_names", "last_name", "former_name"),
    "qualified": ("qualified_on",),
    "registered": ("swe_registered_from",),
    "qualification": ("qualification",),
    "route": ("route", "route_other"),
    "employment": ("employment_start",),
    "start": ("asye_start",),
    "job-title": ("job_title", "team", "service_area"),
    "contract": ("contract",),
    "hours": ("fte_percent",),
}
DAYS: Final = frozenset({"qualified_on", "swe_registered_from", "employment_start", "asye_start"})
MOST_WORDS: Final = 1000


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a request keeps them: days as ISO dates."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a request as the columns hold them."""
    return {name: date.fromisoformat(value) if name in DAYS else value for name, value in values.items()}


def check_can_ask(registration: "Registration", key: str, was: object, wanted: object, because: str) -> None:
    """Raises Refused unless the fact is one that can be asked about, is to be another, and a reason is given."""
    if key not in FACTS or registration.state == State.REFUSED:
        raise Refused("This cannot be corrected by a request. Contact us.")
    if was == wanted:
        raise Refused("This is what we hold already. Enter what it should be")
    if not because.strip():
        raise Refused("Enter why it is wrong", field="because")


def check_is_open(request: "FactRequest") -> None:
    """Raises Refused where a request has been answered."""
    if request.answered_at is not None:
        raise Refused("This request has been answered already.")


def check_can_accept(request: "FactRequest", now_held: object, others: Mapping[str, date], on: date) -> None:
    """Raises Refused where the fact has changed since it was asked about, or dates would be in the wrong order."""
    check_is_open(request)
    if now_held != request.was:
        raise Refused("The fact has changed since this was asked. Refuse the request and say what it is now.")
    for _, sentence in dates.order_findings(others, on):
        raise Refused(f"{sentence}. Refuse the request, or have the other date corrected first.")


def asks_for_another_name(request: "FactRequest", registration: "Registration") -> bool:
    """Whether a request would give an approved registration, of which there may be records, a name of which neither the
    first nor the last word is left."""
    was, wanted = request.was, request.wanted
    return (
        request.field == NAMES
        and registration.state == State.REGISTERED
        and names.both_ends_differ(was["first_name"], was["last_name"], wanted["first_name"], wanted["last_name"])
    )


def check_same_person(request: "FactRequest", registration: "Registration", *, same_person: bool) -> None:
    """Raises Refused (field `same_person`) until whoever answers says that such a name is the same person's."""
    if asks_for_another_name(request, registration) and not same_person:
        raise Refused(
            "Confirm that this is the same person: the first and the last name are both different", field="same_person"
        )


def check_can_move_start(registration: "Registration", moved: bool) -> None:
    """Raises Refused where the first day cannot change any more: the year has ended or was carried elsewhere."""
    standing.check_not_ended(registration)
    if moved:
        first = long_date(registration.asye_start)
        raise Refused(f"They have moved since the start on {first}, so it cannot be changed here. Contact us.")
