"""Two records that may be one person: found by comparing, decided by a caseworker, remembered for good."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from registrations.models.people import NQSW
from registrations.states import SameAnswer


class Likeness(models.Model):
    """A pair of records, `one` the older, that scored high enough to be looked at. `alike` are codes of SameBy.

    `answer` is empty until a caseworker decides; a pair that was decided is never brought up again.
    """

    one = models.ForeignKey(NQSW, models.PROTECT, related_name="+")
    other = models.ForeignKey(NQSW, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    alike = ArrayField(models.CharField(max_length=20))
    found_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=SameAnswer, blank=True, default="")
    because = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["found_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likeness_once_a_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_of_two_in_order"),
            models.CheckConstraint(
                condition=Q(answer="", because="", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(answer__in=SameAnswer.values, decided_by__isnull=False, decided_at__isnull=False) & ~Q(because="")
                ),
                name="likeness_decided_with_facts",
            ),
        ]
        indexes = [
            models.Index(fields=["found_at", "id"], condition=Q(answer=""), name="likeness_open"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return not self.answer
