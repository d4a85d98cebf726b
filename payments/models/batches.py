"""Batches, the people who had a hand in them, and their lines."""

from datetime import date

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When

from accounts import roles
from accounts.models import Employer, Human, User
from accounts.queries import coordinated, holds
from assessments.models import Outcome
from payments.models.grants import Entitlement, GrantYear, Payee
from payments.states import BatchStage, BatchState, ClosedAs, Hand, LineKind, LineReason, LineStage
from registrations.models import ProgrammeYear, Registration
from registrations.states import Milestone

SEES_ALL_MONEY = (roles.PAYMENTS_OFFICER, roles.PAYMENTS_APPROVER, roles.AUDITOR)


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User, on: date) -> "BatchQuerySet":
        """All batches for those who look after the money, none for anybody else."""
        return self if holds(user, on, *SEES_ALL_MONEY) else self.none()

    def with_progress(self) -> "BatchQuerySet":
        """Adds `lines_now`, `answered` (lines the payer has answered) and `stage` (a BatchStage value)."""
        return self.annotate(
            lines_now=Count("lines", distinct=True),
            answered=Count("lines", filter=Q(lines__responses__isnull=False), distinct=True),
            stage=Case(
                When(state=BatchState.DRAFT, then=Value(BatchStage.DRAFT)),
                When(state=BatchState.SUBMITTED, then=Value(BatchStage.SUBMITTED)),
                When(state=BatchState.CANCELLED, then=Value(BatchStage.CANCELLED)),
                When(file__isnull=True, then=Value(BatchStage.APPROVED)),
                When(handed_over_at__isnull=True, then=Value(BatchStage.READY)),
                When(answered=0, then=Value(BatchStage.RELEASED)),
                When(answered__lt=F("lines_now"), then=Value(BatchStage.PART_CONFIRMED)),
                default=Value(BatchStage.CLOSED),
                output_field=models.CharField(),
            ),
        )


class Batch(models.Model):
    """Lines that are approved and sent together. `state` moves only through payments.services.batches.

    Submitting freezes `line_count`, `sum_pence` and `content_sha256` (the hash of the payer file's bytes); a batch
    that goes back to draft loses them. The approver's own hand is a foreign key, and a maker cannot have one.
    """

    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAFT)
    version = models.PositiveIntegerField(default=1)  # counts changes, so that a stale page is noticed
    period = models.CharField(max_length=7)  # the London month it was prepared in, like 2026-09
    file_version = models.PositiveSmallIntegerField()
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: the monthly run
    prepared_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    line_count = models.PositiveIntegerField(null=True)
    sum_pence = models.BigIntegerField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True, default="")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    approved_hand = models.CharField(max_length=8, default=Hand.APPROVER, editable=False)
    approved_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handed_over_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=500, blank=True, default="")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True, submitted_at__isnull=True, content_sha256="")
                & Q(line_count__isnull=True, sum_pence__isnull=True)
                & Q(state__in=[BatchState.DRAFT, BatchState.CANCELLED])
                | Q(submitted_by__isnull=False, submitted_at__isnull=False, content_sha256__regex="^[0-9a-f]{64}$")
                & Q(line_count__isnull=False, line_count__gt=0, sum_pence__isnull=False)
                & Q(state__in=[BatchState.SUBMITTED, BatchState.APPROVED, BatchState.CANCELLED]),
                name="batch_frozen_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_human__isnull=True, approved_at__isnull=True)
                & Q(state__in=[BatchState.DRAFT, BatchState.SUBMITTED, BatchState.CANCELLED])
                | Q(approved_by__isnull=False, approved_human__isnull=False, approved_at__isnull=False)
                & Q(submitted_at__isnull=False, state__in=[BatchState.APPROVED, BatchState.CANCELLED]),
                name="batch_approved_with_its_facts",
            ),
            models.CheckConstraint(condition=Q(approved_hand=Hand.APPROVER), name="batch_approved_by_approver_hand"),
            models.CheckConstraint(
                condition=Q(handed_over_by__isnull=True, handed_over_at__isnull=True)
                | Q(handed_over_by__isnull=False, handed_over_at__isnull=False, state=BatchState.APPROVED),
                name="batch_handed_over_once_approved",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_by__isnull=True, cancelled_at__isnull=True, cancelled_because="")
                & ~Q(state=BatchState.CANCELLED)
                | Q(cancelled_by__isnull=False, cancelled_at__isnull=False, state=BatchState.CANCELLED)
                & ~Q(cancelled_because=""),
                name="batch_cancelled_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state=BatchState.APPROVED), name="batch_approved")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people and the payer call it, like B00012."""
        return f"B{self.pk:05d}"


