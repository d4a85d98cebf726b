"""What goes to the payer and what comes back."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from payments.models.batches import Batch, Line
from payments.states import Result


class PayerFile(models.Model):
    """The bytes that were approved, written once. An approved batch without one is work for the sweeper."""

    batch = models.OneToOneField(Batch, models.PROTECT, primary_key=True, related_name="file")
    name = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    line_count = models.PositiveIntegerField()
    sum_pence = models.BigIntegerField()
    written_at = models.DateTimeField()


class PayerResponse(models.Model):
    """One file of the payer's that was imported, whole. The same bytes are never taken twice."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="responses")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["id", "batch"], name="response_of_batch")]


class ResponseRow(models.Model):
    """What the payer said of one line: paid, rejected, or returned after it was paid. Once each."""

    response = models.ForeignKey(PayerResponse, models.PROTECT, related_name="rows")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, models.PROTECT, related_name="responses")
    result = models.CharField(max_length=10, choices=Result)
    because = models.CharField(max_length=200, blank=True, default="")
    amount_pence = models.BigIntegerField()
    happened_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "result"], name="response_once"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(result__in=["paid", "rejected"]), name="response_paid_or_rejected"
            ),
            models.CheckConstraint(
                condition=Q(result=Result.PAID, because="")
                | Q(result__in=[Result.REJECTED, Result.RETURNED]) & ~Q(because=""),
                name="response_not_paid_has_reason",
            ),
        ]
