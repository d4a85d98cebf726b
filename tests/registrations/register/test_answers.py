"""The register's odd ways over a real socket, and what we make of them; the simulator within the process alike."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured

from registrations import register, register_http, simulator
from registrations.register import CannotSay, Found, NotFound
from registrations.register_http import Reply
from registrations.states import LeftBecause, NoAnswer, RegisterStatus
from tests.registrations.register.conftest import by_manner

O_ROURKE = simulator.people()[2]
NO_ANSWER = {
    "invalid": NoAnswer.REFUSED,
    "unprocessable": NoAnswer.REFUSED,
    "fault": NoAnswer.FAULT,
    "busy": NoAnswer.BUSY,
    "elsewhere": NoAnswer.UNREADABLE,
    "moved": NoAnswer.UNREADABLE,
    "html": NoAnswer.UNREADABLE,
    "types": NoAnswer.UNREADABLE,
    "list": NoAnswer.UNREADABLE,
    "nameless": NoAnswer.UNREADABLE,
    "status": NoAnswer.UNREADABLE,
    "contradiction": NoAnswer.UNREADABLE,
    "half": NoAnswer.UNREADABLE,
    "other": NoAnswer.ANOTHER,
    "slow": NoAnswer.SLOW,
    "drip": NoAnswer.SLOW,
    "dropped": NoAnswer.DROPPED,
    "broken": NoAnswer.DROPPED,
}
LEFT = {
    "left": LeftBecause.UNSTATED,
    "comma": LeftBecause.UNSTATED,
    "lapsed": LeftBecause.FAILED_TO_RENEW,
    "voluntary": LeftBecause.VOLUNTARY,
    "deceased": LeftBecause.DECEASED,
    "cpd": LeftBecause.CPD,
    "removed": LeftBecause.REMOVED,
}
NOBODY = {"nobody", "vanished"}


@pytest.fixture(params=["over HTTP", "within the process"])
def asked(request):
    """Every answer is the same whichever way it came."""
    if request.param == "over HTTP":
        return request.getfixturevalue("server")
    return None


def reply_with(monkeypatch, body: bytes, status: int = 200) -> None:
    monkeypatch.setitem(register.SOURCES, "simulator", lambda number, seconds: Reply(status, body))


def entry(**changed: str) -> bytes:
    said = {
        "Registration Number": '"SW700021"',
        "Registered Name": '"Ann Smith"',
        "Status": '"Registered"',
        "Registered from": '"2025-07-11T00:00:00"',
        "Registered until": '"2026-11-30T00:00:00"',
        "Registered": '"True"',
        **{key.replace("_", " "): value for key, value in changed.items()},
    }
    return ("{" + ", ".join(f'"{key}": {value}' for key, value in said.items() if value) + "}").encode()


def test_every_manner_of_the_simulator_is_tried():
    manners = {person.manner for person in simulator.people()}
    assert manners == NO_ANSWER.keys() | LEFT.keys() | NOBODY | {""}


def test_somebody_registered(asked):
    person = next(p for p in simulator.people() if p.registered_until)
    found = register.look_up(person.number)
    name = f"{person.first_name} {person.last_name}"
    assert found == Found(
        person.number, RegisterStatus.REGISTERED, name, person.registered_from, person.registered_until
    )


@pytest.mark.parametrize(
    "person", [p for p in simulator.people() if p.number.startswith("SW8")], ids=lambda person: person.number
)
def test_apostrophes_hyphens_accents_and_very_long_names(server, person):
    found = register.look_up(person.number)
    assert isinstance(found, Found)
    assert found.name == f"{person.first_name} {person.last_name}"


@pytest.mark.parametrize(("manner", "reason"), LEFT.items())
def test_no_longer_registered_for_each_reason(asked, manner, reason):
    person = by_manner(manner)
    found = register.look_up(person.number)
    assert isinstance(found, Found)
    assert (found.status, found.left_because) == (RegisterStatus.NOT_REGISTERED, reason)
    assert found.registered_until == person.registered_until


@pytest.mark.parametrize("number", ["SW1", "SW2", *(by_manner(manner).number for manner in sorted(NOBODY))])
def test_nobody(asked, number):
    assert register.look_up(number) == NotFound(number)


@pytest.mark.parametrize(("manner", "because"), NO_ANSWER.items())
def test_no_answer_is_never_taken_for_one(asked, manner, because):
    number = by_manner(manner).number
    assert register.look_up(number) == CannotSay(number, because)


@pytest.mark.parametrize("manner", ["slow", "drip", "dropped", "broken", "fault"])
def test_a_register_in_trouble_is_asked_again(server, settings, manner):
    settings.REGISTER_ATTEMPTS = 3
    server.manners[O_ROURKE.number] = [manner, manner, ""]
    assert isinstance(register.look_up(O_ROURKE.number), Found)
    assert server.asked == [O_ROURKE.number] * 3


@pytest.mark.parametrize("manner", ["slow", "dropped", "fault"])
def test_and_not_for_ever(server, manner):
    server.manners[O_ROURKE.number] = manner
    assert isinstance(register.look_up(O_ROURKE.number), CannotSay)
    assert len(server.asked) == 2


def test_the_pauses_grow(server, settings, monkeypatch):
    pauses = []
    monkeypatch.setattr(register, "sleep", pauses.append)
    settings.REGISTER_ATTEMPTS = 4
    server.manners[O_ROURKE.number] = "fault"
    register.look_up(O_ROURKE.number)
    assert pauses == [register.PAUSE, register.PAUSE * 2, register.PAUSE * 4]


@pytest.mark.parametrize("manner", ["invalid", "unprocessable", "busy", "html", "types", "other", "nobody", "lapsed"])
def test_a_refusal_or_an_answer_is_not_argued_with(server, manner):
    server.manners[O_ROURKE.number] = manner
    register.look_up(O_ROURKE.number)
    assert len(server.asked) == 1


@pytest.mark.parametrize("manner", ["slow", "drip"])
def test_one_attempt_ends_in_time(server, settings, manner):
    settings.REGISTER_ATTEMPTS = 1
    server.manners[O_ROURKE.number] = manner
    assert isinstance(register.look_up(O_ROURKE.number), CannotSay)  # it would say who it is, given the time


def test_nobody_listens(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.REGISTER, settings.REGISTER_URL = "http", f"http://127.0.0.1:{free.getsockname()[1]}"
        settings.REGISTER_ATTEMPTS = 1
        assert register.look_up("SW5") == CannotSay("SW5", NoAnswer.DROPPED)


@pytest.mark.parametrize(
    "said",
    [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, b"\x00\xff\xfe", b""],
    ids=["another protocol", "100,000 bytes without a length", "noise", "nothing"],
)
def test_something_that_is_no_register(settings, said):
    settings.REGISTER, settings.REGISTER_ATTEMPTS, settings.REGISTER_SECONDS = "http", 1, 1
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.REGISTER_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(4096)
                try:
                    line.sendall(said)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        answer = register.look_up("SW5")
        thread.join()
    assert isinstance(answer, CannotSay)
    assert answer.because in (NoAnswer.DROPPED, NoAnswer.UNREADABLE)


@pytest.mark.parametrize("manner", [key for key, because in NO_ANSWER.items() if because != NoAnswer.SLOW])
def test_the_log_names_no_number_and_no_name(server, caplog, manner):
    person = by_manner(manner)
    with caplog.at_level(logging.DEBUG):
        register.look_up(person.number)
    written = "".join(map(str, (record.getMessage() for record in caplog.records)))
    assert NO_ANSWER[manner] in written
    assert person.number[2:] not in written
    assert person.last_name not in written


def test_two_questions_at_once_never_get_each_others_answer(server, settings):
    """Where questions share one queue, a waiting caller can get somebody else's answer."""
    settings.REGISTER_SECONDS = 10
    people = [person for person in simulator.people() if person.is_plain][:40] * 5
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda person: register.look_up(person.number), people))
    for person, answer in zip(people, answers, strict=True):
        assert isinstance(answer, Found)
        assert (answer.number, answer.name) == (person.number, f"{person.first_name} {person.last_name}")
    assert sorted(server.asked) == sorted(person.number for person in people)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"7",
        b"true",
        b'"Ann Smith"',
        b"[" * 60_000,
        b"\xff\xfe{}",
        entry(Registered_Name='"Ann\\u0000 Smith"'),
        entry(Registered_Name='"Ann \\ud800"'),
        entry(Registered_Name='"' + "x" * 501 + '"'),
        entry(Registered_from='"31/02/2025"'),
        entry(Registered_from="null"),
        entry(Registered_until='"soon"'),
        entry(Registration_Number='"-1"'),
        entry(Registration_Number="700021"),
        entry(Status="null"),
        entry(Registered='"False"'),
    ],
)
def test_what_cannot_be_read_is_no_answer(monkeypatch, body):
    reply_with(monkeypatch, body)
    assert register.look_up("SW700021") == CannotSay("SW700021", NoAnswer.UNREADABLE)