class BatchHand(models.Model):
    """Who did what to a batch, by human: one hand each, so nobody approves what they made. Append-only."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="hands")
    human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    hand = models.CharField(max_length=8, choices=Hand)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "human"], name="hand_one_each"),
            models.UniqueConstraint(fields=["batch", "human", "hand"], name="hand_referable"),
        ]


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, user: User, on: date) -> "LineQuerySet":
        """All lines for those who look after the money; for a co-ordinator their employer's own."""
        if holds(user, on, *SEES_ALL_MONEY):
            return self
        return self.filter(employer__in=coordinated(user, on))

    def live(self) -> "LineQuerySet":
        """Payments that settle their slot or are about to."""
        return self.filter(kind=LineKind.PAYMENT, closed_as__isnull=True)

    def with_stage(self) -> "LineQuerySet":
        """Adds `stage` (a LineStage value) and `paid_on` (the payer's date, or None): the payer says so once."""
        paid = Line.objects.filter(pk=OuterRef("pk"), responses__result="paid").values("responses__happened_on")
        return self.annotate(
            paid_on=Subquery(paid),
            stage=Case(
                *[When(closed_as=way, then=Value(str(way))) for way in ClosedAs],
                When(batch__handed_over_at__isnull=True, then=Value(LineStage.IN_BATCH)),
                When(paid_on__isnull=True, then=Value(LineStage.SENT)),
                default=Value(LineStage.PAID),
                output_field=models.CharField(),
            ),
        )


class Line(models.Model):
    """One attempt to settle a slot, or to recover what settled it: the facts as they stood, never edited.

    `closed_as` alone is set, once. At most one live payment stands in a slot. `due_on` is the London day it became
    owed and `grant_year` the financial year of that day; `sentence` explains it; `follows` is the attempt before.
    A recovery takes off (`signed_pence`) what its `recovery` decided of the line that it `recovers`.
    """

    reference = models.CharField(max_length=20, unique=True)  # opaque: what the payer sees
    slot = models.ForeignKey(Entitlement, models.PROTECT, related_name="lines")
    slot_open = models.BooleanField(default=True, editable=False)
    kind = models.CharField(max_length=10, choices=LineKind)
    reason = models.CharField(max_length=20, choices=LineReason)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="lines")
    outcome = models.ForeignKey(Outcome, models.PROTECT, null=True, related_name="+")
    outcome_result = models.CharField(max_length=4, null=True)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="lines")
    employer_name = models.CharField(max_length=200)
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="lines")
    payee_verified = models.BooleanField(default=True, editable=False)
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="+")
    milestone = models.CharField(max_length=20, choices=Milestone)
    rate_pence = models.BigIntegerField()
    amount_pence = models.BigIntegerField()
    grant_year = models.ForeignKey(GrantYear, models.PROTECT, related_name="lines")
    due_on = models.DateField()
    sentence = models.CharField(max_length=500)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    recovers = models.ForeignKey("self", models.PROTECT, null=True, related_name="recoveries")
    recovery = models.ForeignKey("payments.Recovery", models.PROTECT, null=True, related_name="lines", db_index=False)
    closed_as = models.CharField(max_length=10, choices=ClosedAs, null=True)
    closed_because = models.CharField(max_length=500, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(kind=LineKind.PAYMENT, closed_as__isnull=True), name="line_one_live"
            ),
            models.UniqueConstraint(fields=["id", "slot"], name="line_of_slot"),
            models.UniqueConstraint(fields=["id", "batch", "amount_pence"], name="line_amount_referable"),
            models.CheckConstraint(
                condition=Q(kind=LineKind.PAYMENT, amount_pence=F("rate_pence"), recovers__isnull=True)
                | Q(kind=LineKind.RECOVERY, amount_pence__gte=1, amount_pence__lte=F("rate_pence"))
                & Q(recovers__isnull=False),
                name="line_amount_is_the_rate",
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.PAYMENT, recovery__isnull=True)
                | Q(kind=LineKind.RECOVERY, recovery__isnull=False),
                name="line_recovery_decided",
            ),
            models.UniqueConstraint(
                fields=["recovery"],
                condition=Q(recovery__isnull=False, closed_as__isnull=True),
                name="line_one_offset",
            ),
            models.CheckConstraint(condition=Q(slot_open=True, payee_verified=True), name="line_slot_open"),
            models.CheckConstraint(
                condition=Q(reason=LineReason.COMPLETED, milestone=Milestone.COMPLETION)
                & Q(outcome__isnull=False, outcome_result__isnull=False)
                | Q(reason=LineReason.FINAL_YEAR_ADVANCE, milestone=Milestone.COMPLETION)
                & Q(outcome__isnull=True, outcome_result__isnull=True)
                | Q(reason=LineReason.REGISTERED, milestone=Milestone.REGISTRATION)
                & Q(outcome__isnull=True, outcome_result__isnull=True),
                name="line_reason_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(closed_as__isnull=True, closed_at__isnull=True, closed_because="")
                | Q(closed_as__isnull=False, closed_at__isnull=False) & ~Q(closed_because=""),
                name="line_closed_with_reason",
            ),
            models.CheckConstraint(condition=~Q(sentence=""), name="line_explained"),
            models.CheckConstraint(condition=Q(reference__regex="^L[0-9A-F]{19}$"), name="line_reference_plain"),
        ]
        indexes = [
            models.Index(fields=["employer", "grant_year", "due_on", "id"], name="line_of_statement"),
            models.Index(fields=["recovery"], condition=Q(recovery__isnull=False), name="line_of_recovery"),
            models.Index(fields=["batch", "employer"], condition=Q(kind=LineKind.RECOVERY), name="line_taken_off"),
        ]

    @property
    def signed_pence(self) -> int:
        """What the line adds to its batch and to its employer's payment: less than nothing for a recovery."""
        return self.amount_pence if self.kind == LineKind.PAYMENT else -self.amount_pence
