"""What came of looking closely at the payments that were drawn from a batch."""

from datetime import datetime

from django.db import transaction

from accounts.models import AuditEvent, User
from accounts.services import audit
from asye.clock import london_date
from payments import rules
from payments.models import Line
from payments.permissions import check_may_prepare
from payments.queries.sampling import LOOKED, is_drawn
from payments.rules.sampling import check_can_look
from payments.states import Finding


@transaction.atomic
def record_finding(line: Line, finding: Finding, note: str, *, by: User, now: datetime) -> AuditEvent:
    """A payments officer says what they found of a payment that was drawn and what they looked at; the newest counts,
    the ones before stay in the line's history. The same again is the same finding.

    What is not right is asked back by a recovery of its own. Raises NotAllowed; Refused where the payment was not
    drawn, its batch has not been handed over, or the note is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    locked = Line.objects.select_for_update(of=("self",)).select_related("batch").get(pk=line.pk)
    check_can_look(is_drawn=is_drawn(locked), handed_over=locked.batch.handed_over_at is not None)
    reason = rules.check_reason(note)
    before = AuditEvent.objects.filter(act=LOOKED, object_type="payments.line", object_id=locked.pk)
    last = before.select_related("detail").order_by("-id").first()
    words = {"reason": reason}
    if last and (last.actor_id, last.codes[:1], last.detail.words) == (by.pk, [finding.value], words):
        return last
    return audit.record(LOOKED, locked, by=by, now=now, under=under, codes=[finding.value], words=words)
