"""An HR system: requests with a key, and what it sends about one NQSW."""

import json
import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import Employer, User
from accounts.services import keys
from accounts.states import Scope
from registrations.rules.answers import ELIGIBILITY_FIELDS, Answers
from tests.cast import NOW

V1 = "/api/v1"
BOTH = tuple(Scope.values)


def make_key(
    employer: Employer, holder: User, *scopes: str, name: str = "HR", now: datetime = NOW, days: int = 200
) -> keys.Issued:
    """A key that its holder made."""
    last = date.fromordinal(now.date().toordinal() + days)
    return keys.issue(employer, name, scopes or BOTH, holder=holder, expires_on=last, by=holder, now=now)


class System(Client):
    """A client that sends one key, and JSON."""

    def __init__(self, secret: str = "") -> None:
        super().__init__(raise_request_exception=False)
        self.secret = secret

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body` is sent as JSON, or as it is where it is bytes; a POST gets a new Idempotency-Key."""
        sent = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        if method == "POST":
            sent["Idempotency-Key"] = uuid.uuid4().hex
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = sent.pop("Content-Type", "application/json")
        return self.generic(method, V1 + path, data, kind, headers={k: v for k, v in sent.items() if v})

    def read(self, path: str, **parameters: Any) -> Any:
        """What a GET answers, which must be good."""
        response = self.ask("GET", path + ("?" + "&".join(f"{k}={v}" for k, v in parameters.items())))
        assert response.status_code == 200, response.content
        return response.json()

    def send(self, path: str, body: Any, expected: int = 200, **headers: str) -> Any:
        """What a POST answers, with the status that is expected."""
        response = self.ask("POST", path, body, **headers)
        assert response.status_code == expected, response.content
        return response.json()


def body_of(answers: Answers, assessor: User) -> dict[str, Any]:
    """The answers as a system sends them."""
    found = {name: value for name, value in vars(answers).items() if name not in ("assessor_id", "eligibility")}
    found |= {name: getattr(answers.eligibility, name) for name in ELIGIBILITY_FIELDS}
    found["assessor"] = assessor.email
    return {name: str(value) if isinstance(value, date) else value for name, value in found.items() if value != ""}
