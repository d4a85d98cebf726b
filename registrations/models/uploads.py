"""Files with many registrations, and what was found in them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, User
from registrations.models.registration import Registration
from registrations.states import UploadState


class BulkUpload(models.Model):
    """A file an employer sent in, kept as it came until its people are registered or nobody has come back for it.

    Where it stands is read from its facts. `rows` are those that are not blank, `done` those checked so far. `digest`
    names exactly the rows that can be registered: what a person confirms is compared with it.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    ending = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    unused = ArrayField(models.CharField(max_length=100), default=list)  # headings of columns that answer no question
    rows = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(null=True)
    unfunded = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    fault = models.CharField(max_length=1000, blank=True, default="")  # why it cannot be checked row by row
    checked_at = models.DateTimeField(null=True)
    registered = models.PositiveIntegerField(null=True)
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "sha256"],
                condition=Q(registered_at__isnull=True, purged_at__isnull=True),
                name="upload_open_once",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, digest="", fault="", good__isnull=True, unfunded__isnull=True)
                | (Q(checked_at__isnull=False, digest="") & ~Q(fault=""))
                | (Q(checked_at__isnull=False, fault="", unfunded__lte=F("good"), good__lte=F("rows")) & ~Q(digest="")),
                name="upload_checked_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(registered__isnull=True, registered_by__isnull=True, registered_at__isnull=True)
                | (
                    Q(registered__gt=0, registered__lte=F("good"), registered_by__isnull=False)
                    & Q(registered_at__isnull=False)
                ),
                name="upload_registered_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True, content__isnull=False)
                | Q(purged_at__isnull=False, content__isnull=True),
                name="upload_kept_until_purged",
            ),
        ]

    @property
    def state(self) -> UploadState:
        """Where it stands."""
        if self.registered_at is not None:
            return UploadState.REGISTERED
        if self.purged_at is not None:
            return UploadState.DELETED
        if self.checked_at is None:
            return UploadState.CHECKING
        return UploadState.UNREADABLE if self.fault else UploadState.CHECKED

    @property
    def bad(self) -> int:
        """How many of its rows cannot be registered as they are."""
        return (self.rows or 0) - (self.good or 0)


ALIKE = Q(like_row__isnull=False) | Q(registration__isnull=False)  # a finding that two may be one person


class BulkFinding(models.Model):
    """What is wrong with a cell or a row of a file; a note stops nothing. No personal data: reasons name no values.

    A note that names another row (`like_row`) or a registration of the same employer says that the two may be one
    person, under two numbers: whoever confirms the file has to say that they are not.
    """

    upload = models.ForeignKey(BulkUpload, models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500)
    is_note = models.BooleanField(default=False)
    like_row = models.PositiveIntegerField(null=True)
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["row", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(like_row__isnull=True, registration__isnull=True)
                | (
                    Q(is_note=True)
                    & (
                        Q(like_row__isnull=True, registration__isnull=False)
                        | (Q(like_row__isnull=False, registration__isnull=True) & ~Q(like_row=F("row")))
                    )
                ),
                name="finding_like_one_other",
            ),
        ]
        indexes = [models.Index(fields=["upload", "row", "id"], name="finding_by_row")]
