"""The simulated register behind a real socket, its manners changed as a test goes on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from registrations import register, simulator
from registrations.simulator_server import Register


class Scripted(Register):
    """`manners` says how a number is answered from now on; a list is used up one question at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.manners: dict[str, str | list[str]] = {}
        self.names: dict[str, str] = {}

    def person(self, number: str) -> simulator.Person | None:
        found = super().person(number)
        manner = self.manners.get(number)
        if isinstance(manner, list):
            manner = manner.pop(0) if len(manner) > 1 else manner[0]
        if found is not None and manner is not None:
            found = replace(found, manner=manner)
        if found is not None and number in self.names:
            found = replace(found, first_name=self.names[number], last_name="")
        return found


@pytest.fixture
def server(settings: Any) -> Iterator[Scripted]:
    """The service asks this server, waits a second at most, tries twice and pauses for an instant."""
    with Scripted() as running:
        settings.REGISTER, settings.REGISTER_URL = "http", running.url
        settings.REGISTER_SECONDS, settings.REGISTER_ATTEMPTS = 1, 2
        yield running


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two attempts the service waits a hundredth of a second and not a fifth."""
    monkeypatch.setattr(register, "PAUSE", 0.01)


def by_manner(manner: str) -> simulator.Person:
    """The first in the register with that manner."""
    return next(person for person in simulator.people() if person.manner == manner)
