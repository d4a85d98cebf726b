"""Messages to people: each app declares one class per message in its own notices.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.template import Context, Engine

from accounts.models import ApiKey, Notice, User
from accounts.roles import Role

LINK = "[[link]]"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One kind of message. Subclasses name `kind`, `subject` (no personal data) and `template` (plain text), and
    give what the words need in `context`, and in `secret_link` a link that acts for whoever holds it."""

    kind: ClassVar[str]
    subject: ClassVar[str]
    template: ClassVar[str]

    def context(self) -> dict[str, Any]:
        """What the template needs beside `to` (the person), `service_name`, `feedback_email` and `site_url`."""
        return {}

    def secret_link(self) -> str:
        """The address that only the person may know; the template places it by `link`."""
        return ""


def queue(message: Message, *, to: User, now: datetime) -> Notice:
    """Puts the message into the outbox in the caller's transaction; the sweeper sends it."""
    notice = _written(message, to, now)
    notice.save(force_insert=True)
    return notice


def queue_many(messages: Iterable[tuple[Message, User]], *, now: datetime) -> list[Notice]:
    """Puts many messages into the outbox in one statement."""
    return Notice.objects.bulk_create([_written(message, to, now) for message, to in messages])


def _written(message: Message, to: User, now: datetime) -> Notice:
    words = {
        **message.context(),
        "to": to,
        "link": LINK,
        "service_name": settings.SERVICE_NAME,
        "feedback_email": settings.FEEDBACK_EMAIL,
        "site_url": settings.SITE_URL,
    }
    plain = Context(words, autoescape=False)  # the message is text: O'Brien is not O&#x27;Brien
    body = Engine.get_default().get_template(message.template).render(plain)
    return Notice(
        kind=message.kind,
        user=to if to.pk else None,  # a letter to an address that has no account yet
        to_email=to.email,
        subject=message.subject,
        body=body,
        secret_link=message.secret_link(),
        created_at=now,
        due_at=now,
    )


def body_with_link(notice: Notice) -> str:
    """The words as the person reads them; once the message has left, the link's place says so."""
    return notice.body.replace(LINK, notice.secret_link or "(the link was removed after sending)")


@dataclass(frozen=True, kw_only=True)
class Invited(Message):
    """You have been invited to act in a role."""

    kind = "accounts.invited"
    subject = "Your invitation"
    template = "accounts/notices/invited.txt"
    role: Role
    where: str
    url: str
    expires_on: date

    def context(self) -> dict[str, Any]:
        return {"role": self.role, "where": self.where, "expires_on": self.expires_on}

    def secret_link(self) -> str:
        return self.url


@dataclass(frozen=True, kw_only=True)
class ResetPassword(Message):
    """Choose a new password."""

    kind = "accounts.reset_password"
    subject = "Choose a new password"
    template = "accounts/notices/reset_password.txt"
    url: str

    def secret_link(self) -> str:
        return self.url


@dataclass(frozen=True, kw_only=True)
class RoleGiven(Message):
    """You have been given a role."""

    kind = "accounts.role_given"
    subject = "You have a new role"
    template = "accounts/notices/role_given.txt"
    role: Role
    where: str
    starts_on: date

    def context(self) -> dict[str, Any]:
        return {"role": self.role, "where": self.where, "starts_on": self.starts_on}


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Message):
    """A role of yours ends."""

    kind = "accounts.role_ended"
    subject = "One of your roles has ended"
    template = "accounts/notices/role_ended.txt"
    role: Role
    where: str
    ends_on: date

    def context(self) -> dict[str, Any]:
        return {"role": self.role, "where": self.where, "ends_on": self.ends_on}


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Message):
    """Your password was changed."""

    kind = "accounts.password_changed"
    subject = "Your password was changed"
    template = "accounts/notices/password_changed.txt"


@dataclass(frozen=True, kw_only=True)
class KeyIssued(Message):
    """Somebody made an API key of your organisation."""

    kind = "accounts.key_issued"
    subject = "A new API key of your organisation"
    template = "accounts/notices/key_issued.txt"
    key: ApiKey

    def context(self) -> dict[str, Any]:
        return {"key": self.key}


@dataclass(frozen=True, kw_only=True)
class KeyExpires(Message):
    """An API key of your organisation works for a month at most."""

    kind = "accounts.key_expires"
    subject = "An API key of your organisation is about to expire"
    template = "accounts/notices/key_expires.txt"
    key: ApiKey

    def context(self) -> dict[str, Any]:
        return {"key": self.key}


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(Message):
    """Somebody ended an API key of your organisation."""

    kind = "accounts.key_revoked"
    subject = "An API key of your organisation no longer works"
    template = "accounts/notices/key_revoked.txt"
    key: ApiKey

    def context(self) -> dict[str, Any]:
        return {"key": self.key}


@dataclass(frozen=True, kw_only=True)
class ConfirmRequest(Message):
    """To whoever asks for an organisation: confirm that this is your address."""

    kind = "accounts.confirm_request"
    subject = "Confirm your email address"
    template = "accounts/notices/confirm_request.txt"
    url: str
    expires_on: date

    def context(self) -> dict[str, Any]:
        return {"expires_on": self.expires_on}

    def secret_link(self) -> str:
        return self.url


@dataclass(frozen=True, kw_only=True)
class RequestRefused(Message):
    """To whoever asked for an organisation: it cannot take part, and why."""

    kind = "accounts.request_refused"
    subject = "Your request to take part"
    template = "accounts/notices/request_refused.txt"
    employer: str
    because: str

    def context(self) -> dict[str, Any]:
        return {"employer": self.employer, "because": self.because}


@dataclass(frozen=True, kw_only=True)
class AddressChanged(Message):
    """To both addresses: you sign in with another one now."""

    kind = "accounts.address_changed"
    subject = "The email address you sign in with has changed"
    template = "accounts/notices/address_changed.txt"
