"""What was recorded by mistake is undone with a reason: nothing is deleted, and the change stays in the history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Model

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations import move_queries, notices, queries
from registrations.models import AssessorAssignment, Change, Deferral, Extension, Placement, Registration
from registrations.permissions import check_is_coordinator_of
from registrations.rules import undoing as rules
from registrations.services import locking, moving, telling
from registrations.states import ChangeKind, Stage

LastDay = tuple[str, int, date | None]
TABLES: Final[dict[str, type[Model]]] = {
    "placement": Placement,
    "assignment": AssessorAssignment,
    "deferral": Deferral,
}


def keep(
    registration: Registration,
    kind: ChangeKind,
    on: date,
    ends: Sequence[LastDay] = (),
    *,
    extension: Extension | None = None,
    by: User,
    now: datetime,
) -> Change:
    """Keeps what it takes to undo a change: the last days as they were, rows it made with their own first day.

    Rows it made come first: an undo empties them before it opens the others again.
    """
    return Change.objects.create(
        registration=registration,
        kind=kind,
        counts_from=on,
        ends=[[table, pk, day.isoformat() if day else None] for table, pk, day in ends],
        extension=extension,
        made_by=by,
        made_at=now,
    )


@transaction.atomic
def undo(change: Change, because: str, *, by: User, now: datetime, seen_version: int | None = None) -> Change:
    """Puts back what a change ended and empties what it made; the reason is kept. Raises NotAllowed, Stale or Refused.

    A withdrawal is undone only while the person has not been registered again and their employer does not close.
    """
    under = check_is_coordinator_of(by, change.registration, london_date(now))
    if change.kind == ChangeKind.WITHDRAWAL:
        locking.hold_people([change.registration.nqsw.swe_number])
    registration = moving.locked(change.registration, seen_version)
    change = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    rules.check_can_undo(
        registration,
        change,
        registration.changes.all(),
        registered_again=queries.registered_since(registration),
        left_behind=bool(move_queries.left_behind([change])),
    )
    if not because.strip():
        raise Refused("Enter why this is undone", field="because")
    told = {user for user in (telling.account_of(registration.nqsw),) if user}
    told |= set(queries.assessing(registration, london_date(now)))
    day = max(london_date(now), change.counts_from)
    before = _standing(registration, day)
    _put_back(registration, change, now)
    after = _standing(registration, day)
    told |= set(queries.assessing(registration, london_date(now)))
    change.undone_by, change.undone_at, change.undone_because = by, now, because.strip()
    change.save(update_fields=["undone_by", "undone_at", "undone_because"])
    audit.record(
        "registrations.undo",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[change.kind],
        words={
            "before": {name: words for name, words in before.items() if words != after[name]},
            "after": {name: words for name, words in after.items() if words != before[name]},
            "because": change.undone_because,
        },
    )
    what = f"This was undone, because it was recorded by mistake: {ChangeKind(change.kind).label.lower()}."
    for person in sorted(told, key=lambda user: user.pk):
        outbox.queue(notices.Changed(registration=registration, what=what), to=person, now=now)
    return change


def _standing(registration: Registration, on: date) -> dict[str, str]:
    """Where a registration stands on a day, as far as a change can move it."""
    found = (
        queries.with_stage(Registration.objects.filter(pk=registration.pk), on).select_related("programme_year").get()
    )
    assessor = queries.assessor_of(found, on)
    return {
        "stage": Stage(found.stage).label,  # type: ignore[attr-defined]  # with_stage adds it
        "assessor": assessor.full_name if assessor else "",
        "cover": ", ".join(each.assessor.full_name for each in queries.covers_of(found)),
        "planned_end": queries.planned_end(found).isoformat(),
    }


def _put_back(registration: Registration, change: Change, now: datetime) -> None:
    last_days = {pk: date.fromisoformat(day) if day else None for table, pk, day in change.ends if table == "placement"}
    placements = Placement.objects.filter(pk__in=last_days).select_related("employer")
    for placement in placements.order_by("employer", "id"):
        locking.hold_open(placement.employer, until=last_days[placement.pk])
    for table, pk, day in change.ends:
        row: Any = TABLES[table]._default_manager.select_for_update(of=("self",)).get(pk=pk)
        row.ends_on = date.fromisoformat(day) if day else None
        row.save(update_fields=["ends_on"])
    if change.extension is not None:
        change.extension.undone_at = now
        change.extension.save(update_fields=["undone_at"])
    if change.kind == ChangeKind.WITHDRAWAL:
        registration.ended_on, registration.end_reason, registration.end_explanation = None, "", ""
        moving.touch(registration, "ended_on", "end_reason", "end_explanation")
    else:
        moving.touch(registration)
