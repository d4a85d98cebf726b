"""What people decide about a batch: submit, approve, send back, hold a line, cancel, hand over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final

import psycopg
from django.db import IntegrityError, transaction

from accounts import notices as outbox
from accounts.models import Membership, User
from accounts.roles import PAYMENTS_APPROVER
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused, Stale
from payments import rules
from payments.models import Batch, Hold, Line, PayerFile
from payments.notices import BatchToApprove
from payments.permissions import check_may_approve, check_may_prepare
from payments.queries.lines import DOWNLOADED, content, who_took_the_file
from payments.queries.owed import no_longer_owed
from payments.queries.recoveries import net_of, short_in
from payments.rules.recoveries import check_nets
from payments.services import hands, ledger
from payments.states import BatchState, ClosedAs
from registrations.services.locking import waiting_told

AT_THIS_MOMENT: Final = "Somebody else is changing this batch at this moment. Look at it again in a minute."
PAYEES_READY: Final = "payments_batch_payees_ready"  # the trigger that looks at vendor details once more
FROZEN = ["line_count", "sum_pence", "content_sha256", "submitted_by", "submitted_at"]


def locked(batch: Batch) -> Batch:
    """The batch as it is now, kept so until the transaction ends. Raises Stale for whoever has waited for it as long as
    the database lets anybody wait."""
    with waiting_told(AT_THIS_MOMENT):
        return Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


@transaction.atomic
def submit(batch: Batch, *, by: User, now: datetime, seen_version: int) -> Batch:
    """A payments officer sends a draft for approval: lines, count, sum and hash are frozen. Approvers are told.

    Raises NotAllowed, Stale where the batch changed since `seen_version`; Refused where it is no draft or empty, or
    a line is no longer owed, or more is taken back from an employer than it is paid.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(batch)
    rules.check_version(found, seen_version)
    count, sum_pence, sha256 = content(found)
    rules.check_can_submit(found, count)
    gone = no_longer_owed(found.pk, london_date(now))
    rules.check_still_owed(found, gone, "Submit the batch after that.")
    check_nets(found, short_in(found))
    hands.add_maker(found, by, now)
    found.state, found.version = BatchState.SUBMITTED, found.version + 1
    found.line_count, found.sum_pence, found.content_sha256 = count, sum_pence, sha256
    found.submitted_by, found.submitted_at = by, now
    with _payees_told(found):
        found.save(update_fields=["state", "version", *FROZEN])
    audit.record("payments.submit", found, by=by, now=now, under=under, codes=[f"sha256:{sha256[:40]}"])
    makers = rules.makers_of(found.hands.select_related("user"))
    message = BatchToApprove(reference=found.reference, batch_id=found.pk, count=count, sum_pence=sum_pence)
    for approver in approvers(london_date(now)):
        if approver.human_id not in makers:
            outbox.queue(message, to=approver, now=now)
    return found


@contextmanager
def _payees_told(batch: Batch) -> Iterator[None]:
    """Turns what the database says of vendor details that have changed since they were checked, as where another
    employer's were verified under the same number at this moment, into Stale."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, psycopg.Error) or PAYEES_READY not in (cause.diag.context or ""):
            raise
        raise Stale(
            f"Vendor details that batch {batch.reference} pays under changed at this moment, so nothing was done. Look "
            "at the batch again: it says which lines cannot be paid now."
        ) from error


def approvers(on: date) -> list[User]:
    """Those who are payments approvers on a day."""
    live = Membership.objects.live(on).filter(role=PAYMENTS_APPROVER.key)
    return list(User.objects.filter(pk__in=live.values("user")))


@transaction.atomic
def approve(batch: Batch, *, by: User, now: datetime, seen_count: int, seen_sum_pence: int, seen_sha256: str) -> Batch:
    """A payments approver with no hand in the batch approves exactly what they saw: count, sum in pence and hash.

    All three are computed again under the lock. Raises NotAllowed; Stale where they saw something else; Refused
    where it is not waiting for approval, they made or changed it, or a line is no longer owed.
    """
    under = check_may_approve(by, on=london_date(now))
    found = locked(batch)
    rules.check_can_approve(found, found.hands.select_related("user"), by.human_id)
    rules.check_seen(found, seen_count, seen_sum_pence, seen_sha256)
    rules.check_frozen(found, *content(found))
    gone = no_longer_owed(found.pk, london_date(now))
    rules.check_still_owed(found, gone, "Send the batch back, saying so.")
    hands.add_approver(found, by, now)
    found.state, found.version = BatchState.APPROVED, found.version + 1
    found.approved_by, found.approved_human, found.approved_at = by, by.human, now
    with _payees_told(found):
        found.save(update_fields=["state", "version", "approved_by", "approved_human", "approved_at"])
    codes = [f"sha256:{found.content_sha256[:40]}"]
    audit.record("payments.approve", found, by=by, now=now, under=under, codes=codes)
    return found


def _to_draft(batch: Batch) -> None:
    batch.state = BatchState.DRAFT
    batch.line_count = batch.sum_pence = batch.submitted_by = batch.submitted_at = None
    batch.content_sha256 = ""


@transaction.atomic
def send_back(batch: Batch, because: str, *, by: User, now: datetime) -> Batch:
    """A payments approver returns a submitted batch to draft with a reason, unchanged.

    Raises NotAllowed, or Refused where it is not waiting for approval or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    found = locked(batch)
    rules.check_move(found, BatchState.DRAFT)
    reason = rules.check_reason(because)
    _to_draft(found)
    found.version += 1
    found.save(update_fields=["state", "version", *FROZEN])
    audit.record("payments.send_back", found, by=by, now=now, under=under, words={"reason": reason})
    return found


