"""What an employer's key may read, and since when each registration reads as it does: from facts, never stored.

A time of change that is a column must be written by every act; one that is derived cannot be forgotten. It is the
latest of: the last event of the audit trail about the registration or its person, and the last day up to today on
which something that was planned took effect (the start, a deferral, a placement, an assessor).
"""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest

from accounts.models import AuditEvent, Employer
from registrations import queries
from registrations.models import NQSW, AssessorAssignment, Deferral, Placement, Registration
from registrations.states import State

MOVED: Final = "moved"  # the stage of a registration that another employer carries now
EMPTY: Final = Q(ends_on=F("starts_on"))


class Midnight(Func):
    """The instant at which a day begins in London."""

    template = "((%(expressions)s)::timestamp AT TIME ZONE 'Europe/London')"
    output_field = DateTimeField()


def readable(employer: Employer, on: date) -> QuerySet[Registration]:
    """The registrations placed with an employer, now or once, with `left`, `stage` and `changed_at` as of a day.

    Once another employer carries one (`left`), only what its own people did counts as a change.
    """
    own = Placement.objects.filter(registration=OuterRef("pk"), employer=employer)
    found = Registration.objects.filter(Exists(own))
    later_own = Placement.objects.filter(
        registration=OuterRef("registration"), employer=employer, starts_on__gte=OuterRef("starts_on")
    )
    elsewhere = Placement.objects.filter(registration=OuterRef("pk"), starts_on__lte=on).exclude(EMPTY)
    elsewhere = elsewhere.exclude(employer=employer).filter(~Exists(later_own.exclude(EMPTY)))
    found = queries.with_stage(found.annotate(left=Exists(elsewhere)), on)
    events = _events(employer)
    days = _days(on, employer)
    return found.annotate(
        seen_stage=Case(When(left=True, then=Value(MOVED)), default=F("stage")),
        changed_at=Case(
            When(left=True, then=Greatest("submitted_at", events["own"], days["placed"])),
            default=Greatest("submitted_at", events["all"], events["person"], *days.values()),
            output_field=DateTimeField(),
        ),
    )


def since(found: QuerySet[Registration], instant: datetime) -> QuerySet[Registration]:
    """Those that read otherwise since an instant, itself included."""
    return found.filter(Q(("changed_at__gte", instant)))


def with_parts(found: QuerySet[Registration], employer: Employer) -> QuerySet[Registration]:
    """With all that is shown of each, in a fixed number of queries; of placements only the employer's own."""
    own = Placement.objects.filter(employer=employer).prefetch_related(
        Prefetch("assignments", AssessorAssignment.objects.select_related("assessor"))
    )
    return found.select_related("nqsw", "programme_year").prefetch_related(
        Prefetch("placements", own, to_attr="own_placements"), "deferrals", "extensions", "queries"
    )


def _events(employer: Employer) -> dict[str, Subquery]:
    of_registration = AuditEvent.objects.filter(object_type=Registration._meta.label_lower, object_id=OuterRef("pk"))
    of_person = AuditEvent.objects.filter(object_type=NQSW._meta.label_lower, object_id=OuterRef("nqsw_id"))
    own = of_registration.filter(Q(membership__employer=employer) | Q(act="registrations.move"))
    return {"all": _last(of_registration), "person": _last(of_person), "own": _last(own)}


def _last(events: QuerySet[AuditEvent]) -> Subquery:
    return Subquery(events.order_by().values("object_id").annotate(last=Max("at")).values("last"))


def _days(on: date, employer: Employer) -> dict[str, Any]:
    """The latest day that has come, of each kind, as the instant at which it began."""
    placed = Placement.objects.filter(registration=OuterRef("pk"), employer=employer)
    assigned = AssessorAssignment.objects.filter(placement__registration=OuterRef("pk"), placement__employer=employer)
    deferred = Deferral.objects.filter(registration=OuterRef("pk"))
    started = Case(When(state=State.REGISTERED, asye_start__lte=on, then=Midnight(F("asye_start"))))
    return {
        "started": started,
        "placed": _came(placed, "registration", on),
        "assigned": _came(assigned, "placement__registration", on),
        "deferred": _came(deferred, "registration", on),
    }


def _came(rows: QuerySet[Any, Any], by: str, on: date) -> Midnight:
    """The last first or last day, among rows that have both, which is not after `on`."""
    grouped = rows.order_by().values(by)
    begun = Max("starts_on", filter=Q(starts_on__lte=on))
    ended = Max("ends_on", filter=Q(ends_on__lte=on))
    return Midnight(Subquery(grouped.annotate(day=Greatest(begun, ended)).values("day")))
