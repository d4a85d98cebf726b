"""A letter about a record leaves only while its reader takes part in that record: a request ends with the relationship,
also one that has not been sent yet."""

from datetime import datetime

from accounts.models import Notice
from assessments.models import RecordLetter
from assessments.notices import RecordAgreed
from assessments.permissions import part_of
from asye.clock import london_date


def is_wanted(notice: Notice, now: datetime) -> bool:
    """Whether the person is still the NQSW or the assessor, and for a request, whether the year still runs."""
    about = (
        RecordLetter.objects.filter(notice=notice).select_related("notice__user", "record__registration__nqsw").first()
    )
    if about is None or about.notice.user is None:
        return True
    registration = about.record.registration
    if registration.ended_on is not None and notice.kind != RecordAgreed.kind:
        return False
    return part_of(about.notice.user, registration, on=london_date(now)) is not None
