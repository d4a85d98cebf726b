"""A register of invented people that answers like the real one, its odd ways included.

The people stand in simulated_register.csv; REGISTER_SIMULATOR_FILE may name another file of the same columns. The
column `manner` says how the register answers for a number:

    (empty)        200 and the entry of somebody who is registered
    left           200, "No Longer Registered", with `comma` behind a comma; a reason behind a dash is added by `lapsed`
                   (failed to renew), `voluntary`, `deceased`, `cpd` and `removed`
    invalid        200, but the words "Invalid Request"          unprocessable  422, as for something that is no number
    nobody         200 and an empty body                         vanished       204
    fault          500                                           busy           503
    elsewhere      404 from something that is not the register   moved          302
    html           200 and a page                                types          200 and an entry of wrong types
    list           200 and a list of entries                     other          200 and somebody else's entry
    nameless       200 and an entry without a name               status         200 and a status nobody has heard of
    contradiction  200, removed by one word, registered by another
    slow           no answer in time                             drip           a byte now and then
    dropped        the connection breaks off                     broken         half an answer, then nothing
    half           half an answer that claims to be whole

A number that is not in the file is not found: 404 and a sentence when it is odd, 200 and an empty object when it is
even. `ask` answers within the process; registrations/simulator_server.py answers the same over HTTP.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from registrations.register_http import Reply

BUILT_IN: Final = Path(__file__).with_name("simulated_register.csv")
GONE: Final = {
    "left": "No Longer Registered",
    "comma": "No Longer Registered,",
    "lapsed": "No Longer Registered - Failed to Renew",
    "voluntary": "No Longer Registered - Voluntary Removal",
    "deceased": "No Longer Registered - Deceased",
    "cpd": "No Longer Registered - Failed to meet CPD requirements",
    "removed": "No Longer Registered - Removed",
}
NOBODY: Final = Reply(404, b'"No SocialWorker found with this ID"')
PAGE: Final = b"<!DOCTYPE html><html><title>Bad gateway</title><h1>Sorry, something went wrong</h1></html>"
NOT_AN_ENTRY: Final = {
    "invalid": Reply(200, b'"Invalid Request"'),
    "unprocessable": Reply(422, b'{"error": "Please enter valid integer value"}'),
    "nobody": Reply(200, b""),
    "vanished": Reply(204, b""),
    "fault": Reply(500, b"Internal server error: Value was either too large or too small for an Int32."),
    "busy": Reply(503, b"Service Unavailable"),
    "elsewhere": Reply(404, PAGE),
    "moved": Reply(302, b""),
    "html": Reply(200, PAGE),
}
SLOW: Final = frozenset({"slow", "drip"})
CUT_OFF: Final = frozenset({"dropped", "broken"})


@dataclass(frozen=True)
class Person:
    """One line of the file. `last_name` and `first_name` are as the register spells them."""

    number: str
    first_name: str
    last_name: str
    registered_from: date
    manner: str
    registered_until: date | None = None

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
                date.fromisoformat(row["registered_until"]) if row.get("registered_until") else None,
            )
            for row in csv.DictReader(file)
        )


def person_of(number: str) -> Person | None:
    """Whoever has the number."""
    path = Path(settings.REGISTER_SIMULATOR_FILE) if settings.REGISTER_SIMULATOR_FILE else BUILT_IN
    return next((person for person in people(path) if person.number == number), None)


def reply(number: str, person: Person | None) -> Reply:
    """What is sent for a canonical number, whole: how it travels is up to whoever sends it."""
    if person is None:
        return NOBODY if int(number[2:]) % 2 else Reply(200, b"{}")
    if person.manner in NOT_AN_ENTRY:
        return NOT_AN_ENTRY[person.manner]
    entry: Any = _odd(person.manner, _entry(person))
    body = json.dumps(entry, ensure_ascii=False).encode()
    return Reply(200, body[: len(body) // 2] if person.manner == "half" else body)


def ask(number: str, seconds: int) -> Reply:
    """As register_http.ask, within the process and without waiting: raises TimeoutError and OSError likewise."""
    person = person_of(number)
    if person is not None and person.manner in SLOW:
        raise TimeoutError(f"no answer in {seconds} seconds")
    if person is not None and person.manner in CUT_OFF:
        raise ConnectionResetError("connection reset by peer")
    return reply(number, person)


def _entry(person: Person) -> dict[str, Any]:
    gone = person.manner in GONE
    until = person.registered_until
    return {
        "Registration Number": person.number,
        "Registered Name": f"{person.first_name}  {person.last_name}",  # two spaces, as the real one sends
        "Status": GONE.get(person.manner, "Registered"),
        "Town of employment": "",
        "Registered from": f"{person.registered_from.isoformat()}T00:00:00",
        "Registered until": f"{until.isoformat()}T00:00:00" if until else None,
        "Annotations": [],
        "Registered": "False" if gone else "True",
    }


def _odd(manner: str, entry: dict[str, Any]) -> Any:
    """The entry as the manner spoils it."""
    changed: dict[str, dict[str, Any]] = {
        "types": {"Registered Name": ["Ann", 7], "Registered from": 20_250_715, "Status": True},
        "other": {"Registration Number": f"SW{int(entry['Registration Number'][2:]) + 1}"},
        "nameless": {"Registered Name": "  "},
        "status": {"Status": "Pending review"},
        "contradiction": {"Status": "No Longer Registered - Removed"},
    }
    return [entry] if manner == "list" else {**entry, **changed.get(manner, {})}
