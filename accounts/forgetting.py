"""What jobs forget by the clock: each app names its kinds, the job and the report find the rows by the same query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet

from accounts.services import api_answers, kept, requests
from asye.clock import london_date

SOON: Final = timedelta(days=30)
SHOWN: Final = 10  # references of what is kept back
Rows = Callable[[datetime], QuerySet[Any]]


@dataclass(frozen=True)
class Kind:
    """What a scheduled `job` forgets of one kind: exactly `due(now)`. `age` is the field its time counts from.

    `held(now)` are rows whose time is over too and which the job leaves, because of what `because` says. `at_once` is
    how many it forgets in one run, where it does not forget all.
    """

    job: str
    what: str
    kept_for: str
    age: str
    due: Rows
    held: Rows | None = None
    because: str = ""
    at_once: int | None = None


@dataclass(frozen=True)
class Counted:
    """How many, and the London date of the oldest."""

    count: int = 0
    oldest: date | None = None


@dataclass(frozen=True)
class Forecast:
    """What would be forgotten of one kind now, of what is there now later in the next 30 days, and what is kept back,
    of that a few by number."""

    kind: Kind
    today: Counted
    soon: Counted
    held: Counted
    numbers: list[int]


def forecast(kind: Kind, now: datetime) -> Forecast:
    """Changes nothing: one query, two where something can be kept back."""
    due = Q(pk__in=kind.due(now).values("pk"))
    sums = kind.due(now + SOON).aggregate(
        today=Count("pk", filter=due),
        oldest=Min(kind.age, filter=due),
        soon=Count("pk", filter=~due),
        soon_oldest=Min(kind.age, filter=~due),
    )
    held = list(kind.held(now).order_by(kind.age, "pk").values_list("pk", kind.age)) if kind.held else []
    return Forecast(
        kind,
        today=_counted(sums["today"], sums["oldest"]),
        soon=_counted(sums["soon"], sums["soon_oldest"]),
        held=_counted(len(held), held[0][1] if held else None),
        numbers=[pk for pk, _ in held[:SHOWN]],
    )


def _counted(count: int, oldest: datetime | None) -> Counted:
    return Counted(count, london_date(oldest) if oldest else None)


FORGOTTEN: Final = (
    Kind("accounts.purge_kept_text", "Text kept after a session ran out", "24 hours", "kept_at", kept.due),
    Kind(
        "accounts.purge_kept_text",
        "Requests to take part whose address nobody confirmed",
        "7 days",
        "asked_at",
        requests.due,
    ),
    Kind("accounts.purge_api_answers", "Answers to requests of the API", "2 days", "at", api_answers.due),
)
