"""The terms of the grant, version by version, and who accepted which for an employer."""

from django.db import models
from django.db.models import Q

from accounts import roles
from accounts.models.people import Human, Membership, User
from accounts.models.places import Employer
from accounts.states import TermsHandKind, TermsState

SHA256 = r"^[0-9a-f]{64}$"


class GrantTerms(models.Model):
    """One version of the terms: drafted by some, published by another, and never changed after that.

    `required_from` is the first day on which nothing is paid to an employer that has not accepted it (or a later
    version); `sha256` is that of the text, in UTF-8.
    """

    version = models.PositiveSmallIntegerField(unique=True)
    text = models.TextField()
    what_changed = models.CharField(max_length=500, blank=True, default="")
    required_from = models.DateField()
    edits = models.PositiveIntegerField(default=1)  # counts changes, so that a stale page is noticed
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True, default="")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    published_hand = models.CharField(max_length=10, default=TermsHandKind.PUBLISHER)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["id", "sha256"], name="terms_referable"),
            models.UniqueConstraint(
                fields=["published_hand"], condition=Q(published_at__isnull=True), name="terms_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(
                    published_at__isnull=True, published_by__isnull=True, published_human__isnull=True, sha256=""
                )
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    published_human__isnull=False,
                    sha256__regex=SHA256,
                ),
                name="terms_published_with_facts",
            ),
            models.CheckConstraint(
                condition=Q(published_hand=TermsHandKind.PUBLISHER), name="terms_published_by_publisher_hand"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="terms_say_something"),
        ]

    def __str__(self) -> str:
        return f"Grant terms, version {self.version}"

    @property
    def state(self) -> TermsState:
        """Where this version stands, as far as the row itself says: superseded is what the newest one makes of it."""
        return TermsState.DRAFT if self.published_at is None else TermsState.PUBLISHED


class TermsHand(models.Model):
    """Who had a hand in a version, by human: one hand each, so nobody publishes what they wrote. Append-only."""

    terms = models.ForeignKey(GrantTerms, models.PROTECT, related_name="hands")
    human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    hand = models.CharField(max_length=10, choices=TermsHandKind)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "human"], name="terms_hand_one_each"),
            models.UniqueConstraint(fields=["terms", "human", "hand"], name="terms_hand_referable"),
        ]


class TermsAcceptance(models.Model):
    """Somebody accepted a version for an employer, under the role they held there. Append-only."""

    terms = models.ForeignKey(GrantTerms, models.PROTECT, related_name="acceptances")
    sha256 = models.CharField(max_length=64)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="acceptances")
    employer_name = models.CharField(max_length=200)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=roles.CHOICES)
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "employer"], name="acceptance_once_an_employer"),
            models.CheckConstraint(
                condition=Q(role__in=[roles.SENIOR_LEAD.key, roles.COORDINATOR.key]), name="acceptance_by_who_may"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="acceptance_of_published_words"),
        ]
