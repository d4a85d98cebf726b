"""What may change in the course of a year: it ends, is paused, or is made longer. Each is kept so as to be undone."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from registrations import notices, queries
from registrations.models import Deferral, Extension, Placement, Registration
from registrations.permissions import check_is_coordinator_of, check_may_end
from registrations.rules import standing
from registrations.rules.agreement import Agreement, check_agreed
from registrations.services import moving, telling, transfers, undoing
from registrations.services.undoing import LastDay
from registrations.states import ChangeKind, DeferralReason, EndReason


@transaction.atomic
def withdraw(
    registration: Registration, on: date, because: str, *, by: User, now: datetime, seen_version: int | None = None
) -> Registration:
    """Ends the registration because the person left. `on` is the first day they are no longer on the programme.

    It may be long ago. On or before the first day it counts as never started. Raises NotAllowed, Stale or Refused.
    """
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    standing.check_can_withdraw(registration, on, today=today)
    if not because.strip():
        raise Refused("Enter why they left", field="because")
    begun = on > registration.asye_start
    registration.end_explanation = because.strip()
    _tell(registration, f"The registration was withdrawn as of {long_date(on)}.", now=now)
    ends = _close(registration, on, EndReason.WITHDRAWN if begun else EndReason.NEVER_STARTED, by=by, now=now)
    undoing.keep(registration, ChangeKind.WITHDRAWAL, on, ends, by=by, now=now)
    audit.record(
        "registrations.withdraw",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[registration.end_reason],
        words={"after": {"first_day_away": on.isoformat()}, "because": because.strip()},
    )
    return registration


@transaction.atomic
def end(registration: Registration, on: date, reason: EndReason, *, by: User, now: datetime) -> Registration:
    """Ends the year because its outcome is confirmed; `on` is the first day it no longer runs.

    Called by the act that confirms the outcome, which tells people. Raises NotAllowed unless `by` is a senior lead of
    the employer, or Refused.
    """
    under = check_may_end(by, registration, london_date(now))
    registration = moving.locked(registration, None)
    standing.check_can_end(registration, on, queries.open_deferral(registration))
    _close(registration, on, reason, by=by, now=now)
    audit.record("registrations.end", registration, by=by, now=now, under=under, codes=[reason.value])
    return registration


def _close(registration: Registration, on: date, reason: EndReason, *, by: User, now: datetime) -> list[LastDay]:
    """Ends everything that would run beyond the day: the last days as they were, so that it can be undone.

    What would begin only later, such as the placement of a move still to come, becomes empty. An open move is called
    off.
    """
    registration.ended_on, registration.end_reason = on, reason
    ends: list[LastDay] = []
    running = (Q(ends_on__isnull=True) | Q(ends_on__gt=on)) & ~Q(ends_on=F("starts_on"))
    for placement in Placement.objects.select_for_update(of=("self",)).filter(running, registration=registration):
        ends.append(("placement", placement.pk, placement.ends_on))
        placement.ends_on = max(on, placement.starts_on)
        for assignment in placement.assignments.filter(running):
            ends.append(("assignment", assignment.pk, assignment.ends_on))
            assignment.ends_on = max(on, assignment.starts_on)
            assignment.save(update_fields=["ends_on"])
        placement.save(update_fields=["ends_on"])
    deferral = queries.open_deferral(registration)
    if deferral is not None:
        ends.append(("deferral", deferral.pk, None))
        deferral.ends_on = max(on, deferral.starts_on)
        deferral.save(update_fields=["ends_on"])
    transfers.drop(registration, by=by, now=now)
    moving.touch(registration, "ended_on", "end_reason", "end_explanation")
    return ends


@transaction.atomic
def defer(
    registration: Registration,
    from_: date,
    reason: DeferralReason | str,
    detail: str = "",
    *,
    agreed: Agreement,
    expected_back: date | None = None,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> Deferral:
    """Pauses the year from a day on, for one of the reasons of decision D12, agreed by all parties.

    `expected_back` is what people plan with; the return is recorded when it happens. Raises NotAllowed, Stale or
    Refused.
    """
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    standing.check_can_defer(
        registration, from_, str(reason), detail.strip(), today=today, deferrals=list(registration.deferrals.all())
    )
    if expected_back is not None and expected_back <= from_:
        raise Refused("The day they are expected back must be after the deferral starts", field="expected_back")
    check_agreed(agreed, today=today)
    deferral = Deferral.objects.create(
        registration=registration,
        starts_on=from_,
        reason=reason,
        detail=detail.strip(),
        expected_back=expected_back,
        nqsw_agreed_on=agreed.nqsw_on,
        assessor_agreed_on=agreed.assessor_on,
        manager_agreed_on=agreed.manager_on,
        manager_name=agreed.manager_name.strip(),
        recorded_by=by,
        recorded_at=now,
    )
    undoing.keep(registration, ChangeKind.DEFERRAL, from_, [("deferral", deferral.pk, from_)], by=by, now=now)
    moving.touch(registration)
    audit.record(
        "registrations.defer",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[str(reason)],
        words={"after": {"away_from": from_.isoformat()}, "detail": deferral.detail},
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
    undoing.keep(registration, ChangeKind.RETURN, on, [("deferral", deferral.pk, None)], by=by, now=now)
    moving.touch(registration)
    words = {"after": {"back_on": on.isoformat()}}
    audit.record("registrations.resume", registration, by=by, now=now, under=under, words=words)
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
    already = sum(each.days for each in registration.extensions.filter(undone_at__isnull=True))
    standing.check_can_extend(registration, days, already, registration.programme_year)
    if not reason.strip():
        raise Refused("Enter the reason for the extension", field="reason")
    extension = Extension.objects.create(
        registration=registration, days=days, reason=reason.strip(), recorded_by=by, recorded_at=now
    )
    undoing.keep(registration, ChangeKind.EXTENSION, london_date(now), extension=extension, by=by, now=now)
    moving.touch(registration)
    words = {"after": {"days_longer": str(days)}, "reason": extension.reason}
    audit.record("registrations.extend", registration, by=by, now=now, under=under, words=words)
    end_day = long_date(queries.planned_end(registration))
    _tell(registration, f"The ASYE was made {days} days longer. It is now planned to end on {end_day}.", now=now)
    return extension


def _tell(registration: Registration, what: str, *, now: datetime) -> None:
    message = notices.Changed(registration=registration, what=what)
    telling.tell_nqsw(message, now=now)
    telling.tell_assessor(message, now=now)
