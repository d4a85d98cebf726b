"""GOV.UK Notify on this machine: it takes letters as the real one does, and reports on them in its words."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"asye-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
TOKEN = "a token of thirty-two characters"
TEAM_ONLY = "BadRequestError", "Can’t send to this recipient using a team-only API key"
ANSWERS = {400: TEAM_ONLY, 403: ("AuthError", "Invalid token"), 429: ("RateLimitError", "Exceeded"), 500: ("Error", "")}


class Notify(ThreadingHTTPServer):
    """`taken` are the letters it took; `next_answers` are statuses with which it answers first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.taken: list[dict[str, Any]] = []
        self.next_answers: list[int] = []


class Handler(BaseHTTPRequestHandler):
    server: Notify

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.next_answers.pop(0) if self.server.next_answers else 201
        if self.path != "/v2/notifications/email" or not is_signed(self.headers["Authorization"]):
            status = 403
        if sent["template_id"] != TEMPLATE or set(sent["personalisation"]) != {"subject", "body"}:
            status = 400
        if status == 201:
            said: dict[str, Any] = {"id": str(uuid4()), "reference": sent["reference"]}
            self.server.taken.append(sent | said)
        else:
            error, message = ANSWERS[status]
            said = {"status_code": status, "errors": [{"error": error, "message": message}]}
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Says nothing."""


def is_signed(header: str) -> bool:
    """By our key, within the last 30 seconds."""
    head, body, mark = header.removeprefix("Bearer ").split(".")
    made = hmac.new(SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return (
        base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)) == made
        and said["iss"] == SERVICE
        and abs(time.time() - said["iat"]) < 30
    )


@contextmanager
def notify() -> Iterator[Notify]:
    """Serves on this machine until the end of `with`."""
    server = Notify()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def report(reference: object, status: str, at: datetime | None, *, of: UUID | None = None) -> dict[str, Any]:
    """What Notify posts about one sending of a letter."""
    when = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None
    return {
        "id": str(of or uuid4()),
        "reference": reference if reference is None else str(reference),
        "to": "somebody@northshire.example",
        "status": status,
        "created_at": "2026-09-14T09:00:00.000000Z",
        "completed_at": when,
        "sent_at": "2026-09-14T09:00:01.000000Z",
        "notification_type": "email",
        "template_id": TEMPLATE,
        "template_version": 1,
    }
