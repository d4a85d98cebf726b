"""A register of invented people that answers like the real one, its odd ways included.

The people stand in simulated_register.csv; REGISTER_SIMULATOR_FILE may name another file of the same columns. The
column `manner` says how the register answers for a number:

    (empty)     200 and the entry            lapsed, removed   200, "No Longer Registered - ..."
    invalid     200, but an error inside     unprocessable     422, as for something that is no number
    slow        no answer in time            dropped           the connection breaks off
    broken      200 and half an answer

A number that is not in the file is not found: 404 when it is odd, 200 and an empty object when it is even.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

BUILT_IN: Final = Path(__file__).with_name("simulated_register.csv")
GONE: Final = {"lapsed": "No Longer Registered - Failed to Renew", "removed": "No Longer Registered - Removed"}
INVALID: Final = json.dumps({"error": "Invalid request"})


@dataclass(frozen=True)
class Person:
    """One line of the file. `last_name` and `first_name` are as the register spells them."""

    number: str
    first_name: str
    last_name: str
    registered_from: date
    manner: str

    @property
    def is_plain(self) -> bool:
        """Whether the register answers with a live entry."""
        return not self.manner


@cache
def people(path: Path = BUILT_IN) -> tuple[Person, ...]:
    """Everybody in the register, in the file's order. Plain ones come first."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Person(
                row["number"],
                row["first_name"],
                row["last_name"],
                date.fromisoformat(row["registered_from"]),
                row["manner"],
            )
            for row in csv.DictReader(file)
        )


def ask(number: str, seconds: int) -> tuple[int, str]:
    """HTTP status and body as the register would give them; raises TimeoutError and ConnectionError likewise."""
    path = Path(settings.REGISTER_SIMULATOR_FILE) if settings.REGISTER_SIMULATOR_FILE else BUILT_IN
    found = next((person for person in people(path) if person.number == number), None)
    if found is None:
        return (404, "") if int(number[2:]) % 2 else (200, "{}")
    if found.manner == "slow":
        raise TimeoutError(f"no answer in {seconds} seconds")
    if found.manner == "dropped":
        raise ConnectionResetError("connection reset by peer")
    if found.manner == "unprocessable":
        return 422, json.dumps({"detail": "registrationNumber is not a number"})
    if found.manner == "invalid":
        return 200, INVALID
    body = json.dumps(_entry(found), ensure_ascii=False)
    return 200, body[: len(body) // 2] if found.manner == "broken" else body


def _entry(person: Person) -> dict[str, str]:
    return {
        "registrationNumber": person.number,
        "name": f"{person.first_name}  {person.last_name}",  # two spaces, as the real one sends
        "status": GONE.get(person.manner, "Registered"),
        "registeredFrom": f"{person.registered_from.isoformat()}T00:00:00",
        "townOfEmployment": "",
    }
