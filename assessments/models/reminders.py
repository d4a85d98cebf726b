"""Who was reminded of what: one letter a person and London day, one row for each step that it told them."""

from django.db import models
from django.db.models import F, Q

from accounts import roles
from accounts.models import Notice, User
from assessments.rules.reminders import OWN, STEPS, TOLD_FROM
from registrations.models import Registration


class ReminderLetter(models.Model):
    """The digest of one person on one London day. Append-only; its words are the notice's."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField()
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "on"], name="reminder_letter_once_a_day"),
            models.UniqueConstraint(fields=["id", "person", "on"], name="reminder_letter_referable"),
        ]


class Reminder(models.Model):
    """One step towards, or past, one due day was told to one person, once. Append-only.

    `step` is the number of days from the due day on which it was to be told, `told_on` the day it was; another due
    day, such as after a pause, has steps of its own. `because` is "own" where it was the person's turn, else the role
    for which they were told that somebody else is late.
    """

    letter = models.ForeignKey(ReminderLetter, models.PROTECT, related_name="reminders")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    review_point = models.CharField(max_length=20, blank=True, default="")
    ordinal = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    step = models.SmallIntegerField()
    because = models.CharField(max_length=20)
    told_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "review_point", "ordinal", "person", "due_on", "step"],
                name="reminder_step_told_once",
            ),
            models.CheckConstraint(
                condition=Q(because=OWN, step__in=STEPS)
                | Q(because=roles.COORDINATOR.key, step=TOLD_FROM[roles.COORDINATOR.key])
                | Q(because=roles.SENIOR_LEAD.key, step=TOLD_FROM[roles.SENIOR_LEAD.key]),
                name="reminder_step_of_the_reason",
            ),
            models.CheckConstraint(
                condition=Q(told_on__gte=F("due_on") + F("step")), name="reminder_not_before_its_day"
            ),
        ]


class ReminderChoice(models.Model):
    """That a person wants no letters about what is not late yet. What is late they are always told."""

    person = models.OneToOneField(User, models.PROTECT, related_name="+")
    only_late = models.BooleanField()
    chosen_at = models.DateTimeField()
