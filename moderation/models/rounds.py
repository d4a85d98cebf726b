"""Rounds, what they froze and what was sampled."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts import roles
from accounts.models import Employer, User
from accounts.queries import coordinated, holding, holds
from assessments.models import Revision
from moderation.states import Because, Conclusion
from registrations.models import ProgrammeYear, Registration


def is_run_by(employers: Any, at: str = "") -> Q:
    """Whether a place in a round is of these employers (rows, or a query of their numbers), or was handed to one by a
    merger, because the year went along; `at` is the way to the PopulationItem, "item__population__"."""
    handed = Q(**{f"{at}final_revision__record__placement__handed_to__in": employers})
    return Q(**{f"{at}round__employer__in": employers}) | handed


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User, on: date) -> "RoundQuerySet":
        """Rounds of the employers where the person is co-ordinator on a day, and those of which a merger handed
        anything to one of them; for an auditor all."""
        if not user.is_active:
            return self.none()
        if holds(user, on, roles.AUDITOR):
            return self
        mine = coordinated(user, on)
        return self.filter(Exists(PopulationItem.objects.filter(is_run_by(mine), round=OuterRef("pk"))))


class Round(models.Model):
    """One employer's moderation of the recommendations that were agreed by one time, in one programme year.

    The rules are copied from the programme year. `population_hash` seals the frozen population; with `seed` (32 hex
    characters) anyone can draw the sample again: moderation.sampling.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="rounds")
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="rounds")
    sample_percent = models.PositiveSmallIntegerField()
    readers = models.PositiveSmallIntegerField()
    population_hash = models.CharField(max_length=64)
    seed = models.CharField(max_length=32)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sample_percent__lte=100), name="round_percent_to_100"),
            models.CheckConstraint(condition=Q(readers__gte=1), name="round_has_readers"),
            models.CheckConstraint(
                condition=Q(seed__regex=r"^[0-9a-f]{32}$", population_hash__regex=r"^[0-9a-f]{64}$"),
                name="round_seed_and_hash",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="round_closed_with_its_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"Round {self.pk}"

    @property
    def run_by(self) -> Employer:
        """The employer whose people share it out and close it."""
        return self.employer.heir


class PopulationItemQuerySet(models.QuerySet["PopulationItem"]):
    def awaiting(self) -> "PopulationItemQuerySet":
        """Those whose registration still waits for an outcome on exactly the revision that was frozen."""
        return self.filter(
            registration__outcomes__isnull=True,
            registration__ended_on__isnull=True,
            final_revision__record__current_revision=F("final_revision"),
        )

    def ready(self) -> "PopulationItemQuerySet":
        """Those the senior lead may confirm: not drawn, or drawn and resolved (decision D9)."""
        return self.awaiting().filter(Q(sampled__isnull=True) | Q(sampled__resolution__isnull=False))

    def led_by(self, user: User, on: date) -> "PopulationItemQuerySet":
        """Those of the employers where the person is senior lead on a day."""
        if not user.is_active:
            return self.none()
        return self.filter(is_run_by(holding(user, on, roles.SENIOR_LEAD).values("employer")))


class PopulationItem(models.Model):
    """One agreed recommendation as it stood when a round was opened, and the assessor who signed it.

    A revision is in one round only.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="population")
    final_revision = models.OneToOneField(Revision, models.PROTECT, related_name="moderated_in")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="moderated_in")
    recommends = models.CharField(max_length=4, choices=Conclusion)
    assessor = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PopulationItemQuerySet.as_manager()

    class Meta:
        ordering = ["final_revision_id"]

    @property
    def run_by(self) -> Employer:
        """The employer whose people read it and confirm its outcome."""
        return self.final_revision.record.placement.handed_to or self.round.employer


class SampleItemQuerySet(models.QuerySet["SampleItem"]):
    def visible_to(self, user: User, on: date) -> "SampleItemQuerySet":
        """Sampled records that are with the employers where the person is co-ordinator on a day; for an auditor all."""
        if not user.is_active:
            return self.none()
        return self if holds(user, on, roles.AUDITOR) else self.filter(is_run_by(coordinated(user, on), "population__"))

    def to_resolve(self) -> "SampleItemQuerySet":
        """Those without a resolution whose registration still waits for an outcome on what was frozen, and did not stay
        behind when the round's employer merged."""
        here = Q(population__round__employer__successor__isnull=True)
        handed = Q(population__final_revision__record__placement__handed_to__isnull=False)
        return self.filter(here | handed, resolution__isnull=True, population__in=PopulationItem.objects.awaiting())


class SampleItem(models.Model):
    """One recommendation that must be read before its outcome can be confirmed, and why it was drawn."""

    population = models.OneToOneField(PopulationItem, models.PROTECT, related_name="sampled")
    reasons = ArrayField(models.CharField(max_length=20, choices=Because))

    objects = SampleItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(reasons__len__gte=1), name="sample_has_a_reason")]

    def reasons_in_words(self) -> list[str]:
        """Why it was drawn, for a page."""
        return [str(Because(reason).label) for reason in self.reasons]
