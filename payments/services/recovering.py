"""Carrying an approved recovery out: taken off a batch, or asked for with an invoice and paid back, or written off."""

import secrets
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.money import pounds
from asye.refusals import Refused, Stale
from payments import rules
from payments.models import Batch, Line, Payee, Recovery, RecoveryPart
from payments.permissions import check_may_approve, check_may_prepare
from payments.queries.recoveries import back_of, heir_of, net_of
from payments.rules import recoveries as own_rules
from payments.services import batches, hands, ledger
from payments.services.recoveries import locked, tell
from payments.states import BatchState, ClosedAs, LineKind

WRITE_OFF = ["write_off_asked_by", "write_off_human", "write_off_asked_at", "write_off_because"]


@transaction.atomic
def offset(recovery: Recovery, batch: Batch, *, by: User, now: datetime) -> Line:
    """A payments officer puts an approved recovery on a draft batch, to be taken off what its employer is paid there.

    `by` has then had a hand in the batch and cannot approve it. Raises NotAllowed; Refused where the recovery is not
    approved or on another batch or invoiced, its employer was taken over, the batch is no draft, the employer has no
    verified vendor details, or what the payer sends to the employer would be less than nothing.
    """
    under = check_may_prepare(by, on=london_date(now))
    draft = batches.locked(batch)
    found = locked(recovery)
    own_rules.check_can_ask(found)
    own_rules.check_not_taken_over(found, heir_of(found.line.employer, london_date(now)))
    if draft.state != BatchState.DRAFT:
        raise Refused(f"Batch {draft.reference} is no longer a draft. Choose another batch.", "batch")
    own_rules.check_fits(found, net_of(draft, found.line.employer_id), draft.reference)
    payee = Payee.objects.filter(employer=found.line.employer_id, verified_at__isnull=False, ended_at=None).first()
    if payee is None:
        raise Refused(f"{found.line.employer.name} has no verified vendor details. Send an invoice.", "batch")
    line = _line_of(found, draft, payee, by=by, now=now)
    line.save(force_insert=True)
    _changed(draft, by, now)
    codes = [f"batch:{draft.reference}", f"line:{line.reference}"]
    audit.record("payments.offset_recovery", found, by=by, now=now, under=under, codes=codes)
    return line


def _line_of(recovery: Recovery, batch: Batch, payee: Payee, *, by: User, now: datetime) -> Line:
    """The facts of what was paid, as a line that takes it back."""
    paid, cause = recovery.line, str(recovery.get_cause_display())
    return Line(
        reference=f"L{secrets.token_hex(10)[:19].upper()}",
        slot_id=paid.slot_id,
        kind=LineKind.RECOVERY,
        reason=paid.reason,
        registration_id=paid.registration_id,
        outcome_id=paid.outcome_id,
        outcome_result=paid.outcome_result,
        employer_id=paid.employer_id,
        employer_name=paid.employer.name,
        payee=payee,
        programme_year_id=paid.programme_year_id,
        milestone=paid.milestone,
        rate_pence=paid.rate_pence,
        amount_pence=recovery.amount_pence,
        grant_year_id=paid.grant_year_id,
        due_on=london_date(now),
        sentence=f"Takes back {pounds(recovery.amount_pence)} of line {paid.reference} of {paid.registration}, as "
        f"recovery {recovery.reference} says: {cause[:1].lower()}{cause[1:]}.",
        batch=batch,
        made_by=by,
        made_at=now,
        recovers=paid,
        recovery=recovery,
    )


def _changed(batch: Batch, by: User, now: datetime) -> None:
    hands.add_maker(batch, by, now)
    batch.version += 1
    batch.save(update_fields=["version"])


@transaction.atomic
def take_off_batch(recovery: Recovery, *, by: User, now: datetime) -> Recovery:
    """A payments officer takes a recovery off the draft it is on; it can go onto another, or out with an invoice.

    Raises NotAllowed; Stale where somebody put it onto another batch meanwhile; Refused where it is on no batch, or its
    batch has been submitted: send that back first.
    """
    under = check_may_prepare(by, on=london_date(now))
    standing = Line.objects.select_related("batch").filter(recovery=recovery, closed_as__isnull=True)
    seen = standing.first()
    batch = batches.locked(seen.batch) if seen else None
    found = locked(recovery)
    line = standing.first()  # as it is behind the locks: others may have moved it while we waited
    own_rules.check_can_take_off_batch(found, line.batch if line else None)
    if line is None or batch is None or line != seen:
        raise Stale(f"Recovery {found.reference} was put onto another batch at this moment. Look at it again.")
    line.delete()  # a line of a draft is a plan; the audit trail keeps that it was there
    _changed(batch, by, now)
    audit.record("payments.unset_recovery", found, by=by, now=now, under=under, codes=[f"batch:{batch.reference}"])
    return found


@transaction.atomic
def invoice(recovery: Recovery, reference: str, invoiced_on: date, *, by: User, now: datetime) -> Recovery:
    """A payments officer says that an approved recovery was asked for with an invoice: the budget of the year that the
    payment was of is credited, and the employer owes the amount. The co-ordinators are told.

    Raises NotAllowed; Refused where it is not approved, or is on a batch, or reference or date are impossible.
    """
    today = london_date(now)
    under = check_may_prepare(by, on=today)
    batch = _batch_of_what_was_paid(recovery)
    found = locked(recovery)
    own_rules.check_can_ask(found)
    number = own_rules.canonical_invoice(reference)
    own_rules.check_invoiced_on(invoiced_on, london_date(found.approved_at or now), today)
    found.invoice_reference, found.invoiced_on = number, invoiced_on
    found.invoiced_by, found.invoiced_at = by, now
    found.save(update_fields=["invoice_reference", "invoiced_on", "invoiced_by", "invoiced_at"])
    ledger.write(batch, [ledger.invoiced(found, now=now)], now=now)
    audit.record("payments.invoice_recovery", found, by=by, now=now, under=under, codes=[f"pence:{found.amount_pence}"])
    tell(found, f"Invoice {number} of {long_date(invoiced_on)} asks for it. Pay it as the invoice says.", now=now)
    return found


