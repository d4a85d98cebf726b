"""Every time the eligibility rules were applied to a registration, and what became of a verdict that came too late."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from registrations.models.registration import Registration
from registrations.states import Occasion, Verdict


class Evaluation(models.Model):
    """What the rules said on one occasion, about which facts, under which rule version. Append-only.

    The first belongs to the submission. Until approval the newest is the registration's verdict. Afterwards it is a
    second opinion: the registration keeps the verdict it was approved with until a caseworker decides.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="evaluations")
    occasion = models.CharField(max_length=20, choices=Occasion)
    after_approval = models.BooleanField(default=False)
    facts = models.JSONField()
    register = models.JSONField(null=True)  # what the register had said by then; None: it had not been asked
    rule_version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=20, choices=Verdict)
    reasons = models.JSONField()
    evaluated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    evaluated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class ChangedVerdict(models.Model):
    """What a caseworker made of a verdict that changed after approval: taken over or not, and why. Append-only."""

    evaluation = models.OneToOneField(Evaluation, models.PROTECT, primary_key=True, related_name="settled")
    taken = models.BooleanField()
    because = models.TextField()
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="changed_verdict_is_explained")]
