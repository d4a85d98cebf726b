"""What may change in the course of a year: it ends, is paused, made longer, or gets another assessor."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from registrations import notices, queries
from registrations.models import AssessorAssignment, Deferral, Extension, Placement, Registration
from registrations.permissions import check_is_coordinator_of, check_may_end
from registrations.rules import standing
from registrations.services import moving, telling
from registrations.states import DeferralReason, EndReason


@transaction.atomic
def withdraw(
    registration: Registration, on: date, because: str, *, by: User, now: datetime, seen_version: int | None = None
) -> Registration:
    """Ends the registration because the person left. `on` is the first day they are no longer on the programme.

    On or before the first day it counts as never started. Raises NotAllowed, Stale or Refused.
    """
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    standing.check_can_withdraw(registration, on, today=today, deferral=queries.open_deferral(registration))
    if not because.strip():
        raise Refused("Enter why they left", field="because")
    begun = on > registration.asye_start
    registration.end_explanation = because.strip()
    _close(registration, on, EndReason.WITHDRAWN if begun else EndReason.NEVER_STARTED)
    audit.record(
        "registrations.withdraw",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[registration.end_reason],
        words={"because": because.strip()},
    )
    _tell(registration, f"The registration was withdrawn as of {long_date(on)}.", now=now)
    return registration


@transaction.atomic
def end(registration: Registration, on: date, reason: EndReason, *, by: User, now: datetime) -> Registration:
    """Ends the year because its outcome is confirmed; `on` is the first day it no longer runs.

    Called by the act that confirms the outcome, which tells people. Raises NotAllowed unless `by` is a senior lead of
    the employer, or Refused.
    """
    under = check_may_end(by, registration, london_date(now))
    registration = moving.locked(registration, None)
    standing.check_on_programme(registration)
    _close(registration, on, reason)
    audit.record("registrations.end", registration, by=by, now=now, under=under, codes=[reason.value])
    return registration


def _close(registration: Registration, on: date, reason: EndReason) -> None:
    registration.ended_on, registration.end_reason = on, reason
    for placement in Placement.objects.select_for_update(of=("self",)).filter(
        registration=registration, ends_on__isnull=True
    ):
        placement.ends_on = max(on, placement.starts_on)
        for assignment in placement.assignments.filter(ends_on__isnull=True):
            assignment.ends_on = max(placement.ends_on, assignment.starts_on)
            assignment.save(update_fields=["ends_on"])
        placement.save(update_fields=["ends_on"])
    deferral = queries.open_deferral(registration)
    if deferral is not None:
        deferral.ends_on = max(on, date.fromordinal(deferral.starts_on.toordinal() + 1))
        deferral.save(update_fields=["ends_on"])
    moving.touch(registration, "ended_on", "end_reason", "end_explanation")


@transaction.atomic
def defer(
    registration: Registration,
    from_: date,
    reason: DeferralReason | str,
    detail: str = "",
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> Deferral:
    """Pauses the year from a day on, for one of the reasons of decision D12. Raises NotAllowed, Stale or Refused."""
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    standing.check_can_defer(
        registration, from_, str(reason), detail.strip(), today=today, deferrals=list(registration.deferrals.all())
    )
    deferral = Deferral.objects.create(
        registration=registration,
        starts_on=from_,
        reason=reason,
        detail=detail.strip(),
        recorded_by=by,
        recorded_at=now,
    )
    moving.touch(registration)
    audit.record(
        "registrations.defer",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[str(reason)],
        words={"detail": deferral.detail} if deferral.detail else None,
    )
    _tell(registration, f"The ASYE is deferred from {long_date(from_)}. Reviews wait until the return.", now=now)
    return deferral


@transaction.atomic
def resume(
    registration: Registration, on: date, *, by: User, now: datetime, seen_version: int | None = None
) -> Deferral:
    """Ends the pause: `on` is the day of return. Later review dates move by its length. Raises as defer() does."""
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    deferral = queries.open_deferral(registration)
    standing.check_can_resume(registration, on, deferral, today=today)
    assert deferral is not None  # noqa: S101  (the rule has just said so)
    deferral.ends_on = on
    deferral.save(update_fields=["ends_on"])
    moving.touch(registration)
    audit.record("registrations.resume", registration, by=by, now=now, under=under)
    end_day = long_date(queries.planned_end(registration))
    _tell(registration, f"The ASYE went on from {long_date(on)}. It is now planned to end on {end_day}.", now=now)
    return deferral


@transaction.atomic
def extend(
    registration: Registration, days: int, reason: str, *, by: User, now: datetime, seen_version: int | None = None
) -> Extension:
    """Makes the year longer by whole days; reviews due from today on move as well. Raises as defer() does."""
    under = check_is_coordinator_of(by, registration, london_date(now))
    registration = moving.locked(registration, seen_version)
    already = registration.extensions.aggregate(days=Sum("days"))["days"] or 0
    standing.check_can_extend(registration, days, already, registration.programme_year)
    if not reason.strip():
        raise Refused("Enter the reason for the extension", field="reason")
    extension = Extension.objects.create(
        registration=registration, days=days, reason=reason.strip(), recorded_by=by, recorded_at=now
    )
    moving.touch(registration)
    audit.record("registrations.extend", registration, by=by, now=now, under=under, words={"reason": extension.reason})
    end_day = long_date(queries.planned_end(registration))
    _tell(registration, f"The ASYE was made {days} days longer. It is now planned to end on {end_day}.", now=now)
    return extension


@transaction.atomic
def assign_assessor(
    registration: Registration,
    assessor: User,
    from_: date,
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> AssessorAssignment:
    """Another assessor of the employer takes over on a day (rule E8). Raises NotAllowed, Stale or Refused."""
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    placement = queries.placement_of(registration, today)
    present = placement.assignments.select_related("assessor").filter(ends_on__isnull=True).first()
    standing.check_can_reassign(registration, from_, present.starts_on if present else None, today=today)
    if not queries.assessors_at(placement.employer_id, today).filter(pk=assessor.pk).exists():
        raise Refused("Select an assessor from the list of your organisation's assessors", field="assessor")
    if present and present.assessor_id == assessor.pk:
        raise Refused(f"{assessor.full_name} is the assessor already", field="assessor")
    account = telling.account_of(registration.nqsw)
    if account is not None and account.human_id == assessor.human_id:
        raise Refused("The assessor and the NQSW cannot be the same person", field="assessor")
    if present:
        present.ends_on = from_
        present.save(update_fields=["ends_on"])
        outbox.queue(notices.NoLongerAssessor(registration=registration, from_=from_), to=present.assessor, now=now)
    assignment = AssessorAssignment.objects.create(
        placement=placement,
        assessor=assessor,
        starts_on=max(from_, placement.starts_on),
        assigned_by=by,
        assigned_at=now,
    )
    moving.touch(registration)
    audit.record("registrations.assign_assessor", registration, by=by, now=now, under=under)
    outbox.queue(notices.NamedAssessor(registration=registration, from_=from_), to=assessor, now=now)
    what = f"{assessor.full_name} is the assessor from {long_date(from_)}."
    telling.tell_nqsw(notices.Changed(registration=registration, what=what), now=now)
    return assignment


def _tell(registration: Registration, what: str, *, now: datetime) -> None:
    message = notices.Changed(registration=registration, what=what)
    telling.tell_nqsw(message, now=now)
    telling.tell_assessor(message, now=now)
