"""Two employers under one vendor number: an officer says why that is right, an approver confirms it or not."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from payments import rules
from payments.models import Payee, SharedNumber
from payments.notices import TurnedDown
from payments.permissions import check_may_approve, check_may_prepare
from payments.services.payees import AT_THIS_MOMENT
from registrations.services.locking import waiting_told

SAID = "Why this is right has already been said. Look at the page again."


@transaction.atomic
def explain(one: Payee, other: Payee, because: str, *, by: User, now: datetime) -> SharedNumber:
    """A payments officer says why it is right that two employers are paid under one number. What is owed to both
    stays held until an approver confirms it.

    Raises NotAllowed; Refused where the two are not in use under one number of two employers, it was said already, or
    the reason is missing.
    """
    under = check_may_prepare(by, on=london_date(now))
    reason = rules.check_reason(because)
    first, second = sorted((one, other), key=lambda payee: payee.pk)
    if not _in_use(first, second):
        raise Refused("These employers are no longer paid under one number, so there is nothing to say.")
    if SharedNumber.objects.filter(one=first, two=second, refused_at__isnull=True).exists():
        raise Refused(SAID)
    shared = SharedNumber(
        one=first, two=second, because=reason, explained_by=by, explained_human_id=by.human_id, explained_at=now
    )
    try:
        with transaction.atomic():
            shared.save(force_insert=True)
    except IntegrityError as error:  # somebody else was quicker
        raise Refused(SAID) from error
    audit.record("payments.explain_shared", shared, by=by, now=now, under=under, words={"reason": reason})
    return shared


def _in_use(first: Payee, second: Payee) -> bool:
    """Whether both are in use under one number, and stay so until the transaction ends. Raises Stale for whoever has
    waited for one of them as long as the database lets anybody wait."""
    in_use = Payee.objects.filter(pk__in=[first.pk, second.pk], verified_at__isnull=False, ended_at__isnull=True)
    with waiting_told(AT_THIS_MOMENT):
        held = list(in_use.select_for_update(of=("self",)).order_by("pk"))
    return len(held) == 2 and len({each.vendor_number for each in held}) == 1


@transaction.atomic
def confirm(shared: SharedNumber, *, by: User, now: datetime) -> SharedNumber:
    """A payments approver confirms that two employers are rightly paid under one number: what is owed to both can go
    into the next batch. Raises NotAllowed, or Refused where `by` said it, it was decided already, or the details of one
    of the two are no longer in use."""
    under = check_may_approve(by, on=london_date(now))
    in_use = _in_use(shared.one, shared.two)
    locked = _locked(shared)
    rules.check_can_confirm_shared(locked, by.human_id)
    if not in_use:
        raise Refused("These employers are no longer paid under one number, so there is nothing to confirm.")
    locked.confirmed_by, locked.confirmed_human, locked.confirmed_at = by, by.human, now
    locked.save(update_fields=["confirmed_by", "confirmed_human", "confirmed_at"])
    audit.record("payments.confirm_shared", locked, by=by, now=now, under=under)
    return locked


def _locked(shared: SharedNumber) -> SharedNumber:
    people = ("explained_by", "one__employer", "two__employer")
    with waiting_told(AT_THIS_MOMENT):
        return SharedNumber.objects.select_for_update(of=("self",)).select_related(*people).get(pk=shared.pk)


@transaction.atomic
def refuse(shared: SharedNumber, because: str, *, by: User, now: datetime) -> SharedNumber:
    """A payments approver does not believe that two employers are rightly paid under one number: both stay held, and
    something else can be said. Whoever said it is told.

    Raises NotAllowed, or Refused where it was decided already or the reason is missing.
    """
    under = check_may_approve(by, on=london_date(now))
    locked = _locked(shared)
    rules.check_can_refuse_shared(locked)
    reason = rules.check_reason(because)
    locked.refused_by, locked.refused_at, locked.refused_because = by, now, reason
    locked.save(update_fields=["refused_by", "refused_at", "refused_because"])
    audit.record("payments.refuse_shared", locked, by=by, now=now, under=under, words={"reason": reason})
    both = f"{locked.one.employer.name} and {locked.two.employer.name}"
    message = TurnedDown(
        what=f"What you said of the vendor number that {both} have in common",
        path=f"/payments/shared-numbers/{locked.pk}",
    )
    outbox.queue(message, to=locked.explained_by, now=now)
    return locked
