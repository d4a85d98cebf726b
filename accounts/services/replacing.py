"""Somebody else takes over a role: the new person is invited, the old one's role ends, and no account is rewritten."""

from datetime import date, datetime

from django.db import transaction

from accounts import queries, roles, rules
from accounts.models import Invitation, Membership, User
from accounts.services import invitations, people


@transaction.atomic
def replace(
    membership: Membership, new: invitations.Person, *, on: date, by: User, now: datetime
) -> tuple[Invitation, bool]:
    """Invites `new` to the role and ends it for who holds it; `on` is the first day they no longer do. Answers with
    the invitation, and whether it is a new one.

    The two are different people with an account each. A link that `new` has already and that works is not replaced.
    Raises NotAllowed or Refused, and then nothing has changed.
    """
    role = roles.ALL[membership.role]
    working = queries.open_invitations(role, membership.employer).filter(expires_at__gt=now)
    before = working.filter(user__email=rules.canonical_email(new.email)).first()
    invited = before
    if invited is None:
        invited, _ = invitations.invite(*new, role, membership.employer, by=by, now=now)
    people.end_role(membership, on=on, by=by, now=now)
    return invited, before is None
