"""The simulated register as an HTTP server of its own: what is odd about the line, not only about the words."""

import socket
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from registrations import register_http, simulator
from registrations.simulator import CUT_OFF, NOT_AN_ENTRY, Person

RESET: Final = struct.pack("ii", 1, 0)  # closing then sends a reset and no farewell
DRIP_SECONDS: Final = 0.2


class Register(ThreadingHTTPServer):
    """Serves the simulated register on 127.0.0.1, from `with` until its end; port 0 takes a free one.

    `asked` lists the numbers it was asked about.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[str] = []
        self.over = Event()
        self._serving = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> "Register":
        self._serving.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()
        self._serving.join()

    def person(self, number: str) -> Person | None:
        """Whoever has the number now."""
        return simulator.person_of(number)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is nothing to report."""


class Handler(BaseHTTPRequestHandler):
    """One question."""

    server: Register

    def do_GET(self) -> None:
        """Answers as the number's manner says."""
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query).get("swid", [""])[0]
        if parts.path != register_http.QUESTION:
            self._send(404, simulator.PAGE)
        elif not (asked.isascii() and asked.isdigit()):
            self._send(422, NOT_AN_ENTRY["unprocessable"].body)
        else:
            self._answer(f"SW{int(asked)}")

    def _answer(self, number: str) -> None:
        self.server.asked.append(number)
        person = self.server.person(number)
        manner = person.manner if person else ""
        found = simulator.reply(number, person)
        if manner == "slow":
            self.server.over.wait()
        elif manner == "drip":
            self._drip(found.body)
        elif manner in CUT_OFF:
            self._break_off(found.body if manner == "broken" else b"")
        else:
            self._send(found.status, found.body)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/sign-in")
        if status != 204:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        """Never silent for long and never done in time: no time-out of a single read notices."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.over.wait(DRIP_SECONDS):
                break

    def _break_off(self, body: bytes) -> None:
        """With a body: announces all of it and sends half. Without: says nothing at all."""
        if body:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """The path holds a number: nothing is written down."""
