"""Second attempts that were allowed after a fail."""

from django.db import models
from django.db.models import Q

from accounts.models import Employer, User
from registrations.models.registration import Registration


class AllowedAgain(models.Model):
    """A caseworker's leave to register one person at one employer once more after a fail (E10, D11). Append-only.

    `swe_number` is canonical; the person need not be known yet. `failed` is the registration that ended with the
    fail, and none where the fail was never recorded in the service. `until` is the last day on which the
    registration may be sent in.
    """

    swe_number = models.CharField(max_length=9)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="allowed_again")
    failed = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="allowed_again")
    until = models.DateField()
    because = models.TextField()
    allowed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["swe_number", "employer"], name="allowed_again_person")]
        constraints = [
            models.CheckConstraint(condition=Q(swe_number__regex=r"^SW[1-9][0-9]{0,6}$"), name="allowed_again_number"),
            models.CheckConstraint(condition=~Q(because=""), name="allowed_again_reason"),
        ]
