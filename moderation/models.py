"""Rounds, what was sampled, who reads it and what they said. Written by moderation.services only."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from accounts import roles
from accounts.models import Employer, Human, Membership, User
from assessments.models import Revision
from moderation.conflicts import Conflicted
from moderation.states import Answer, Because, Conclusion, How, Judgement, Stage
from registrations.models import ProgrammeYear, Registration


def _employers(user: User, on: date, *held: roles.Role) -> models.QuerySet[Membership, Any]:
    keys = [role.key for role in held]
    return Membership.objects.live(on).filter(user=user, role__in=keys).values_list("employer_id")


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User, on: date) -> "RoundQuerySet":
        """Rounds of the employers where the person is co-ordinator on a day; for an auditor all."""
        if not user.is_active:
            return self.none()
        if Membership.objects.live(on).filter(user=user, role=roles.AUDITOR.key).exists():
            return self
        return self.filter(employer__in=_employers(user, on, roles.COORDINATOR))


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
        return self.filter(round__employer__in=_employers(user, on, roles.SENIOR_LEAD))


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


class SampleItemQuerySet(models.QuerySet["SampleItem"]):
    def visible_to(self, user: User, on: date) -> "SampleItemQuerySet":
        """Sampled records of the rounds the person may see."""
        return self.filter(population__round__in=Round.objects.visible_to(user, on))

    def to_resolve(self) -> "SampleItemQuerySet":
        """Those without a resolution whose registration still waits for an outcome on what was frozen."""
        return self.filter(resolution__isnull=True, population__in=PopulationItem.objects.awaiting())


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


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def live(self) -> "AllocationQuerySet":
        """Allocations that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> "AllocationQuerySet":
        """Live ones whose reading is not completed and still wanted."""
        return self.live().filter(
            reading__completed_at__isnull=True,
            item__resolution__isnull=True,
            item__population__in=PopulationItem.objects.awaiting(),
        )

    def visible_to(self, user: User, on: date) -> "AllocationQuerySet":
        """The person's own, where they are moderator on the day and without conflict: a conflict hides them all."""
        if not user.is_active:
            return self.none()
        return (
            self.live()
            .filter(
                moderator=user,
                item__population__round__employer__in=_employers(user, on, roles.MODERATOR),
            )
            .exclude(Conflicted(Value(user.human_id), F("item__population__registration_id")))
        )


class Allocation(models.Model):
    """One sampled record given to one reader. A human being holds an item once, under whichever account."""

    item = models.ForeignKey(SampleItem, models.PROTECT, related_name="allocations")
    moderator = models.ForeignKey(User, models.PROTECT, related_name="allocations")
    moderator_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    allocated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    allocated_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=500, blank=True, default="")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "moderator_human"], condition=Q(withdrawn_at__isnull=True), name="allocation_one_live"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="allocation_withdrawn_with_its_facts",
            ),
        ]


class Reading(models.Model):
    """What one reader says of one record, in two steps.

    `judgement` and `judgement_reasons` come from the evidence alone; once sealed they never change, and only then is
    the recommendation shown. `answer` is what the reader says of it. A completed reading never changes.
    """

    allocation = models.OneToOneField(Allocation, models.PROTECT, related_name="reading")
    version = models.PositiveIntegerField(default=1)
    judgement = models.CharField(max_length=12, choices=Judgement, blank=True, default="")
    judgement_reasons = models.TextField(blank=True, default="")
    sealed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default="")
    answer_reasons = models.TextField(blank=True, default="")
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True) | (~Q(judgement="") & ~Q(judgement_reasons="")),
                name="reading_sealed_with_a_judgement",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=False) | Q(answer="", answer_reasons=""),
                name="reading_answer_only_after_sealing",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True)
                | (Q(sealed_at__isnull=False, completed_at__gte=F("sealed_at")) & ~Q(answer="")),
                name="reading_completed_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(answer=Answer.AGREES) | ~Q(answer_reasons=""),
                name="reading_disagreement_has_reasons",
            ),
        ]

    @property
    def stage(self) -> Stage:
        """How far it has come. Needs the allocation loaded."""
        if self.allocation.withdrawn_at is not None:
            return Stage.WITHDRAWN
        if self.completed_at is not None:
            return Stage.COMPLETED
        return Stage.OPEN if self.sealed_at is None else Stage.SEALED


class Resolution(models.Model):
    """What moderation concludes on one sampled record; never changed. Of a panel, `reasons` are the minutes."""

    item = models.OneToOneField(SampleItem, models.PROTECT, related_name="resolution")
    how = models.CharField(max_length=20, choices=How)
    conclusion = models.CharField(max_length=4, choices=Conclusion)
    reasons = models.TextField(blank=True, default="")
    chaired_by = models.CharField(max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how=How.AGREED) | ~Q(reasons=""), name="resolution_has_reasons"),
            models.CheckConstraint(condition=Q(how=How.PANEL) | Q(chaired_by=""), name="resolution_panel_is_chaired"),
        ]


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User, on: date) -> "FeedbackQuerySet":
        """What was said to the person as assessor, and what their employer's co-ordinators sent."""
        if not user.is_active:
            return self.none()
        rounds = Round.objects.visible_to(user, on)
        return self.filter(Q(to=user) | Q(item__population__round__in=rounds))


class Feedback(models.Model):
    """Words from moderation to the assessor of one sampled record, which they acknowledge once."""

    item = models.ForeignKey(SampleItem, models.PROTECT, related_name="feedback")
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something")]


class ConflictDeclared(models.Model):
    """Why a moderator may not judge a registration, beyond what the records show (for example a line manager)."""

    moderator = models.ForeignKey(User, models.PROTECT, related_name="conflicts")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="conflicts")
    because = models.CharField(max_length=500)
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["moderator", "registration"], name="conflict_declared_once"),
            models.CheckConstraint(condition=~Q(because=""), name="conflict_has_a_reason"),
        ]
