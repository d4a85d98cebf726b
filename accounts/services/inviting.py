"""Many people invited at once: the same letters, accounts and trail as one by one, in a handful of statements."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import notices, rules
from accounts.models import Human, Invitation, Membership, User
from accounts.permissions import check_may_hand_out
from accounts.roles import Role
from accounts.services import audit
from accounts.services.invitations import address
from asye.clock import london_date
from asye.refusals import Refused


@dataclass(frozen=True)
class Invitee:
    """Who is invited. Someone who has an account under the address keeps the names they have there."""

    email: str
    first_name: str
    last_name: str


@transaction.atomic
def invite_many(
    people: Sequence[Invitee], role: Role, *, by: User, now: datetime, accept_url_name: str
) -> list[Invitation]:
    """Invites each to a role held at no employer, as invitations.invite does; answers in the same order.

    No address may stand in `people` twice. Raises NotAllowed or Refused, and then nobody is invited.
    """
    under = check_may_hand_out(by, role, None, on=london_date(now))
    rules.check_role_fits(role, None)
    users = _accounts(people, under, by=by, now=now)
    for user in users:
        rules.check_active(user)
        if user.human_id == by.human_id:
            raise Refused("You cannot invite yourself", "email")
    open_ones = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    open_ones.filter(user__in=users, role=role.key, employer__isnull=True).update(revoked_at=now)
    tokens = [secrets.token_urlsafe(32) for _ in users]
    made = Invitation.objects.bulk_create(
        Invitation(
            user=user,
            role=role.key,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            sent_by=by,
            sent_at=now,
            expires_at=now + rules.INVITATION_LASTS,
        )
        for user, token in zip(users, tokens, strict=True)
    )
    ends = london_date(now + rules.INVITATION_LASTS)
    place = rules.place(role, None)
    notices.queue_many(
        [
            (
                notices.Invited(role=role, where=place, url=address(token, accept_url_name), expires_on=ends),
                user,
            )
            for user, token in zip(users, tokens, strict=True)
        ],
        now=now,
    )
    audit.record_many("accounts.invite", made, by=by, now=now, under=under, codes=[role.key])
    return made


def _accounts(people: Sequence[Invitee], under: Membership, *, by: User, now: datetime) -> list[User]:
    """The account of each, locked; made where there is none."""
    emails = [rules.canonical_email(each.email) for each in people]
    locked = User.objects.select_for_update(of=("self",)).filter(email__in=emails).order_by("pk")
    found = {user.email: user for user in locked}
    new = [(email, each) for email, each in zip(emails, people, strict=True) if email not in found]
    humans = Human.objects.bulk_create(Human(created_at=now) for _ in new)
    made = User.objects.bulk_create(
        User(
            human=human,
            email=email,
            first_name=each.first_name,
            last_name=each.last_name,
            password=make_password(None),
            created_at=now,
        )
        for human, (email, each) in zip(humans, new, strict=True)
    )
    audit.record_many("accounts.create_user", made, by=by, now=now, under=under)
    found |= {user.email: user for user in made}
    return [found[email] for email in emails]
