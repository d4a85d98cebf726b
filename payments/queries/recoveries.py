"""Reads of recoveries: what is to be proposed, where each stands, and what it may be taken off."""

from datetime import date
from typing import Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import AuditEvent, Employer
from payments.models import Batch, GrantYear, Line, Recovery, RecoveryPart
from payments.queries.effects import to_recover
from payments.rules.recoveries import ENDED
from payments.states import BatchState, LineKind, RecoveryCause, RecoveryStage, StoppedAs
from registrations.states import EndReason

ASKED: Final = F("amount_pence") - Coalesce("written_off_pence", 0)  # of a recovery: what it asks for, or has had


class Group(TextChoices):
    """The lists of the page of recoveries, in the order in which a recovery goes through them."""

    TO_PROPOSE = "to-propose", "To be proposed"
    TO_APPROVE = "to-approve", "Waiting for approval"
    APPROVED = "approved", "Approved, to be asked for"
    SENT = "sent", "Asked for"
    DONE = "done", "Done"


STAGES_OF: Final = {
    Group.TO_APPROVE: (RecoveryStage.PROPOSED,),
    Group.APPROVED: (RecoveryStage.APPROVED,),
    Group.SENT: (
        RecoveryStage.IN_BATCH,
        RecoveryStage.OFFSET,
        RecoveryStage.INVOICED,
        RecoveryStage.PART_RECOVERED,
    ),
    Group.DONE: ENDED,
}


def of_group(group: Group) -> QuerySet[Recovery]:
    """The recoveries of one list (any but those to be proposed), the oldest first; of those that ended the newest."""
    found = in_full(Recovery.objects.with_stage()).filter(Q(stage__in=STAGES_OF[group]))
    return found.order_by("-id" if group == Group.DONE else "id")


def totals() -> dict[Group, tuple[int, int]]:
    """How many stand in each list, and what they come to in pence. Two queries."""
    staged = Recovery.objects.with_stage().order_by()
    counted = staged.values("stage").annotate(n=Count("pk"), pence=Sum("amount_pence"))  # type: ignore[misc]
    by_stage = {row["stage"]: (row["n"], row["pence"]) for row in counted}
    due = to_propose().order_by().aggregate(n=Count("pk"), pence=Sum("room_pence", default=0))
    found = {Group.TO_PROPOSE: (due["n"], due["pence"])}
    for group, stages in STAGES_OF.items():
        sums = [by_stage[stage] for stage in stages if stage in by_stage]
        found[group] = (sum(n for n, _ in sums), sum(pence for _, pence in sums))
    return found


def of_line(line: Line) -> QuerySet[Recovery]:
    """The recoveries of one payment, the oldest first."""
    return Recovery.objects.with_stage().filter(line=line).order_by("id")


def in_full(found: QuerySet[Recovery]) -> QuerySet[Recovery]:
    """With what a row or a page says of the payment and of the people: no further query for any of them."""
    return found.select_related(
        "line__registration__nqsw",
        "line__employer",
        "line__batch",
        "line__grant_year",
        "proposed_by",
        "approved_by",
        "stopped_by",
        "invoiced_by",
        "write_off_asked_by",
        "written_off_by",
    )


def to_propose() -> QuerySet[Line]:
    """Payments of `to_recover` of which nobody has decided yet: something can still be asked back (`room_pence`), and
    for why it is listed now nothing is asked back, nor was that declined. With `is_paid`, whether the payer has said
    that it was made: only then can it be proposed."""
    of_line = Recovery.objects.filter(line=OuterRef("pk"))
    decided = of_line.filter(Q(stopped_at__isnull=True) | Q(stopped_as=StoppedAs.DECLINED), cause=OuterRef("cause_now"))
    asked = of_line.standing().order_by().values("line").annotate(pence=Sum(ASKED)).values("pence")
    paid = Line.objects.filter(pk=OuterRef("pk"), responses__result="paid")
    return (
        _with_cause(to_recover())
        .annotate(is_paid=Exists(paid), room_pence=F("amount_pence") - Coalesce(Subquery(asked), 0))
        .filter(~Exists(decided), Q(room_pence__gt=0))
    )


def cause_of(line: Line) -> RecoveryCause:
    """Why a payment is to be recovered as things stand; DfE's own judgement where nothing says so."""
    found = _with_cause(to_recover().filter(pk=line.pk)).first()
    return RecoveryCause(found.cause_now) if found else RecoveryCause.JUDGEMENT  # type: ignore[attr-defined]


