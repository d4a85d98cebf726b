"""GOV.UK Notify: takes letters, and reports later what became of them. Its ways are known here and nowhere else.

It has one template for us, whose subject is ((subject)) and whose body is ((body)). What it reports comes as a call of
its own (accounts/api/receipts.py): in any order, sometimes twice, and for other services' letters too where a key is
shared. It names a letter by the reference that we gave it.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import time
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.dateparse import parse_datetime

from accounts.states import Delivery

SEND: Final = "/v2/notifications/email"
AN_ID: Final = 36  # characters; a key ends with two of them, and a dash between: our service's and the secret
MOST_BYTES: Final = 65_536
TAKEN: Final = 201


class NotifyBusy(Exception):
    """It takes no more letters this minute, or today."""


class NotifyRefused(Exception):
    """It does not take this letter, or not from us."""


class NotifyFault(Exception):
    """It could not be reached, or failed."""


class Unreadable(Exception):
    """What was sent is no report about an e-mail; the text says what is wrong, without a value of it."""


@dataclass(frozen=True)
class Report:
    """What Notify says of one sending of one letter. `reference` is None where the letter is none of ours.
    `completed_at` is None where it does not say when."""

    carried_as: UUID
    reference: UUID | None
    status: Delivery
    completed_at: datetime | None


def send(to: str, subject: str, body: str, reference: UUID) -> None:
    """Hands a letter over. Raises NotifyBusy, NotifyRefused or NotifyFault; none of them says whose letter it was."""
    said = {
        "email_address": to,
        "template_id": settings.NOTIFY_TEMPLATE,
        "personalisation": {"subject": subject, "body": body},
        "reference": str(reference),
    }
    headers = {"Authorization": f"Bearer {_signed_in(int(time()))}", "Content-Type": "application/json"}
    connection = _connection()
    try:
        connection.request("POST", SEND, json.dumps(said).encode(), headers)
        answer = connection.getresponse()
        answer.read(MOST_BYTES)
    except (OSError, HTTPException) as error:
        raise NotifyFault from error
    finally:
        connection.close()
    if answer.status == 429:
        raise NotifyBusy
    if 400 <= answer.status < 500:
        raise NotifyRefused
    if answer.status != TAKEN:
        raise NotifyFault


def read(said: Any) -> Report:
    """A report as it came. Raises Unreadable."""
    if not isinstance(said, dict):
        raise Unreadable("The body must be an object.")
    if said.get("notification_type") != "email":
        raise Unreadable("notification_type must be email.")
    carried_as = _uuid(said.get("id"))
    if carried_as is None:
        raise Unreadable("id must be a UUID.")
    if said.get("status") not in Delivery.values:
        raise Unreadable(f"status must be one of {', '.join(Delivery.values)}.")
    return Report(carried_as, _uuid(said.get("reference")), Delivery(said["status"]), _instant(said))


def _uuid(word: Any) -> UUID | None:
    try:
        return UUID(word) if isinstance(word, str) and len(word) == AN_ID else None
    except ValueError:
        return None


def _instant(said: dict[str, Any]) -> datetime | None:
    """When the letter arrived or was given up, in UTC: "2017-05-14T12:15:30.000000Z", or nothing."""
    word = said.get("completed_at")
    if word is None:
        return None
    try:
        found = parse_datetime(word) if isinstance(word, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 < found.year < 9999:
        raise Unreadable("completed_at must be an instant such as 2026-09-14T12:15:30.000000Z.")
    return found


def _connection() -> HTTPConnection:
    parts = urlsplit(settings.NOTIFY_URL)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=settings.EMAIL_TIMEOUT)


def _signed_in(second: int) -> str:
    """Who we are, signed with our key: a JSON Web Token that Notify takes for 30 seconds."""
    service, secret = settings.NOTIFY_API_KEY[-2 * AN_ID - 1 : -AN_ID - 1], settings.NOTIFY_API_KEY[-AN_ID:]
    words = ({"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": second})
    text = ".".join(_in_64(json.dumps(word).encode()) for word in words)
    return f"{text}.{_in_64(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


def _in_64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()
