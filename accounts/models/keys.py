"""Keys by which an employer's own systems act, and the answers they were given."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.people import User
from accounts.models.places import Employer
from accounts.states import Scope


class ApiKey(models.Model):
    """A secret that lets one employer's system act, kept as a SHA-256. `holder` answers for what it does.

    `expires_on` is the first day it no longer works; `last_used_on` a London day, written outside the read.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=10, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope))
    holder = models.ForeignKey(User, models.PROTECT, related_name="api_keys")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_key_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0), name="api_key_scopes_known"
            ),
            models.UniqueConstraint(
                F("employer"), Lower("name"), condition=Q(revoked_at__isnull=True), name="api_key_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApiAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, so that the same request again is answered alike.

    Both digests are SHA-256: of the Idempotency-Key, and of method, address and body. `body` is the answer, encrypted
    (accounts.sealing), for it names people. Kept for two days.
    """

    api_key = models.ForeignKey(ApiKey, models.PROTECT, related_name="answers")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key_digest"], name="api_answer_once")]
        indexes = [models.Index(fields=["at"], name="api_answer_by_age")]
