"""People, what they may do where, and the letters that let them in."""

from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts import roles, rules
from accounts.models.places import Employer
from accounts.roles import Role


class Human(models.Model):
    """One human being. Two accounts that turn out to be one person point to the same row; every two-person rule
    compares these, never accounts."""

    created_at = models.DateTimeField()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=rules.canonical_email(username or ""))

    def make(self, email: str, first_name: str, last_name: str, *, now: datetime) -> "User":
        """A new account of a new human being, without a password: part of the acts that bring somebody in."""
        user = User(
            human=Human.objects.create(created_at=now),
            email=rules.canonical_email(email),
            first_name=first_name,
            last_name=last_name,
            created_at=now,
        )
        user.set_unusable_password()
        user.save(force_insert=True)
        return user


class User(AbstractBaseUser):
    """One account, for life, signed in to by the person's own e-mail. Written by accounts.services.people only."""

    human = models.ForeignKey(Human, models.PROTECT, related_name="accounts")
    email = models.EmailField(max_length=254, unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name as shown on pages."""
        return f"{self.first_name} {self.last_name}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self, on: date) -> "MembershipQuerySet":
        """Memberships that hold on a day, of people who may still sign in, at no employer that has closed."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on),
            Q(employer__isnull=True) | Q(employer__closed_on__isnull=True) | Q(employer__closed_on__gt=on),
            starts_on__lte=on,
            user__is_active=True,
        )

    def open(self, user: User, role: Role, employer: Employer | None, *, starts_on: date) -> "Membership":
        """A new membership without an end: part of the acts that give a role. Raises Refused by the rules of roles."""
        rules.check_role_fits(role, employer)
        rules.check_employer_open(employer, starts_on)
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two at once would both see no overlap
        rules.check_active(user)
        rules.check_no_overlap(self.filter(user=user, role=role.key, employer=employer), starts_on)
        return self.create(user=user, role=role.key, employer=employer, starts_on=starts_on)


class Membership(models.Model):
    """What one person may do, where and when. `ends_on` is the first day it no longer holds.

    `is_primary` marks the co-ordinator and the senior lead whom DfE writes to first: one of each at an employer.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=roles.CHOICES)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_primary = models.BooleanField(db_default=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role__in=roles.OF_EMPLOYER, employer__isnull=False)
                    | Q(role__in=[*roles.OF_DFE, roles.NQSW.key], employer__isnull=True)
                ),
                name="membership_of_the_right_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "employer"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="membership_open_once",
            ),
            models.UniqueConstraint(
                fields=["employer", "role"], condition=Q(is_primary=True), name="membership_primary_once"
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(role__in=[roles.COORDINATOR.key, roles.SENIOR_LEAD.key]),
                name="membership_primary_of_whom_dfe_writes_to",
            ),
            models.UniqueConstraint(fields=["id", "user", "employer"], name="membership_referable"),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (roles.ALL[self.role].name, self.place)))

    @property
    def place(self) -> str:
        """Where the role is held, as people read it."""
        return rules.place(roles.ALL[self.role], self.employer)


class Invitation(models.Model):
    """A letter with a secret link. Only the SHA-256 of the token is kept; a resend revokes the one before."""

    user = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, choices=roles.CHOICES)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_not_both_accepted_and_revoked",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "employer"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                nulls_distinct=False,
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_after_sent"),
        ]

    @property
    def place(self) -> str:
        """Where the role will be held, as people read it."""
        return rules.place(roles.ALL[self.role], self.employer)
