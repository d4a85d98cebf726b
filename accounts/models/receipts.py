"""What became of letters after they had left."""

from django.db import models
from django.db.models import F, Q

from accounts.models.trail import Notice
from accounts.states import Delivery


class Receipt(models.Model):
    """One report of GOV.UK Notify about a letter, by ids only: whose address it was stands in the letter. Append-only.

    `carried_as` is Notify's number for one sending: a letter that left twice has two. `completed_at` is what Notify's
    clock said, or ours (`received_at`) where that was earlier. Whether letters to an address come back is read from
    these rows, never stored.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="receipts")
    carried_as = models.UUIDField()
    status = models.CharField(max_length=20, choices=Delivery)
    completed_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-completed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "carried_as", "status"], name="receipt_once"),
            models.CheckConstraint(condition=Q(status__in=Delivery.values), name="receipt_status_known"),
            models.CheckConstraint(condition=Q(completed_at__lte=F("received_at")), name="receipt_not_of_the_future"),
        ]
        indexes = [
            models.Index(
                fields=["-completed_at", "-id"], condition=~Q(status=Delivery.DELIVERED), name="receipt_not_delivered"
            ),
        ]
