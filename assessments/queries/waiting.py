"""What waits for a person in the records they take part in, and what they wait for. A constant number of queries.

Whose turn it is in a record the schema of its form says, so Python works it out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts import roles
from accounts.models import Membership, User
from accounts.queries import holding
from accounts.waiting import Kind, Task, lines, name_of
from assessments import schema as schemas
from assessments.models import Appeal, Record, Signature
from assessments.queries.assessors import signed_with
from assessments.queries.records import schema_of, title_of
from assessments.schema import AGREEMENT, EITHER, RECOMMENDATION, REVIEW
from assessments.states import DONE, Part, RecordState
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.queries import agreement_due, planned_end, review_dates
from registrations.states import State

SOON = timedelta(days=28)


@dataclass
class Year:
    """One running year this person takes part in, with all that its tasks are made of."""

    registration: Registration
    part: Part
    assessor: str
    held: list[AssessorAssignment]
    records: list[Record] = field(default_factory=list)

    def name_of(self, part: Part) -> str:
        """Who takes a part."""
        return self.registration.nqsw.full_name if part == Part.NQSW else self.assessor or "the assessor"

    def due(self) -> dict[tuple[str, str], date]:
        """When each record of the year is due, by kind and review point."""
        dates = {(REVIEW, key): day for key, _, day in review_dates(self.registration)}
        dates[AGREEMENT, ""] = agreement_due(self.registration)
        dates[RECOMMENDATION, ""] = planned_end(self.registration)
        return dates


def waiting_for(user: User, on: date) -> list[Task]:
    """What this person is to write, sign or begin in a record, the most overdue first."""
    tasks = [task for year in _years(user, on) for who, task in _tasks(year, on) if year.part == who]
    return sorted(tasks, key=_by_due)


def waits_on(user: User, on: date) -> list[Task]:
    """What the other person in this one's records is to do, the most overdue first."""
    tasks = [task for year in _years(user, on) for who, task in _tasks(year, on) if year.part != who]
    return sorted(tasks, key=_by_due)


def _by_due(task: Task) -> tuple[bool, date, str, str]:
    return (not task.first, task.due or date.max, task.about, task.what)


def _years(user: User, on: date) -> list[Year]:
    live = AssessorAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    employers = Membership.objects.live(on).filter(user=user, role=roles.ASSESSOR.key).values("employer")
    assessed = live.filter(placement__registration=OuterRef("pk"), assessor=user, placement__employer__in=employers)
    if not user.is_active:
        return []
    registrations = (
        Registration.objects.filter(Q(nqsw__user=user) | Exists(assessed), state=State.REGISTERED, ended_on=None)
        .select_related("nqsw", "programme_year")
        .prefetch_related("deferrals", "extensions")
    )
    found = {one.pk: one for one in registrations if not _is_paused(one, on)}
    held: dict[int, list[AssessorAssignment]] = defaultdict(list)
    assigned = AssessorAssignment.objects.filter(placement__registration__in=found).exclude(ends_on=F("starts_on"))
    for one in assigned.select_related("placement", "assessor"):
        held[one.placement.registration_id].append(one)
    years = {
        pk: Year(one, Part.NQSW if one.nqsw.user_id == user.pk else Part.ASSESSOR, _assessor(held[pk], on), held[pk])
        for pk, one in found.items()
    }
    records = Record.objects.filter(registration__in=found).select_related("current_revision")
    signatures = Prefetch("signatures", Signature.objects.select_related("person"))
    for record in records.prefetch_related(signatures, "transitions"):
        years[record.registration_id].records.append(record)
    return list(years.values())


def _is_paused(registration: Registration, on: date) -> bool:
    """Nobody waits for anybody while the year is deferred."""
    return any(
        each.starts_on <= on and (each.ends_on is None or each.ends_on > on) for each in registration.deferrals.all()
    )