@pytest.mark.parametrize(
    ("status", "because"),
    [
        (400, NoAnswer.REFUSED),
        (401, NoAnswer.REFUSED),
        (403, NoAnswer.REFUSED),
        (408, NoAnswer.SLOW),
        (429, NoAnswer.BUSY),
        (502, NoAnswer.FAULT),
        (503, NoAnswer.BUSY),
        (504, NoAnswer.SLOW),
        (201, NoAnswer.UNREADABLE),
    ],
)
def test_each_status_says_why(monkeypatch, status, because):
    reply_with(monkeypatch, entry(), status)
    assert register.look_up("SW700021") == CannotSay("SW700021", because)


def test_spelling_of_the_answer_does_not_matter(monkeypatch):
    reply_with(monkeypatch, b"\xef\xbb\xbf" + entry(Registration_Number='"sw 0700021"', Status='" REGISTERED "'))
    found = register.look_up("SW700021")
    assert isinstance(found, Found)
    assert found.registered_until == date(2026, 11, 30)


@pytest.mark.parametrize("body", [b"null", b"{}", b" \n"])
def test_an_empty_answer_is_nobody(monkeypatch, body):
    reply_with(monkeypatch, body)
    assert register.look_up("SW700021") == NotFound("SW700021")


@pytest.mark.parametrize("number", ["sw1", "12", "SW01", "SW1\n"])
def test_only_canonical_numbers_are_asked_for(number):
    with pytest.raises(ValueError, match="canonical"):
        register.look_up(number)


