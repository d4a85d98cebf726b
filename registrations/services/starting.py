"""The first day of a year, and what begins with it."""

from datetime import date

from asye.refusals import Refused
from registrations import person_queries
from registrations.models import AssessorAssignment, Registration
from registrations.rules import own_facts as rules
from registrations.rules import taken


def move_start(registration: Registration, to: date) -> None:
    """Moves the first day of a locked registration's only placement and of its first assessor; part of the act that
    writes the new start, which saves it. Raises Refused where the year has ended or was carried to another employer, or
    where another registration of the person ran on that day."""
    placements = list(registration.placements.select_for_update(of=("self",)))
    moved = len(placements) != 1 or placements[0].starts_on != registration.asye_start
    rules.check_can_move_start(registration, moved)
    if person_queries.placed_after(registration.nqsw, to, apart_from=registration):
        raise Refused(taken.WITHIN_EARLIER)
    placement = placements[0]
    first = AssessorAssignment.objects.filter(placement=placement).order_by("starts_on", "id").first()
    if first is not None and (first.ends_on is None or first.ends_on > to):
        first.starts_on = to
        first.save(update_fields=["starts_on"])
    placement.starts_on = to
    placement.save(update_fields=["starts_on"])