def _assessor(held: list[AssessorAssignment], on: date) -> str:
    now = [one for one in held if not one.cover and one.starts_on <= on and (one.ends_on is None or one.ends_on > on)]
    return now[-1].assessor.full_name if now else ""


def _tasks(year: Year, on: date) -> Iterator[tuple[Part, Task]]:
    """(whose turn, task) for each thing to be done in a year, blind records only to those who take part in them."""
    due = year.due()
    for record in year.records:
        if record.blind and year.part not in record.signers:
            continue
        day = due.get((record.kind, record.review_point))
        for part, what in _turns(record):
            task = _task(year, part, what, record, day)
            yield part, replace(task, first=record.state == RecordState.RETURNED)
        under = [one for one in year.held if one.placement_id == record.placement_id]
        if signed_with(record, under, on):
            for part in (Part.ASSESSOR, Part.NQSW):
                yield part, _task(year, part, "Sign again with the new assessor", record, None)
    there = {(record.kind, record.review_point) for record in year.records}
    for (kind, point), day in due.items():
        if (kind, point) in there or day > on + SOON:
            continue
        schema = schemas.newest(kind)
        if kind == RECOMMENDATION and (year.part not in schema.signers or not _may_recommend(year)):
            continue
        part = year.part if year.part in schema.opened_by else schema.opened_by[0]
        url = reverse("record_new", args=[year.registration.pk, kind, point or "1"])
        what = f"Start: {schema.title_of(point, 1)}"
        yield part, Task(what=what, about=year.registration.nqsw.full_name, url=url, due=day, who=year.name_of(part))


def _task(year: Year, part: Part, what: str, record: Record, due: date | None) -> Task:
    return Task(
        what=f"{what}: {title_of(record)}",
        about=year.registration.nqsw.full_name,
        url=reverse("record", args=[record.pk]),
        due=due,
        who=year.name_of(part),
    )


def _turns(record: Record) -> list[tuple[Part, str]]:
    """Whose turn it is in a record, and for what."""
    if record.state == RecordState.SUBMITTED:
        signed = {one.part for one in record.signatures.all() if one.revision_id == record.current_revision_id}
        return [(Part(part), "Sign") for part in record.signers if part not in signed]
    schema = schema_of(record)
    if record.state == RecordState.RETURNED:
        last = max(record.transitions.all(), key=lambda one: one.number)
        about = schema.field(last.about_field) if last.about_field else None
        writers = [part for part in Part if schema.written_by(part)]
        named = [part for part in writers if about and about.is_written_by(part)]
        return [(part, "Change") for part in named or writers]
    if record.state == RecordState.DRAFT:
        missing = schema.missing(record.current_revision.content if record.current_revision else {})
        own = [part for part in Part if any(one.writer == part for one in missing)]
        shared = [part for part in Part if any(one.writer == EITHER for one in missing)]
        return [(part, "Write your part") for part in own or shared]
    return []


def _may_recommend(year: Year) -> bool:
    months: dict[str, int] = year.registration.programme_year.review_months
    last = max(months, key=lambda key: months[key])
    done = {(record.kind, record.review_point) for record in year.records if record.state in DONE}
    return {(AGREEMENT, ""), (REVIEW, last)} <= done


def _appeals(user: User, on: date) -> QuerySet[Any, Any]:
    """Open appeals of the employers this person co-ordinates or leads; who confirmed the outcome may not decide."""
    employers = holding(user, on, roles.COORDINATOR, roles.SENIOR_LEAD).values("employer")
    here = Placement.objects.filter(registration=OuterRef("outcome__registration"), employer__in=employers)
    open_ = Appeal.objects.filter(Exists(here), closed_at__isnull=True)
    return lines(open_.exclude(outcome__decided_by__human=user.human_id), about=name_of("outcome__registration__nqsw"))


FOR_PERSON: Final = (
    Kind("Decide the appeal", "appeal_close", frozenset({roles.COORDINATOR, roles.SENIOR_LEAD}), _appeals),
)
