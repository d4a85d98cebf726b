"""What the Social Work England register said, what it is still to be asked, and what a caseworker made of a name."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from registrations.models.registration import Registration
from registrations.states import LeftBecause, NoAnswer, RegisterOccasion, RegisterStatus

BLANK = Q(name_found="", name_matches=None, registered_from=None, registered_until=None, left_because="")
NAMED = Q(name_matches__isnull=False) & (~Q(name_found="") | Q(erased_at__isnull=False))
TROUBLE = Q(status__in=[RegisterStatus.NOT_REGISTERED, RegisterStatus.NOT_FOUND]) | Q(name_matches=False)


class RegisterCheck(models.Model):
    """One look into the Social Work England register, under the number it was asked for. Append-only.

    `checked_by` is empty where the service asked by itself. Erasing blanks the number and the name as the register
    gave it, through one database function; what was found out about them stays.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="register_checks")
    occasion = models.CharField(max_length=10, choices=RegisterOccasion, default=RegisterOccasion.CASEWORK)
    number = models.CharField(max_length=9)
    status = models.CharField(max_length=20, choices=RegisterStatus)
    left_because = models.CharField(max_length=20, choices=LeftBecause, blank=True, default="")
    no_answer = models.CharField(max_length=12, choices=NoAnswer, blank=True, default="")
    name_found = models.CharField(max_length=500, blank=True, default="")
    name_matches = models.BooleanField(null=True)
    registered_from = models.DateField(null=True)
    registered_until = models.DateField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["registration"], condition=TROUBLE, name="register_check_trouble")]
        constraints = [
            models.UniqueConstraint(fields=["id", "registration"], name="register_check_of_registration"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^SW[1-9][0-9]{0,6}$") | Q(number="", erased_at__isnull=False),
                name="register_check_number",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=RegisterStatus.REGISTERED, left_because="", no_answer="", registered_from__isnull=False)
                    & NAMED
                )
                | (Q(status=RegisterStatus.NOT_REGISTERED, no_answer="") & ~Q(left_because="") & NAMED)
                | (Q(status=RegisterStatus.NOT_FOUND, no_answer="") & BLANK)
                | (Q(status=RegisterStatus.UNAVAILABLE) & ~Q(no_answer="") & BLANK),
                name="register_check_with_its_facts",
            ),
        ]

    @property
    def is_answer(self) -> bool:
        """Whether the register said something about the number: no answer is none."""
        return self.status != RegisterStatus.UNAVAILABLE


class RegisterRequest(models.Model):
    """A question to the register that waits for an answer: the outbox of the sweeper, due from `due_at` on.

    `period` is the year whose renewals are checked ("2026"), empty on other occasions. It is done with its answer, or
    without one where the registration ended first.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="register_requests")
    occasion = models.CharField(max_length=10, choices=RegisterOccasion)
    period = models.CharField(max_length=4, blank=True, default="")
    wanted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    wanted_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    no_answer = models.CharField(max_length=12, choices=NoAnswer, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    answer = models.OneToOneField(RegisterCheck, models.PROTECT, null=True, related_name="request")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="register_request_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(done_at__isnull=True), name="register_request_one_open"
            ),
            models.UniqueConstraint(
                fields=["registration", "period"], condition=~Q(period=""), name="register_request_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(occasion=RegisterOccasion.RENEWAL) & ~Q(period="")
                | ~Q(occasion=RegisterOccasion.RENEWAL) & Q(period=""),
                name="register_request_period_of_renewals",
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True) | Q(done_at__isnull=False), name="register_request_answered_is_done"
            ),
        ]


class NameSettled(models.Model):
    """A caseworker found that the different name in the register is this person's (rule E15). Append-only.

    The reason is in the audit trail, where it can be erased.
    """

    check_settled = models.OneToOneField(RegisterCheck, models.PROTECT, primary_key=True, related_name="settled")
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()
