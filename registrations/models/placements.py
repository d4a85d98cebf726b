"""Where a registration is carried, who assesses there, and how its year is paused or made longer."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Employer, User
from registrations.models.people import NQSW
from registrations.models.registration import Registration
from registrations.states import DeferralReason


class Placement(models.Model):
    """Where a registration is carried, from one day up to (not including) another. Carries every scope.

    `handed_to` is the employer to which a merger gave what was made under it, because the year went along.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="placements")
    nqsw = models.ForeignKey(NQSW, models.PROTECT, related_name="placements")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="placements")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    handed_to = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "registration"], name="placement_of_registration"),
            models.CheckConstraint(condition=~Q(handed_to=F("employer")), name="placement_handed_to_another"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="placement_in_order"
            ),
        ]

    @property
    def kept_by(self) -> Employer:
        """The employer that acts on what was made under it."""
        return self.handed_to or self.employer


class AssessorAssignment(models.Model):
    """Who assesses under a placement, from one day up to (not including) another.

    With `cover` they stand in for the assessor between two days, who stays the assessor. `note` is what is handed
    over, or why cover is needed. Where both days are the same the assignment never was: it has been undone.
    """

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    cover = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True, default="")
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assignment_in_order"
            ),
            models.UniqueConstraint(
                fields=["placement"], condition=Q(ends_on__isnull=True), name="assignment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(cover=False) | (Q(ends_on__isnull=False) & ~Q(note="")), name="assignment_cover_ends"
            ),
        ]


class Deferral(models.Model):
    """A pause of the year, from one day up to (not including) the day of return.

    NQSW, assessor and line manager have agreed on their days; `recorded_by` is the co-ordinator, who has agreed by
    recording it. None of the days is there for a pause taken over from elsewhere. Where both days of the pause are
    the same it never was: it has been undone.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="deferrals")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=20, choices=DeferralReason)
    detail = models.CharField(max_length=500, blank=True, default="")
    expected_back = models.DateField(null=True)
    nqsw_agreed_on = models.DateField(null=True)
    assessor_agreed_on = models.DateField(null=True)
    manager_agreed_on = models.DateField(null=True)
    manager_name = models.CharField(max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="deferral_in_order"
            ),
            models.UniqueConstraint(
                fields=["registration"], condition=Q(ends_on__isnull=True), name="deferral_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(reason=DeferralReason.OTHER, detail=""), name="deferral_other_is_explained"
            ),
            models.CheckConstraint(
                condition=Q(
                    nqsw_agreed_on__isnull=True,
                    assessor_agreed_on__isnull=True,
                    manager_agreed_on__isnull=True,
                    manager_name="",
                )
                | (
                    Q(nqsw_agreed_on__isnull=False, assessor_agreed_on__isnull=False, manager_agreed_on__isnull=False)
                    & ~Q(manager_name="")
                ),
                name="deferral_agreed_by_all",
            ),
            models.CheckConstraint(
                condition=Q(expected_back__isnull=True) | Q(expected_back__gt=F("starts_on")),
                name="deferral_expected_back_later",
            ),
        ]


class Extension(models.Model):
    """More days for the year, with the reason. Nothing counts it from `undone_at` on."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(days__gt=0), name="extension_adds_days")]
