"""The ledger: one row is a debit and a credit, so an unbalanced entry cannot be written."""

from django.db import models
from django.db.models import F, Q

from payments.models.batches import Batch, Line
from payments.models.grants import GrantYear
from payments.states import Event


class Seal(models.Model):
    """Closes the entries written together: a digest over their ids and amounts and over the seal before.

    Numbered from 1 in each batch. Append-only.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="seals")
    number = models.PositiveSmallIntegerField()
    entry_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="seal_numbered"),
            models.UniqueConstraint(fields=["id", "batch"], name="seal_of_batch"),
        ]


class LedgerEntry(models.Model):
    """`pence` move from the account `credit` to the account `debit` because `event` happened to a line.

    The id is derived from line and event, so the same thing is never entered twice. Corrections are entries that
    reverse. Accounts are codes: grant_budget:2026-27, owed_to_employer:12, paid. Append-only.
    """

    id = models.UUIDField(primary_key=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="entries")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="entries")
    line = models.ForeignKey(Line, models.PROTECT, related_name="entries")
    grant_year = models.ForeignKey(GrantYear, models.PROTECT, related_name="entries")
    event = models.CharField(max_length=20, choices=Event)
    debit = models.CharField(max_length=40)
    credit = models.CharField(max_length=40)
    pence = models.BigIntegerField()
    happened_on = models.DateField()
    entered_at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        ordering = ["entered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "event"], name="entry_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="entry_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(event__in=[Event.SENT, Event.PAID], reverses__isnull=True)
                | Q(event__in=[Event.SENT_REVERSED, Event.PAID_REVERSED], reverses__isnull=False),
                name="entry_reversal_names_what",
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "grant_year"], name="entry_by_debit"),
            models.Index(fields=["credit", "grant_year"], name="entry_by_credit"),
        ]
