"""Somebody else takes over a role: the new person is invited, the old one's role ends, and no account is rewritten."""

from datetime import date, datetime

from django.db import transaction

from accounts import roles
from accounts.models import Invitation, Membership, User
from accounts.services import invitations, people


@transaction.atomic
def replace(
    membership: Membership, new: invitations.Person, *, on: date, by: User, now: datetime
) -> tuple[Invitation, str]:
    """Invites `new` to the role and ends it for who holds it; `on` is the first day they no longer do.

    The two are different people with an account each. Raises NotAllowed or Refused, and then nothing has changed.
    """
    role = roles.ALL[membership.role]
    sent = invitations.invite(*new, role, membership.employer, by=by, now=now)
    people.end_role(membership, on=on, by=by, now=now)
    return sent
