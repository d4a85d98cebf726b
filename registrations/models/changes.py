"""What was changed in a year and can be undone, and moves between two employers."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, User
from registrations.models.placements import Extension, Placement
from registrations.models.registration import Registration
from registrations.states import ChangeKind, MoveSide


class Change(models.Model):
    """One change of a year, and what it takes to undo it.

    `ends` holds the last days that an undo puts back: [["placement", 12, null], ["deferral", 3, "2026-10-01"]]. A row
    that the change made gets its own first day, so that it never was. Undone once, with a reason; never deleted.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=ChangeKind)
    counts_from = models.DateField()
    ends = models.JSONField(default=list)
    extension = models.OneToOneField(Extension, models.PROTECT, null=True, related_name="change")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_because = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True, undone_because="")
                | (Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(undone_because="")),
                name="change_undone_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.EXTENSION, extension__isnull=False)
                | (~Q(kind=ChangeKind.EXTENSION) & Q(extension__isnull=True)),
                name="change_extension_with_its_row",
            ),
        ]


class Move(models.Model):
    """A year that goes on with another employer, once both have agreed to their day.

    `leaves_on` is the first day no longer with the employer of `leaves`; `starts_on` the first day with
    `to_employer`. Each side, or a caseworker for it with `settled_because`, agrees to its own day; where the days would
    overlap both sides have to agree to others. Done when the placement it leads to is there.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="moves")
    leaves = models.ForeignKey(Placement, models.PROTECT, related_name="moves_away")
    to_employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="moves_here")
    asked_side = models.CharField(max_length=10, choices=MoveSide)
    asked_at = models.DateTimeField()
    leaves_on = models.DateField(null=True)
    leaving_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    leaving_at = models.DateTimeField(null=True)
    starts_on = models.DateField(null=True)
    receiving_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    receiving_at = models.DateTimeField(null=True)
    assessor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_because = models.CharField(max_length=1000, blank=True, default="")
    becomes = models.OneToOneField(Placement, models.PROTECT, null=True, related_name="move_here")
    done_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    called_off_at = models.DateTimeField(null=True)
    called_off_because = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(done_at__isnull=True, called_off_at__isnull=True),
                name="move_one_open",
            ),
            models.CheckConstraint(
                condition=Q(leaves_on__isnull=True, leaving_by__isnull=True, leaving_at__isnull=True)
                | Q(leaves_on__isnull=False, leaving_by__isnull=False, leaving_at__isnull=False),
                name="move_leaving_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(
                    starts_on__isnull=True, receiving_by__isnull=True, receiving_at__isnull=True, assessor__isnull=True
                )
                | Q(
                    starts_on__isnull=False,
                    receiving_by__isnull=False,
                    receiving_at__isnull=False,
                    assessor__isnull=False,
                    to_employer__isnull=False,
                ),
                name="move_receiving_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, becomes__isnull=True)
                | Q(
                    done_at__isnull=False,
                    becomes__isnull=False,
                    called_off_at__isnull=True,
                    leaves_on__isnull=False,
                    starts_on__gte=F("leaves_on"),
                ),
                name="move_done_when_both_agree",
            ),
            models.CheckConstraint(
                condition=Q(called_off_by__isnull=True, called_off_at__isnull=True, called_off_because="")
                | (Q(called_off_by__isnull=False, called_off_at__isnull=False) & ~Q(called_off_because="")),
                name="move_called_off_with_reason",
            ),
        ]
