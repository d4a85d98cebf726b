"""Who may act, what was done, and who was told."""

from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts import roles, rules
from accounts.roles import Role
from accounts.states import EmployerKind, Region


class LocalAuthority(models.Model):
    """One of the 153 local authorities with children's services in England: reference data."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=100)
    gss_code = models.CharField(max_length=9, unique=True)
    region = models.CharField(max_length=9, choices=Region)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Employer(models.Model):
    """An organisation that employs NQSWs. `closed_on` is the first day it no longer acts."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=EmployerKind)
    local_authority = models.OneToOneField(LocalAuthority, models.PROTECT, null=True, blank=True)
    region = models.CharField(max_length=9, choices=Region)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="employer_name_once"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="employer_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
                name="employer_successor_only_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
        """Memberships that hold on a day, of people who may still sign in."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on, user__is_active=True)

    def open(self, user: User, role: Role, employer: Employer | None, *, starts_on: date) -> "Membership":
        """A new membership without an end: part of the acts that give a role. Raises Refused by the rules of roles."""
        rules.check_role_fits(role, employer)
        rules.check_employer_open(employer, starts_on)
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two at once would both see no overlap
        rules.check_active(user)
        rules.check_no_overlap(self.filter(user=user, role=role.key, employer=employer), starts_on)
        return self.create(user=user, role=role.key, employer=employer, starts_on=starts_on)


class Membership(models.Model):
    """What one person may do, where and when. `ends_on` is the first day it no longer holds."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=roles.CHOICES)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

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


class AuditEvent(models.Model):
    """One act that was done: ids and codes only. Append-only. Words are in AuditDetail, which can be erased."""

    act = models.CharField(max_length=60)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    codes = ArrayField(models.CharField(max_length=60), default=list)
    detail_digest = models.CharField(max_length=64, default="")
    request_id = models.CharField(max_length=12, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]


class AuditDetail(models.Model):
    """The words that belong to an event (reason, before and after), sealed by the salted digest in the event.

    Erased through one database function that blanks the words and keeps the row.
    """

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="detail")
    salt = models.CharField(max_length=32)
    words = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)


class SensitiveRead(models.Model):
    """Somebody opened a sensitive record. Append-only; written after the view, which is withheld if that fails."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    request_id = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="read_by_object")]


class Notice(models.Model):
    """One message to one person: the outbox. A row without `sent_at` is work for the sweeper from `due_at` on.

    A secret link is kept apart from the body and forgotten once the message has left: whoever may read old messages
    must not be able to act as the person they were for.
    """

    kind = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    to_email = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    secret_link = models.CharField(max_length=300, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failed_because = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="notice_unsent")]


class JobRun(models.Model):
    """One run of a periodic job for one period. The unique key makes a second beat harmless."""

    job = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="job_once_a_period")]


class Heartbeat(models.Model):
    """When a part of the service last showed that it is alive."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class KeptText(models.Model):
    """What a person had typed when their session had run out: encrypted, theirs only, gone after 24 hours."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    body = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
