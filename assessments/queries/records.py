"""Reads of records: what is agreed, what evidence there is, who takes part."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from assessments import schema
from assessments.models import Record
from assessments.schema import RECOMMENDATION
from assessments.states import Part, Result
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.queries import assignment_of, placement_of


def recommendation_of(registration: Registration) -> Record | None:
    """The registration's recommendation, in whatever state, with its current revision loaded."""
    return (
        Record.objects.filter(registration=registration, kind=RECOMMENDATION)
        .select_related("current_revision", "placement")
        .first()
    )


def recommended_result(record: Record) -> Result | None:
    """What the assessor recommends in the current revision; None before there is one."""
    if record.current_revision is None:
        return None
    value = record.current_revision.content.get("recommendation")
    return Result(value) if value in Result.values else None


def ready_for_moderation() -> QuerySet[Record]:
    """Recommendations their assessor has signed, of registrations without an outcome, oldest first."""
    return (
        Record.objects.done()
        .filter(kind=RECOMMENDATION, registration__outcomes__isnull=True, registration__ended_on__isnull=True)
        .select_related("registration__nqsw", "registration__programme_year", "placement__employer", "current_revision")
        .order_by("current_revision__created_at", "id")
    )


def evidence_for_reading(registration: Registration) -> list[Record]:
    """What a moderator judges from: every agreed record but the blind ones, each with its current revision.

    Answers that the form keeps private are taken out of the content in memory; do not save these objects.
    """
    found = list(
        Record.objects.done()
        .filter(registration=registration, blind=False)
        .select_related("current_revision", "opened_by")
        .order_by("opened_at", "id")
    )
    for record in found:
        if record.current_revision:
            private = {field.key for field in schema_of(record).fields if field.private}
            content = record.current_revision.content
            record.current_revision.content = {key: value for key, value in content.items() if key not in private}
    return found


def schema_of(record: Record) -> schema.Schema:
    """The form the record was opened under."""
    return schema.of(record.kind, record.schema_version, record.standard_set, record.review_point)


def title_of(record: Record) -> str:
    """What the record is called on pages."""
    return schema_of(record).title_of(record.review_point, record.ordinal)


def last_review(registration: Registration) -> str:
    """The review point that closes the year."""
    months: dict[str, int] = registration.programme_year.review_months
    return max(months, key=lambda key: months[key])


def has_agreed(registration: Registration, kind: str, review_point: str = "") -> bool:
    """Whether a record of the kind, at the review point, has every signature it needs."""
    return Record.objects.done().filter(registration=registration, kind=kind, review_point=review_point).exists()


def assessors_of(registration: Registration) -> list[User]:
    """Everybody who ever assessed under the registration: none of them may judge it."""
    return list(User.objects.filter(assignments__placement__registration=registration).distinct().order_by("id"))


def last_placement(registration: Registration, on: date) -> Placement:
    """Where the year is carried on a day or, once it has ended, was carried last; not where it goes on only later."""
    return placement_of(registration, on)


def signer_of(record: Record, part: Part) -> User | None:
    """Who signed the current revision in a part."""
    signature = record.signatures.filter(revision=record.current_revision, part=part).select_related("person").first()
    return signature.person if signature else None


def visible_records(registration: Registration, user: User, on: date) -> list[Record]:
    """The records of a year that this person may read, in the order they were opened."""
    return list(Record.objects.visible_to(user, on).filter(registration=registration))


def unread_places(registration: Registration, read: Collection[Record]) -> dict[tuple[str, str, int], str]:
    """The states of the year's other records, by kind, review point and ordinal: after a move not all are read by
    everybody who follows it. What is blind is left out, in one query."""
    others = Record.objects.filter(registration=registration, blind=False).exclude(pk__in=[one.pk for one in read])
    rows = others.order_by().values_list("kind", "review_point", "ordinal", "state")
    return {(kind, point, ordinal): state for kind, point, ordinal, state in rows}


def hidden_from(user: User, registrations: Collection[int]) -> set[int]:
    """Those of these registrations with a record that this person must not know yet, in one query."""
    hidden = Record.objects.filter(Record.hidden_from(user), registration__in=registrations)
    return set(hidden.order_by().values_list("registration_id", flat=True))


def unknown_to(user: User, registrations: Collection[int]) -> set[int]:
    """As hidden_from, and those of the person's own years whose recommendation has not been released."""
    kept = Record.hidden_from(user) | Record.unreleased_to(user)
    found = Record.objects.filter(kept, registration__in=registrations)
    return set(found.order_by().values_list("registration_id", flat=True))


def people_of(registration: Registration, on: date) -> dict[str, str]:
    """Who takes which part in the year's records on a day, by name."""
    return people_in(registration, assignment_of(registration, on))


def people_in(registration: Registration, assignment: AssessorAssignment | None) -> dict[str, str]:
    """The same where it is known who assesses."""
    people: dict[str, str] = {Part.NQSW: registration.nqsw.full_name}
    if assignment:
        people[Part.ASSESSOR] = assignment.assessor.full_name
    return people
