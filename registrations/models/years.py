"""Programme years: rules as data, versioned and frozen once published."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Human, User
from registrations.states import Milestone, Programme, RequirementSet, StandardSet, YearHandKind, YearState

DRAFT = Q(published_at__isnull=True, discarded_at__isnull=True)
IN_FORCE = Q(published_at__isnull=False, superseded_at__isnull=True)


class ProgrammeYear(models.Model):
    """One versioned rule set. A registration keeps the version it was made under; a published version is frozen.

    `window_to` is the last day (inclusive). Whoever drafted or changed it has a YearHand and cannot publish it, by
    human. The three choices on money have no default: a year cannot be opened until a person has made each (D4).
    A correction is a new version: publishing it supersedes the one before, which stays for those who are on it.
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

    class CountsFrom(models.TextChoices):  # each value names a date of Registration
        ASYE_START = "asye_start", "The day their ASYE starts"
        EMPLOYMENT_START = "employment_start", "The day their employment started"
        SWE_REGISTERED_FROM = "swe_registered_from", "The day they were registered with Social Work England"

    class PartTime(models.TextChoices):
        BY_HOURS = "by_hours", "Months divided by the share of full time"
        AGREED = "agreed", "No formula: the employer decides"

    class SecondAttempt(models.TextChoices):
        OVERRIDE = "override", "Only where a caseworker has allowed it, with a reason"
        NEVER = "never", "Never"

    class ExternalModeration(models.TextChoices):
        COMPULSORY = "compulsory", "Compulsory"
        GOOD_PRACTICE = "good_practice", "Good practice"
        NOT_USED = "not_used", "Not used"

    programme = models.CharField(max_length=20, choices=Programme)
    code = models.CharField(max_length=7)  # 2026-27
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=100)  # what people and certificates call the programme
    note = models.TextField(blank=True, default="")  # what it rests on, or why this version was made
    cohort = models.PositiveSmallIntegerField(null=True)
    reference_prefix = models.CharField(max_length=2)
    window_from = models.DateField()
    window_to = models.DateField()
    counts_from = models.CharField(max_length=20, choices=CountsFrom, default=CountsFrom.ASYE_START)
    months = models.PositiveSmallIntegerField(default=12)
    longest_months = models.PositiveSmallIntegerField(default=24)  # with extensions, without deferrals
    part_time = models.CharField(max_length=10, choices=PartTime, default=PartTime.BY_HOURS)
    longest_deferral_months = models.PositiveSmallIntegerField(null=True)  # None: as long as it takes
    agreement_days = models.PositiveSmallIntegerField(default=28)  # from the start to the signed agreement
    review_months = models.JSONField()  # {"review_3": 3, "review_6": 6, "review_final": 12}
    optional_reviews = models.JSONField(default=list)  # keys of review_months that an employer may leave out
    panel_days = models.PositiveSmallIntegerField(default=28)  # from the final review to moderation
    report_days = models.PositiveSmallIntegerField(default=14)  # from there to the confirmed outcome
    requirement_set = models.CharField(max_length=40, choices=RequirementSet, default=RequirementSet.REFRESHED_2022)
    evidence = models.JSONField()  # {"direct_observation": 3, ...}: the least number of each kind, adjusted
    assessor_observations = models.PositiveSmallIntegerField(default=2)  # of them, seen by the assessor
    standard_set = models.CharField(max_length=40, choices=StandardSet)
    fundable_years = models.PositiveSmallIntegerField(default=4)
    latest_days_after_start = models.PositiveSmallIntegerField(default=90)
    agency_funded = models.BooleanField(default=True)
    second_attempt = models.CharField(max_length=10, choices=SecondAttempt, default=SecondAttempt.OVERRIDE)
    on_fail = models.CharField(max_length=20, choices=OnFail, blank=True, default="")
    on_withdrawal = models.CharField(max_length=20, choices=OnWithdrawal, blank=True, default="")
    on_move = models.CharField(max_length=20, choices=OnMove, blank=True, default="")
    last_completion_on = models.DateField(null=True)  # a later outcome is not paid; None: always paid
    certificate_issuer = models.CharField(max_length=100, blank=True, default="")
    sample_percent = models.PositiveSmallIntegerField(default=10)
    readers = models.PositiveSmallIntegerField(default=1)
    panel_members = models.PositiveSmallIntegerField(default=3)
    external_moderation = models.CharField(
        max_length=20, choices=ExternalModeration, default=ExternalModeration.GOOD_PRACTICE
    )
    appeal_days = models.PositiveSmallIntegerField(default=28)
    edits = models.PositiveIntegerField(default=1)  # counts changes, so that a stale page is noticed
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_human_id = models.BigIntegerField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_human_id = models.BigIntegerField(null=True)
    published_hand = models.CharField(max_length=10, default=YearHandKind.PUBLISHER, editable=False)
    published_at = models.DateTimeField(null=True)
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="supersedes")
    superseded_at = models.DateTimeField(null=True)
    discarded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["programme", "-code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code", "version"], name="programme_year_once"),
            models.UniqueConstraint(
                fields=["programme", "code"], condition=IN_FORCE, name="programme_year_one_in_force"
            ),
            models.UniqueConstraint(fields=["programme", "code"], condition=DRAFT, name="programme_year_one_draft"),
            models.CheckConstraint(condition=Q(window_to__gt=F("window_from")), name="programme_year_window"),
            models.CheckConstraint(condition=Q(reference_prefix__regex="^[A-Z]{2}$"), name="programme_year_prefix"),
            models.CheckConstraint(
                condition=Q(months__gt=0, longest_months__gte=F("months"), sample_percent__lte=100, readers__gt=0),
                name="programme_year_numbers",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, published_human_id__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, published_human_id__isnull=False),
                name="programme_year_published_with_facts",
            ),
            models.CheckConstraint(
                condition=Q(published_hand=YearHandKind.PUBLISHER), name="programme_year_published_by_publisher_hand"
            ),
            models.CheckConstraint(
                condition=Q(published_human_id__isnull=True) | ~Q(published_human_id=F("drafted_human_id")),
                name="programme_year_two_people",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | ~(Q(on_fail="") | Q(on_withdrawal="") | Q(on_move="") | Q(certificate_issuer="") | Q(name="")),
                name="programme_year_choices_made",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True, superseded_by__isnull=True)
                | Q(superseded_at__isnull=False, superseded_by__isnull=False, published_at__isnull=False),
                name="programme_year_superseded_with_facts",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False, published_at__isnull=True),
                name="programme_year_discarded_with_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def state(self) -> YearState:
        """Where this version stands."""
        if self.discarded_at is not None:
            return YearState.DISCARDED
        if self.superseded_at is not None:
            return YearState.SUPERSEDED
        return YearState.DRAFT if self.published_at is None else YearState.PUBLISHED

    @property
    def full_name(self) -> str:
        """The year and which version of it: "ASYE child and family 2026-27, version 2"."""
        return f"{self}, version {self.version}"


class YearHand(models.Model):
    """Who had a hand in a version, by human: one hand each, so nobody publishes what they changed. Append-only."""

    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="hands")
    human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    hand = models.CharField(max_length=10, choices=YearHandKind)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["programme_year", "human"], name="year_hand_one_each"),
            models.UniqueConstraint(fields=["programme_year", "human", "hand"], name="year_hand_referable"),
        ]


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
