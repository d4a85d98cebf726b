"""Local authorities and the organisations that employ NQSWs."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.states import EmployerKind, EmployerState, Region


class LocalAuthority(models.Model):
    """One of the 153 local authorities with children's services in England: reference data."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=100)
    gss_code = models.CharField(max_length=9, unique=True)
    region = models.CharField(max_length=9, choices=Region)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Employer(models.Model):
    """An organisation that employs NQSWs. `closed_on` is the first day it no longer acts.

    The row says what holds now; what it was called before is in FormerDetails. `phone` is +44 and the digits after it.
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=EmployerKind)
    local_authority = models.OneToOneField(LocalAuthority, models.PROTECT, null=True, blank=True)
    region = models.CharField(max_length=9, choices=Region)
    phone = models.CharField(max_length=13, blank=True, db_default="")
    version = models.PositiveIntegerField(db_default=1)  # counts changes, so that a stale page is noticed
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_because = models.CharField(max_length=500, blank=True, db_default="")
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="employer_name_once"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="employer_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
                name="employer_successor_only_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")), name="employer_not_its_own_successor"
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+44[12378][0-9]{8,9}$"), name="employer_phone_canonical"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def heir(self) -> "Employer":
        """Itself or, since it has merged, the employer that goes on in its place: the last successor."""
        return self.successor.heir if self.successor else self

    def state(self, on: date) -> EmployerState:
        """Whether it acts on a day."""
        if self.closed_on is None:
            return EmployerState.OPEN
        return EmployerState.CLOSED if self.closed_on <= on else EmployerState.CLOSING


class FormerDetails(models.Model):
    """What an employer was called and where it was reached before a change. Append-only.

    Certificates and statements keep the words they were made with; this says until when those words held.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="former_details")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=EmployerKind)
    local_authority = models.ForeignKey(LocalAuthority, models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=9, choices=Region)
    phone = models.CharField(max_length=13, blank=True, default="")
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    because = models.CharField(max_length=500)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["employer", "version"], name="former_details_once")]
