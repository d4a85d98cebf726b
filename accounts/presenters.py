"""Rows and words of the pages about people."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts import roles
from accounts.models import ApiKey, AuditEvent, Invitation, Membership, Notice, User
from accounts.states import CAME_BACK, Delivery, Scope
from asye.clock import london_date
from asye.dates import long_date, long_datetime
from asye.ui.links import link
from asye.ui.tags import tagged

ACTS = {
    "accounts.create_user": "Account created",
    "accounts.create_first_administrator": "First administrator made",
    "accounts.give_role": "Role given",
    "accounts.end_role": "Role ended",
    "accounts.deactivate": "Account deactivated",
    "accounts.erase_words": "Words of an entry erased",
    "accounts.reactivate": "Account opened again",
    "accounts.change_password": "Password changed",
    "accounts.issue_key": "API key made",
    "accounts.revoke_key": "API key revoked",
    "accounts.invite": "Invitation sent",
    "accounts.resend_invitation": "Invitation sent again",
    "accounts.revoke_invitation": "Invitation cancelled",
    "accounts.accept_invitation": "Invitation accepted",
}


def role_name(key: str) -> str:
    """The name of a role by its stored key."""
    return roles.ALL[key].name


def address(email: str, came_back: Mapping[str, Delivery]) -> Any:
    """An e-mail address, with a mark where letters to it come back."""
    if email not in came_back:
        return email
    return tagged(email, "Letters come back", "red")


def why_lines(came_back: Mapping[str, Delivery]) -> list[str]:
    """Each address to which letters come back, with why."""
    return [f"{email}: {_mid_sentence(status.label)}." for email, status in sorted(came_back.items())]


def people_rows(memberships: Iterable[Membership], may_end: bool, came_back: Mapping[str, Delivery]) -> list[list[Any]]:
    """Who holds which role at one employer; `came_back` are the addresses to which letters come back."""
    return [
        [
            held.user.full_name,
            address(held.user.email, came_back),
            role_name(held.role),
            long_date(held.starts_on),
            "Main contact" if held.is_primary else "",
            f"Until {long_date(held.ends_on)}" if held.ends_on else "",
            link(reverse("role_end", args=[held.pk]), "Change", f"{held.user.full_name} as {role_name(held.role)}")
            if may_end
            else "",
        ]
        for held in memberships
    ]


def invitation_rows(
    invitations: Iterable[Invitation], now: datetime, came_back: Mapping[str, Delivery]
) -> list[list[Any]]:
    """Who was invited and has not come. The name is not shown: it may be that of somebody else's account."""
    return [
        [
            address(sent.user.email, came_back),
            role_name(sent.role),
            long_date(london_date(sent.sent_at)),
            runs_out(sent, now),
            link(reverse("invitation_sent", args=[sent.pk]), "Send again or take back", sent.user.email),
        ]
        for sent in invitations
    ]


def runs_out(invitation: Invitation, now: datetime) -> str:
    """Until when an invitation is good."""
    day = long_date(london_date(invitation.expires_at))
    return f"Ran out on {day}" if now >= invitation.expires_at else day


def membership_rows(memberships: Iterable[Membership], today: date, may_end: bool) -> list[list[Any]]:
    """The roles one person has or had."""
    return [
        [
            role_name(held.role),
            held.place or "Their own year",
            long_date(held.starts_on),
            long_date(held.ends_on) if held.ends_on else "Open",
            link(reverse("role_end", args=[held.pk]), "End", f"{role_name(held.role)}, {held.place}")
            if may_end and held.role != roles.NQSW.key and (held.ends_on is None or held.ends_on > today)
            else "",
        ]
        for held in memberships
    ]


def found_rows(
    users: Iterable[User], roles_by_user: dict[int, list[Membership]], came_back: Mapping[str, Delivery]
) -> list[list[Any]]:
    """The result of a search for people."""
    return [
        [
            link(reverse("person", args=[user.pk]), user.full_name),
            address(user.email, came_back),
            "; ".join(str(held) for held in roles_by_user.get(user.pk, [])) or "None",
            account_state(user),
        ]
        for user in users
    ]


