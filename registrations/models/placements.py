"""Where a registration is carried, who assesses there, and how its year is paused or made longer."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, User
from registrations.models.people import NQSW
from registrations.models.registration import Registration
from registrations.states import DeferralReason


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
