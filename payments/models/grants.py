"""What the money is of, who it is for and who it may be sent to."""

from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from accounts.models import Employer, Human, User
from payments.states import CONTACT_SETTLED_DAYS, COOL_OFF_DAYS
from registrations.models import NQSW
from registrations.states import Milestone


class GrantYear(models.Model):
    """One financial year of the money: 1 April up to (not including) the next 1 April.

    What is owed is charged to the year of the day it became due. `final_year_advance_on` is the day on which the
    second payment is due to everyone still on programme (rule P6), or None. With `terms_required` nothing is paid to an
    employer before it has accepted the grant terms. Changed vendor details are used `cool_off_days` after they were
    verified, and verified on a contact that had stood for `contact_settled_days` when they were proposed.
    """

    code = models.CharField(max_length=7, unique=True)  # 2026-27
    starts_on = models.DateField(unique=True)
    ends_on = models.DateField()
    budget_pence = models.BigIntegerField()
    payer_file_version = models.PositiveSmallIntegerField(default=1)
    final_year_advance_on = models.DateField(null=True)
    terms_required = models.BooleanField(db_default=True)
    cool_off_days = models.PositiveSmallIntegerField(db_default=COOL_OFF_DAYS)
    contact_settled_days = models.PositiveSmallIntegerField(db_default=CONTACT_SETTLED_DAYS)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__month=4, starts_on__day=1, ends_on__month=4, ends_on__day=1)
                & Q(ends_on__year=F("starts_on__year") + 1),
                name="grant_year_april_to_april",
            ),
            models.CheckConstraint(condition=Q(budget_pence__gte=0), name="grant_year_budget_not_negative"),
            models.CheckConstraint(
                condition=Q(final_year_advance_on__isnull=True)
                | Q(final_year_advance_on__gte=F("starts_on"), final_year_advance_on__lt=F("ends_on")),
                name="grant_year_advance_within",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Entitlement(models.Model):
    """One milestone of one person, for life, whatever the employer: the slot a line settles (decision D6).

    `open` is false where the milestone was paid by somebody else before this service; no line can stand there.
    The person is the surviving record where two turned out to be one.
    """

    person = models.ForeignKey(NQSW, models.PROTECT, related_name="entitlements")
    milestone = models.CharField(max_length=20, choices=Milestone)
    paid_elsewhere_source = models.CharField(max_length=100, blank=True, default="")
    paid_elsewhere_reference = models.CharField(max_length=100, blank=True, default="")
    open = models.GeneratedField(
        expression=ExpressionWrapper(Q(paid_elsewhere_source=""), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "milestone"], name="slot_once_for_life"),
            models.UniqueConstraint(
                fields=["paid_elsewhere_source", "paid_elsewhere_reference"],
                condition=~Q(paid_elsewhere_source=""),
                name="slot_paid_elsewhere_once",
            ),
            models.CheckConstraint(
                condition=Q(paid_elsewhere_source="", paid_elsewhere_reference="")
                | (~Q(paid_elsewhere_source="") & ~Q(paid_elsewhere_reference="")),
                name="slot_paid_elsewhere_with_reference",
            ),
        ]


class Payee(models.Model):
    """The finance vendor number an employer is paid under (decision D7), changed under dual control.

    Proposed by one human; verified by another, who called the employer back on a contact held before the proposal:
    `called_number` or `called_person`, never both. Paid under from the London day `used_from`. Of one employer at most
    one is proposed and one in use. A number of two employers is paid once a SharedNumber is confirmed. `ended_at` is
    when a later one took its place.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="payees")
    vendor_number = models.CharField(max_length=12)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verified_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    called_back_on = models.DateField(null=True)
    called_back_note = models.CharField(max_length=500, blank=True, default="")
    called_number = models.CharField(max_length=13, blank=True, db_default="")
    called_person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    spoke_to = models.CharField(max_length=100, blank=True, db_default="")  # a role, never a name
    used_from = models.DateField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=500, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    verified = models.GeneratedField(
        expression=ExpressionWrapper(Q(verified_at__isnull=False), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(vendor_number__regex=r"^[A-Z0-9]{4,12}$"), name="payee_number_plain"),
            models.CheckConstraint(
                condition=Q(
                    verified_by__isnull=True,
                    verified_human__isnull=True,
                    verified_at__isnull=True,
                    called_back_on__isnull=True,
                    called_back_note="",
                )
                | (
                    Q(
                        verified_by__isnull=False,
                        verified_human__isnull=False,
                        verified_at__isnull=False,
                        called_back_on__isnull=False,
                        refused_at__isnull=True,
                    )
                    & ~Q(called_back_note="")
                ),
                name="payee_verified_with_call_back",
            ),
            models.CheckConstraint(
                condition=Q(verified_human__isnull=True) | ~Q(verified_human=F("proposed_human")),
                name="payee_two_people",
            ),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refused_because="")
                | (Q(refused_by__isnull=False, refused_at__isnull=False) & ~Q(refused_because="")),
                name="payee_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(verified_at__isnull=False), name="payee_ends_after_verified"
            ),
            models.UniqueConstraint(
                fields=["employer"],
                condition=Q(verified_at__isnull=False, ended_at__isnull=True),
                name="payee_one_in_use",
            ),
            models.UniqueConstraint(
                fields=["employer"],
                condition=Q(verified_at__isnull=True, refused_at__isnull=True),
                name="payee_one_proposed",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, used_from__isnull=True)
                | Q(verified_at__isnull=False, used_from__isnull=False),
                name="payee_used_once_verified",
            ),
            models.CheckConstraint(
                condition=Q(called_number="") | Q(called_person__isnull=True), name="payee_called_one_contact"
            ),
        ]
        indexes = [models.Index(fields=["vendor_number"], name="payee_by_number")]


class SharedNumber(models.Model):
    """Why it is right that two employers are paid under one vendor number: said by one human, confirmed by another.

    Of two payees, the older one first. While it is not confirmed, nothing is paid to either. What was refused stays to
    be read, and something else can be said.
    """

    one = models.ForeignKey(Payee, models.PROTECT, related_name="+")
    two = models.ForeignKey(Payee, models.PROTECT, related_name="+")
    because = models.CharField(max_length=500)
    explained_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    explained_human = models.ForeignKey(Human, models.PROTECT, related_name="+")
    explained_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_human = models.ForeignKey(Human, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=500, blank=True, db_default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "two"], condition=Q(refused_at__isnull=True), name="shared_once"),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refused_because="")
                | Q(refused_by__isnull=False, refused_at__isnull=False, confirmed_at__isnull=True)
                & ~Q(refused_because=""),
                name="shared_refused_with_reason",
            ),
            models.CheckConstraint(condition=Q(one__lt=F("two")), name="shared_older_first"),
            models.CheckConstraint(condition=~Q(because=""), name="shared_explained"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_human__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_human__isnull=False, confirmed_at__isnull=False),
                name="shared_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_human__isnull=True) | ~Q(confirmed_human=F("explained_human")),
                name="shared_two_people",
            ),
        ]


class Hold(models.Model):
    """A payments officer took this out of a draft, with a reason. Append-only.

    What is owed is offered again from the day `until` on.
    """

    slot = models.ForeignKey(Entitlement, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    held_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    until = models.DateField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason")]
