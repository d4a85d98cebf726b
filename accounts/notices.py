"""Messages to people: each app declares one class per message in its own notices.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import Notice, User


@dataclass(frozen=True, kw_only=True)
class Message:
    """One kind of message. Subclasses name `kind`, `subject` (no personal data) and `template` (plain text), and
    give what the words need in `context`."""

    kind: ClassVar[str]
    subject: ClassVar[str]
    template: ClassVar[str]

    def context(self) -> dict[str, Any]:
        """What the template needs beside `to` (the person), `service_name` and `site_url`."""
        return {}


def queue(message: Message, *, to: User, now: datetime) -> Notice:
    """Puts the message into the outbox in the caller's transaction; the sweeper sends it."""
    body = render_to_string(
        message.template,
        {**message.context(), "to": to, "service_name": settings.SERVICE_NAME, "site_url": settings.SITE_URL},
    )
    return Notice.objects.create(
        kind=message.kind, user=to, to_email=to.email, subject=message.subject, body=body, created_at=now
    )
