"""To whom messages about a registration go."""

from datetime import datetime

from accounts import notices as outbox
from accounts.models import User
from asye.clock import london_date
from registrations import queries
from registrations.models import NQSW
from registrations.notices import AboutRegistration


def account_of(nqsw: NQSW) -> User | None:
    """The NQSW's account: their own, or the one they are invited to."""
    if nqsw.user is not None:
        return nqsw.user
    return nqsw.invitation.user if nqsw.invitation is not None else None


def tell_coordinators(message: AboutRegistration, *, now: datetime) -> None:
    """Queues the message for every co-ordinator of the employer that has the NQSW."""
    on = london_date(now)
    employer = queries.placement_of(message.registration, on).employer
    for user in queries.coordinators_of(employer, on):
        outbox.queue(message, to=user, now=now)


def tell_nqsw(message: AboutRegistration, *, now: datetime) -> None:
    """Queues the message for the NQSW."""
    user = account_of(message.registration.nqsw)
    if user is not None:
        outbox.queue(message, to=user, now=now)


def tell_assessor(message: AboutRegistration, *, now: datetime) -> None:
    """Queues the message for the assessor of that day, and for whoever covers for them."""
    on = london_date(now)
    assessor = queries.assessor_of(message.registration, on)
    told = {user.pk: user for user in (assessor, *queries.assessing(message.registration, on)) if user is not None}
    for user in told.values():
        outbox.queue(message, to=user, now=now)
