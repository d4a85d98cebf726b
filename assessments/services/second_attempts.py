"""A second attempt is allowed only after a fail that stands (E10, decision D11)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Employer, User
from assessments.queries import confirmed_outcomes, live_outcome, open_appeal
from assessments.rules import check_fail_stands
from assessments.services.appeals import last_day
from assessments.states import Result
from asye.clock import london_date
from registrations import second_attempt_queries
from registrations.models import AllowedAgain
from registrations.permissions import check_may_check
from registrations.services import second_attempts


@transaction.atomic
def allow(swe_number: str, employer: Employer, until: date, because: str, *, by: User, now: datetime) -> AllowedAgain:
    """Lets an employer register somebody who failed once more, up to a day. `swe_number` is canonical.

    Raises NotAllowed unless `by` is a caseworker, or Refused: after a pass, while the fail is or can be appealed
    against, and as registrations.services.second_attempts.allow() does. A fail from before the service has nothing
    here to look at; the reason then says what the caseworker has seen of it.
    """
    today = london_date(now)
    check_may_check(by, today)
    person = second_attempt_queries.person_of(swe_number)
    failed = second_attempt_queries.last_with_outcome(person)
    outcome = live_outcome(failed) if failed is not None else None
    if person is not None and failed is not None and outcome is not None:
        every = confirmed_outcomes().filter(registration__in=second_attempt_queries.of_person(person))
        check_fail_stands(
            passed=every.filter(result=Result.PASS).exists(),
            appeal_open=open_appeal(failed) is not None,
            appeal_by=last_day(outcome),
            today=today,
        )
    return second_attempts.allow(swe_number, employer, until, because, failed=failed, by=by, now=now)
