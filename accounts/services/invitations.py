"""Letters that let a person in: a secret link, used once, good for 14 days, only its hash kept."""

import hashlib
import secrets
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts import notices, queries, roles, rules
from accounts.models import Employer, Invitation, Membership, User
from accounts.permissions import check_may_change_invitation, check_may_hand_out
from accounts.roles import Role
from accounts.services import audit, people
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused

ACCEPT_URL_NAME = "invitation"


class Person(NamedTuple):
    """Who is invited. Somebody who has an account under the address keeps the names they have there."""

    email: str
    first_name: str
    last_name: str


@transaction.atomic
def invite(
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    employer: Employer | None = None,
    *,
    by: User,
    now: datetime,
    accept_url_name: str = ACCEPT_URL_NAME,
) -> tuple[Invitation, str]:
    """Invites a person to a role and queues the letter; answers with the invitation and its secret token.

    Administrators invite to every role, co-ordinators to those of their own employer, and whoever may register or
    approve NQSWs to that of NQSW. Refused while a link to the same role works, but for an NQSW, whose open invitation
    is taken back. `accept_url_name` is the page of the link, which gets the token. Raises NotAllowed or Refused.
    """
    under = check_may_hand_out(by, role, employer, on=london_date(now))
    return send(
        Person(email, first_name, last_name),
        role,
        employer,
        by=by,
        now=now,
        under=under,
        accept_url_name=accept_url_name,
    )


def send(
    person: Person,
    role: Role,
    employer: Employer | None,
    *,
    by: User,
    now: datetime,
    under: Membership,
    accept_url_name: str = ACCEPT_URL_NAME,
) -> tuple[Invitation, str]:
    """Part of the acts that invite somebody, which have checked that `by` may, under `under`. Raises Refused."""
    on = london_date(now)
    rules.check_role_fits(role, employer)
    rules.check_employer_open(employer, on)
    user = people.find_or_create_user(person.email, person.first_name, person.last_name, by=by, now=now)
    if user.human_id == by.human_id:
        raise Refused("You cannot invite yourself", "email")
    _lock(user)
    if role != roles.NQSW:
        rules.check_no_overlap(user.memberships.filter(role=role.key, employer=employer), on)
        rules.check_not_invited(queries.open_invitations(role, employer).filter(user=user).first(), now)
    _take_back(user, role, employer, now=now)
    invitation, token = _write(user, role, employer, by=by, now=now, accept_url_name=accept_url_name)
    audit.record("accounts.invite", invitation, by=by, now=now, under=under, codes=[role.key])
    return invitation, token


@transaction.atomic
def resend(
    invitation: Invitation, *, by: User, now: datetime, accept_url_name: str = ACCEPT_URL_NAME
) -> tuple[Invitation, str]:
    """Sends a new link, good for another 14 days; the one before no longer works. Raises NotAllowed or Refused."""
    role = roles.ALL[invitation.role]
    under = check_may_change_invitation(by, invitation, on=london_date(now))
    _lock(invitation.user)
    old = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    rules.check_is_open(old)
    rules.check_active(old.user)
    rules.check_employer_open(old.employer, london_date(now))
    old.revoked_at = now
    old.save(update_fields=["revoked_at"])
    new, token = _write(old.user, role, old.employer, by=by, now=now, accept_url_name=accept_url_name)
    audit.record("accounts.resend_invitation", new, by=by, now=now, under=under, codes=[role.key])
    return new, token


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, now: datetime) -> Invitation:
    """Takes an invitation back: its link no longer works. Raises NotAllowed or Refused."""
    under = check_may_change_invitation(by, invitation, on=london_date(now))
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    rules.check_is_open(invitation)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    audit.record("accounts.revoke_invitation", invitation, by=by, now=now, under=under, codes=[invitation.role])
    return invitation


@transaction.atomic
def accept(token: str, password: str | None, *, now: datetime, by: User | None = None) -> User:
    """Takes an invitation up: the role is held from today, and a new account gets `password`.

    An account that has a password is never given another here: it must be the one signed in (`by`), else NotAllowed.
    Raises Refused where the link is spent, too old or taken back, or the password is too weak (field "password").
    """
    invitation = find(token)
    if invitation is None:
        raise Refused("This link is not one of ours. Check that you copied the whole of it")
    user = _lock(invitation.user)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    rules.check_can_accept(invitation, now)
    if user.has_usable_password():
        if by is None or by.pk != user.pk:
            raise NotAllowed("Sign in with the email address this invitation was sent to.")
    else:
        _set_first_password(user, password or "")
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    under = _hold(invitation, user, now)
    audit.record("accounts.accept_invitation", invitation, by=user, now=now, under=under, codes=[invitation.role])
    return user


@transaction.atomic
def create_first_administrator(email: str, first_name: str, last_name: str, *, now: datetime) -> tuple[User, str]:
    """Makes the person who lets everybody else in; answers with them and the token of their invitation.

    For the command only. While nobody has used the link it may be asked for again, for the same address.
    Raises Refused once there is an administrator.
    """
    held = Membership.objects.select_for_update(of=("self",)).filter(role=roles.ADMINISTRATOR.key).first()
    if held and (held.user.email != rules.canonical_email(email) or held.user.has_usable_password()):
        raise Refused("There is already an administrator. Sign in as an administrator to add another")
    if held:
        user = held.user
        _take_back(user, roles.ADMINISTRATOR, None, now=now)
    else:
        user = User.objects.make(email, first_name, last_name, now=now)
        held = Membership.objects.open(user, roles.ADMINISTRATOR, None, starts_on=london_date(now))
    audit.record("accounts.create_first_administrator", held, by=None, now=now)
    _, token = _write(user, roles.ADMINISTRATOR, None, by=user, now=now, accept_url_name=ACCEPT_URL_NAME)
    return user, token


def find(token: str) -> Invitation | None:
    """The invitation a link belongs to, whatever has become of it."""
    return Invitation.objects.select_related("user", "employer").filter(token_hash=_hash(token)).first()


def address(token: str, accept_url_name: str = ACCEPT_URL_NAME) -> str:
    """The whole address of an invitation's link."""
    return f"{settings.SITE_URL}{reverse(accept_url_name, args=[token])}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _lock(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _take_back(user: User, role: Role, employer: Employer | None, *, now: datetime) -> None:
    queries.open_invitations(role, employer).filter(user=user).update(revoked_at=now)


def _write(
    user: User, role: Role, employer: Employer | None, *, by: User, now: datetime, accept_url_name: str
) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user,
        role=role.key,
        employer=employer,
        token_hash=_hash(token),
        sent_by=by,
        sent_at=now,
        expires_at=now + rules.INVITATION_LASTS,
    )
    letter = notices.Invited(
        role=role,
        where=invitation.place,
        url=address(token, accept_url_name),
        expires_on=london_date(invitation.expires_at),
    )
    notices.queue(letter, to=user, now=now)
    return invitation, token


def _set_first_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "password") from error
    user.set_password(password)
    user.save(update_fields=["password"])


def _hold(invitation: Invitation, user: User, now: datetime) -> Membership:
    """The membership the invitation was for; one that is already held stands."""
    on = london_date(now)
    held = user.memberships.live(on).filter(role=invitation.role, employer=invitation.employer).first()
    return held or Membership.objects.open(user, roles.ALL[invitation.role], invitation.employer, starts_on=on)
