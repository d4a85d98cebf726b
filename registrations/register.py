"""The Social Work England register: one question, one answer, whoever is asked.

REGISTER names who is asked: "simulator" (invented people) until a contract with the register exists.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registrations import simulator
from registrations.rules import numbers
from registrations.states import RegisterStatus

SECONDS: Final = 5
STATUSES: Final = {
    "Registered": RegisterStatus.REGISTERED,
    "Registered with conditions": RegisterStatus.REGISTERED,
    "No Longer Registered": RegisterStatus.NOT_REGISTERED,
}


class RegisterUnavailable(Exception):
    """The register did not answer, or with something that is no answer. Ask again later."""


@dataclass(frozen=True)
class Entry:
    """What the register says about one number. Nobody found: a status and nothing else."""

    number: str
    status: RegisterStatus
    name: str = ""
    registered_from: date | None = None


Ask = Callable[[str, int], tuple[int, str]]  # number and seconds to wait -> HTTP status and body
SOURCES: Final[dict[str, Ask]] = {"simulator": simulator.ask}


def look_up(number: str) -> Entry:
    """The entry of a canonical number. Raises RegisterUnavailable, and ValueError for another form of number.

    The register's ways are read here: it answers a bad question with 200 and an error inside, or with 422; both mean
    that our question was wrong, which is never taken for "not found".
    """
    if not numbers.is_canonical(number):
        raise ValueError("The register is asked for canonical numbers only.")
    try:
        status, body = _source()(number, SECONDS)
    except (TimeoutError, ConnectionError) as error:
        raise RegisterUnavailable("The register did not answer in time.") from error
    if status == 404:
        return Entry(number, RegisterStatus.NOT_FOUND)
    if status != 200:
        raise RegisterUnavailable(f"The register answered {status}.")
    return _read(number, body)


def is_simulated() -> bool:
    """Whether answers come from the register of invented people: nothing they say is true of anybody."""
    return settings.REGISTER == "simulator"


def _source() -> Ask:
    try:
        return SOURCES[settings.REGISTER]
    except KeyError:
        raise ImproperlyConfigured(
            f"The environment variable REGISTER must be one of {', '.join(SOURCES)}, not {settings.REGISTER!r}."
        ) from None


def _read(number: str, body: str) -> Entry:
    try:
        found = json.loads(body)
        if found is None or found == {}:
            return Entry(number, RegisterStatus.NOT_FOUND)
        if found.get("error") or numbers.canonical(found["registrationNumber"]) != number:
            raise RegisterUnavailable("The register answered another question.")
        status = STATUSES[found["status"].split(" - ")[0]]
        since = date.fromisoformat(found["registeredFrom"][:10])
        return Entry(number, status, " ".join(found["name"].split()), since)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise RegisterUnavailable("The register's answer cannot be read.") from error
