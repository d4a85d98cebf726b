"""The address somebody signs in with, and the name on their account."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import notices, roles, rules
from accounts.models import User
from accounts.permissions import check_has_role
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale

ASK_FOR_IT = (
    "Your name is compared with the Social Work England register, so a caseworker changes it. Ask for a correction on "
    "the page of what is held about you"
)
TAKEN = "This email address belongs to another account. Enter one that is only yours"


@transaction.atomic
def change(user: User, email: str, *, by: User, now: datetime) -> User:
    """The person signs in with another address from now on, and letters go there; the caller has proved that it is
    theirs. The address before is told and no longer lets anybody in. Raises NotAllowed or Refused (field "email")."""
    if by.pk != user.pk:
        raise NotAllowed("Only the person may change the address they sign in with.")
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    rules.check_active(user)
    wanted = rules.canonical_email(email)
    if User.objects.filter(email=wanted).exclude(pk=user.pk).exists():
        raise Refused(TAKEN, "email")
    if wanted == user.email:
        return user
    before = User(email=user.email, first_name=user.first_name, last_name=user.last_name)
    EmailAddress.objects.filter(user=user).delete()
    user.email = wanted
    user.save(update_fields=["email"])
    audit.record("accounts.change_address", user, by=by, now=now)
    notices.queue(notices.AddressChanged(), to=before, now=now)
    notices.queue(notices.AddressChanged(), to=user, now=now)
    return user


@transaction.atomic
def rename_self(user: User, first_name: str, last_name: str, *, seen: str, by: User, now: datetime) -> User:
    """The person has another name from now on. `seen` is the full name their page showed.

    Raises NotAllowed to anybody else, Stale, or Refused to NQSWs: their name is compared with the register, so they
    ask for a correction.
    """
    if by.pk != user.pk:
        raise NotAllowed("Only the person may change their own name.")
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before = user.full_name
    if before != seen:
        raise Stale("Your name was changed after you opened the page. Look at it again.")
    if user.memberships.live(london_date(now)).filter(role=roles.NQSW.key).exists():
        raise Refused(ASK_FOR_IT)
    user.first_name, user.last_name = first_name.strip(), last_name.strip()
    if user.full_name == before:
        return user
    user.save(update_fields=["first_name", "last_name"])
    audit.record("accounts.rename", user, by=by, now=now, words={"before": before, "after": user.full_name})
    return user


@transaction.atomic
def rename(user: User, first_name: str, last_name: str, *, by: User, now: datetime) -> User:
    """A caseworker gives an account the name its person has now. Raises NotAllowed."""
    under = check_has_role(by, roles.CASEWORKER, on=london_date(now))
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before = user.full_name
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])
    words = {"before": before, "after": user.full_name}
    audit.record("accounts.rename", user, by=by, now=now, under=under, words=words)
    return user
