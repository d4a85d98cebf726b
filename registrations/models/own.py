"""What an NQSW asks for about themselves: an address proved, a fact corrected, an adjustment that some may know of."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from registrations.models.people import NQSW
from registrations.models.registration import Registration
from registrations.states import AdjustmentWish


class AddressProof(models.Model):
    """A link sent to a personal e-mail address; whoever opens it has shown that the address is theirs.

    Only the hash of the link is kept. Asking again takes the one before back.
    """

    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="address_proofs")
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nqsw"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="address_proof_one_open",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name="address_proof_used_or_revoked"
            ),
        ]


class FactRequest(models.Model):
    """A fact that the NQSW says is wrong, what it should be, and the answer.

    `field` is one of rules.own_facts; `was` and `wanted` are its values as stored (days as ISO dates). Names are
    answered by a caseworker, what the employer entered by the co-ordinator.
    """

    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="fact_requests")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="fact_requests")
    field = models.CharField(max_length=30)
    was = models.JSONField()
    wanted = models.JSONField()
    because = models.TextField()
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nqsw", "field"], condition=Q(answered_at__isnull=True), name="fact_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True, answer="", answered_by__isnull=True, answered_at__isnull=True)
                | Q(accepted__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="fact_request_answer_with_its_facts",
            ),
            models.CheckConstraint(condition=~Q(accepted=False, answer=""), name="fact_request_refused_with_reason"),
            models.CheckConstraint(condition=~Q(because=""), name="fact_request_is_explained"),
        ]


class Adjustments(models.Model):
    """The NQSW's wish for reasonable adjustments. Read by them and by the `AdjustmentReader`s alone."""

    nqsw = models.OneToOneField(NQSW, models.PROTECT, primary_key=True, related_name="adjustments")
    wish = models.CharField(max_length=20, choices=AdjustmentWish)
    detail = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(wish=AdjustmentWish.YES) | Q(detail=""), name="adjustments_detail_only_where_wished"
            )
        ]


class AdjustmentReader(models.Model):
    """Somebody the NQSW has named, who may read the wish until `until`."""

    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="adjustment_readers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nqsw", "user"], condition=Q(until__isnull=True), name="adjustment_reader_once"
            )
        ]
