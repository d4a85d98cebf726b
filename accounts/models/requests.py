"""An organisation asks to take part, before it is an employer."""

from django.db import models
from django.db.models import F, Q

from accounts.models.people import User
from accounts.models.places import Employer, LocalAuthority
from accounts.states import EmployerKind, Region, RequestState


class EmployerRequest(models.Model):
    """What a stranger wrote about their organisation and themselves. Nobody reads it until their address is confirmed
    by the link, of which only the SHA-256 is kept."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=EmployerKind)
    local_authority = models.ForeignKey(LocalAuthority, models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=9, choices=Region)
    phone = models.CharField(max_length=13)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.EmailField(max_length=254)
    job_title = models.CharField(max_length=100)
    state = models.CharField(max_length=12, choices=RequestState)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=500, blank=True, default="")
    employer = models.OneToOneField(Employer, models.PROTECT, null=True, related_name="request")

    class Meta:
        ordering = ["confirmed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state=RequestState.UNCONFIRMED,
                    confirmed_at__isnull=True,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    refused_because="",
                    employer__isnull=True,
                )
                | Q(
                    state=RequestState.WAITING,
                    confirmed_at__isnull=False,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    refused_because="",
                    employer__isnull=True,
                )
                | Q(
                    state=RequestState.APPROVED,
                    confirmed_at__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    refused_because="",
                    employer__isnull=False,
                )
                | (
                    Q(
                        state=RequestState.REFUSED,
                        confirmed_at__isnull=False,
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                        employer__isnull=True,
                    )
                    & ~Q(refused_because="")
                ),
                name="request_state_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(phone__regex=r"^\+44[12378][0-9]{8,9}$"), name="request_phone_canonical"
            ),
            models.CheckConstraint(
                condition=Q(kind=EmployerKind.LOCAL_AUTHORITY, local_authority__isnull=False)
                | (~Q(kind=EmployerKind.LOCAL_AUTHORITY) & Q(local_authority__isnull=True)),
                name="request_code_of_authorities_only",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="request_expires_after_asked"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """Who asks, as shown on pages."""
        return f"{self.first_name} {self.last_name}"
