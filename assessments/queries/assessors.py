"""Reads of who assessed when: what a change of assessor means for the agreement and for the next review.

Nothing is written when the assessor changes. That the agreement has to be signed again, and that a review says what
happened before it, follows from who signed and who assesses (ADR 24).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min

from assessments.models import Record, Transition
from assessments.queries.records import last_placement
from assessments.rules import Holding, is_signed_with_another
from assessments.schema import AGREEMENT, REVIEW
from assessments.states import DONE, Part, RecordState
from asye.clock import london_date
from registrations.models import AssessorAssignment, Placement, Registration


@dataclass(frozen=True)
class Handover:
    """One change of assessor: the day, who handed over to whom, and what was handed over, as it was written down."""

    on: date
    before: str
    after: str
    note: str


def held_under(placement: Placement | int) -> list[AssessorAssignment]:
    """Who assesses or covers under a placement, in order; not what was undone."""
    found = AssessorAssignment.objects.filter(placement=placement).exclude(ends_on=F("starts_on"))
    return list(found.select_related("assessor").order_by("starts_on", "id"))


def handovers(assignments: Iterable[AssessorAssignment], *, upto: date) -> list[Handover]:
    """Each day up to one on which another human being became the assessor, earliest first."""
    found, before = [], None
    for one in assignments:
        if one.cover or one.starts_on > upto:
            continue
        if before is not None and before.assessor.human_id != one.assessor.human_id:
            found.append(Handover(one.starts_on, before.assessor.full_name, one.assessor.full_name, one.note))
        before = one
    return found


def signed_with(record: Record, assignments: Iterable[AssessorAssignment], on: date) -> str:
    """The assessor who signed an agreement and is not the assessor on the day, by name; "" where it is in force.

    Only of an agreement of the employer that carries the year: `assignments` are those of its placement. The record
    comes with its signatures.
    """
    if record.kind != AGREEMENT or record.state not in DONE:
        return ""
    held = [Holding(one.assessor.human_id, one.starts_on, one.ends_on, one.cover) for one in assignments]
    for signature in record.signatures.all():
        if signature.revision_id == record.current_revision_id and signature.part == Part.ASSESSOR:
            return signature.person.full_name if is_signed_with_another(signature.person.human_id, held, on) else ""
    return ""


def to_renew(record: Record, on: date) -> str:
    """As signed_with, of a running year; an agreement that another employer made is not signed again here."""
    if record.kind != AGREEMENT or record.state not in DONE or record.registration.ended_on is not None:
        return ""
    if last_placement(record.registration, on).pk != record.placement_id:
        return ""
    return signed_with(record, held_under(record.placement_id), on)


def agreed_with_another(registration: Registration, on: date) -> str:
    """The assessor of before with whom alone the year's agreement was signed; "" where it is in force, or missing."""
    agreement = Record.objects.filter(registration=registration, kind=AGREEMENT).select_related("registration").first()
    return to_renew(agreement, on) if agreement is not None else ""


def handovers_before(record: Record, on: date) -> list[Handover]:
    """The changes of assessor that a review has to speak of: since the review before it was agreed, until it was.

    Only those under the placement the record was made in. Empty for everything but a review.
    """
    if record.kind != REVIEW:
        return []
    made = handovers(held_under(record.placement_id), upto=on)
    if not made:
        return []
    months: dict[str, int] = record.registration.programme_year.review_months
    agreed = Transition.objects.filter(
        record__registration=record.registration_id, record__kind=REVIEW, to_state=RecordState.AGREED
    ).order_by()
    days = {
        point: london_date(at) for point, at in agreed.values_list("record__review_point").annotate(first=Min("at"))
    }
    own = days.get(record.review_point)
    earlier = [day for point, day in days.items() if months.get(point, 0) < months.get(record.review_point, 0)]
    since = max(earlier, default=date.min)
    return [one for one in made if since < one.on and (own is None or one.on <= own)]
