"""The ledger: one row is a debit and a credit, so an unbalanced entry cannot be written."""

from django.db import models
from django.db.models import F, Q

from payments.models.batches import Batch, Line
from payments.models.grants import GrantYear
from payments.models.recoveries import Recovery, RecoveryPart
from payments.states import Event

OF_A_PART = (Event.RECEIVED, Event.RECEIVED_REVERSED)
OF_A_RECOVERY = (Event.INVOICED, *OF_A_PART, Event.WRITTEN_OFF)
REVERSALS = (Event.SENT_REVERSED, Event.PAID_REVERSED, Event.RECEIVED_REVERSED)


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
    """`pence` move from the account `credit` to the account `debit` because `event` happened to a line, or to a
    recovery by invoice (and to one `part` of it), which is entered beside the batch of what it recovers.

    The id is derived from line and event, so the same thing is never entered twice. Corrections are entries that
    reverse. Accounts are codes: grant_budget:2026-27, owed_to_employer:12, owed_by_employer:12, paid. Append-only.
    """

    id = models.UUIDField(primary_key=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="entries")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="entries")
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="entries")
    recovery = models.ForeignKey(Recovery, models.PROTECT, null=True, related_name="entries", db_index=False)
    part = models.ForeignKey(RecoveryPart, models.PROTECT, null=True, related_name="entries", db_index=False)
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
            models.UniqueConstraint(
                fields=["recovery", "event", "part"],
                nulls_distinct=False,
                name="entry_once_of_recovery",
                condition=Q(recovery__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=False, recovery__isnull=True, part__isnull=True) & ~Q(event__in=OF_A_RECOVERY)
                | Q(line__isnull=True, recovery__isnull=False, part__isnull=True)
                & Q(event__in=[Event.INVOICED, Event.WRITTEN_OFF])
                | Q(line__isnull=True, recovery__isnull=False, part__isnull=False, event__in=OF_A_PART),
                name="entry_of_line_or_recovery",
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="entry_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(event__in=[event for event in Event if event not in REVERSALS], reverses__isnull=True)
                | Q(event__in=REVERSALS, reverses__isnull=False),
                name="entry_reversal_names_what",
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "grant_year"], name="entry_by_debit"),
            models.Index(fields=["credit", "grant_year"], name="entry_by_credit"),
        ]
