"""A caseworker allows a registration after the last day for it."""

from datetime import date, datetime

from django.db import transaction

from accounts import notices as outbox
from accounts.models import Employer, User
from accounts.services import audit
from asye.clock import london_date
from registrations import notices, queries
from registrations.models import AllowedLate
from registrations.permissions import check_may_check
from registrations.rules import lateness as rules


@transaction.atomic
def allow(swe_number: str, employer: Employer, until: date, because: str, *, by: User, now: datetime) -> AllowedLate:
    """Lets an employer register the person of a canonical number up to a day, however long after the start (U3).

    Every other rule still holds. Raises NotAllowed, or Refused with the field.
    """
    on = london_date(now)
    under = check_may_check(by, on)
    rules.check_can_allow(swe_number, employer, until, because, on=on)
    allowed = AllowedLate.objects.create(
        swe_number=swe_number,
        employer=employer,
        until=until,
        because=because.strip(),
        allowed_by=by,
        allowed_at=now,
    )
    audit.record("registrations.allow_late", allowed, by=by, now=now, under=under, words={"because": allowed.because})
    for person in queries.coordinators_of(employer, on):
        outbox.queue(notices.LateAllowed(allowed=allowed), to=person, now=now)
    return allowed
