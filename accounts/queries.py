"""Reads of people, roles, employers and invitations that have more than one caller."""

from datetime import date
from functools import cache
from typing import Any, Final

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from accounts import roles
from accounts.models import ApiKey, AuditEvent, Employer, Invitation, Membership, User
from accounts.roles import Role
from accounts.statements import Statement, written
from accounts.waiting import Kind, lines, london_day

_OF_MEMBERSHIP: Final = [field.attname for field in Membership._meta.concrete_fields]


def employers_of(user: User, on: date, *of_roles: Role) -> QuerySet[Employer]:
    """Employers where the person holds one of the roles (any, where none is named) on a day."""
    mine = user.memberships.live(on).filter(employer__isnull=False)
    if of_roles:
        mine = mine.filter(role__in=[role.key for role in of_roles])
    return Employer.objects.filter(pk__in=mine.values("employer"))


def roles_of(user: User, on: date) -> list[Membership]:
    """The person's memberships that hold on a day, oldest first, with the names of their employers: one prepared
    query. Every permission is asked of it."""
    return [_held(user, *row) for row in _roles().rows(user, on)]


@cache
def _roles() -> Statement:
    def write(user: User, on: date) -> str:
        held = Membership.objects.live(on).filter(user=user).order_by("pk")
        return written(held.values_list(*_OF_MEMBERSHIP, "employer__name"))

    return Statement(write)


def _held(user: User, *row: Any) -> Membership:
    """A membership of whose employer nothing but the name is read yet."""
    *own, name = row
    held = Membership.from_db(None, _OF_MEMBERSHIP, own)
    held.user = user
    held.employer = Employer.from_db(None, ["id", "name"], [held.employer_id, name]) if held.employer_id else None
    return held


def holds(user: User, on: date, *of_roles: Role) -> bool:
    """Whether the person has one of these roles on a day, at whatever employer."""
    keys = {role.key for role in of_roles}
    return any(held.role in keys for held in roles_of(user, on))


def role_keys_of(user: User, on: date) -> frozenset[str]:
    """The keys of the roles the person holds anywhere on a day."""
    return frozenset(held.role for held in roles_of(user, on))


def people_of(employer: Employer, on: date) -> QuerySet[Membership]:
    """Who holds which role at an employer on a day, by name."""
    return (
        employer.memberships.live(on)
        .select_related("user", "employer")
        .order_by("user__last_name", "user__first_name", "user_id", "id")
    )


def people_in_role(employer: Employer, role: Role, on: date) -> QuerySet[User]:
    """Active people who hold a role at an employer on a day, by name."""
    held = employer.memberships.live(on).filter(role=role.key)
    return User.objects.filter(pk__in=held.values("user"))


def invitations_open(employer: Employer | None = None) -> QuerySet[Invitation]:
    """Invitations nobody has taken up or back, expired ones too, oldest first; NQSWs' are registrations' to show."""
    found = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True).exclude(role=roles.NQSW.key)
    if employer is not None:
        found = found.filter(employer=employer)
    return found.select_related("user", "employer", "sent_by").order_by("sent_at", "id")


def search_people(text: str) -> QuerySet[User]:
    """Accounts whose name or e-mail address contains every word of `text`; all of them for an empty text."""
    found = User.objects.all()
    for word in text.split()[:6]:
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    return found


def history_of(user: User) -> QuerySet[AuditEvent]:
    """What was done to an account and to its memberships, newest first."""
    return (
        AuditEvent.objects.filter(
            Q(object_type="accounts.user", object_id=user.pk)
            | Q(object_type="accounts.membership", object_id__in=user.memberships.values("pk"))
            | Q(object_type="accounts.invitation", object_id__in=user.invitations.values("pk"))
        )
        .select_related("actor")
        .order_by("-id")
    )


def coordinated(user: User, on: date) -> QuerySet[Membership, Any]:
    """The numbers of the employers the person co-ordinates on a day."""
    return holding(user, on, roles.COORDINATOR).values("employer")


def holding(user: User, on: date, *of_roles: Role) -> QuerySet[Membership]:
    """The person's memberships in these roles on a day."""
    return Membership.objects.live(on).filter(user=user, role__in=sorted(role.key for role in of_roles))


def _invitations(user: User, on: date) -> QuerySet[Invitation, Any]:
    """Invitations of my employers that nobody has taken up, with the day each runs out."""
    role = Case(*(When(role=role.key, then=Value(role.name)) for role in roles.ALL.values()), output_field=CharField())
    return lines(
        invitations_open().filter(employer__in=coordinated(user, on)),
        at="employer_id",
        about=Concat(role, Value(", "), "employer__name"),
        due=london_day("expires_at"),
        who=F("user__email"),
    )


ON_OTHERS: Final = (Kind("Accept an invitation", "people_of", frozenset({roles.COORDINATOR}), _invitations),)


def keys_of(employer: Employer) -> QuerySet[ApiKey]:
    """The API keys of an employer, those that still work first, with who answers for them."""
    found = ApiKey.objects.filter(employer=employer).select_related("holder")
    return found.order_by(F("revoked_at").asc(nulls_first=True), "-issued_at", "-id")


def open_invitations(role: Role, employer: Employer | None) -> QuerySet[Invitation]:
    """Those to a role that nobody has taken up or back, whether or not their links have run out."""
    still_open = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    return still_open.filter(role=role.key, employer=employer)
