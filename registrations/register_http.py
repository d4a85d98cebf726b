"""One question to the register over HTTP, within one time for all of it: connecting, waiting and reading."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from time import monotonic
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings

QUESTION: Final = "/GetSocialWorkerById"
MOST_BYTES: Final = 65_536  # an entry has a few hundred; more than this is not one
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Reply:
    """HTTP status and whole body."""

    status: int
    body: bytes


def ask(number: str, seconds: int) -> Reply:
    """What the server at REGISTER_URL replies about a canonical number; redirects are not followed.

    Raises TimeoutError when all of it takes longer than `seconds`, OSError or HTTPException when the connection cannot
    be made, breaks off or carries no HTTP. Each call has a connection of its own, so that no answer can be somebody
    else's.
    """
    ends = monotonic() + seconds
    connection = _connection(seconds)
    try:
        connection.connect()
        with _watched(connection.sock, ends - monotonic()):
            connection.request("GET", _path(number), headers=_headers())
            with connection.getresponse() as response:
                return Reply(response.status, _body(response))
    finally:
        connection.close()


def _connection(seconds: int) -> HTTPConnection:
    parts = urlsplit(settings.REGISTER_URL)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=seconds)


def _path(number: str) -> str:
    """The register knows people by the digits alone."""
    return urlsplit(settings.REGISTER_URL).path.rstrip("/") + QUESTION + "?" + urlencode({"swid": number[2:]})


def _headers() -> dict[str, str]:
    headers = {"Accept": "application/json", "Connection": "close"}
    if settings.REGISTER_TOKEN:
        headers["Authorization"] = f"Bearer {settings.REGISTER_TOKEN}"
    return headers


def _body(response: HTTPResponse) -> bytes:
    """As much of it as an entry can have; what is longer is cut off and then cannot be read."""
    body = response.read(MOST_BYTES)
    if response.length and len(body) < MOST_BYTES:
        raise HTTPException("The reply broke off.")
    return body


@contextmanager
def _watched(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Cuts the line when the time is up: a server that sends a byte now and then never meets a time-out of its own."""
    up = Event()

    def cut() -> None:
        up.set()
        try:
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            return

    timer = Timer(max(seconds, 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, ValueError) as error:
        if up.is_set():
            raise TimeoutError("The register took too long.") from error
        raise
    finally:
        timer.cancel()
    if up.is_set():
        raise TimeoutError("The register took too long.")
