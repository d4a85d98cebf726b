"""What waits for a person in payments, and what they wait for. A constant number of queries, and for an officer two for
each approved batch whose file the sweeper has not written yet."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.queries import role_keys_of
from accounts.waiting import Task
from asye.money import pounds
from payments.models import Batch, BatchHand, Payee, Recovery
from payments.queries.lines import not_written
from payments.queries.owed import owed_totals
from payments.queries.parts import to_decide
from payments.queries.recoveries import Group
from payments.queries.recoveries import totals as totals_of_recoveries
from payments.queries.sharing import Shared, shared_numbers
from payments.rules import can_confirm_shared
from payments.states import BatchStage, BatchState, Hand


def waiting_for(user: User, on: date) -> list[Task]:
    """Drafts, files, blocked payments for an officer; batches and vendor details of others for an approver."""
    held = role_keys_of(user, on)
    tasks: list[Task] = []
    if roles.PAYMENTS_OFFICER.key in held:
        tasks += _for_officer(on)
    if roles.PAYMENTS_APPROVER.key in held:
        tasks += _for_approver(user)
    return tasks


def waits_on(user: User, on: date) -> list[Task]:
    """What an officer waits for: approvals, and the payer's answers."""
    if roles.PAYMENTS_OFFICER.key not in role_keys_of(user, on):
        return []
    waiting = {
        BatchStage.SUBMITTED: ("Approval", "a payments approver"),
        BatchStage.RELEASED: ("The payer’s response", "the payer"),
        BatchStage.PART_CONFIRMED: ("The rest of the payer’s response", "the payer"),
    }
    found = ((waiting[stage], batch) for stage, batch in _at(*waiting))
    return [_task(what, batch, who=who) for (what, who), batch in found]


def _at(*stages: BatchStage) -> list[tuple[BatchStage, Batch]]:
    found = Batch.objects.with_progress().filter(Q(stage__in=stages)).order_by("id")
    return [(BatchStage(getattr(batch, "stage")), batch) for batch in found]  # noqa: B009


def _for_officer(on: date) -> list[Task]:
    to_do = {BatchStage.DRAFT: "Check and submit a batch", BatchStage.READY: "Download and hand over a payment file"}
    tasks = [_task(to_do[stage], batch) for stage, batch in _at(*to_do)]
    tasks += [_task("The file was not written: cancel the batch and report this", batch) for batch in not_written()]
    back = totals_of_recoveries()
    for what, group, address in (
        ("Look at payments to be recovered", Group.TO_PROPOSE, reverse("recoveries")),
        ("Ask for what is to be recovered", Group.APPROVED, f"{reverse('recoveries')}?show={Group.APPROVED}"),
    ):
        if back[group][0]:
            tasks.append(Task(what, _payments(*back[group]), address))
    totals = owed_totals(on)
    free = [total for total in totals if not total.blocked]
    stuck = [total for total in totals if total.blocked]
    for what, found in (("Prepare a batch", free), ("Clear blocked payments", stuck)):
        if found:
            about = _payments(sum(total.count for total in found), sum(total.sum_pence for total in found))
            tasks.append(Task(what, about, reverse("payments")))
    unsaid = [each for each in shared_numbers() if each.said is None]
    return tasks + [
        _shared("Say why two employers have one vendor number", each, "payee_shared", [each.one.pk, each.two.pk])
        for each in unsaid
    ]


def _payments(count: int, pence: int) -> str:
    return f"{count} payment{'' if count == 1 else 's'}, {pounds(pence)}"


def _for_approver(user: User) -> list[Task]:
    human = user.human_id
    mine = BatchHand.objects.filter(Q(human=human) | Q(user__human=human), batch=OuterRef("pk"), hand=Hand.MAKER)
    found = Batch.objects.filter(~Exists(mine), state=BatchState.SUBMITTED)
    tasks = [_task("Approve a batch", batch) for batch in found.order_by("id")]
    proposed = Payee.objects.filter(verified_at__isnull=True, refused_at__isnull=True)
    others = proposed.exclude(Q(proposed_human=human) | Q(proposed_by__human=human))
    tasks += [
        _shared("Confirm that two employers have one vendor number", each, "shared_number", [each.said.pk])
        for each in shared_numbers()
        if each.said is not None and can_confirm_shared(each.said, human)
    ]
    tasks += _recoveries_to_decide(human)
    tasks += _mistakes_to_decide(human)
    return tasks + [
        Task("Verify vendor details", payee.employer.name, reverse("payee", args=[payee.pk]))
        for payee in others.select_related("employer").order_by("id")
    ]


def _shared(what: str, each: Shared, page: str, args: list[int]) -> Task:
    both = f"{each.one.employer.name} and {each.two.employer.name}, {each.one.vendor_number}"
    return Task(what, both, reverse(page, args=args))


def _task(what: str, batch: Batch, *, who: str = "") -> Task:
    total = "" if batch.sum_pence is None else f", {pounds(batch.sum_pence)}"
    return Task(what, f"Batch {batch.reference}{total}", reverse("batch", args=[batch.pk]), who=who)


def _recoveries_to_decide(human: int) -> list[Task]:
    own = Q(proposed_human=human) | Q(proposed_by__human=human)
    asked = Q(write_off_human=human) | Q(write_off_asked_by__human=human)
    to_approve = Q(approved_at__isnull=True) & ~own
    to_write_off = Q(write_off_asked_at__isnull=False, written_off_at__isnull=True) & ~asked
    return [
        Task(
            "Decide about a write-off" if one.approved_at else "Approve a recovery",
            f"Recovery {one.reference}, {pounds(one.amount_pence)}",
            reverse("recovery", args=[one.pk]),
        )
        for one in Recovery.objects.standing().filter(to_approve | to_write_off).order_by("id")
    ]


def _mistakes_to_decide(human: int) -> list[Task]:
    return [
        Task(
            "Decide whether money received is taken back",
            f"Recovery R{asked.part.recovery_id:05d}, {pounds(asked.part.amount_pence)}",
            reverse("reversal_approve", args=[asked.part.recovery_id, asked.part.number]),
        )
        for asked in to_decide(human).select_related("part")
    ]
