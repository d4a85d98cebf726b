"""A signature says: I agree to exactly these words."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from assessments.models import Record, Signature
from assessments.notices import RecordAgreed
from assessments.permissions import check_may_write_in, membership_for
from assessments.queries import without_support
from assessments.rules import check_can_sign
from assessments.rules.concerns import check_support_planned
from assessments.services import concerns, drafts
from assessments.services.moving import move
from assessments.services.telling import tell_others
from assessments.states import RecordState
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale


@transaction.atomic
def sign(record: Record, *, seen_revision: int, by: User, now: datetime) -> Signature:
    """Signs the revision numbered `seen_revision`, which must be the current one; the last signature agrees the record.

    Raises Stale where the record says something else by now, NotAllowed where this person's part does not sign it,
    Refused for a review before support is planned for what an earlier review raised.
    """
    today = london_date(now)
    part = check_may_write_in(by, record, on=today)
    if part not in record.signers:
        raise NotAllowed("Your signature is not needed on this record.")
    record = drafts.locked(record)
    current = record.current_revision
    if current is None:
        raise Refused("There is nothing to sign yet.")
    if current.number != seen_revision:
        raise Stale(f"This record has changed: it is now version {current.number}. Read it again before you sign.")
    drafts.check_open(record.registration)
    earlier = list(current.signatures.select_related("person"))
    check_can_sign(record.state, part=part, signers=record.signers, signed=[one.part for one in earlier])
    check_support_planned(without_support(record))
    if any(one.person.human_id == by.human_id for one in earlier):
        raise Refused("You have already signed this version in another part. Somebody else must sign this one.")
    signature = Signature.objects.create(record=record, revision=current, part=part, person=by, signed_at=now)
    record.version += 1
    record.save(update_fields=["version"])
    under = membership_for(by, part, record.registration, on=today)
    audit.record("assessments.sign_record", signature, by=by, now=now, under=under, codes=[part])
    if {*record.signers} <= {part, *(one.part for one in earlier)}:
        move(record, RecordState.AGREED, by=by, now=now)
        tell_others(RecordAgreed, record, by=by, now=now)
        concerns.warn_after_review(record, by=by, now=now)
    return signature
