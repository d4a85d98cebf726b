"""Who may do what with the money, and load-or-refuse helpers for the pages."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.permissions import check_has_role, has_role
from payments.models import Batch, GrantYear, Line, PartReversal, Payee, Recovery, RecoveryPart, SharedNumber
from payments.models.batches import SEES_ALL_MONEY
from payments.queries.recoveries import in_full
from payments.queries.remittances import Remittance, remittance

SEES_STATEMENT = (roles.COORDINATOR, roles.SENIOR_LEAD)


def check_may_prepare(user: User, *, on: date) -> Membership:
    """A payments officer prepares, submits, hands over and imports; raises NotAllowed."""
    return check_has_role(user, roles.PAYMENTS_OFFICER, on=on)


def may_prepare(user: User, *, on: date) -> bool:
    """Whether the person is a payments officer on that day."""
    return has_role(user, roles.PAYMENTS_OFFICER, on=on)


def check_may_approve(user: User, *, on: date) -> Membership:
    """A payments approver approves batches and verifies payees; raises NotAllowed. Their own is a rule's business."""
    return check_has_role(user, roles.PAYMENTS_APPROVER, on=on)


def may_approve(user: User, *, on: date) -> bool:
    """Whether the person is a payments approver on that day."""
    return has_role(user, roles.PAYMENTS_APPROVER, on=on)


def check_may_set_years(user: User, *, on: date) -> Membership:
    """An administrator sets what a grant year says; raises NotAllowed. Nobody who pays sets how long to wait first."""
    return check_has_role(user, roles.ADMINISTRATOR, on=on)


def may_set_years(user: User, *, on: date) -> bool:
    """Whether the person is an administrator on that day."""
    return has_role(user, roles.ADMINISTRATOR, on=on)


def check_reads_years(user: User, *, on: date) -> Membership:
    """Administrators, and those who look after the money, read what grant years say; raises NotAllowed."""
    return check_has_role(user, roles.ADMINISTRATOR, *SEES_ALL_MONEY, on=on)


def check_sees_all_money(user: User, *, on: date) -> Membership:
    """Those who look after the money see all of it, and the auditor; raises NotAllowed."""
    return check_has_role(user, *SEES_ALL_MONEY, on=on)


def sees_all_money(user: User, *, on: date) -> bool:
    """Whether `check_sees_all_money` would let the person pass."""
    return has_role(user, *SEES_ALL_MONEY, on=on)


def get_batch_for(user: User, pk: int, *, on: date) -> Batch:
    """A batch this person may see, with its progress, else Http404."""
    found = Batch.objects.visible_to(user, on).with_progress().filter(pk=pk)
    return get_object_or_404(
        found.select_related("prepared_by", "submitted_by", "approved_by", "handed_over_by", "cancelled_by")
    )


def get_line_for(user: User, pk: int, *, on: date) -> Line:
    """A line this person may see, with its stage, else Http404."""
    found = Line.objects.visible_to(user, on).with_stage().filter(pk=pk)
    about = ("registration__nqsw", "employer", "payee", "batch", "grant_year", "programme_year", "follows")
    return get_object_or_404(found.select_related(*about))


FINDS_PAYMENTS = (*SEES_ALL_MONEY, roles.COORDINATOR)


def check_finds_payments(user: User, *, on: date) -> Membership:
    """Payments are found by those who look after the money and by co-ordinators, who find their employer's; raises
    NotAllowed."""
    return check_has_role(user, *FINDS_PAYMENTS, on=on)


def get_remittance_for(user: User, batch: int, employer: int, *, on: date) -> Remittance:
    """What a batch pays to an employer, of the lines this person may see, else Http404."""
    found = remittance(Line.objects.visible_to(user, on), batch, employer)
    if found is None:
        raise Http404
    return found


def get_recovery_for(user: User, pk: int, *, on: date) -> Recovery:
    """A recovery `with_stage` and all that its page names, for those who look after the money, else Http404."""
    return get_object_or_404(in_full(Recovery.objects.visible_to(user, on).with_stage()), pk=pk)


def get_part_for(user: User, pk: int, number: int, *, on: date) -> RecoveryPart:
    """What was received on the invoice of a recovery, by its number, with what is asked of it, for those who look after
    the money, else Http404."""
    found = RecoveryPart.objects.filter(recovery__in=Recovery.objects.visible_to(user, on), recovery=pk, number=number)
    return get_object_or_404(found.select_related("recovery", "recorded_by").prefetch_related("reversals__done"))


def get_reversal_for(user: User, pk: int, number: int, *, on: date) -> PartReversal:
    """The newest request to take back what was received, for those who look after the money, else Http404."""
    found = PartReversal.objects.filter(part=get_part_for(user, pk, number, on=on))
    people = ("part__recovery__line__batch", "part__recorded_by", "asked_by", "done")
    asked = found.select_related(*people).order_by("-pk").first()
    if asked is None:
        raise Http404
    return asked


def get_payee_for(user: User, pk: int, *, on: date) -> Payee:
    """Vendor details, for those who look after the money, else Http404."""
    if not sees_all_money(user, on=on):
        raise Http404
    people = ("employer", "proposed_by", "verified_by", "refused_by", "called_person")
    return get_object_or_404(Payee.objects.select_related(*people), pk=pk)


def get_shared_number_for(user: User, pk: int, *, on: date) -> SharedNumber:
    """What was said of two employers under one vendor number, for those who look after the money, else Http404."""
    if not sees_all_money(user, on=on):
        raise Http404
    people = ("one__employer", "two__employer", "explained_by", "confirmed_by", "refused_by")
    return get_object_or_404(SharedNumber.objects.select_related(*people), pk=pk)


def get_statement_employer_for(user: User, pk: int, *, on: date) -> Employer:
    """An employer whose statement this person may read: their own, or any for those who look after the money."""
    employer = Employer.objects.filter(pk=pk).first()
    own = employer is not None and has_role(user, *SEES_STATEMENT, on=on, employer=employer)
    if employer is None or not (own or sees_all_money(user, on=on)):
        raise Http404
    return employer


def sees_lines(user: User, employer: Employer, *, on: date) -> tuple[bool, bool]:
    """Whether a statement names people (to co-ordinators and those who look after the money; a lead sees sums), and
    whether that is because they look after the money."""
    if has_role(user, roles.COORDINATOR, on=on, employer=employer):
        return True, False
    staff = sees_all_money(user, on=on)
    return staff, staff


def get_grant_year(code: str) -> GrantYear:
    """The grant year of a code like 2026-27, else Http404."""
    return get_object_or_404(GrantYear, code=code)
