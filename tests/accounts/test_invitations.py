from datetime import timedelta

from accounts import roles
from accounts.models import AuditEvent
from accounts.services import invitations
from tests.cast import NOW, PASSWORD, TODAY, Cast


def invite(cast: Cast, **changes):
    facts = {"email": "Fay@northshire.example ", "first_name": "Fay", "last_name": "Ferris"}
    given = {"role": roles.ASSESSOR, "employer": cast.northshire, "by": cast.amira, "now": NOW, **changes}
    email = given.pop("email", facts["email"])
    return invitations.invite(
        email, facts["first_name"], facts["last_name"], given.pop("role"), given.pop("employer"), **given
    )


def test_it_works(cast):
    invitation, token = invite(cast)
    assert invitation.user.email == "fay@northshire.example"
    assert token not in invitation.token_hash
    assert not invitation.user.memberships.exists()
    fay = invitations.accept(token, PASSWORD, now=NOW + timedelta(days=13))
    assert fay.check_password(PASSWORD)
    membership = fay.memberships.get()
    assert (membership.role, membership.employer) == ("assessor", cast.northshire)
    assert membership.starts_on == TODAY + timedelta(days=13)
    event = AuditEvent.objects.get(act="accounts.accept_invitation")
    assert (event.actor, event.membership) == (fay, membership)
