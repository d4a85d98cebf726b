"""How registrations are found, what people write beside them, and what has left the service in a file."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import AuditEvent, Employer, User
from registrations.models.people import NQSW
from registrations.models.registration import Registration

NOTE: Final = "registrations.note"  # the act under which the words of a note stand in the audit trail


class PlainName(Func):
    """A name without accents, case, apostrophes and hyphens, in SQL: as PersonNames holds it."""

    function = "plain_name"
    output_field = models.TextField()


class PersonNames(models.Model):
    """Every name a person goes or went by, for the search alone: the database keeps it up by triggers.

    `words` has a space before each word, and each name once more without its spaces ("van der Berg", "vanderberg").
    """

    nqsw = models.OneToOneField(NQSW, models.PROTECT, primary_key=True, related_name="names")
    words = models.TextField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="names_by_part", opclasses=["gin_trgm_ops"])]


class Note(models.Model):
    """A note beside a registration, of DfE's (no employer) or of one employer's: append-only.

    What it says stands in the words of its event in the audit trail, through which it can be erased. `corrects` is the
    note that this one replaces; both stay.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="notes")
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+")
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="registration_note")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(corrects=F("id")), name="note_corrects_another")]


class Ending(models.TextChoices):
    """The kinds of file that registrations are exported to."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel workbook (.xlsx)"


class Export(models.Model):
    """A file with registrations that somebody took out of the service, and which they were: append-only.

    `criteria` are the codes of what the list was narrowed by, without what was typed.
    """

    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ending = models.CharField(max_length=4, choices=Ending)
    criteria = ArrayField(models.CharField(max_length=60), default=list)
    registrations = ArrayField(models.BigIntegerField())
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]
        indexes = [GinIndex(fields=["registrations"], name="export_by_registration")]
        constraints = [
            models.CheckConstraint(
                condition=Q(count=Func(F("registrations"), function="cardinality", output_field=models.IntegerField())),
                name="export_count_is_of_its_registrations",
            ),
        ]
