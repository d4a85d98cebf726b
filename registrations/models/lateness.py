"""Registrations that were allowed after the last day for them."""

from django.db import models
from django.db.models import Q

from accounts.models import Employer, User


class AllowedLate(models.Model):
    """A caseworker's leave to register one person at one employer too long after their start (U3). Append-only.

    `swe_number` is canonical; the person need not be known yet. `until` is the last day on which the registration
    may be sent in.
    """

    swe_number = models.CharField(max_length=9)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="allowed_late")
    until = models.DateField()
    because = models.TextField()
    allowed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["swe_number", "employer"], name="allowed_late_person")]
        constraints = [
            models.CheckConstraint(condition=Q(swe_number__regex=r"^SW[1-9][0-9]{0,6}$"), name="allowed_late_number"),
            models.CheckConstraint(condition=~Q(because=""), name="allowed_late_reason"),
        ]
