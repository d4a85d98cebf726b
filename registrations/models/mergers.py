"""An employer goes into another: proposed by one person, confirmed by a second who saw exactly who moves."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, Human, User


class Merger(models.Model):
    """`effective_on` is the first day of everybody's placement with the successor. `count` and `sha256` are of the
    placements that moved, written when it is confirmed."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="mergers")
    successor = models.ForeignKey(Employer, models.PROTECT, related_name="mergers_here")
    effective_on = models.DateField()
    because = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer"], condition=Q(cancelled_at__isnull=True), name="merger_once_an_employer"
            ),
            models.CheckConstraint(condition=~Q(employer=F("successor")), name="merger_of_two"),
            models.CheckConstraint(
                condition=Q(confirmed_human__isnull=True) | ~Q(confirmed_human=F("proposed_human")),
                name="merger_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    confirmed_at__isnull=True,
                    confirmed_by__isnull=True,
                    confirmed_human__isnull=True,
                    count__isnull=True,
                    sha256="",
                )
                | (
                    Q(
                        confirmed_at__isnull=False,
                        confirmed_by__isnull=False,
                        confirmed_human__isnull=False,
                        count__isnull=False,
                        cancelled_at__isnull=True,
                    )
                    & ~Q(sha256="")
                ),
                name="merger_confirmed_with_facts",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancelled_because="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_because="")),
                name="merger_cancelled_with_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer.name} into {self.successor.name}"

    @property
    def proposers(self) -> set[int]:
        """The human who proposed it, and the one whose account that is now: neither confirms it."""
        return {self.proposed_human_id, self.proposed_by.human_id}

    @property
    def is_open(self) -> bool:
        """Whether it waits for its second person."""
        return self.confirmed_at is None and self.cancelled_at is None
