"""Reads about employers that close or merge."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Exists, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from accounts import roles
from accounts.models import Employer, User
from accounts.queries import holding
from accounts.waiting import Kind, lines
from registrations.models import Merger, Move, Placement
from registrations.states import State


def placed_from(employer: Employer, on: date) -> QuerySet[Placement]:
    """The placements of running years that hold with an employer on a day or begin later, by name."""
    return (
        Placement.objects.filter(
            Q(ends_on__isnull=True) | (Q(ends_on__gt=on) & Q(ends_on__gt=F("starts_on"))),
            employer=employer,
            registration__ended_on__isnull=True,
        )
        .exclude(registration__state=State.REFUSED)
        .select_related("nqsw__user", "registration")
        .order_by("nqsw__last_name", "nqsw__first_name", "id")
    )


def open_moves(employer: Employer, placements: Sequence[Placement]) -> list[str]:
    """The names of people whose move to another employer, or to this one, is under way."""
    found = Move.objects.filter(done_at__isnull=True, called_off_at__isnull=True).filter(
        Q(leaves__in=list(placements)) | Q(to_employer=employer)
    )
    names = Concat("registration__nqsw__first_name", Value(" "), "registration__nqsw__last_name")
    return list(found.order_by("id").values_list(names, flat=True))


def mergers_of(employer: Employer) -> QuerySet[Merger]:
    """Every merger of an employer or into it, newest first."""
    found = Merger.objects.filter(Q(employer=employer) | Q(successor=employer))
    return found.select_related("employer", "successor", "proposed_by", "confirmed_by").order_by("-id")


def _to_confirm(user: User, on: date) -> QuerySet[Any, Any]:
    waiting = Merger.objects.filter(confirmed_at__isnull=True, cancelled_at__isnull=True)
    others = waiting.exclude(Q(proposed_human=user.human_id) | Q(proposed_by__human=user.human_id))
    mine = others.filter(Exists(holding(user, on, roles.CASEWORKER)))
    return lines(mine, about="employer__name", due=F("effective_on"))


FOR_PERSON: Final = (
    Kind("Confirm that an employer goes into another", "merger", frozenset({roles.CASEWORKER}), _to_confirm),
)