def test_the_token_is_sent_and_only_then(settings):
    assert "Authorization" not in register_http._headers()
    settings.REGISTER_TOKEN = "t0ken"
    assert register_http._headers()["Authorization"] == "Bearer t0ken"


def test_wrong_setting_is_named(settings):
    settings.REGISTER = "elsewhere"
    with pytest.raises(ImproperlyConfigured, match="REGISTER"):
        register.look_up("SW1")


def test_a_server_on_this_machine_is_a_simulator(settings, server):
    assert register.is_simulated()
    settings.REGISTER_URL = "https://register.example.org"
    assert not register.is_simulated()


def test_another_file_of_people(settings, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("number,first_name,last_name,registered_from,manner\nSW5,Ada,Test,2025-07-01,\n")
    settings.REGISTER_SIMULATOR_FILE = str(path)
    found = register.look_up("SW5")
    assert isinstance(found, Found)
    assert found.name == "Ada Test"
    assert register.look_up(O_ROURKE.number) == NotFound(O_ROURKE.number)


def test_the_simulator_refuses_what_is_no_number(server, monkeypatch):
    monkeypatch.setattr(register_http, "_path", lambda number: register_http.QUESTION + "?swid=abc")
    assert register.look_up("SW5") == CannotSay("SW5", NoAnswer.REFUSED)
