"""Whether the evidence of a year is enough for a standard: the assessor's judgement, not a count of links."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from registrations.models import Registration


class Sufficiency(models.Model):
    """What an assessor said of one standard at one time; the latest counts, the earlier ones stay."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="sufficiencies")
    standard = models.CharField(max_length=20)
    is_enough = models.BooleanField()
    why = models.CharField(max_length=500)
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "sufficiencies"
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="sufficiency_has_a_reason")]
        indexes = [models.Index(fields=["registration", "standard", "-id"], name="sufficiency_latest")]
