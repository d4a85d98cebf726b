"""The register's odd ways, and what we make of them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from registrations import register, simulator
from registrations.services import checking
from registrations.states import RegisterStatus
from tests.cast import NOW
from tests.factories import registrations as make

FOUND = simulator.people()[2]  # O'Rourke


def by_manner(manner):
    return next(person.number for person in simulator.people() if person.manner == manner)


def test_a_live_entry():
    entry = register.look_up(FOUND.number)
    assert entry.status == RegisterStatus.REGISTERED
    assert entry.name == f"{FOUND.first_name} {FOUND.last_name}"
    assert entry.registered_from == FOUND.registered_from


@pytest.mark.parametrize("number", ["SW1", "SW2"])
def test_nobody(number):
    assert register.look_up(number) == register.Entry(number, RegisterStatus.NOT_FOUND)


@pytest.mark.parametrize("manner", ["lapsed", "removed"])
def test_no_longer_registered(manner):
    assert register.look_up(by_manner(manner)).status == RegisterStatus.NOT_REGISTERED


@pytest.mark.parametrize("manner", ["invalid", "unprocessable", "slow", "dropped", "broken"])
def test_no_answer_is_never_taken_for_not_found(manner):
    with pytest.raises(register.RegisterUnavailable):
        register.look_up(by_manner(manner))


@pytest.mark.parametrize("number", ["sw1", "12", "SW01", "SW1\n"])
def test_only_canonical_numbers_are_asked_for(number):
    with pytest.raises(ValueError, match="canonical"):
        register.look_up(number)


def test_wrong_setting_is_named(settings):
    settings.REGISTER = "elsewhere"
    with pytest.raises(ImproperlyConfigured, match="REGISTER"):
        register.look_up("SW1")


def test_another_file_of_people(settings, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("number,first_name,last_name,registered_from,manner\nSW5,Ada,Test,2025-07-01,\n")
    settings.REGISTER_SIMULATOR_FILE = str(path)
    assert register.look_up("SW5").name == "Ada Test"
    assert register.look_up(FOUND.number).status == RegisterStatus.NOT_FOUND


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("manner", "status"), [("slow", RegisterStatus.UNAVAILABLE), ("lapsed", RegisterStatus.NOT_REGISTERED)]
)
def test_what_the_register_said_is_kept(cast, year, manner, status):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, swe_number=by_manner(manner))
    check = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert check.status == status
    assert sent.register_checks.count() == 1
