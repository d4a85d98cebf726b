"""An NQSW takes up their invitation."""

from datetime import datetime

from django.db import transaction

from accounts.models import Invitation, User
from accounts.services import audit, invitations
from asye.clock import london_date
from asye.refusals import Refused, Stale
from registrations.models import NQSW, Registration
from registrations.permissions import check_is_coordinator_of
from registrations.services import registering
from registrations.services.storing import JOIN_URL_NAME

NOT_OURS = "This link is not one of ours. Check that you copied the whole of it"


def find(token: str) -> NQSW | None:
    """The NQSW a link belongs to, while the link is the newest one sent to them."""
    invitation = invitations.find(token)
    if invitation is None:
        return None
    return NQSW.objects.select_related("invitation__user", "user").filter(invitation=invitation).first()


@transaction.atomic
def accept(token: str, password: str | None, *, now: datetime, by: User | None = None) -> NQSW:
    """Gives the NQSW their account; a new one gets `password`, one that has a password must be signed in (`by`).

    Raises Refused (field `password` where it is too weak) or NotAllowed.
    """
    known = find(token)
    if known is None:
        raise Refused(NOT_OURS)
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=known.pk)
    user = invitations.accept(token, password, now=now, by=by)
    if NQSW.objects.exclude(pk=nqsw.pk).filter(user=user).exists():
        raise Refused("This account belongs to another NQSW already. Contact us.")
    nqsw.user = user
    nqsw.save(update_fields=["user"])
    audit.record("registrations.join", nqsw, by=user, now=now)
    return nqsw


@transaction.atomic
def resend(registration: Registration, *, by: User, now: datetime, seen_invitation: int | None = None) -> Invitation:
    """Sends the NQSW a new link; the one before no longer works. Who was taken over from before this service has had
    none yet.

    Raises NotAllowed, Refused once they joined, or Stale where `seen_invitation`, the one the page spoke of, is not
    the newest: a page sent twice sends one letter.
    """
    under = check_is_coordinator_of(by, registration, london_date(now))
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=registration.nqsw_id)
    if nqsw.user_id is not None:
        raise Refused(f"{nqsw.full_name} has taken up the invitation already.")
    if seen_invitation not in (None, nqsw.invitation_id or 0):
        raise Stale("A new invitation has been sent already.")
    if nqsw.invitation is None:
        invitation = _first_invitation(nqsw, by=by, now=now)
    else:
        invitation, _ = invitations.resend(nqsw.invitation, by=by, now=now, accept_url_name=JOIN_URL_NAME)
        nqsw.invitation = invitation
        nqsw.save(update_fields=["invitation"])
    audit.record("registrations.resend_invitation", registration, by=by, now=now, under=under)
    return invitation


def _first_invitation(nqsw: NQSW, *, by: User, now: datetime) -> Invitation:
    if not nqsw.email:
        raise Refused(f"We have no email address of {nqsw.full_name}, so nobody can be invited. Contact us.")
    registering.invite(nqsw, nqsw, by=by, now=now)
    assert nqsw.invitation is not None  # noqa: S101  (it has just been written)
    return nqsw.invitation
