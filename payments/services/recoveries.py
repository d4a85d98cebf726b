"""Deciding that a payment is asked back: one person proposes, another approves, and either can stop it in time."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import notices as outbox
from accounts.models import Membership, User
from accounts.queries import people_in_role
from accounts.roles import COORDINATOR
from accounts.services import audit
from asye.clock import london_date
from payments import rules
from payments.models import Line, Recovery
from payments.notices import OfRecovery, RecoveryDecided, RecoveryNews, RecoveryToApprove
from payments.permissions import check_may_approve, check_may_prepare
from payments.queries.recoveries import cause_of, heir_of, in_full, room_of
from payments.rules import recoveries as own_rules
from payments.services import batches
from payments.states import StoppedAs
from registrations.services.locking import waiting_told

AT_THIS_MOMENT: Final = "Somebody else is deciding about this payment at this moment. Look at it again in a minute."


def locked(recovery: Recovery) -> Recovery:
    """The recovery as it is now, `with_stage`, behind the lock that all acts with the recoveries of a payment share:
    that of the line that was paid."""
    _hold(recovery.line_id)
    Recovery.objects.select_for_update(of=("self",)).get(pk=recovery.pk)
    return in_full(Recovery.objects.with_stage()).get(pk=recovery.pk)


def _hold(line_id: int) -> None:
    """Raises Stale for whoever has waited for the payment as long as the database lets anybody wait."""
    with waiting_told(AT_THIS_MOMENT):
        Line.objects.select_for_update(of=("self",)).get(pk=line_id)


@transaction.atomic
def propose(
    line: Line, amount_pence: int, reason: str, *, by: User, now: datetime, seen_room_pence: int | None = None
) -> Recovery:
    """A payments officer proposes to ask back what a line paid, whole or in part, in pence. Approvers are told.

    Why is read from the registration where it says so, else it is DfE's own judgement; `reason` is what people say of
    it, and the employer's co-ordinators read it. `seen_room_pence` is what a page said could still be asked back.
    Raises NotAllowed; Stale where that is no longer so, as when a form is sent twice; Refused where the line has not
    been paid, or more would be asked back than was paid in total.
    """
    under = check_may_prepare(by, on=london_date(now))
    _hold(line.pk)
    paid = Line.objects.with_stage().select_related("registration", "employer").get(pk=line.pk)
    room = room_of(paid)
    own_rules.check_can_ask_back(paid, room)
    own_rules.check_seen_room(paid, room, seen_room_pence)
    own_rules.check_amount(amount_pence, room)
    because = rules.check_reason(reason)
    recovery = Recovery.objects.create(
        line=paid,
        amount_pence=amount_pence,
        cause=cause_of(paid),
        reason=because,
        proposed_by=by,
        proposed_human_id=by.human_id,
        proposed_at=now,
    )
    codes = [f"line:{paid.reference}", f"pence:{amount_pence}"]
    audit.record(
        "payments.propose_recovery", recovery, by=by, now=now, under=under, codes=codes, words={"reason": because}
    )
    message = RecoveryToApprove(reference=recovery.reference, recovery_id=recovery.pk, amount_pence=amount_pence)
    for approver in batches.approvers(london_date(now)):
        if approver.human_id != by.human_id:
            outbox.queue(message, to=approver, now=now)
    return recovery


@transaction.atomic
def approve(recovery: Recovery, *, by: User, now: datetime) -> Recovery:
    """A payments approver decides that it is asked back, of another's proposal. The employer's co-ordinators are told.

    Raises NotAllowed, or Refused where it does not wait for approval or `by` is, by any account, who proposed it.
    """
    under = check_may_approve(by, on=london_date(now))
    found = locked(recovery)
    own_rules.check_can_approve(found, by.human_id)
    found.approved_by, found.approved_human, found.approved_at = by, by.human, now
    found.save(update_fields=["approved_by", "approved_human", "approved_at"])
    audit.record("payments.approve_recovery", found, by=by, now=now, under=under, codes=[f"pence:{found.amount_pence}"])
    milestone = found.line.get_milestone_display().lower()
    _tell(found, RecoveryDecided, milestone=milestone, cause=str(found.get_cause_display()), now=now)
    return found


@transaction.atomic
def withdraw(recovery: Recovery, because: str, *, by: User, now: datetime) -> Recovery:
    """A payments officer takes a proposal back before it is approved; the payment can be proposed anew.

    Raises NotAllowed, or Refused where it no longer waits for approval or the reason is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    found = locked(recovery)
    own_rules.check_can_stop_proposal(found)
    return _stop(found, StoppedAs.WITHDRAWN, because, by=by, now=now, under=under)


@transaction.atomic
def decline(recovery: Recovery, because: str, *, by: User, now: datetime) -> Recovery:
    """A payments approver decides that the payment is not asked back; it leaves the list of what is to be proposed.

    Raises NotAllowed, or Refused where it no longer waits for approval or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    found = locked(recovery)
    own_rules.check_can_stop_proposal(found)
    return _stop(found, StoppedAs.DECLINED, because, by=by, now=now, under=under)


@transaction.atomic
def call_off(recovery: Recovery, because: str, *, by: User, now: datetime) -> Recovery:
    """A payments approver undoes an approval before anything was asked of the employer, which is told.

    Raises NotAllowed, or Refused where it is on a batch or was invoiced, `by` proposed it, or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    found = locked(recovery)
    own_rules.check_can_call_off(found, by.human_id)
    stopped = _stop(found, StoppedAs.CALLED_OFF, because, by=by, now=now, under=under)
    tell(stopped, "It is not to be paid back after all. You do not need to do anything.", now=now)
    return stopped


def _stop(found: Recovery, way: StoppedAs, because: str, *, by: User, now: datetime, under: Membership) -> Recovery:
    reason = rules.check_reason(because)
    found.stopped_as, found.stopped_by, found.stopped_at, found.stopped_because = way, by, now, reason
    found.save(update_fields=["stopped_as", "stopped_by", "stopped_at", "stopped_because"])
    audit.record(f"payments.recovery_{way}", found, by=by, now=now, under=under, words={"reason": reason})
    return found


def tell(recovery: Recovery, news: str, *, now: datetime) -> None:
    """Tells the co-ordinators of the employer, or of its successor, what became of a recovery they know of."""
    _tell(recovery, RecoveryNews, news=news, now=now)


def _tell(recovery: Recovery, kind: type[OfRecovery], *, now: datetime, **more: str) -> None:
    today = london_date(now)
    line = recovery.line
    told = heir_of(line.employer, today)
    message = kind(
        employer=line.employer_name,
        employer_id=line.employer_id,
        has_statement=told == line.employer,
        year=line.grant_year.code,
        reference=recovery.reference,
        registration=str(line.registration),
        amount_pence=recovery.amount_pence,
        **more,
    )
    for person in people_in_role(told, COORDINATOR, today):
        outbox.queue(message, to=person, now=now)
