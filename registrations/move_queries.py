"""Reads of moves between employers. Every list starts from the person who asks."""

from datetime import date

from django.db.models import Case, F, Q, QuerySet, Value, When

from accounts import roles
from accounts.models import Employer, Membership, User
from registrations.models import Move

OPEN = Q(done_at__isnull=True, called_off_at__isnull=True)
SEES_ALL = (roles.CASEWORKER.key, roles.AUDITOR.key)


def moves_visible_to(user: User, on: date) -> QuerySet[Move]:
    """The moves a person may read: co-ordinators those of their employers, on either side; caseworkers and auditors
    all."""
    if not user.is_active:
        return Move.objects.none()
    live = Membership.objects.live(on).filter(user=user)
    if live.filter(role__in=SEES_ALL).exists():
        return Move.objects.all()
    own = live.filter(role=roles.COORDINATOR.key).values("employer")
    return Move.objects.filter(Q(leaves__employer__in=own) | Q(to_employer__in=own))


def with_people(found: QuerySet[Move]) -> QuerySet[Move]:
    """With everything that rows and pages about moves show."""
    return found.select_related(
        "registration__nqsw__user",
        "registration__programme_year",
        "leaves__employer",
        "to_employer",
        "assessor",
        "leaving_by",
        "receiving_by",
        "called_off_by",
    )


def employers_open(on: date) -> QuerySet[Employer]:
    """The employers an NQSW may go to."""
    return Employer.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on)).order_by("name")


def open_move(registration_id: int) -> Move | None:
    """The move of a registration that is not agreed yet."""
    return with_people(Move.objects.filter(OPEN, registration=registration_id)).first()


def in_order(found: QuerySet[Move]) -> QuerySet[Move]:
    """Open moves first, the oldest of them at the top; then the latest that are over."""
    over = Case(When(OPEN, then=Value(0)), default=Value(1))
    age = Case(When(OPEN, then=F("id")), default=-F("id"))
    return found.annotate(over=over, age=age).order_by("over", "age")