@transaction.atomic
def hold_line(line: Line, reason: str, *, by: User, now: datetime) -> Hold:
    """Takes a line out of a draft with a reason; what it would have paid is offered again next month.

    Out of a submitted batch too, which goes back to draft and bars `by` from approving it. Raises NotAllowed, or
    Refused where the batch has been approved or cancelled, the line has gone, takes back what was paid or is what a
    recovery is taken off, or the reason is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    batch = locked(line.batch)
    rules.check_can_change_lines(batch)
    because = rules.check_reason(reason)
    found = Line.objects.filter(pk=line.pk, batch=batch).first()
    if found is None:
        raise Stale("This line has already been taken out of the batch. Look at the batch again.")
    rules.check_can_hold(found, net_of(batch, found.employer_id))
    hands.add_maker(batch, by, now)
    _to_draft(batch)
    batch.version += 1
    batch.save(update_fields=["state", "version", *FROZEN])
    hold = Hold.objects.create(
        slot_id=found.slot_id, reason=because, held_by=by, held_at=now, until=first_of_next_month(london_date(now))
    )
    codes = [f"line:{found.reference}"]
    audit.record("payments.hold_line", batch, by=by, now=now, under=under, codes=codes, words={"reason": because})
    found.delete()  # a line of a draft is a plan; the hold and the audit trail keep that it was there
    return hold


def first_of_next_month(on: date) -> date:
    """The first day of the month after a day's."""
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)


@transaction.atomic
def cancel(batch: Batch, because: str, *, by: User, now: datetime) -> Batch:
    """A payments officer cancels a batch whose file nobody has taken; what it would have paid is owed again.

    Raises NotAllowed, or Refused where it was handed over or cancelled already, somebody has downloaded its file
    (which could still be paid), or the reason is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(batch)
    rules.check_can_cancel(found, who_took_the_file(found))
    reason = rules.check_reason(because)
    found.state, found.version = BatchState.CANCELLED, found.version + 1
    found.cancelled_by, found.cancelled_at, found.cancelled_because = by, now, reason
    found.save(update_fields=["state", "version", "cancelled_by", "cancelled_at", "cancelled_because"])
    if PayerFile.objects.filter(batch=found).exists():
        ledger.enter_cancelled(found, now=now)
    found.lines.update(
        closed_as=ClosedAs.CANCELLED, closed_because=f"Batch {found.reference} was cancelled.", closed_at=now
    )
    audit.record("payments.cancel", found, by=by, now=now, under=under, words={"reason": reason})
    return found


@transaction.atomic
def mark_handed_over(batch: Batch, *, by: User, now: datetime, seen_sha256: str) -> Batch:
    """A payments officer says that the file with this SHA-256 was given to the payer: the batch is released.

    Raises NotAllowed; Stale where the file is another; Refused where there is no file yet, it was handed over, or an
    employer in it has closed since and nobody has taken the file.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(batch)
    rules.check_can_hand_over(found, PayerFile.objects.filter(batch=found).exists())
    rules.check_file_seen(found, seen_sha256)
    if who_took_the_file(found) is None:
        _check_no_employer_closed(found, london_date(now))
    found.handed_over_by, found.handed_over_at, found.version = by, now, found.version + 1
    found.save(update_fields=["handed_over_by", "handed_over_at", "version"])
    audit.record("payments.hand_over", found, by=by, now=now, under=under)
    return found


@transaction.atomic
def download_file(batch: Batch, *, by: User, now: datetime) -> PayerFile:
    """The bytes of an approved batch's file, and a note of who took them: it can then not be cancelled.

    Raises NotAllowed, or Refused where the batch is not approved (it was cancelled, say) or there is no file yet.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(batch)
    rules.check_has_file(found)
    if not found.handed_over_at and who_took_the_file(found) is None:
        _check_no_employer_closed(found, london_date(now))
    file = PayerFile.objects.filter(batch=found).first()
    if file is None:
        raise Refused(f"There is no file of batch {found.reference} yet. One is written within a minute of approval.")
    audit.record(DOWNLOADED, found, by=by, now=now, under=under)
    return file


def _check_no_employer_closed(batch: Batch, today: date) -> None:
    """What was approved for an employer that has closed or merged since is not paid: its lines go to the successor."""
    closed = batch.lines.filter(employer__closed_on__lte=today).order_by("employer_name")
    rules.check_employers_open(batch, list(closed.values_list("employer_name", flat=True).distinct()))
