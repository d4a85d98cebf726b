"""What the employer decided, an appeal against it, and the certificate it earns."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts import roles
from accounts.models import User
from accounts.queries import holding, holds
from assessments.models.records import Revision
from assessments.states import AppealResult, AppealStage, CertificateState, ModerationBasis, Result
from registrations.models import Placement, Registration

NEVER_WAS = Q(ends_on=F("starts_on"))  # a placement that was undone


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def live(self) -> "OutcomeQuerySet":
        """Outcomes that no later one supersedes: at most one of a registration."""
        later = Outcome.objects.filter(supersedes=OuterRef("pk"))
        return self.filter(~Exists(later))  # PostgreSQL takes a LEFT JOIN that finds nothing for a rare thing

    def visible_to(self, user: User, on: date) -> "OutcomeQuerySet":
        """Outcomes of the person's own year, of years they assess or assessed, those `led_by` gives, and for an auditor
        all. An employer the NQSW had left before it was decided reads none: it is told nothing of how the year went
        on."""
        if not user.is_active:
            return self.none()
        if holds(user, on, roles.AUDITOR):
            return self
        assess = holding(user, on, roles.ASSESSOR).values("employer")
        assessed = _decided_under().filter(employer__in=assess, assignments__assessor=user)
        return self.filter(Q(registration__nqsw__user=user) | Exists(assessed) | _led_by(user, on))

    def led_by(self, user: User, on: date) -> "OutcomeQuerySet":
        """Outcomes of the employers the person co-ordinates or leads; of one that has merged into these since, while an
        appeal is open, and then for whoever closed it: the appeal outlives the employer."""
        return self.filter(_led_by(user, on)) if user.is_active else self.none()

    def with_merger(self) -> "OutcomeQuerySet":
        """Annotates `has_merged`: the employer that decided has gone into another, which does not read the year."""
        return self.annotate(has_merged=Exists(_decided_under().filter(employer__successor__isnull=False)))


def _decided_under() -> models.QuerySet[Placement]:
    """The placement under which an outcome was decided."""
    gone_on = Placement.objects.filter(
        registration=OuterRef("registration"),
        starts_on__gt=OuterRef("starts_on"),
        starts_on__lte=OuterRef(OuterRef("decided_at__date")),  # London's day
    ).exclude(NEVER_WAS)
    return Placement.objects.filter(~Exists(gone_on), registration=OuterRef("registration")).exclude(NEVER_WAS)


def _led_by(user: User, on: date) -> Q:
    lead = holding(user, on, roles.COORDINATOR, roles.SENIOR_LEAD).values("employer")
    merged = Q(employer__successor__in=lead) | Q(employer__successor__successor__in=lead)
    appeals = Appeal.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_by=user), outcome__registration=OuterRef("registration")
    )
    here = _decided_under()
    return Q(Exists(here.filter(employer__in=lead))) | (Q(Exists(appeals)) & Q(Exists(here.filter(merged))))


class Outcome(models.Model):
    """The employer's decision on one registration. Never changed: a later one supersedes it.

    `notice_on` is the day the NQSW was told of a fail and `appeal_by` the last day to appeal (inclusive); a pass
    has neither. One from before this service stands on no recommendation kept here: `decided_by` then is whoever took
    it over, and `decided_at` noon of the day it was decided.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="outcomes")
    final_revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    moderation_basis = models.CharField(max_length=20, choices=ModerationBasis)
    result = models.CharField(max_length=4, choices=Result)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    notice_on = models.DateField(null=True)
    appeal_by = models.DateField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    because = models.TextField(blank=True, default="")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(supersedes__isnull=True), name="outcome_one_first"
            ),
            models.UniqueConstraint(fields=["id", "registration"], name="outcome_of_registration"),
            models.UniqueConstraint(fields=["id", "registration", "result"], name="outcome_with_result"),
            models.CheckConstraint(
                condition=Q(result=Result.PASS, notice_on__isnull=True, appeal_by__isnull=True)
                | Q(
                    result=Result.FAIL, notice_on__isnull=False, appeal_by__isnull=False, appeal_by__gte=F("notice_on")
                ),
                name="outcome_fail_with_notice",
            ),
            models.CheckConstraint(
                condition=Q(
                    moderation_basis=ModerationBasis.EARLIER, final_revision__isnull=True, supersedes__isnull=True
                )
                | (Q(final_revision__isnull=False) & ~Q(moderation_basis=ModerationBasis.EARLIER))
                | Q(moderation_basis=ModerationBasis.APPEAL, supersedes__isnull=False),
                name="outcome_stands_on_a_recommendation",
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="outcome_not_its_own_successor"),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(because=""), name="outcome_successor_has_reason"
            ),
        ]


class Appeal(models.Model):
    """An appeal against an outcome. While it is open no certificate is made or given out (decision D11)."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="appeals")
    opened_on = models.DateField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    grounds = models.TextField()
    stage = models.CharField(max_length=10, choices=AppealStage, default=AppealStage.FORMAL)
    result = models.CharField(max_length=10, choices=AppealResult, blank=True, default="")
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["outcome"], condition=Q(closed_at__isnull=True), name="appeal_one_open"),
            models.CheckConstraint(condition=~Q(grounds=""), name="appeal_has_grounds"),
            models.CheckConstraint(
                condition=Q(result="", closed_by__isnull=True, closed_at__isnull=True, closed_because="")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(result="") & ~Q(closed_because="")),
                name="appeal_closed_with_its_facts",
            ),
        ]


class Certificate(models.Model):
    """One certificate as it was issued: the facts printed on it and the file itself, drawn once.

    `result` is always "pass": with it the row refers to an outcome of the same registration that is a pass.
    `facts` are the printed words by key (assessments.certificate_facts). `state_changed_at` is null while valid.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="certificates")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="certificates")
    result = models.CharField(max_length=4, choices=Result, default=Result.PASS)
    public_code = models.CharField(max_length=16, unique=True)
    name_as_issued = models.CharField(max_length=200)
    facts = models.JSONField()
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CertificateState, default=CertificateState.VALID)
    state_changed_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(state=CertificateState.VALID), name="certificate_one_valid"
            ),
            models.CheckConstraint(condition=Q(result=Result.PASS), name="certificate_only_after_a_pass"),
            models.CheckConstraint(
                condition=Q(public_code__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$"), name="certificate_code_form"
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.VALID, state_changed_at__isnull=True)
                | (~Q(state=CertificateState.VALID) & Q(state_changed_at__isnull=False)),
                name="certificate_state_with_its_time",
            ),
        ]