def _with_cause(found: QuerySet[Line]) -> QuerySet[Line]:
    """Lines of `to_recover` with `cause_now`, a RecoveryCause value."""
    return found.annotate(
        cause_now=Case(
            When(paid_twice=True, then=Value(RecoveryCause.PAID_TWICE)),
            When(now_a_fail=True, then=Value(RecoveryCause.NOW_A_FAIL)),
            When(registration__end_reason=EndReason.NEVER_STARTED, then=Value(RecoveryCause.NEVER_STARTED)),
            default=Value(RecoveryCause.WITHDRAWN),
            output_field=CharField(),
        )
    )


def room_of(line: Line) -> int:
    """What can still be asked back of a payment, in pence: what was paid, less what other recoveries ask or have."""
    taken = Recovery.objects.standing().filter(line=line).aggregate(pence=Sum(ASKED, default=0))
    return line.amount_pence - int(taken["pence"])


def back_of(line: Line) -> int:
    """What has come back of a payment, in pence: taken off later payments that stand, and paid on invoices."""
    stands = Line.objects.filter(recovers=line, closed_as__isnull=True)
    off = stands.filter(responses__result="paid").aggregate(pence=Sum("amount_pence", default=0))
    parts = RecoveryPart.objects.filter(recovery__line=line).aggregate(pence=Sum("amount_pence", default=0))
    return int(off["pence"]) + int(parts["pence"])


def batch_of(recovery: Recovery) -> Batch | None:
    """The batch that a recovery read `with_stage` stands on, to be taken off what is paid there."""
    on = recovery.offset_batch  # type: ignore[attr-defined]
    return Batch.objects.filter(pk=on).first() if on else None


def batches_for(recovery: Recovery) -> QuerySet[Batch]:
    """Drafts in which its employer is paid enough to take it off, with `net_pence`, oldest first."""
    return (
        Batch.objects.filter(state=BatchState.DRAFT, lines__employer=recovery.line.employer_id)
        .annotate(net_pence=_net("lines__"))
        .filter(net_pence__gte=recovery.amount_pence)
        .order_by("id")
    )


def _net(prefix: str = "") -> Sum:
    pence = F(f"{prefix}amount_pence")
    back = When(**{f"{prefix}kind": LineKind.RECOVERY}, then=-pence)
    return Sum(Case(back, default=pence, output_field=BigIntegerField()))


def net_of(batch: Batch, employer_id: int) -> int:
    """What the payer sends to an employer in a batch, in pence."""
    return int(batch.lines.filter(employer=employer_id).aggregate(net=_net())["net"] or 0)


def short_in(batch: Batch) -> list[tuple[str, int]]:
    """The employers off whose payments in a batch more is taken than they come to, by name, and by how much."""
    nets = batch.lines.order_by("employer_name").values_list("employer_name").annotate(net=_net()).filter(net__lt=0)
    return [(name, -pence) for name, pence in nets]


def of_employer(employer: Employer, year: GrantYear) -> QuerySet[Recovery]:
    """What an employer is asked to pay back of a grant year, or has; proposals and what was stopped are not theirs to
    see."""
    found = Recovery.objects.standing().filter(
        line__employer=employer, line__grant_year=year, approved_at__isnull=False
    )
    return in_full(found.with_stage()).order_by("id")


def heir_of(employer: Employer, on: date) -> Employer:
    """The employer itself, or whoever has taken over what it owes by a day."""
    seen = {employer.pk}
    while employer.closed_on and employer.closed_on <= on and employer.successor and employer.successor.pk not in seen:
        employer = employer.successor
        seen.add(employer.pk)
    return employer


def inherited(heir: Employer, year: GrantYear, on: date) -> list[Recovery]:
    """What is still asked back, of a grant year, of employers that this one has taken over by a day, itself or through
    others. One query where there are none."""
    found, new = set[int](), {heir.pk}
    while new:
        closed = Employer.objects.filter(successor__in=new, closed_on__lte=on).exclude(pk__in=[*found, heir.pk])
        new = set(closed.values_list("pk", flat=True))
        found |= new
    if not found:
        return []
    asked = Recovery.objects.standing().filter(line__employer__in=found, line__grant_year=year)
    open_ones = asked.filter(approved_at__isnull=False).with_stage().filter(~Q(stage__in=ENDED))
    return list(in_full(open_ones).order_by("id"))


def history_of(recovery: Recovery) -> QuerySet[AuditEvent]:
    """What was done to a recovery, newest first, with who and the words that were given."""
    return (
        AuditEvent.objects.filter(object_type="payments.recovery", object_id=recovery.pk)
        .select_related("actor", "detail")
        .order_by("-id")
    )
