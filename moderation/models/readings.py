"""Who reads what was sampled, what they said of it, and what came of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q, Value

from accounts import roles
from accounts.models import Human, User
from accounts.queries import holding
from moderation.conflicts import Conflicted
from moderation.models.rounds import PopulationItem, SampleItem, is_run_by
from moderation.states import Answer, Conclusion, How, Judgement, Stage
from registrations.models import Registration


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def live(self) -> "AllocationQuerySet":
        """Allocations that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def of_human(self, human_id: int) -> "AllocationQuerySet":
        """Those of one human being, under whichever account, then or now."""
        return self.filter(Q(moderator_human=human_id) | Q(moderator__human=human_id))

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
                is_run_by(holding(user, on, roles.MODERATOR).values("employer"), "item__population__"),
                moderator=user,
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

    @property
    def humans(self) -> set[int]:
        """Who reads: the human when it was given out and, where two accounts proved to be one person's, the one now."""
        return {self.moderator_human_id, self.moderator.human_id}


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
        return self.filter(Q(to=user) | Q(item__in=SampleItem.objects.visible_to(user, on)))


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
