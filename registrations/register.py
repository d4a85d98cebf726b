"""The Social Work England register: one question, one answer, whoever is asked.

REGISTER names who is asked: "simulator" (invented people) or "http" (the register at REGISTER_URL). The register's
ways are read here and nowhere else. What it says is one of three: somebody is found, nobody is, or nothing can be said
now, which is never taken for an answer.
"""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from time import sleep
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from asye.refusals import Refused
from registrations import register_http, simulator
from registrations.register_http import LOOPBACK, Reply
from registrations.rules import numbers
from registrations.states import LeftBecause, NoAnswer, RegisterStatus

MOST_OF_A_NAME: Final = 500
PAUSE: Final = 0.2  # seconds before the second attempt, doubled before each later one
WORTH_ANOTHER_ATTEMPT: Final = frozenset({NoAnswer.SLOW, NoAnswer.DROPPED, NoAnswer.FAULT})
REGISTERED: Final = frozenset({"registered", "registered with conditions"})
GONE: Final = "no longer registered"
LEFT: Final = {
    "": LeftBecause.UNSTATED,
    "failed to renew": LeftBecause.FAILED_TO_RENEW,
    "voluntary removal": LeftBecause.VOLUNTARY,
    "deceased": LeftBecause.DECEASED,
    "failed to meet cpd requirements": LeftBecause.CPD,
    "cpd not met": LeftBecause.CPD,
    "removed": LeftBecause.REMOVED,
}
NOBODY: Final = "no socialworker found"  # a 404 without these words is somebody else's, such as a gateway's
INVALID: Final = "invalid request"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Found:
    """Somebody has the number. `left_because` is empty while they are registered; dates the register omits are None."""

    number: str
    status: RegisterStatus
    name: str
    registered_from: date | None = None
    registered_until: date | None = None
    left_because: LeftBecause | None = None


@dataclass(frozen=True)
class NotFound:
    """Nobody has the number."""

    number: str


@dataclass(frozen=True)
class CannotSay:
    """Nothing is known now, and why. Ask again later."""

    number: str
    because: NoAnswer


Answer = Found | NotFound | CannotSay
Ask = Callable[[str, int], Reply]  # canonical number and seconds to wait
SOURCES: Final[dict[str, Ask]] = {"simulator": simulator.ask, "http": register_http.ask}


class _Unreadable(Exception):
    """An answer that says nothing, and why."""

    def __init__(self, because: NoAnswer) -> None:
        super().__init__(because)
        self.because = because


def look_up(number: str) -> Answer:
    """What the register says about a canonical number. Raises ValueError for another form of number, nothing else.

    A slow, broken or faulty register is asked REGISTER_ATTEMPTS times with longer and longer pauses; a refusal is not
    argued with. Each attempt ends after REGISTER_SECONDS at most.
    """
    if not numbers.is_canonical(number):
        raise ValueError("The register is asked for canonical numbers only.")
    source = _source()
    answer = _attempt(source, number)
    for attempt in range(1, settings.REGISTER_ATTEMPTS):
        if not isinstance(answer, CannotSay) or answer.because not in WORTH_ANOTHER_ATTEMPT:
            break
        sleep(PAUSE * 2 ** (attempt - 1))
        answer = _attempt(source, number)
    if isinstance(answer, CannotSay):
        log.warning(f"The register gave no answer: {answer.because}")  # which number was asked is not told
    return answer


def is_simulated() -> bool:
    """Whether answers come from a register of invented people: nothing they say is true of anybody."""
    return settings.REGISTER == "simulator" or urlsplit(settings.REGISTER_URL).hostname in LOOPBACK


def _source() -> Ask:
    try:
        return SOURCES[settings.REGISTER]
    except KeyError:
        raise ImproperlyConfigured(
            f"The environment variable REGISTER must be one of {', '.join(SOURCES)}, not {settings.REGISTER!r}."
        ) from None


def _attempt(source: Ask, number: str) -> Answer:
    try:
        return _read(number, source(number, settings.REGISTER_SECONDS))
    except _Unreadable as error:
        return CannotSay(number, error.because)
    except TimeoutError:
        return CannotSay(number, NoAnswer.SLOW)
    except (OSError, HTTPException):
        return CannotSay(number, NoAnswer.DROPPED)


def _read(number: str, reply: Reply) -> Answer:
    if reply.status not in (200, 204, 404):
        raise _Unreadable(_refusal(reply.status))
    text = _text(reply.body)
    if reply.status == 404:
        if NOBODY in text.casefold():
            return NotFound(number)
        raise _Unreadable(NoAnswer.UNREADABLE)
    if not text.strip():
        return NotFound(number)
    if text.strip(' \r\n\t"').casefold().startswith(INVALID):
        raise _Unreadable(NoAnswer.REFUSED)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise _Unreadable(NoAnswer.UNREADABLE) from None
    if said is None or said == {}:
        return NotFound(number)
    if not isinstance(said, dict):
        raise _Unreadable(NoAnswer.UNREADABLE)
    if said.get("error"):
        raise _Unreadable(NoAnswer.REFUSED)
    return _entry(number, said)


def _refusal(status: int) -> NoAnswer:
    if status in (429, 503):
        return NoAnswer.BUSY
    if status in (408, 504):
        return NoAnswer.SLOW
    if status >= 500:
        return NoAnswer.FAULT
    return NoAnswer.REFUSED if status >= 400 else NoAnswer.UNREADABLE


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unreadable(NoAnswer.UNREADABLE) from None


def _entry(number: str, said: dict[str, Any]) -> Found:
    try:
        theirs = numbers.canonical(_word(said, "Registration Number"))
    except Refused:
        raise _Unreadable(NoAnswer.UNREADABLE) from None
    if theirs != number:
        raise _Unreadable(NoAnswer.ANOTHER)
    status, left = _status(_word(said, "Status"))
    flag = said.get("Registered")
    if flag is not None and str(flag).casefold() != str(status is RegisterStatus.REGISTERED).casefold():
        raise _Unreadable(NoAnswer.UNREADABLE)
    since = _day(said, "Registered from")
    if status is RegisterStatus.REGISTERED and since is None:
        raise _Unreadable(NoAnswer.UNREADABLE)
    return Found(number, status, _name(_word(said, "Registered Name")), since, _day(said, "Registered until"), left)


def _word(said: dict[str, Any], key: str) -> str:
    found = said.get(key)
    if not isinstance(found, str) or not found.strip():
        raise _Unreadable(NoAnswer.UNREADABLE)
    return found


def _status(word: str) -> tuple[RegisterStatus, LeftBecause | None]:
    """A status this service does not know is no answer: whatever it means, somebody has to read it."""
    plain = " ".join(word.casefold().split()).rstrip(" ,.")
    if plain in REGISTERED:
        return RegisterStatus.REGISTERED, None
    whole, _, reason = plain.partition(" - ")
    if whole != GONE or reason not in LEFT:
        raise _Unreadable(NoAnswer.UNREADABLE)
    return RegisterStatus.NOT_REGISTERED, LEFT[reason]


def _name(word: str) -> str:
    name = " ".join(word.split())
    if len(name) > MOST_OF_A_NAME or any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in name):
        raise _Unreadable(NoAnswer.UNREADABLE)
    return name


def _day(said: dict[str, Any], key: str) -> date | None:
    found = said.get(key)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[:10])
    except (ValueError, TypeError):
        raise _Unreadable(NoAnswer.UNREADABLE) from None
