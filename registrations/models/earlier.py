"""Records from before this service: the files DfE sends in, what was found in them, and every row taken over."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Employer, Human, User
from registrations.models.people import NQSW
from registrations.models.registration import Registration
from registrations.states import EarlierKind, EarlierSource, EarlierState, Milestone


class EarlierFile(models.Model):
    """One sheet of one kind, kept as it came for 30 days, past payments until they are confirmed. Where it stands is
    read from its facts.

    `rows` are those that are not blank, `done` those checked so far, `already` those that were taken over before.
    `digest` names exactly the rows that can be taken over: what a person confirms is compared with it. Past payments
    are confirmed by another human than the one who sent them in.
    """

    kind = models.CharField(max_length=10, choices=EarlierKind)
    source = models.CharField(max_length=20, choices=EarlierSource)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    ending = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    unused = ArrayField(models.CharField(max_length=100), default=list)  # headings of columns that are not read
    rows = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(null=True)
    already = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    fault = models.CharField(max_length=1000, blank=True, default="")  # why it cannot be checked row by row
    checked_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(null=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "sha256"],
                condition=Q(taken_at__isnull=True, purged_at__isnull=True),
                name="earlier_file_open_once",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, digest="", fault="", good__isnull=True, already__isnull=True)
                | (Q(checked_at__isnull=False, digest="") & ~Q(fault=""))
                | (
                    Q(checked_at__isnull=False, fault="", good__isnull=False, already__isnull=False)
                    & Q(rows__gte=F("good") + F("already"))
                    & ~Q(digest="")
                ),
                name="earlier_file_checked_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(taken__isnull=True, taken_by__isnull=True, taken_human__isnull=True, taken_at__isnull=True)
                | (
                    Q(taken__gt=0, taken__lte=F("good"), taken_by__isnull=False, taken_human__isnull=False)
                    & Q(taken_at__isnull=False)
                ),
                name="earlier_file_taken_with_its_facts",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EarlierKind.PAYMENTS)
                | Q(taken_human__isnull=True)
                | ~Q(taken_human=F("uploaded_human")),
                name="earlier_payments_two_people",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True, content__isnull=False)
                | Q(purged_at__isnull=False, content__isnull=True),
                name="earlier_file_kept_until_purged",
            ),
        ]

    @property
    def state(self) -> EarlierState:
        """Where it stands."""
        if self.taken_at is not None:
            return EarlierState.TAKEN
        if self.purged_at is not None:
            return EarlierState.DELETED
        if self.checked_at is None:
            return EarlierState.CHECKING
        return EarlierState.UNREADABLE if self.fault else EarlierState.CHECKED

    @property
    def bad(self) -> int:
        """How many of its rows cannot be taken over as they are."""
        return (self.rows or 0) - (self.good or 0) - (self.already or 0)


class EarlierFinding(models.Model):
    """What is wrong with a cell or a row of a file; a note stops nothing. Reasons name no values."""

    file = models.ForeignKey(EarlierFile, models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500)
    is_note = models.BooleanField(default=False)

    class Meta:
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["file", "row", "id"], name="earlier_finding_by_row")]


class EarlierRow(models.Model):
    """One row that was taken over, under the source's own reference, and the one thing here that it is about.

    `said` is a SHA-256 of what the row said: the same reference with other words is told and changes nothing. A past
    payment is about a person and a milestone, whether it says that the milestone was paid or that it was not.
    Append-only.
    """

    file = models.ForeignKey(EarlierFile, models.PROTECT, related_name="taken_rows")
    kind = models.CharField(max_length=10, choices=EarlierKind)
    source = models.CharField(max_length=20, choices=EarlierSource)
    reference = models.CharField(max_length=100)
    said = models.CharField(max_length=64)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="earlier_rows")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="earlier_rows")
    nqsw = models.ForeignKey(NQSW, models.PROTECT, null=True, related_name="earlier_rows")
    milestone = models.CharField(max_length=20, choices=Milestone, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("kind", "source", Lower("reference"), name="earlier_row_once"),
            models.UniqueConstraint(
                fields=["registration", "kind"],
                condition=Q(registration__isnull=False),
                name="earlier_row_once_a_registration",
            ),
            models.UniqueConstraint(
                fields=["nqsw", "milestone"], condition=Q(nqsw__isnull=False), name="earlier_row_once_a_milestone"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="earlier_row_has_reference"),
            models.CheckConstraint(
                condition=Q(kind=EarlierKind.EMPLOYERS, employer__isnull=False, registration__isnull=True)
                & Q(nqsw__isnull=True, milestone="")
                | Q(kind__in=[EarlierKind.PEOPLE, EarlierKind.OUTCOMES], registration__isnull=False)
                & Q(employer__isnull=True, nqsw__isnull=True, milestone="")
                | Q(kind=EarlierKind.PAYMENTS, nqsw__isnull=False, milestone__in=Milestone.values)
                & Q(employer__isnull=True, registration__isnull=True),
                name="earlier_row_about_one_thing",
            ),
        ]
