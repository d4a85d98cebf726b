"""What was done, who was told, and what the service remembers of itself."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from accounts.models.people import Membership, User


class AuditEvent(models.Model):
    """One act that was done: ids and codes only. Append-only. Words are in AuditDetail, which can be erased."""

    act = models.CharField(max_length=60)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    codes = ArrayField(models.CharField(max_length=60), default=list)
    detail_digest = models.CharField(max_length=64, default="")
    request_id = models.CharField(max_length=12, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]


class AuditDetail(models.Model):
    """The words that belong to an event (reason, before and after), sealed by the salted digest in the event.

    Erased through one database function that blanks the words and keeps the row.
    """

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="detail")
    salt = models.CharField(max_length=32)
    words = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)


class SensitiveRead(models.Model):
    """Somebody opened a sensitive record. Append-only; written after the view, which is withheld if that fails."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    request_id = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="read_by_object"),
            models.Index(fields=["actor", "id"], name="read_by_person"),
            models.Index(fields=["at"], name="read_by_day"),
        ]


class Notice(models.Model):
    """One message to one person, or to an address that has no account yet: the outbox.

    A row without `sent_at` is work for the sweeper from `due_at` on. A secret link is kept apart from the body and
    forgotten once the message has left: whoever may read old messages must not be able to act as the person they were
    for. `reference` is what the carrier knows it by and names again when it comes back.
    """

    kind = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="notices")
    to_email = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    secret_link = models.CharField(max_length=300, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failed_because = models.CharField(max_length=200, default="")
    reference = models.UUIDField(db_default=RandomUUID(), unique=True)

    fate: str | None  # where letter_queries.letters() read it: the last that the carrier reported, and when
    fate_at: datetime | None

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="notice_unsent"),
            models.Index(fields=["to_email"], name="notice_by_address"),
        ]


class JobRun(models.Model):
    """One run of a periodic job for one period. The unique key makes a second beat harmless."""

    job = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="job_once_a_period")]


class Heartbeat(models.Model):
    """When a part of the service last showed that it is alive."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class KeptText(models.Model):
    """What a person had typed when their session had run out: encrypted, theirs only, gone after 24 hours."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    body = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
