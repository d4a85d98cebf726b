"""Reads of moves between employers. Every list starts from the person who asks."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts import roles
from accounts.models import Employer, User
from accounts.queries import coordinated, roles_of
from accounts.waiting import lines, name_of
from registrations.models import AssessorAssignment, Change, Move
from registrations.states import ChangeKind

OPEN = Q(done_at__isnull=True, called_off_at__isnull=True)
SEES_ALL = (roles.CASEWORKER.key, roles.AUDITOR.key)


def moves_visible_to(user: User, on: date) -> QuerySet[Move]:
    """The moves a person may read: co-ordinators those of their employers, on either side; caseworkers and auditors
    all."""
    if not user.is_active:
        return Move.objects.none()
    held = roles_of(user, on)
    if any(each.role in SEES_ALL for each in held):
        return Move.objects.all()
    own = [each.employer_id for each in held if each.role == roles.COORDINATOR.key]
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


def left_behind(changes: Iterable[Change]) -> set[int]:
    """The changes of an assessor, by key, made in a placement that another one follows. One query."""
    made = {
        pk: each.pk
        for each in changes
        if each.kind in (ChangeKind.ASSESSOR, ChangeKind.COVER)
        for _, pk, _ in each.ends
    }
    left = AssessorAssignment.objects.filter(pk__in=made, placement__ends_on__isnull=False)
    return {made[pk] for pk in left.values_list("pk", flat=True)}


def open_move(registration_id: int) -> Move | None:
    """The move of a registration that is not agreed yet."""
    return with_people(Move.objects.filter(OPEN, registration=registration_id)).first()


def in_order(found: QuerySet[Move]) -> QuerySet[Move]:
    """Open moves first, the oldest of them at the top; then the latest that are over."""
    over = Case(When(OPEN, then=Value(0)), default=Value(1))
    age = Case(When(OPEN, then=F("id")), default=-F("id"))
    return found.annotate(over=over, age=age).order_by("over", "age")


OVERLAPS = Q(starts_on__lt=F("leaves_on"))


def to_let_go(user: User, on: date) -> QuerySet[Any, Any]:
    """Moves in which the employer they leave has to give a day, or another where the two overlap."""
    mine = Move.objects.filter(OPEN, leaves__employer__in=coordinated(user, on))
    return lines(mine.filter(Q(leaves_on__isnull=True) | OVERLAPS), about=name_of("registration__nqsw"))


def to_receive(user: User, on: date) -> QuerySet[Any, Any]:
    """Moves in which the employer they go to has been named and has not answered; it knows them by number only."""
    mine = Move.objects.filter(OPEN, to_employer__in=coordinated(user, on), starts_on__isnull=True)
    return lines(mine, about=Coalesce("registration__nqsw__swe_number", Value("Number not known")))


def let_go(user: User, on: date) -> QuerySet[Any, Any]:
    """Moves in which the employer they leave waits for the other."""
    mine = Move.objects.filter(OPEN, leaves__employer__in=coordinated(user, on), leaves_on__isnull=False)
    waits = mine.exclude(OVERLAPS, starts_on__isnull=False)
    return lines(waits, about=name_of("registration__nqsw"), who=Value("The employer they go to"))


def asked_for(user: User, on: date) -> QuerySet[Any, Any]:
    """Moves in which the employer they go to waits for the one they leave."""
    mine = Move.objects.filter(OPEN, to_employer__in=coordinated(user, on), starts_on__isnull=False)
    about = Coalesce("registration__nqsw__swe_number", Value("Number not known"))
    return lines(mine, about=about, who=Value("The employer they leave"))
