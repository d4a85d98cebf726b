"""Registrations, what is asked and checked about them, and the web form before they are born."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, User
from registrations.models.people import NQSW
from registrations.models.years import ProgrammeYear
from registrations.states import Contract, EndReason, Qualification, Route, ServiceArea, State, Verdict


class Registration(models.Model):
    """One journey through one programme by one person. `state` moves only through registrations.services."""

    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="registrations")
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="registrations")
    reference = models.CharField(max_length=12, unique=True, null=True)
    state = models.CharField(max_length=12, choices=State)
    version = models.PositiveIntegerField(default=1)  # counts changes, so that a stale page is noticed
    given_first_name = models.CharField(max_length=100)  # as the employer wrote it; the NQSW's own may differ
    given_last_name = models.CharField(max_length=100)
    given_middle_names = models.CharField(max_length=100, blank=True, default="")
    job_title = models.CharField(max_length=100)
    team = models.CharField(max_length=100, blank=True, default="")
    service_area = models.CharField(max_length=20, choices=ServiceArea, blank=True, default="")
    assessor_is_manager = models.BooleanField(null=True)  # None: not said
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
                condition=Q(verdict__in=[Verdict.FUNDABLE, Verdict.UNFUNDED]) | ~Q(state=State.REGISTERED),
                name="registration_verdict_allows",
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

    @property
    def first_day(self) -> date:
        """The day from which reviews and the planned end are counted: which it is, the programme year says."""
        day: date = getattr(self, self.programme_year.counts_from)
        return day


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
