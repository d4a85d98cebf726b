"""Programme years, NQSWs, their registrations and where each is placed. Written by registrations.services only."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, Invitation, User
from registrations.states import (
    Contract,
    DeferralReason,
    EndReason,
    Milestone,
    Programme,
    Qualification,
    RegisterStatus,
    Route,
    State,
    Verdict,
)


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


class NQSW(models.Model):
    """One newly qualified social worker, for life, whatever the employer.

    `swe_number` is canonical (SW then a number without leading zeros). `user` is empty until they take up their
    invitation. `merged_into` points to the surviving record of the same person.
    """

    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="nqsw")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+")
    swe_number = models.CharField(max_length=9, unique=True, null=True)
    number_unknown_because = models.CharField(max_length=200, blank=True, default="")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    former_name = models.CharField(max_length=100, blank=True, default="")
    certificate_name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(max_length=254)
    personal_email = models.EmailField(max_length=254, blank=True, default="")
    date_of_birth = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(swe_number__regex=r"^SW[1-9][0-9]{0,6}$", number_unknown_because="")
                | (Q(swe_number__isnull=True) & ~Q(number_unknown_because="")),
                name="nqsw_number_canonical_or_explained",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="nqsw_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name as shown on pages."""
        return f"{self.first_name} {self.last_name}"

    @property
    def name_on_certificate(self) -> str:
        """The name the certificate is made out to."""
        return self.certificate_name or self.full_name


class EqualityAnswers(models.Model):
    """What the NQSW alone has chosen to say. Never shown for a person on any page; read in aggregate only.

    Every answer may be "prefer_not_to_say"; an empty one means not answered yet.
    """

    nqsw = models.OneToOneField(NQSW, models.PROTECT, primary_key=True, related_name="equality_answers")
    sex = models.CharField(max_length=20, blank=True, default="")
    gender_same = models.CharField(max_length=20, blank=True, default="")
    ethnic_group = models.CharField(max_length=40, blank=True, default="")
    ethnic_detail = models.CharField(max_length=40, blank=True, default="")
    disability = models.CharField(max_length=20, blank=True, default="")
    orientation = models.CharField(max_length=20, blank=True, default="")
    religion = models.CharField(max_length=20, blank=True, default="")
    answered_at = models.DateTimeField()


class Registration(models.Model):
    """One journey through one programme by one person. `state` moves only through registrations.services."""

    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="registrations")
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="registrations")
    reference = models.CharField(max_length=12, unique=True, null=True)
    state = models.CharField(max_length=12, choices=State)
    version = models.PositiveIntegerField(default=1)  # counts changes, so that a stale page is noticed
    given_first_name = models.CharField(max_length=100)  # as the employer wrote it; the NQSW's own may differ
    given_last_name = models.CharField(max_length=100)
    job_title = models.CharField(max_length=100)
    contract = models.CharField(max_length=20, choices=Contract)
    fte_percent = models.PositiveSmallIntegerField()
    qualification = models.CharField(max_length=20, choices=Qualification)
    route = models.CharField(max_length=20, choices=Route)
    route_other = models.CharField(max_length=100, blank=True, default="")
    qualified_on = models.DateField()
    swe_registered_from = models.DateField()
    employment_start = models.DateField()
    asye_start = models.DateField()
    eligibility_answers = models.JSONField()
    rule_version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=20, choices=Verdict)
    verdict_reasons = models.JSONField()  # [{"rule": "E2", "sentence": "..."}]
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_because = models.TextField(blank=True, default="")
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True, default="")
    end_explanation = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "nqsw"], name="registration_of_person"),
            models.UniqueConstraint(fields=["id", "programme_year"], name="registration_of_year"),
            models.UniqueConstraint(
                fields=["nqsw"],
                condition=Q(ended_on__isnull=True) & ~Q(state=State.REFUSED),
                name="registration_one_live",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[State.SUBMITTED, State.QUERIED],
                    reference__isnull=True,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    refused_because="",
                )
                | Q(
                    state=State.REGISTERED,
                    reference__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    refused_because="",
                )
                | (
                    Q(
                        state=State.REFUSED,
                        reference__isnull=True,
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(refused_because="")
                ),
                name="registration_state_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="registration_end_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(fte_percent__gte=10, fte_percent__lte=100), name="registration_fte_10_to_100"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=[Verdict.FUNDABLE, Verdict.UNFUNDED]), name="registration_verdict_allows"
            ),
            models.CheckConstraint(
                condition=Q(swe_registered_from__gte=F("qualified_on"))
                & Q(asye_start__gte=F("employment_start"))
                & Q(asye_start__gte=F("swe_registered_from")),
                name="registration_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"Registration {self.pk}"


class RegistrationQuery(models.Model):
    """A caseworker's question and the employer's answer."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="queries")
    question = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="query_answer_with_its_facts",
            ),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(answered_at__isnull=True), name="query_one_open"
            ),
        ]


class RegisterCheck(models.Model):
    """One look into the Social Work England register. Append-only."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="register_checks")
    status = models.CharField(max_length=20, choices=RegisterStatus)
    name_found = models.CharField(max_length=250, blank=True, default="")
    name_matches = models.BooleanField(null=True)
    registered_from = models.DateField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]


class Placement(models.Model):
    """Where a registration is carried, from one day up to (not including) another. Carries every scope."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="placements")
    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="placements")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="placements")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "registration"], name="placement_of_registration"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="placement_in_order"
            ),
        ]


class AssessorAssignment(models.Model):
    """Who assesses under a placement, from one day up to (not including) another."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assignment_in_order"
            ),
            models.UniqueConstraint(
                fields=["placement"], condition=Q(ends_on__isnull=True), name="assignment_one_open"
            ),
        ]


class Deferral(models.Model):
    """A pause of the year, from one day up to (not including) the day of return."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="deferrals")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=20, choices=DeferralReason)
    detail = models.CharField(max_length=500, blank=True, default="")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="deferral_in_order"
            ),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(ends_on__isnull=True), name="deferral_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(reason=DeferralReason.OTHER, detail=""), name="deferral_other_is_explained"
            ),
        ]


class Extension(models.Model):
    """More days for the year, with the reason."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(days__gt=0), name="extension_adds_days")]


class RegistrationDraft(models.Model):
    """The web form between its first question and its submission: raw answers, per person and employer.

    `registration` is what it was submitted as. With `corrects` it changes the answers of a registration that was
    asked about, and is closed with the same registration.
    """

    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="drafts")
    corrects = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="corrections")

    class Meta:
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(corrects__isnull=True), name="draft_submitted_once"
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(registration__isnull=True), name="draft_one_open_correction"
            ),
        ]


class ReferenceCounter(models.Model):
    """The last sequence number given to a reference, per programme and two-digit start year."""

    prefix = models.CharField(max_length=4, primary_key=True)  # CF26
    last = models.PositiveIntegerField(default=0)
