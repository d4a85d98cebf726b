"""Who hears of what happens to a record."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts import notices
from accounts.models import User
from assessments.models import Record, RecordLetter
from assessments.notices import AboutRecord
from assessments.queries import title_of
from assessments.queries.history import signed_before
from assessments.states import Part
from asye.clock import london_date


def tell_others(kind: type[AboutRecord], record: Record, *, by: User, now: datetime, reason: str = "") -> None:
    """Queues the news to the record's NQSW and assessor of now, but not to `by`; to signers only where it is blind.

    Whoever signed an earlier version is led to what changed since.
    """
    message = kind(
        title=title_of(record),
        whose=record.registration.nqsw.full_name,
        who=by.full_name,
        path=reverse("record", args=[record.pk]),
        reason=reason,
        changes=reverse("record_changes", args=[record.pk]),
    )
    for person in _concerned(record, now):
        if person.pk != by.pk:
            letter = notices.queue(replace(message, signed=signed_before(record, person)), to=person, now=now)
            RecordLetter.objects.create(notice=letter, record=record)


def _concerned(record: Record, now: datetime) -> list[User]:
    today = london_date(now)
    people = []
    if record.registration.nqsw.user and (Part.NQSW in record.signers or not record.blind):
        people.append(record.registration.nqsw.user)
    live = Q(assignments__ends_on__isnull=True) | Q(assignments__ends_on__gt=today)
    people += User.objects.filter(
        live, assignments__placement__registration=record.registration_id, assignments__starts_on__lte=today
    ).distinct()
    return people
