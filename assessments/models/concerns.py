"""Concerns early: what was noticed and talked about, the support that was promised and by when, and what came of it.

Where a concern stands is derived (Concern.state). What was written is never changed; erasing blanks the words.
"""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts import roles
from accounts.models import User
from accounts.queries import coordinated, holding, holds
from assessments.models.records import BlindReader, Record, made_with
from assessments.schema import RECOMMENDATION
from assessments.states.concerns import ConcernResult, ConcernState, SupportOutcome
from asye.clock import london_date
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.queries import TO_THE_END

WRITTEN = ~Q(words="") | Q(erased_at__isnull=False)


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, user: User, on: date) -> "ConcernQuerySet":
        """The concerns this person may read on a day, words and all.

        The NQSW reads all that was raised about them, from the moment it was: a fail is to be no surprise. The assessor
        of now and co-ordinators read those made under a placement with their own employer, or with one that has merged
        into it: what a year brings from another employer stays there. A senior lead reads those of a year whose
        recommendation is to be confirmed, until it is. An auditor reads all. Whoever is to judge the year blind reads
        none, in any role.
        """
        if not user.is_active:
            return self.none()
        open_to = self.exclude(Exists(_judging_blind(user)) & ~Q(_confirmed()))
        if holds(user, on, roles.AUDITOR):
            return open_to
        leads = holding(user, on, roles.SENIOR_LEAD).values("employer")
        to_confirm = Record.objects.done().filter(
            made_with(leads), registration=OuterRef("registration"), kind=RECOMMENDATION
        )
        lead = made_with(leads) & Q(Exists(to_confirm)) & ~Q(_confirmed())
        return open_to.filter(Q(registration__nqsw__user=user) | _worked_on_by(user, on) | lead)

    def worked_on_by(self, user: User, on: date) -> "ConcernQuerySet":
        """Those in which the person may act: as the assessor of now, or as co-ordinator, of the employer that
        keeps them."""
        return self.filter(_worked_on_by(user, on)).exclude(Exists(_judging_blind(user)) & ~Q(_confirmed()))

    def running(self, on: date) -> "ConcernQuerySet":
        """Not closed, in a year that has not ended and is still carried where the concern was raised, or went along
        when that employer merged."""
        here = Q(placement__ends_on__isnull=True) | Q(placement__ends_on__gt=on)
        along = Placement.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on),
            registration=OuterRef("registration"),
            employer=OuterRef("placement__handed_to"),
        )
        return self.filter(here | Q(Exists(along)), closed_at__isnull=True, registration__ended_on__isnull=True)


def _worked_on_by(user: User, on: date) -> Q:
    employed = made_with(holding(user, on, roles.ASSESSOR).values("employer"))
    to_the_end = TO_THE_END & Q(placement__registration__ended_on__isnull=False)
    assigned = AssessorAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on) | to_the_end,
        Q(placement__employer=OuterRef("placement__employer"))
        | Q(placement__employer=OuterRef("placement__handed_to")),
        assessor=user,
        starts_on__lte=on,
        placement__registration=OuterRef("registration"),
    )
    return (employed & Q(Exists(assigned))) | made_with(coordinated(user, on))


def _judging_blind(user: User) -> models.QuerySet[BlindReader]:
    return BlindReader.objects.filter(
        revision__record__registration=OuterRef("registration"), reader__human=user.human_id, lifted_at__isnull=True
    )


def _confirmed() -> Exists:
    return Exists(Registration.objects.filter(pk=OuterRef("registration"), outcomes__isnull=False))


class Concern(models.Model):
    """Something noticed that could stand in the way of passing, talked about with the NQSW on `talked_on`.

    `area` is a key of assessments/concern_areas.json. It is shared with the NQSW by being raised. Papers of a
    capability or disciplinary procedure have no place here: there is nothing to attach them to.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="concerns")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="concerns")
    area = models.CharField(max_length=40)
    words = models.TextField()
    talked_on = models.DateField()
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    result = models.CharField(max_length=20, choices=ConcernResult, blank=True, default="")
    closed_words = models.TextField(blank=True, default="")
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.CheckConstraint(condition=WRITTEN, name="concern_has_words"),
            models.CheckConstraint(condition=~Q(area=""), name="concern_has_area"),
            models.CheckConstraint(
                condition=Q(result="", closed_words="", closed_by__isnull=True, closed_at__isnull=True)
                | (
                    Q(result__in=ConcernResult.values, closed_by__isnull=False, closed_at__isnull=False)
                    & Q(closed_at__gte=F("raised_at"))
                    & (~Q(closed_words="") | Q(erased_at__isnull=False))
                ),
                name="concern_closed_with_its_facts",
            ),
        ]

    @property
    def raised_on(self) -> date:
        """The London day on which it was recorded."""
        return london_date(self.raised_at)

    @property
    def latest_plan(self) -> "SupportPlan | None":
        """The support plan made last, if there is one; reads all plans, so prefetch them for a list."""
        return max(self.plans.all(), key=lambda one: one.number, default=None)

    @property
    def open_plan(self) -> "SupportPlan | None":
        """The support plan that waits for its review."""
        plan = self.latest_plan
        return plan if plan and plan.reviewed_at is None else None

    @property
    def state(self) -> ConcernState:
        """Where it stands, from its facts."""
        plan = self.latest_plan
        if self.closed_at is not None:
            return ConcernState.CLOSED
        if plan is None:
            return ConcernState.OPEN
        return ConcernState.PLANNED if plan.reviewed_at is None else ConcernState.REVIEWED


class SupportPlan(models.Model):
    """What support was promised, from when, and the day by which `reviewer` looks at it with the NQSW.

    That day comes before `next_review_on`, the day on which the next review of the year was due when it was planned
    (null after the last one). One plan of a concern at a time waits for its review.
    """

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    words = models.TextField()
    starts_on = models.DateField()
    review_by = models.DateField()
    next_review_on = models.DateField(null=True)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=SupportOutcome, blank=True, default="")
    found = models.TextField(blank=True, default="")
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["concern", "number"]
        constraints = [
            models.UniqueConstraint(fields=["concern", "number"], name="support_plan_number_once"),
            models.UniqueConstraint(
                fields=["concern"], condition=Q(reviewed_at__isnull=True), name="support_plan_one_open"
            ),
            models.CheckConstraint(condition=WRITTEN, name="support_plan_has_words"),
            models.CheckConstraint(condition=Q(review_by__gte=F("starts_on")), name="support_plan_dates_in_order"),
            models.CheckConstraint(
                condition=Q(next_review_on__isnull=True) | Q(review_by__lt=F("next_review_on")),
                name="support_plan_before_the_next_review",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", found="", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (
                    Q(outcome__in=SupportOutcome.values, reviewed_by__isnull=False, reviewed_at__isnull=False)
                    & Q(reviewed_at__gte=F("planned_at"))
                    & (~Q(found="") | Q(erased_at__isnull=False))
                ),
                name="support_plan_reviewed_with_its_facts",
            ),
        ]


class ConcernNote(models.Model):
    """What somebody adds to a concern, the NQSW above all. Written once."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="notes")
    words = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=WRITTEN, name="concern_note_has_words")]
