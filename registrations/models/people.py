"""NQSWs, and what they alone say about themselves."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Invitation, User


class NQSW(models.Model):
    """One newly qualified social worker, for life, whatever the employer.

    `swe_number` is canonical (SW then a number without leading zeros). `user` is empty until they take up their
    invitation. `merged_into` points to the surviving record of the same person.
    """

    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="nqsw")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+")
    swe_number = models.CharField(max_length=9, unique=True, null=True)
    number_unknown_because = models.CharField(max_length=200, blank=True, default="")
    title = models.CharField(max_length=20, blank=True, default="")
    first_name = models.CharField(max_length=100)
    middle_names = models.CharField(max_length=100, blank=True, default="")
    last_name = models.CharField(max_length=100)
    former_name = models.CharField(max_length=100, blank=True, default="")
    certificate_name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(max_length=254)
    personal_email = models.EmailField(max_length=254, blank=True, default="")  # proved by a link sent to it
    date_of_birth = models.DateField(null=True)
    institution = models.CharField(max_length=200, blank=True, default="")  # where they qualified
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
            models.UniqueConstraint(
                Lower("personal_email"), condition=~Q(personal_email=""), name="nqsw_personal_email_once"
            ),
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

    `answers` has a key of registrations.equality for each answer given, which may be "prefer_not_to_say"; a question
    that is not there was not answered. `list_version` names the lists they were chosen from.
    """

    nqsw = models.OneToOneField(NQSW, models.PROTECT, primary_key=True, related_name="equality_answers")
    answers = models.JSONField(default=dict)
    list_version = models.CharField(max_length=20, default="2021-census")
    answered_at = models.DateTimeField()
