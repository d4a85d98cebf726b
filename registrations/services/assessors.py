"""Who assesses: another assessor takes over with a handover, or somebody stands in while the assessor is away."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from registrations import notices, queries
from registrations.models import NQSW, AssessorAssignment, Registration
from registrations.permissions import check_is_coordinator_of
from registrations.rules import standing, taken
from registrations.services import moving, telling, undoing
from registrations.services.undoing import LastDay
from registrations.states import ChangeKind

NOT_LISTED = "Select an assessor from the list of your organisation's assessors"


@transaction.atomic
def assign_assessor(
    registration: Registration,
    assessor: User,
    from_: date,
    handover: str = "",
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> AssessorAssignment:
    """Another assessor of the employer takes over on a day (rule E8). `handover` is what the new one has to know.

    Raises NotAllowed, Stale or Refused.
    """
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    placement = queries.placement_of(registration, today)
    running = placement.assignments.filter(cover=False).exclude(ends_on=F("starts_on"))
    present = running.select_related("assessor").last()
    standing.check_can_reassign(registration, from_, present.starts_on if present else None, today=today)
    if placement.ends_on is not None and from_ >= placement.ends_on:
        raise Refused(
            f"They go on with another employer from {long_date(placement.ends_on)}, which names its own assessor",
            field="from_",
        )
    check_may_assess(registration, assessor, placement.employer_id, today)
    if present and present.assessor_id == assessor.pk:
        raise Refused(f"{assessor.full_name} is the assessor already", field="assessor")
    ends: list[LastDay] = []
    if present:
        ends.append(("assignment", present.pk, present.ends_on))
        present.ends_on = from_
        present.save(update_fields=["ends_on"])
        outbox.queue(notices.NoLongerAssessor(registration=registration, from_=from_), to=present.assessor, now=now)
    begins = max(from_, placement.starts_on)
    assignment = AssessorAssignment.objects.create(
        placement=placement,
        assessor=assessor,
        starts_on=begins,
        ends_on=placement.ends_on,
        note=handover.strip(),
        assigned_by=by,
        assigned_at=now,
    )
    ends.insert(0, ("assignment", assignment.pk, begins))
    undoing.keep(registration, ChangeKind.ASSESSOR, from_, ends, by=by, now=now)
    moving.touch(registration)
    words = {
        "before": {"assessor": present.assessor.full_name if present else ""},
        "after": {"assessor": assessor.full_name, "from": begins.isoformat()},
        "detail": assignment.note,
    }
    audit.record("registrations.assign_assessor", registration, by=by, now=now, under=under, words=words)
    outbox.queue(notices.NamedAssessor(registration=registration, from_=from_), to=assessor, now=now)
    what = f"{assessor.full_name} is the assessor from {long_date(from_)}."
    if present:
        what += " If you have signed the support and assessment agreement, both of you sign it again."
    telling.tell_nqsw(notices.Changed(registration=registration, what=what), now=now)
    return assignment


@transaction.atomic
def cover_assessor(
    registration: Registration,
    assessor: User,
    from_: date,
    back_on: date,
    because: str,
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> AssessorAssignment:
    """Somebody stands in for the assessor from a day until (not including) the day they are back.

    Both may act and read during the cover; the assessor stays the assessor. Raises NotAllowed, Stale or Refused.
    """
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration = moving.locked(registration, seen_version)
    placement = queries.placement_of(registration, today)
    standing.check_can_cover(registration, from_, back_on, (placement.starts_on, placement.ends_on), today=today)
    check_may_assess(registration, assessor, placement.employer_id, today)
    if not because.strip():
        raise Refused("Enter why cover is needed", field="because")
    present = queries.assessor_of(registration, max(from_, today))
    if present == assessor:
        raise Refused(f"{assessor.full_name} is the assessor already", field="assessor")
    covers = queries.covers_of(registration).filter(starts_on__lt=back_on, ends_on__gt=from_)
    if covers.exists():
        raise Refused("Somebody covers for the assessor on some of these days already", field="from_")
    cover = AssessorAssignment.objects.create(
        placement=placement,
        assessor=assessor,
        starts_on=from_,
        ends_on=back_on,
        cover=True,
        note=because.strip(),
        assigned_by=by,
        assigned_at=now,
    )
    undoing.keep(registration, ChangeKind.COVER, from_, [("assignment", cover.pk, from_)], by=by, now=now)
    moving.touch(registration)
    audit.record(
        "registrations.cover_assessor", registration, by=by, now=now, under=under, words={"because": cover.note}
    )
    away = present.full_name if present else "the assessor"
    what = f"{assessor.full_name} covers for {away} from {long_date(from_)} until {long_date(back_on)}."
    message = notices.Changed(registration=registration, what=what)
    for person in (assessor, present):
        if person is not None:
            outbox.queue(message, to=person, now=now)
    telling.tell_nqsw(message, now=now)
    return cover


def check_may_assess(registration: Registration, assessor: User, employer_id: int, on: date) -> None:
    """Raises Refused (field `assessor`) unless the person is an assessor of the employer and not the NQSW (E8)."""
    if not queries.assessors_at(employer_id, on).filter(pk=assessor.pk).exists():
        raise Refused(NOT_LISTED, field="assessor")
    check_two_people(registration.nqsw, assessor)


def check_two_people(nqsw: NQSW, assessor: User) -> None:
    """Raises Refused (field `assessor`) where the NQSW, or whoever they are invited as, is the assessor, by human."""
    account = telling.account_of(nqsw)
    if account is not None and account.human_id == assessor.human_id:
        raise Refused(taken.ASSESSOR_IS_NQSW, field="assessor")