def _batch_of_what_was_paid(recovery: Recovery) -> Batch:
    """Locked, for its seals are numbered: a recovery by invoice is entered beside the payment that it is of."""
    return batches.locked(recovery.line.batch)


@transaction.atomic
def receive(
    recovery: Recovery, amount_pence: int, received_on: date, *, seen_remaining_pence: int, by: User, now: datetime
) -> RecoveryPart:
    """A payments officer records what an employer paid on an invoice, whole or in part, in pence.

    Once all that was paid by the line has come back, by whichever recoveries, the line is closed as recovered and its
    slot is free. Raises NotAllowed; Stale where more has come back than was seen; Refused where nothing is outstanding,
    or amount or date are impossible.
    """
    today = london_date(now)
    under = check_may_prepare(by, on=today)
    batch = _batch_of_what_was_paid(recovery)
    found = locked(recovery)
    own_rules.check_can_receive(found, amount_pence, received_on, today)
    own_rules.check_seen_remaining(found, seen_remaining_pence)
    part = RecoveryPart.objects.create(
        recovery=found,
        number=found.parts.count() + 1,
        amount_pence=amount_pence,
        received_on=received_on,
        recorded_by=by,
        recorded_at=now,
    )
    ledger.write(batch, [ledger.received(found, part, now=now)], now=now)
    close_recovered(found.line, now=now)
    if amount_pence == own_rules.remaining(found) and found.write_off_asked_at:
        _drop_write_off(found)  # nothing is left to be written off
    codes = [f"pence:{amount_pence}", f"part:{part.number}"]
    audit.record("payments.receive_recovery", found, by=by, now=now, under=under, codes=codes)
    left = own_rules.remaining(found) - amount_pence
    still = f"{pounds(left)} is still to be paid." if left else "Nothing more is to be paid."
    tell(found, f"We received {pounds(amount_pence)} on {long_date(received_on)}. {still}", now=now)
    return part


def close_recovered(line: Line, *, now: datetime) -> bool:
    """Closes a payment as recovered once all of it has come back, so that its slot is free; whether it has. The line is
    locked by the caller."""
    if back_of(line) != line.amount_pence:
        return False
    names = ", ".join(one.reference for one in Recovery.objects.standing().filter(line=line).order_by("id"))
    because = f"All of it was recovered: {names}."[:500]
    Line.objects.filter(pk=line.pk, closed_as__isnull=True).update(
        closed_as=ClosedAs.RECOVERED, closed_because=because, closed_at=now
    )
    return True


@transaction.atomic
def ask_write_off(recovery: Recovery, because: str, *, by: User, now: datetime) -> Recovery:
    """A payments officer asks to give up what is outstanding of an invoice, with a reason.

    Raises NotAllowed, or Refused where nothing is outstanding, it was asked already, or the reason is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(recovery)
    own_rules.check_can_ask_write_off(found)
    reason = rules.check_reason(because)
    found.write_off_asked_by, found.write_off_human = by, by.human
    found.write_off_asked_at, found.write_off_because = now, reason
    found.save(update_fields=WRITE_OFF)
    audit.record("payments.ask_write_off", found, by=by, now=now, under=under, words={"reason": reason})
    return found


@transaction.atomic
def refuse_write_off(recovery: Recovery, because: str, *, by: User, now: datetime) -> Recovery:
    """A payments approver decides that what is outstanding is still asked for.

    Raises NotAllowed, or Refused where nobody has asked to write it off or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    found = locked(recovery)
    own_rules.check_write_off_asked(found)
    reason = rules.check_reason(because)
    _drop_write_off(found)
    audit.record("payments.refuse_write_off", found, by=by, now=now, under=under, words={"reason": reason})
    return found


def _drop_write_off(found: Recovery) -> None:
    found.write_off_asked_by = found.write_off_human = found.write_off_asked_at = None
    found.write_off_because = ""
    found.save(update_fields=WRITE_OFF)


@transaction.atomic
def write_off(recovery: Recovery, *, seen_remaining_pence: int, by: User, now: datetime) -> Recovery:
    """A payments approver gives up what is outstanding, as another human asked. The grant year bears it again.

    Raises NotAllowed; Stale where something has come back since; Refused where nobody or `by` themselves asked.
    """
    under = check_may_approve(by, on=london_date(now))
    batch = _batch_of_what_was_paid(recovery)
    found = locked(recovery)
    own_rules.check_can_write_off(found, by.human_id)
    own_rules.check_seen_remaining(found, seen_remaining_pence)
    found.written_off_by, found.written_off_human, found.written_off_at = by, by.human, now
    found.written_off_pence = own_rules.remaining(found)
    found.save(update_fields=["written_off_by", "written_off_human", "written_off_at", "written_off_pence"])
    ledger.write(batch, [ledger.written_off(found, now=now)], now=now)
    codes = [f"pence:{found.written_off_pence}"]
    audit.record("payments.write_off", found, by=by, now=now, under=under, codes=codes)
    tell(found, "We no longer ask for what has not been paid. You do not need to do anything.", now=now)
    return found
