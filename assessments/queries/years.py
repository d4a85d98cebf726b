"""Running years as their reminders and lists of tasks need them: what is not done, when it is due and whose turn it is.

Whose turn it is in a record the schema of its form says, so Python works it out: for any number of years in as many
queries as for one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts import roles
from accounts.models import Employer, Membership, User
from assessments import requirements
from assessments import schema as schemas
from assessments.models import BlindReader, Record, Signature
from assessments.queries import evidence
from assessments.queries.assessors import signed_with
from assessments.queries.records import last_placement, last_review, schema_of
from assessments.schema import AGREEMENT, EITHER, RECOMMENDATION, REVIEW
from assessments.states import DONE, Part, RecordState
from registrations.models import AssessorAssignment, Registration
from registrations.queries import last_employers
from registrations.states import Stage, State

Key = tuple[str, str, int]  # kind, review point, ordinal
BEGIN: Final = "Start"
SIGN_AGAIN: Final = tuple((part, "Sign again with the new assessor") for part in (Part.ASSESSOR, Part.NQSW))
TO_BE_NAMED: Final = "an assessor to be named"


@dataclass(frozen=True)
class Thing:
    """One thing of a year that is not done. `due` is None where no day is set; `turns` says
    whose turn it is, and for what; `record` is None where it has not been begun."""

    key: Key
    title: str
    due: date | None
    turns: tuple[tuple[Part, str], ...]
    record: Record | None = None
    signers: tuple[str, ...] = ()
    blind: bool = False

    @property
    def is_returned(self) -> bool:
        """Somebody sent it back to be changed."""
        return self.record is not None and self.record.state == RecordState.RETURNED

    def is_known_to(self, part: Part) -> bool:
        """What is blind only those take part in who sign it."""
        return not self.blind or part in self.signers


@dataclass
class Year:
    """One running year: who takes part on a day, what is done, and the records that are open. `employer` is only
    known where it was asked for."""

    registration: Registration
    employer: Employer | None
    is_paused: bool
    is_to_come: bool
    assignments: list[AssessorAssignment] = field(default_factory=list)  # of people who may assess on that day
    done: set[Key] = field(default_factory=set)
    open: list[Record] = field(default_factory=list)
    again: list[Record] = field(default_factory=list)  # agreements that the assessor of now has not signed
    judges: set[tuple[int, int]] = field(default_factory=set)  # (record, human) who must not know it

    @property
    def stage(self) -> Stage:
        """Where the year stands."""
        if self.is_to_come:
            return Stage.NOT_STARTED
        return Stage.DEFERRED if self.is_paused else Stage.ON_PROGRAMME

    @property
    def about(self) -> str:
        """Whose year it is."""
        return self.registration.nqsw.full_name

    def people_in(self, part: Part) -> list[User]:
        """Who may act in a part: nobody where the NQSW has not joined or nobody assesses."""
        if part == Part.ASSESSOR:
            return [each.assessor for each in self.assignments]
        own = self.registration.nqsw.user
        return [own] if own and own.is_active else []

    def name_of(self, part: Part) -> str:
        """Who takes a part; whoever covers for an assessor is not the assessor."""
        if part == Part.NQSW:
            return self.about
        return next((each.assessor.full_name for each in self.assignments if not each.cover), TO_BE_NAMED)

    def names_of(self, thing: Thing) -> str:
        """Whom a thing waits for."""
        return " and ".join(dict.fromkeys(self.name_of(part) for part, _ in thing.turns))

    def is_hidden(self, thing: Thing, human: int) -> bool:
        """Whether somebody is still to judge the year without knowing this."""
        return thing.record is not None and (thing.record.pk, human) in self.judges

    def things(self) -> Iterator[Thing]:
        """What is not done and somebody's turn: the records that are open, then what has a day and is not begun.

        While the year is paused its days move on and it waits for nobody; who wants to may still write and sign.
        """
        if self.is_paused:
            return
        days = due_dates(self.registration)
        for record in self.open:
            key = (record.kind, record.review_point, record.ordinal)
            title = schema_of(record).title_of(record.review_point, record.ordinal)
            turns = tuple(_turns(record))
            if turns:
                yield Thing(key, title, days.get(key), turns, record, tuple(record.signers), record.blind)
        for record in self.again:
            key = (record.kind, record.review_point, record.ordinal)
            title = schema_of(record).title_of(record.review_point, record.ordinal)
            yield Thing(key, title, None, SIGN_AGAIN, record, tuple(record.signers), record.blind)
        begun = self.done | {(record.kind, record.review_point, record.ordinal) for record in self.open}
        for key, day in days.items():
            if key not in begun and (key[0] != RECOMMENDATION or self._may_be_recommended()):
                schema = schemas.newest(key[0])
                turns = tuple((part, BEGIN) for part in schema.opened_by)
                title = schema.title_of(key[1], key[2])
                yield Thing(key, title, day, turns, None, tuple(schema.signers), schema.blind)

    def _may_be_recommended(self) -> bool:
        return {(AGREEMENT, "", 1), (REVIEW, last_review(self.registration), 1)} <= self.done


def due_dates(registration: Registration) -> dict[Key, date]:
    """When each thing of a year that has to be done and has a day is due; reviews that may be left out do not."""
    year = registration.programme_year
    wanted = requirements.of_year(year).kinds
    left_out = {(one.kind, each) for one in wanted for each in year.optional_reviews if one.may_be_left_out(each, year)}
    days = evidence.due_dates(registration).items()
    return {(*place, 1): day for place, day in days if place not in left_out}


def may_assess(on: date) -> QuerySet[AssessorAssignment]:
    """The assignments that hold on a day, cover too, of people who are assessors of that employer on it."""
    held = Membership.objects.live(on).filter(
        user=OuterRef("assessor"), employer=OuterRef("placement__employer"), role=roles.ASSESSOR.key
    )
    return AssessorAssignment.objects.filter(
        Exists(held), Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on
    )


def is_left_behind(record: Record, on: date) -> bool:
    """Whether the year goes on with an employer whose assessor cannot read the record, and so not sign it again."""
    if last_placement(record.registration, on).employer_id == record.placement.kept_by.pk:
        return False
    here = may_assess(on).filter(placement__registration=record.registration_id).select_related("assessor")
    readable = Record.objects.filter(pk=record.pk)
    return bool(here) and not any(readable.visible_to(each.assessor, on).exists() for each in here)


def running() -> QuerySet[Registration]:
    """The registrations whose year is approved and has not ended."""
    return Registration.objects.filter(state=State.REGISTERED, ended_on__isnull=True)


def years(
    registrations: QuerySet[Registration] | Collection[int], on: date, *, with_employers: bool = False
) -> list[Year]:
    """The years of those among these registrations (or numbers of them) that are running: thirteen queries at most."""
    if not isinstance(registrations, QuerySet):
        if not registrations:  # as on most days: even a query that finds nothing takes its time to be written
            return []
        registrations = running().filter(pk__in=registrations)
    found = list(
        registrations.filter(state=State.REGISTERED, ended_on__isnull=True)
        .select_related("nqsw__user", "programme_year")
        .prefetch_related("deferrals", "extensions")
        .order_by("pk")
    )
    if not found:
        return []
    employers = last_employers(found, on) if with_employers else {}
    made = {one.pk: Year(one, employers.get(one.pk), is_paused(one, on), one.asye_start > on) for one in found}
    assessing = may_assess(on).filter(placement__registration__in=list(made))
    for each in assessing.select_related("placement", "assessor").order_by("cover", "pk"):
        made[each.placement.registration_id].assignments.append(each)
    records = Record.objects.filter(registration__in=list(made)).order_by()
    done = records.filter(state__in=DONE).values_list("registration_id", "kind", "review_point", "ordinal")
    for pk, kind, point, ordinal in done:
        made[pk].done.add((kind, point, ordinal))
    for record in _agreed_with_another(records, on):
        made[record.registration_id].again.append(record)
    still_open = records.exclude(state__in=DONE).select_related("current_revision").order_by("opened_at", "pk")
    for record in still_open.prefetch_related("signatures", "transitions"):
        made[record.registration_id].open.append(record)
    blind = {record.pk: year for year in made.values() for record in year.open if record.blind}
    if blind:
        reads = BlindReader.objects.filter(revision__record__in=list(blind), lifted_at__isnull=True)
        for pk, human in reads.values_list("revision__record_id", "reader__human_id"):
            blind[pk].judges.add((pk, human))
    return list(made.values())


def _agreed_with_another(records: QuerySet[Record], on: date) -> Iterator[Record]:
    """The agreements among these records that were signed with an assessor of before (ADR 24).

    Most were signed with the assessor of the day, and the database leaves those out: without others one query.
    """
    holds = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    assessor = AssessorAssignment.objects.filter(
        holds, placement=OuterRef(OuterRef("placement")), starts_on__lte=on, cover=False
    )
    in_force = Signature.objects.filter(
        revision=OuterRef("current_revision"), part=Part.ASSESSOR, person__human__in=assessor.values("assessor__human")
    )
    signatures = Prefetch("signatures", Signature.objects.select_related("person"))
    agreed = records.filter(kind=AGREEMENT, state__in=DONE).exclude(Exists(in_force))
    agreements = list(agreed.prefetch_related(signatures))
    if not agreements:
        return iter(())
    held: dict[int, list[AssessorAssignment]] = defaultdict(list)
    assigned = AssessorAssignment.objects.filter(placement__in=[one.placement_id for one in agreements])
    for each in assigned.exclude(ends_on=F("starts_on")).select_related("assessor"):
        held[each.placement_id].append(each)
    return (record for record in agreements if signed_with(record, held[record.placement_id], on))


def is_paused(registration: Registration, on: date) -> bool:
    """Whether the year stands still on a day; of a registration loaded with its deferrals."""
    return any(
        each.starts_on <= on and (each.ends_on is None or each.ends_on > on) for each in registration.deferrals.all()
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
    missing = schema.missing(record.current_revision.content if record.current_revision else {})
    own = [part for part in Part if any(one.writer == part for one in missing)]
    shared = [part for part in Part if any(one.writer == EITHER for one in missing)]
    return [(part, "Write your part") for part in own or shared]
