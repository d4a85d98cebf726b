"""What is asked back of an employer, by decision of two people, and what of it has come back."""

from datetime import date

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Human, User
from accounts.queries import holds
from payments.models.batches import SEES_ALL_MONEY, Line
from payments.states import RecoveryCause, RecoveryStage, StoppedAs


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, user: User, on: date) -> "RecoveryQuerySet":
        """All recoveries for those who look after the money, none for anybody else."""
        return self if holds(user, on, *SEES_ALL_MONEY) else self.none()

    def standing(self) -> "RecoveryQuerySet":
        """Those that nobody has stopped."""
        return self.filter(stopped_at__isnull=True)

    def with_stage(self) -> "RecoveryQuerySet":
        """Adds `received_pence` (what came back, in parts or off a payment), `offset_batch` (the number of the batch
        that its line stands in, or None) and `stage` (a RecoveryStage value)."""
        offsets = Line.objects.filter(recovery=OuterRef("pk"), closed_as__isnull=True)
        offset_paid = offsets.filter(responses__result="paid")
        parts = RecoveryPart.objects.filter(recovery=OuterRef("pk")).order_by().values("recovery")
        whole = models.BigIntegerField()
        found = self.annotate(
            offset_batch=Subquery(offsets.values("batch")[:1]),
            offset_sent=Exists(offsets.filter(batch__handed_over_at__isnull=False)),
            received_pence=Case(
                When(Exists(offset_paid), then=F("amount_pence")),
                default=Coalesce(Subquery(parts.values(pence=Sum("amount_pence")), output_field=whole), Value(0)),
                output_field=whole,
            ),
        )
        return found.annotate(
            stage=Case(
                *[When(stopped_as=way, then=Value(RecoveryStage(way.value))) for way in StoppedAs],
                When(written_off_at__isnull=False, then=Value(RecoveryStage.WRITTEN_OFF)),
                When(approved_at__isnull=True, then=Value(RecoveryStage.PROPOSED)),
                When(received_pence=F("amount_pence"), then=Value(RecoveryStage.RECOVERED)),
                When(received_pence__gt=0, then=Value(RecoveryStage.PART_RECOVERED)),
                When(invoiced_at__isnull=False, then=Value(RecoveryStage.INVOICED)),
                When(offset_sent=True, then=Value(RecoveryStage.OFFSET)),
                When(offset_batch__isnull=False, then=Value(RecoveryStage.IN_BATCH)),
                default=Value(RecoveryStage.APPROVED),
                output_field=models.CharField(),
            )
        )


class Recovery(models.Model):
    """A decision to ask back what a line paid, whole or in part. Amounts are pence.

    One human proposes, another approves. It is then taken off a later payment (a line of kind recovery names it) or
    asked for with an invoice, and ends recovered or, once invoiced, written off by two people. Nobody states where it
    stands: `with_stage` reads that from the facts. Of one line no more is asked back, in all, than it paid.
    """

    line = models.ForeignKey(Line, models.PROTECT, related_name="asked_back")
    amount_pence = models.BigIntegerField()
    cause = models.CharField(max_length=20, choices=RecoveryCause)
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    stopped_as = models.CharField(max_length=10, choices=StoppedAs, null=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=500, blank=True, default="")
    invoice_reference = models.CharField(max_length=40, blank=True, default="")
    invoiced_on = models.DateField(null=True)  # the day on the invoice
    invoiced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    invoiced_at = models.DateTimeField(null=True)
    write_off_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    write_off_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    write_off_asked_at = models.DateTimeField(null=True)
    write_off_because = models.CharField(max_length=500, blank=True, default="")
    written_off_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_off_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    written_off_at = models.DateTimeField(null=True)
    written_off_pence = models.BigIntegerField(null=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "line", "amount_pence"], name="recovery_amount_referable"),
            models.CheckConstraint(condition=Q(amount_pence__gte=1), name="recovery_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="recovery_has_reason"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_human__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_human__isnull=False, approved_at__isnull=False),
                name="recovery_approved_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(approved_human__isnull=True) | ~Q(approved_human=F("proposed_human")),
                name="recovery_two_people",
            ),
            models.CheckConstraint(
                condition=Q(stopped_as__isnull=True, stopped_by__isnull=True, stopped_at__isnull=True)
                & Q(stopped_because="")
                | Q(stopped_as__isnull=False, stopped_by__isnull=False, stopped_at__isnull=False)
                & ~Q(stopped_because="")
                & Q(invoiced_at__isnull=True),
                name="recovery_stopped_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(stopped_as__isnull=True)
                | Q(stopped_as=StoppedAs.CALLED_OFF, approved_at__isnull=False)
                | Q(stopped_as__in=[StoppedAs.WITHDRAWN, StoppedAs.DECLINED], approved_at__isnull=True),
                name="recovery_stopped_in_its_time",
            ),
            models.CheckConstraint(
                condition=Q(invoice_reference="", invoiced_on__isnull=True)
                & Q(invoiced_by__isnull=True, invoiced_at__isnull=True)
                | ~Q(invoice_reference="")
                & Q(invoiced_on__isnull=False, invoiced_by__isnull=False, invoiced_at__isnull=False)
                & Q(approved_at__isnull=False),
                name="recovery_invoiced_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(write_off_asked_by__isnull=True, write_off_human__isnull=True)
                & Q(write_off_asked_at__isnull=True, write_off_because="")
                | Q(write_off_asked_by__isnull=False, write_off_human__isnull=False)
                & Q(write_off_asked_at__isnull=False, invoiced_at__isnull=False)
                & ~Q(write_off_because=""),
                name="recovery_write_off_asked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(written_off_by__isnull=True, written_off_human__isnull=True)
                & Q(written_off_at__isnull=True, written_off_pence__isnull=True)
                | Q(written_off_by__isnull=False, written_off_human__isnull=False)
                & Q(written_off_at__isnull=False, written_off_pence__gte=1, write_off_asked_at__isnull=False)
                & Q(written_off_pence__lte=F("amount_pence"))
                & ~Q(written_off_human=F("write_off_human")),
                name="recovery_written_off_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call it, like R00012."""
        return f"R{self.pk:05d}"


class RecoveryPart(models.Model):
    """What an employer paid back on an invoice on one day. Numbered from 1 in each recovery. Append-only.

    A part of less than nothing takes back another that was entered by mistake: its `reversal` says which and why, and
    `recorded_by` approved it.
    """

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    amount_pence = models.BigIntegerField()
    received_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    reversal = models.OneToOneField("payments.PartReversal", models.PROTECT, null=True, related_name="done")

    class Meta:
        ordering = ["recovery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "number"], name="part_numbered"),
            models.CheckConstraint(
                condition=Q(reversal__isnull=True, amount_pence__gte=1)
                | Q(reversal__isnull=False, amount_pence__lte=-1),
                name="part_signed",
            ),
        ]


class PartReversal(models.Model):
    """A request to take back a part that was entered by mistake, with its reason. One at a time, and done once.

    Approving it records the part of less than nothing (`done`); refused with a reason, it can be asked for anew.
    """

    part = models.ForeignKey(RecoveryPart, models.PROTECT, related_name="reversals")
    because = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(refused_at__isnull=True), name="reversal_once"),
            models.CheckConstraint(condition=~Q(because=""), name="reversal_has_reason"),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refused_because="")
                | Q(refused_by__isnull=False, refused_at__isnull=False) & ~Q(refused_because=""),
                name="reversal_refused_with_reason",
            ),
        ]
