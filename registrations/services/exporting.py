"""A file with registrations leaves the service: who took it, when, and exactly which they were."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused
from registrations.finding import Criteria
from registrations.models import Export
from registrations.models.finding import Ending
from registrations.permissions import exporter
from registrations.queries import registrations_visible_to

MOST = 100_000


@transaction.atomic
def export(pks: Sequence[int], criteria: Criteria, ending: Ending, *, by: User, now: datetime) -> Export:
    """Keeps that a person takes these registrations, narrowed by the criteria, out in a file.

    Raises NotAllowed unless they work with registrations and may see each of these; Refused for none, or too many.
    """
    on = london_date(now)
    under = exporter(by, on)
    if under is None:
        raise NotAllowed("You do not work with registrations.")
    if not pks:
        raise Refused("There is nothing to export. Change what the list is narrowed by.")
    if len(pks) > MOST:
        raise Refused(f"A file holds at most {MOST:,} registrations. Narrow the list first.")
    if registrations_visible_to(by, on).filter(pk__in=pks).count() != len(set(pks)):
        raise NotAllowed("These are not all yours to see.")
    made = Export.objects.create(
        made_by=by, made_at=now, ending=ending, criteria=criteria.codes, registrations=list(pks), count=len(pks)
    )
    codes = [ending.value, f"count={len(pks)}", *criteria.codes]
    words = {"text": criteria.text} if criteria.text else None
    audit.record("registrations.export", made, by=by, now=now, under=under, codes=codes, words=words)
    return made
