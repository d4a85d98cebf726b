"""Programme years: rules as data, versioned and frozen once published."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from registrations.states import Milestone, Programme


class ProgrammeYear(models.Model):
    """One versioned rule set. A registration keeps the version it was made under; a published version is frozen.

    `window_to` is the last day (inclusive). `published_by` is never `drafted_by`, by human.
    The three choices on money have no default: a year cannot be opened until a person has made each (decision D4).
    """

    class OnFail(models.TextChoices):
        PAY = "pay", "The second payment is due"
        DO_NOT_PAY = "do_not_pay", "No second payment"
        CANNOT_HAPPEN = "cannot_happen", "Can no longer happen"

    class OnWithdrawal(models.TextChoices):
        KEEP = "keep", "The employer keeps the first payment"
        RECOVER = "recover", "The first payment is recovered"
        CANNOT_HAPPEN = "cannot_happen", "Can no longer happen"

    class OnMove(models.TextChoices):
        COMPLETING = "completing", "The employer where the year is completed is paid"
        REGISTERING = "registering", "The employer that registered the NQSW is paid"
        CANNOT_HAPPEN = "cannot_happen", "Can no longer happen"

    programme = models.CharField(max_length=20, choices=Programme)
    code = models.CharField(max_length=7)  # 2026-27
    version = models.PositiveSmallIntegerField(default=1)
    window_from = models.DateField()
    window_to = models.DateField()
    months = models.PositiveSmallIntegerField(default=12)
    longest_months = models.PositiveSmallIntegerField(default=24)  # with extensions, without deferrals
    review_months = models.JSONField()  # {"review_3": 3, "review_6": 6, "review_final": 12}
    evidence = models.JSONField()  # {"direct_observation": 3, ...}: the least number of each kind
    standard_set = models.CharField(max_length=40)
    fundable_years = models.PositiveSmallIntegerField(default=4)
    latest_days_after_start = models.PositiveSmallIntegerField(default=90)
    on_fail = models.CharField(max_length=20, choices=OnFail, blank=True, default="")
    on_withdrawal = models.CharField(max_length=20, choices=OnWithdrawal, blank=True, default="")
    on_move = models.CharField(max_length=20, choices=OnMove, blank=True, default="")
    certificate_issuer = models.CharField(max_length=100, blank=True, default="")
    sample_percent = models.PositiveSmallIntegerField(default=10)
    readers = models.PositiveSmallIntegerField(default=1)
    appeal_days = models.PositiveSmallIntegerField(default=28)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_human_id = models.BigIntegerField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_human_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["programme", "-code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code", "version"], name="programme_year_once"),
            models.CheckConstraint(condition=Q(window_to__gt=F("window_from")), name="programme_year_window"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, published_human_id__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, published_human_id__isnull=False),
                name="programme_year_published_with_facts",
            ),
            models.CheckConstraint(
                condition=Q(published_human_id__isnull=True) | ~Q(published_human_id=F("drafted_human_id")),
                name="programme_year_two_people",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | ~(Q(on_fail="") | Q(on_withdrawal="") | Q(on_move="") | Q(certificate_issuer="")),
                name="programme_year_choices_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_programme_display()} {self.code}"


class MilestoneAmount(models.Model):
    """What one milestone of one programme year is worth, in pence: the only place that holds an amount."""

    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="amounts")
    milestone = models.CharField(max_length=20, choices=Milestone)
    amount_pence = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_year", "milestone"], name="amount_once"),
            models.UniqueConstraint(fields=["programme_year", "milestone", "amount_pence"], name="amount_referable"),
            models.CheckConstraint(condition=Q(amount_pence__gt=0), name="amount_positive"),
        ]
