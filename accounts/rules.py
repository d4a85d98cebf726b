"""What may be done to people, employers and invitations, whoever asks. Values in, a refusal or nothing out."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from accounts import roles
from accounts.roles import Role
from accounts.states import EmployerKind, Scope
from asye.dates import long_date
from asye.refusals import Refused

if TYPE_CHECKING:
    from accounts.models import Employer, Invitation, LocalAuthority, Membership, User

KEY_TOLD_BEFORE = timedelta(days=30)  # for so long before its last day people know that a key is about to expire
INVITATION_LASTS = timedelta(days=14)
KEPT_TEXT_LASTS = timedelta(hours=24)
SWEEP_LASTS = timedelta(seconds=40)  # a sweep takes up nothing new after this, below the 60 seconds a task may take
CLAIM_LASTS = timedelta(minutes=5)  # for so long a message is its sender's; longer than a task is let live
RETRY_MINUTES = (1, 5, 15, 60, 240, 720)  # waits before a message is tried again; the last one repeats


def canonical_email(email: str) -> str:
    """An address as it is stored: no space around it, lower case."""
    return email.strip().lower()


def place(role: Role, employer: "Employer | None") -> str:
    """Where a role is held, as people read it; nothing for an NQSW, whose year is their own."""
    if employer is not None:
        return employer.name
    return "Department for Education" if role.scope == roles.DFE else ""


def check_role_fits(role: Role, employer: "Employer | None") -> None:
    """An employer's role is of an employer; DfE's roles and the NQSW's own are of none."""
    if role.scope == roles.EMPLOYER and employer is None:
        raise Refused(f"Select the employer where this person is {role.name.lower()}", "employer")
    if role.scope != roles.EMPLOYER and employer is not None:
        raise Refused(f"{role.name} is not a role at an employer", "role")


def check_employer_open(employer: "Employer | None", on: date) -> None:
    """Nobody is given a role at an employer that has closed."""
    if employer is not None and employer.closed_on is not None and employer.closed_on <= on:
        raise Refused(f"{employer.name} closed on {long_date(employer.closed_on)}", "employer")


def check_active(user: "User") -> None:
    """A deactivated account is given nothing."""
    if not user.is_active:
        raise Refused("This account has been deactivated", "email")


def check_no_overlap(memberships: Iterable["Membership"], starts_on: date) -> None:
    """A person holds one role at one place once at a time."""
    for held in memberships:
        if held.ends_on is None or held.ends_on > starts_on:
            raise Refused("This person already has this role there", "role")


def check_can_end(membership: "Membership", on: date, today: date) -> None:
    """A role ends today or later, once: what somebody was allowed to do yesterday stays true."""
    if membership.ends_on is not None and membership.ends_on <= today:
        raise Refused(f"This role ended on {long_date(membership.ends_on)}")
    if membership.ends_on == on:
        raise Refused(f"This role ends on {long_date(on)} already", "on")
    if on < today:
        raise Refused("The day the role ends must be today or later", "on")
    if on < membership.starts_on:
        raise Refused(f"The role starts on {long_date(membership.starts_on)}. It cannot end before that", "on")


def check_employer_facts(kind: str, region: str, local_authority: "LocalAuthority | None") -> None:
    """A local authority as employer is one of the 153, and lies in its own region."""
    if kind == EmployerKind.LOCAL_AUTHORITY and local_authority is None:
        raise Refused("Select which local authority this is", "local_authority")
    if local_authority is not None and local_authority.region != region:
        raise Refused(f"{local_authority.name} is in another region", "region")


def check_can_accept(invitation: "Invitation", now: datetime) -> None:
    """An invitation is taken up once, in time, unless it was cancelled."""
    if invitation.accepted_at is not None:
        raise Refused("This invitation has already been accepted. Sign in to continue")
    if invitation.revoked_at is not None:
        raise Refused("This invitation is no longer valid. There may be a newer one in your mail")
    if now >= invitation.expires_at:
        raise Refused("This invitation has run out. Ask the person who invited you to send it again")
    if not invitation.user.is_active:
        raise Refused("This account has been deactivated")


def can_accept(invitation: "Invitation", now: datetime) -> bool:
    """Whether `check_can_accept` would let it pass."""
    try:
        check_can_accept(invitation, now)
    except Refused:
        return False
    return True


def check_not_invited(invitation: "Invitation | None", now: datetime) -> None:
    """Nobody is sent a second letter, which would end the link of the first, while that one still works."""
    if invitation is not None and now < invitation.expires_at:
        until = long_date(invitation.expires_at)
        raise Refused(
            f"They have been invited already, and the link works until {until}. If they cannot find it, send it again "
            "under “Invitations not taken up”",
            "email",
        )


def check_is_open(invitation: "Invitation") -> None:
    """Only an invitation that nobody has taken up or back can be sent again or cancelled."""
    if invitation.accepted_at is not None:
        raise Refused("This invitation has already been accepted")
    if invitation.revoked_at is not None:
        raise Refused("This invitation has already been cancelled or sent again")


def check_key(name: str, scopes: Collection[str], expires_on: date, today: date) -> None:
    """An API key has a name, does something, and works for a year at the longest."""
    if not name.strip():
        raise Refused("Enter a name for the key", "name")
    if not scopes or not set(scopes) <= set(Scope.values):
        raise Refused("Select what the key may do", "scopes")
    if expires_on <= today:
        raise Refused("The date the key expires must be in the future", "expires_on")
    if expires_on > last_day_of_key(today):
        raise Refused(f"The date the key expires must be {long_date(last_day_of_key(today))} or earlier", "expires_on")


def last_day_of_key(today: date) -> date:
    """The latest day on which a key made today may expire: a year later, 28 February for 29 February."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:
        return today.replace(year=today.year + 1, day=28)
