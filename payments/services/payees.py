"""Vendor details of employers: proposed by one person, verified by another who called the employer back."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts import notices as outbox
from accounts.models import Employer, User
from accounts.queries import people_in_role
from accounts.roles import COORDINATOR
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from payments import rules
from payments.models import Payee
from payments.notices import VendorDetailsChanged
from payments.permissions import check_may_approve, check_may_prepare
from payments.queries.lines import in_live_batch


@transaction.atomic
def propose(employer: Employer, vendor_number: str, *, by: User, now: datetime) -> Payee:
    """A payments officer proposes an employer's vendor number. Nothing is paid under it until it is verified.

    Raises NotAllowed; Refused where the number is not one, is in use for this or another employer, the employer has
    closed, or a proposal waits already.
    """
    under = check_may_prepare(by, on=london_date(now))
    locked = Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
    number = rules.canonical_vendor_number(vendor_number)
    if locked.closed_on and locked.closed_on <= london_date(now):
        raise Refused(f"{locked.name} closed on {long_date(locked.closed_on)}", "employer")
    open_ones = Payee.objects.filter(refused_at__isnull=True, ended_at__isnull=True)
    if open_ones.filter(employer=locked, verified_at__isnull=True).exists():
        raise Refused(f"Vendor details of {locked.name} are already waiting to be verified", "employer")
    _check_number_free(number)
    payee = Payee(employer=locked, vendor_number=number, proposed_by=by, proposed_human_id=by.human_id, proposed_at=now)
    try:
        with transaction.atomic():
            payee.save(force_insert=True)
    except IntegrityError:  # somebody else was quicker, for another employer
        _check_number_free(number)
        raise
    audit.record("payments.propose_payee", payee, by=by, now=now, under=under)
    return payee


def _check_number_free(number: str) -> None:
    held = Payee.objects.filter(vendor_number=number, refused_at__isnull=True, ended_at__isnull=True)
    same = held.select_related("employer").first()
    if same is not None:
        raise Refused(f"The vendor number {number} is already held for {same.employer.name}", "vendor_number")


@transaction.atomic
def verify(payee: Payee, *, called_back_on: date, note: str, by: User, now: datetime) -> Payee:
    """A payments approver confirms vendor details after calling the employer on a number already held.

    They take the place of the details in use; co-ordinators are told. Raises NotAllowed; Refused where `by` proposed
    them, the call-back is missing or impossible, or the employer has lines in a batch that is not handed over.
    """
    today = london_date(now)
    under = check_may_approve(by, on=today)
    locked = Payee.objects.select_for_update(of=("self",)).select_related("employer", "proposed_by").get(pk=payee.pk)
    rules.check_can_verify(locked, by.human_id)
    rules.check_call_back(called_back_on, london_date(locked.proposed_at), today)
    told = rules.check_reason(note, "note")
    in_use = Payee.objects.filter(employer=locked.employer_id, verified_at__isnull=False, ended_at__isnull=True)
    # Locked before the batches are looked at, so that a line being drafted under it is waited for and seen.
    before = list(in_use.select_for_update(of=("self",)).values_list("pk", flat=True))
    if in_live_batch(locked.employer_id):
        raise Refused(
            f"{locked.employer.name} has payments in a batch that has not been handed over. "
            "Verify the new details when it has been."
        )
    Payee.objects.filter(pk__in=before).update(ended_at=now)
    locked.verified_by, locked.verified_human, locked.verified_at = by, by.human, now
    locked.called_back_on, locked.called_back_note = called_back_on, told
    locked.save(update_fields=["verified_by", "verified_human", "verified_at", "called_back_on", "called_back_note"])
    audit.record("payments.verify_payee", locked, by=by, now=now, under=under, words={"call_back": told})
    for person in people_in_role(locked.employer, COORDINATOR, today):
        outbox.queue(VendorDetailsChanged(employer=locked.employer.name), to=person, now=now)
    return locked


@transaction.atomic
def refuse(payee: Payee, because: str, *, by: User, now: datetime) -> Payee:
    """A payments approver turns proposed vendor details down with a reason; they can then be proposed anew.

    Raises NotAllowed, or Refused where they were verified or refused already or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    locked = Payee.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=payee.pk)
    rules.check_can_refuse(locked)
    reason = rules.check_reason(because)
    locked.refused_by, locked.refused_at, locked.refused_because = by, now, reason
    locked.save(update_fields=["refused_by", "refused_at", "refused_because"])
    audit.record("payments.refuse_payee", locked, by=by, now=now, under=under, words={"reason": reason})
    return locked
