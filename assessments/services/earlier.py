"""Outcomes from before this service, written as the rows that were confirmed say."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Membership, User
from accounts.services import audit
from assessments.earlier import ENDED, KnownOutcomes
from assessments.models import Outcome
from assessments.states import ModerationBasis
from asye.refusals import Refused
from registrations.earlier.entries import Entry
from registrations.models import EarlierFile, EarlierRow, Registration
from registrations.services import earlier_rows


def store_outcomes(
    file: EarlierFile, entries: Sequence[Entry], known: KnownOutcomes, *, by: User, now: datetime, under: Membership
) -> None:
    """Keeps each outcome as decided on its day, and ends the registration on it. Nobody is written to, and no
    certificate is drawn: that was for the administrator of the time. Raises Refused where one of them ended since."""
    found = [each.pk for entry in entries if (each := known.registration_of(entry)) is not None]
    locking = Registration.objects.select_for_update(of=("self",)).select_related("programme_year")
    locked = {each.pk: each for each in locking.filter(pk__in=found).order_by("pk")}
    registrations = [locked[pk] for pk in found]
    if any(each.ended_on is not None for each in registrations):
        raise Refused(ENDED.reason)
    made = Outcome.objects.bulk_create(
        (_outcome(entry, each, by=by) for entry, each in zip(entries, registrations, strict=True))
    )
    earlier_rows.end_many(registrations, [entry.clean["decided_on"] for entry in entries])
    EarlierRow.objects.bulk_create(
        (
            earlier_rows.row_of(file, entry, registration=each)
            for entry, each in zip(entries, registrations, strict=True)
        )
    )
    audit.record_many("assessments.take_over_outcome", made, by=by, now=now, under=under, codes=[file.source])
    audit.record_many("registrations.end", registrations, by=by, now=now, under=under, codes=["outcome_confirmed"])


def _outcome(entry: Entry, registration: Registration, *, by: User) -> Outcome:
    notice_on = entry.clean["notice_on"]
    return Outcome(
        registration=registration,
        final_revision=None,
        moderation_basis=ModerationBasis.EARLIER,
        result=entry.clean["result"],
        decided_by=by,
        decided_at=earlier_rows.noon(entry.clean["decided_on"]),
        notice_on=notice_on,
        appeal_by=notice_on + timedelta(days=registration.programme_year.appeal_days) if notice_on else None,
    )
