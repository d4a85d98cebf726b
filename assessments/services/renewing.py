"""The agreement is made anew when another assessor has taken over: what was agreed before stays as it was signed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from assessments.models import Record
from assessments.notices import AgreementRenewed
from assessments.permissions import check_may_write_in, membership_for
from assessments.queries import people_of
from assessments.queries.assessors import to_renew
from assessments.rules import check_can_renew
from assessments.services import drafts, revisions
from assessments.services.moving import move
from assessments.services.telling import tell_others
from assessments.states import Part, RecordState
from asye.clock import london_date
from asye.refusals import Stale
from registrations.models import Registration


@transaction.atomic
def renew(record: Record, *, seen_version: int, by: User, now: datetime) -> Record:
    """Opens an agreement that an earlier assessor signed, for the NQSW and the assessor of now to sign again.

    A new, unsigned revision with the same words is made; both may change them first. By either of the two. Raises
    NotAllowed, Stale, or Refused where the assessor who signed it is still the assessor.
    """
    today = london_date(now)
    part = check_may_write_in(by, record, on=today)
    # before the record and without its key, as records.reopen does
    Registration.objects.select_for_update(of=("self",), no_key=True).get(pk=record.registration_id)
    record = drafts.locked(record)
    if record.version != seen_version:
        raise Stale("This record was changed after you opened the page. Load it again to see how it stands.")
    drafts.check_open(record.registration)
    before = to_renew(record, today)
    check_can_renew(with_another=bool(before))
    assert record.current_revision is not None  # noqa: S101  (it has been signed)
    after = people_of(record.registration, today).get(Part.ASSESSOR, "")
    reason = f"{after} has taken over from {before} as the assessor."
    revisions.write(record, record.current_revision.content, by=by, now=now, reason=reason)
    move(record, RecordState.RETURNED, by=by, now=now, reason=reason)
    under = membership_for(by, part, record.registration, on=today)
    audit.record("assessments.renew_agreement", record, by=by, now=now, under=under, words={"reason": reason})
    tell_others(AgreementRenewed, record, by=by, now=now, reason=reason)
    return record