def account_state(user: User) -> str:
    """Whether an account can act."""
    if not user.is_active:
        return "Deactivated"
    return "Active" if user.has_usable_password() else "Not yet joined"


def history(events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """What was done to an account, for the timeline."""
    return [
        {
            "heading": ACTS.get(event.act, event.act),
            "at": event.at,
            "by": event.actor.full_name if event.actor else "the service",
            "text": ", ".join(role_name(code) for code in event.codes if code in roles.ALL),
        }
        for event in events
    ]


def notice_rows(notices: Iterable[Notice]) -> list[list[Any]]:
    """Outgoing mail."""
    return [
        [
            link(reverse("mail_message", args=[notice.pk]), notice.subject),
            notice.to_email,
            long_datetime(notice.created_at),
            notice_state(notice),
        ]
        for notice in notices
    ]


def notice_state(notice: Notice) -> str:
    """What has become of a message."""
    if notice.sent_at and notice.fate and notice.fate_at:
        return f"{_fate(notice.fate)} {long_datetime(notice.fate_at)}{_why(notice.fate)}"
    if notice.sent_at:
        return f"Sent {long_datetime(notice.sent_at)}"
    if notice.failed_because:
        times = "once" if notice.attempts == 1 else f"{notice.attempts} times"
        return f"Failed {times} ({notice.failed_because}). Next try {long_datetime(notice.due_at)}"
    if notice.attempts:  # claimed by a sender, which may have died since
        return f"Being sent. If it does not leave, the next try is {long_datetime(notice.due_at)}"
    return "Waiting to be sent"


def _fate(status: str) -> str:
    if status == Delivery.DELIVERED:
        return "Arrived"
    return "Came back" if status in CAME_BACK else "Did not leave"


def _why(status: str) -> str:
    return "" if status == Delivery.DELIVERED else f". {Delivery(status).label}"


def returned_rows(receipts: Iterable[Any]) -> list[list[Any]]:
    """Letters that did not arrive, from `letter_queries.not_delivered`."""
    return [
        [
            link(reverse("mail_message", args=[one.notice_id]), one.notice.subject, f"to {one.notice.to_email}"),
            one.notice.to_email,
            long_datetime(one.completed_at),
            str(Delivery(one.status).label),
            "A later letter arrived" if one.mended else "",
        ]
        for one in receipts
    ]


def _mid_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]


def letter_state(letter: Notice | None) -> str:
    """What has become of a letter, for whoever had it sent: nothing is said to have left that has not."""
    if letter is None:
        return "There is none any more"
    if letter.sent_at and letter.fate and letter.fate_at:
        return f"{_fate(letter.fate)} on {long_datetime(letter.fate_at)}{_why(letter.fate)}"
    if letter.sent_at:
        return f"Left on {long_datetime(letter.sent_at)}"
    if letter.failed_because:
        return f"It could not be sent. We try again on {long_datetime(letter.due_at)}. Check the address"
    return "Waits to be sent"


def key_rows(keys: Iterable[ApiKey], today: date) -> list[list[Any]]:
    """The API keys of one employer."""
    return [
        [
            key.name,
            f"asye_{key.prefix}",
            ". ".join(Scope(scope).label for scope in key.scopes),
            key.holder.full_name,
            long_date(key.last_used_on) if key.last_used_on else "Never",
            key_state(key, today),
            "" if key.revoked_at else link(reverse("api_key_revoke", args=[key.pk]), "Revoke", f"the key {key.name}"),
        ]
        for key in keys
    ]


def key_state(key: ApiKey, today: date) -> str:
    """Whether a key works, and until when."""
    if key.revoked_at:
        return f"Revoked {long_date(key.revoked_at)}"
    return f"{'Expired' if key.expires_on <= today else 'Works until'} {long_date(key.expires_on)}"
