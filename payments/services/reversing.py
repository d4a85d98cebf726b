"""Taking back what was recorded as received by mistake: one person asks with a reason, another approves or refuses."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.money import pounds
from asye.refusals import Refused
from payments import rules
from payments.models import Line, PartReversal, Recovery, RecoveryPart
from payments.notices import ReversalToApprove, TurnedDown
from payments.permissions import check_may_approve, check_may_prepare
from payments.queries.parts import made_again, standing_reversal
from payments.rules import parts as own_rules
from payments.rules.recoveries import remaining
from payments.services import batches, ledger, preparing
from payments.services.recoveries import locked, tell
from payments.states import ClosedAs


@transaction.atomic
def ask(part: RecoveryPart, because: str, *, by: User, now: datetime) -> PartReversal:
    """A payments officer asks to take back an amount that was recorded as received by mistake. Approvers are told.

    Raises NotAllowed; Refused where it was taken back or that waits already, the rest was written off, what had come
    back has been made once more, or the reason is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(part.recovery)
    own_rules.check_can_ask(part, found, standing_reversal(_fresh(part)), made_again(found.line))
    reason = rules.check_reason(because)
    asked = PartReversal.objects.create(
        part=part, because=reason, asked_by=by, asked_human_id=by.human_id, asked_at=now
    )
    codes = [f"part:{part.number}", f"pence:{part.amount_pence}"]
    audit.record("payments.ask_reversal", found, by=by, now=now, under=under, codes=codes, words={"reason": reason})
    message = ReversalToApprove(
        reference=found.reference, recovery_id=found.pk, number=part.number, amount_pence=part.amount_pence
    )
    for approver in batches.approvers(london_date(now)):
        if approver.human_id != by.human_id:
            outbox.queue(message, to=approver, now=now)
    return asked


def _fresh(part: RecoveryPart) -> RecoveryPart:
    return RecoveryPart.objects.prefetch_related("reversals__done").get(pk=part.pk)


@transaction.atomic
def approve(reversal: PartReversal, *, by: User, now: datetime) -> RecoveryPart:
    """A payments approver takes the amount back, as another human asked: a part of less than nothing is recorded and
    the entry in the ledger reversed. The employer owes it again, and a payment that counted as recovered stands again.

    Its co-ordinators are told. Raises NotAllowed; Refused where it was decided already, `by` asked for it, the rest was
    written off, or what had come back has been made once more.
    """
    today = london_date(now)
    under = check_may_approve(by, on=today)
    batch = batches.locked(reversal.part.recovery.line.batch)
    found, asked = _locked(reversal)
    own_rules.check_can_approve(asked, found, made_again(found.line), by.human_id)
    wrong = asked.part
    part = RecoveryPart.objects.create(
        recovery=found,
        number=found.parts.count() + 1,
        amount_pence=-wrong.amount_pence,
        received_on=today,
        recorded_by=by,
        recorded_at=now,
        reversal=asked,
    )
    ledger.write(batch, [ledger.not_received(found, part, wrong, now=now)], now=now)
    if found.line.closed_as == ClosedAs.RECOVERED:
        stand_again(found.line, "What had come back has been put into a batch again, so what was received stays.")
    codes = [f"part:{wrong.number}", f"pence:{wrong.amount_pence}"]
    audit.record("payments.reverse_part", found, by=by, now=now, under=under, codes=codes)
    left = pounds(remaining(found) + wrong.amount_pence)
    news = (
        f"We had told you that we received {pounds(wrong.amount_pence)} on {long_date(wrong.received_on)}. That was a "
        f"mistake of ours, which has been put right. {left} is still to be paid, as invoice {found.invoice_reference} "
        "says."
    )
    tell(found, news, now=now)
    return part


def _locked(reversal: PartReversal) -> tuple[Recovery, PartReversal]:
    """The recovery behind the lock that all acts with it share, and what is asked as it is now."""
    found = locked(reversal.part.recovery)
    asked = PartReversal.objects.select_for_update(of=("self",)).select_related("part", "asked_by", "done")
    return found, asked.get(pk=reversal.pk)


def stand_again(line: Line, made_again: str) -> None:
    """A payment that counted as recovered does not: the caller holds the line. Raises Refused with `made_again` where
    another line stands in its slot by now, or may at this moment: whoever prepares a batch waits for the line, and we
    would wait for theirs."""
    if not preparing.alone():
        raise Refused(made_again)
    try:
        with transaction.atomic():
            Line.objects.filter(pk=line.pk).update(closed_as=None, closed_because="", closed_at=None)
    except IntegrityError as error:  # somebody has prepared it once more at this moment
        raise Refused(made_again) from error


@transaction.atomic
def refuse(reversal: PartReversal, because: str, *, by: User, now: datetime) -> PartReversal:
    """A payments approver decides that what was recorded stays. Whoever asked is told.

    Raises NotAllowed, or Refused where it was decided already or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    found, asked = _locked(reversal)
    own_rules.check_waits(asked)
    reason = rules.check_reason(because)
    asked.refused_by, asked.refused_at, asked.refused_because = by, now, reason
    asked.save(update_fields=["refused_by", "refused_at", "refused_because"])
    codes = [f"part:{asked.part.number}"]
    audit.record("payments.refuse_reversal", found, by=by, now=now, under=under, codes=codes, words={"reason": reason})
    what = (
        f"Your request to take back {pounds(asked.part.amount_pence)} that was received on recovery {found.reference}"
    )
    outbox.queue(TurnedDown(what=what, path=f"/payments/recoveries/{found.pk}"), to=asked.asked_by, now=now)
    return asked
