"""Vendor details of employers: proposed by one person, verified by another who called the employer back."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from accounts import notices as outbox
from accounts.models import Employer, User
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from payments import rules
from payments.models import Payee
from payments.notices import TurnedDown, VendorDetailsChanged, VendorDetailsProposed
from payments.permissions import check_may_approve, check_may_prepare
from payments.queries import contacts
from payments.queries.lines import live_batch_of
from registrations.services.locking import waiting_told

AT_THIS_MOMENT: Final = (
    "Somebody is changing these vendor details, or preparing a batch that pays under them, at this moment. Try again "
    "in a minute."
)


def _locked(payee: Payee) -> Payee:
    """Raises Stale for whoever has waited as long as the database lets anybody wait."""
    with waiting_told(AT_THIS_MOMENT):
        found = Payee.objects.select_for_update(of=("self",)).select_related("employer", "proposed_by")
        return found.get(pk=payee.pk)


@transaction.atomic
def propose(employer: Employer, vendor_number: str, *, by: User, now: datetime) -> Payee:
    """A payments officer proposes an employer's vendor number. Nothing is paid under it until it is verified.

    Where they would change the ones in use, the employer's contacts are told. Another employer's number may be
    proposed: while both use it, neither is paid until two people have said why that is right. Raises NotAllowed;
    Refused where the number is not one or is this employer's already, it has closed, or a proposal waits.
    """
    today = london_date(now)
    under = check_may_prepare(by, on=today)
    with waiting_told(AT_THIS_MOMENT):
        locked = Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
    number = rules.canonical_vendor_number(vendor_number)
    if locked.closed_on and locked.closed_on <= today:
        raise Refused(f"{locked.name} closed on {long_date(locked.closed_on)}", "employer")
    own = Payee.objects.filter(employer=locked, refused_at__isnull=True, ended_at__isnull=True)
    if own.filter(verified_at__isnull=True).exists():
        raise Refused(f"Vendor details of {locked.name} are already waiting to be verified", "employer")
    if own.filter(vendor_number=number).exists():
        raise Refused(f"{locked.name} is already paid under the vendor number {number}", "vendor_number")
    payee = Payee(employer=locked, vendor_number=number, proposed_by=by, proposed_human_id=by.human_id, proposed_at=now)
    payee.save(force_insert=True)
    audit.record("payments.propose_payee", payee, by=by, now=now, under=under)
    if contacts.had_details_before(payee):
        for person in contacts.to_be_told(locked, contacts.held_since(payee, today), today):
            outbox.queue(VendorDetailsProposed(employer=locked.name), to=person, now=now)
    return payee


@transaction.atomic
def verify(
    payee: Payee, *, contact: str, spoke_to: str, called_back_on: date, note: str, by: User, now: datetime
) -> Payee:
    """A payments approver confirms vendor details after calling the employer back on a contact already held.

    `contact` is the key of one of `contacts.contacts_for`, `spoke_to` the role of who answered. They take the place
    of the details in use, after a rest where they change them; the employer's contacts of before and of today are
    told. Raises NotAllowed; Refused where `by` proposed them, the contact was not held before the proposal, the
    call-back is missing or impossible, or the employer has lines in a batch that is not handed over.
    """
    today = london_date(now)
    under = check_may_approve(by, on=today)
    locked = _locked(payee)
    rules.check_can_verify(locked, by.human_id)
    rules.check_call_back(called_back_on, london_date(locked.proposed_at), today)
    spoken_to, told = rules.check_spoke_to(spoke_to), rules.check_reason(note, "note")
    called = {one.key: one for one in contacts.contacts_for(locked, by, today)}.get(contact)
    if called is None:
        raise Refused("Choose a contact that was held before the details were proposed", "contact")
    in_use = Payee.objects.filter(employer=locked.employer_id, verified_at__isnull=False, ended_at__isnull=True)
    # Locked before the batches are looked at, so that a line being drafted under it is waited for and seen.
    with waiting_told(AT_THIS_MOMENT):
        before = list(in_use.select_for_update(of=("self",)).values_list("pk", flat=True))
    rules.check_not_in_batch(locked.employer.name, live_batch_of(locked.employer_id))
    changed = contacts.had_details_before(locked)
    since = contacts.held_since(locked, today)
    Payee.objects.filter(pk__in=before).update(ended_at=now)
    locked.verified_by, locked.verified_human, locked.verified_at = by, by.human, now
    locked.called_back_on, locked.called_back_note, locked.spoke_to = called_back_on, told, spoken_to
    locked.called_number, locked.called_person_id = called.number, called.person
    locked.used_from = rules.first_day_of_use(
        today, changed=changed, cool_off_days=contacts.waits_on_day(today).cool_off
    )
    locked.save(update_fields=[*VERIFIED])
    words = {"call_back": told, "spoke_to": spoken_to}
    audit.record("payments.verify_payee", locked, by=by, now=now, under=under, codes=[called.key], words=words)
    message = VendorDetailsChanged(employer=locked.employer.name, used_from=locked.used_from)
    for person in contacts.to_be_told(locked.employer, since, today):
        outbox.queue(message, to=person, now=now)
    return locked


VERIFIED = (
    "verified_by",
    "verified_human",
    "verified_at",
    "called_back_on",
    "called_back_note",
    "spoke_to",
    "called_number",
    "called_person",
    "used_from",
)


@transaction.atomic
def refuse(payee: Payee, because: str, *, by: User, now: datetime) -> Payee:
    """A payments approver turns proposed vendor details down with a reason; they can then be proposed anew. Whoever
    proposed them is told.

    Raises NotAllowed, or Refused where they were verified or refused already or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    locked = _locked(payee)
    rules.check_can_refuse(locked)
    reason = rules.check_reason(because)
    locked.refused_by, locked.refused_at, locked.refused_because = by, now, reason
    locked.save(update_fields=["refused_by", "refused_at", "refused_because"])
    audit.record("payments.refuse_payee", locked, by=by, now=now, under=under, words={"reason": reason})
    what = f"Your proposal of vendor details of {locked.employer.name}"
    outbox.queue(TurnedDown(what=what, path=f"/payments/payees/{locked.pk}"), to=locked.proposed_by, now=now)
    return locked
