"""A caseworker allows a second attempt after a fail."""

from datetime import date, datetime

from django.db import transaction

from accounts import notices as outbox
from accounts.models import Employer, User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused, Stale
from registrations import notices, queries
from registrations import second_attempt_queries as found_by
from registrations.models import AllowedAgain, Registration
from registrations.permissions import check_may_check
from registrations.rules import second_attempts as rules
from registrations.services import locking, registering, telling


@transaction.atomic
def allow(
    swe_number: str,
    employer: Employer,
    until: date,
    because: str,
    *,
    failed: Registration | None,
    by: User,
    now: datetime,
) -> AllowedAgain:
    """Lets an employer register the person of a canonical number once more, up to a day (E10, decision D11).

    `failed` is their newest registration that ended with an outcome, None where none has: that the outcome is a fail
    which stands is for the caller to know (assessments.services.second_attempts). Every other rule still holds. Raises
    NotAllowed, Stale where another outcome has come since, or Refused with the field.
    """
    on = london_date(now)
    under = check_may_check(by, on)
    locking.hold_people([swe_number])
    year = queries.year_open(on)
    if year is None:
        raise Refused(registering.NO_YEAR)
    rules.check_can_allow(swe_number, employer, until, because, year=year, on=on)
    person = found_by.person_of(swe_number)
    if found_by.last_with_outcome(person) != failed:
        raise Stale("An outcome of this person was recorded while you were here. Look at it before you go on.")
    _check_free(swe_number, employer, failed, on)
    allowed = AllowedAgain.objects.create(
        swe_number=swe_number,
        employer=employer,
        failed=failed,
        until=until,
        because=because.strip(),
        allowed_by=by,
        allowed_at=now,
    )
    audit.record(
        "registrations.allow_again",
        failed or allowed,
        by=by,
        now=now,
        under=under,
        words={"because": allowed.because},
    )
    for each in queries.coordinators_of(employer, on):
        outbox.queue(notices.AgainAllowed(allowed=allowed), to=each, now=now)
    account = telling.account_of(person) if person is not None else None
    if account is not None:
        outbox.queue(notices.OwnAgainAllowed(allowed=allowed), to=account, now=now)
    return allowed


def _check_free(swe_number: str, employer: Employer, failed: Registration | None, on: date) -> None:
    live = found_by.live_one(found_by.person_of(swe_number))
    if live is not None:
        named = f", reference {live.reference}" if live.reference else ""
        raise Refused(
            f"The person of this number is registered now{named}. That registration must end first", "swe_number"
        )
    given = found_by.open_leave(swe_number, employer, failed, on)
    if given is not None:
        raise Refused(
            f"{employer.name} may register this person until {long_date(given.until)} already: a second attempt is "
            "allowed",
            "swe_number",
        )
