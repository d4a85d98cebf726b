"""What waits for a person, or for others on whom they wait: each app names its kinds, one statement finds them all."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import CharField, DateField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse

from accounts.models import Employer, Membership, User
from accounts.roles import Role
from accounts.statements import PERSON, Statement, written
from asye.clock import LONDON

EVERYTHING = 1_000_000  # more lines than any list has
NO_DAY = Cast(Value(None), DateField())
NOBODY = Value("", CharField())


@dataclass(frozen=True)
class Task:
    """`what` is to be done, `about` whom or which thing, `url` where. `due` is a day or None; `who` is waited for.
    What `is_returned` was done once and sent back to be changed: it comes before everything else."""

    what: str
    about: str
    url: str
    due: date | None = None
    who: str = ""
    is_returned: bool = False

    def days_late(self, on: date) -> int:
        """Whole days past the due day, 0 when it is not late."""
        return max((on - self.due).days, 0) if self.due else 0

    @property
    def urgency(self) -> tuple[bool, date, str, str]:
        """By this a list stands in order: what was returned, then the most late, what has no day last."""
        return (not self.is_returned, self.due or date.max, self.what, self.about)


@dataclass(frozen=True, eq=False)  # each is itself: every visit looks up its kinds
class Kind:
    """Tasks that differ in their rows only. `rows` (made by `lines`) finds a person's on a day; it alone decides whose
    they are, and `roles` says who could have any, so that nobody else asks. `page` is the name of the page where it is
    done: its argument is the row's number, unless `of_row` is false.
    """

    what: str
    page: str
    roles: frozenset[Role]
    rows: Callable[[User, date], QuerySet[Any, Any]]
    of_row: bool = True


@dataclass(frozen=True)
class Waiting:
    """The first of a list in order, and how many there are."""

    tasks: list[Task]
    count: int


def lines(
    found: QuerySet[Any, Any],
    *,
    at: str = "pk",
    about: str | Combinable,
    due: Combinable = NO_DAY,
    who: Combinable = NOBODY,
) -> QuerySet[Any, Any]:
    """The rows of a kind: the number its page takes, whom or what it is about, the day it is due, who is waited for."""
    return found.order_by().values_list(at, F(about) if isinstance(about, str) else about, due, who)


def name_of(person: str) -> Concat:
    """First and last name of whom a lookup leads to, as shown on pages."""
    return Concat(f"{person}__first_name", Value(" "), f"{person}__last_name")


def london_day(instant: str, *, days_later: int = 0) -> Combinable:
    """The London date of an instant, or so many days after it."""
    day = TruncDate(instant, tzinfo=LONDON)
    return ExpressionWrapper(day + Value(days_later), DateField()) if days_later else day


def found(
    lists: Sequence[Sequence[Kind]], user: User, held: Collection[str], on: date, *, upto: int = EVERYTHING
) -> list[Waiting]:
    """For each list of kinds the first `upto` tasks of a person who holds these roles (by key): one statement."""
    asked = _asked(tuple(map(tuple, lists)), frozenset(held))
    tasks: list[list[Task]] = [[] for _ in asked]
    counts = [0] * len(asked)
    if any(asked):
        for place, number, at, about, due, who, count in _statement(asked).rows(user, on, upto):
            kind = asked[place][number]
            tasks[place].append(Task(kind.what, about, _address(kind, at), due, who))
            counts[place] = count
    return [Waiting(of_list, count) for of_list, count in zip(tasks, counts, strict=True)]


@cache
def _asked(lists: tuple[tuple[Kind, ...], ...], held: frozenset[str]) -> tuple[tuple[Kind, ...], ...]:
    """Of each list the kinds of which somebody with these roles could have any, in the order of their words."""
    return tuple(
        tuple(sorted((kind for kind in kinds if held & {role.key for role in kind.roles}), key=lambda kind: kind.what))
        for kinds in lists
    )


@cache
def _statement(lists: tuple[tuple[Kind, ...], ...]) -> Statement:
    """Numbers stand for lists and kinds; kinds are numbered by their words, so that the rows come by urgency."""

    def write(user: User, on: date) -> str:
        each = " UNION ALL ".join(
            f"SELECT {place}, {number}, * FROM ({written(kind.rows(user, on))}) AS of_kind"  # noqa: S608
            for place, kinds in enumerate(lists)
            for number, kind in enumerate(kinds)
        )
        at_once, each = _employers_at_once(each, user, on)
        return f"""
            {at_once}
            SELECT list, kind, at, about, due, who, count
            FROM (
                SELECT *,
                    count(*) OVER (PARTITION BY list) AS count,
                    row_number() OVER (
                        PARTITION BY list ORDER BY due, kind, about COLLATE "C", at, who COLLATE "C"
                    ) AS place
                FROM ({each}) AS waiting (list, kind, at, about, due, who)
            ) AS placed
            WHERE place <= $4
            ORDER BY list, place
        """  # noqa: S608  (only what the ORM wrote stands in it)

    return Statement(write)


def _employers_at_once(text: str, user: User, on: date) -> tuple[str, str]:
    """A WITH and the text that stands on it, in which the employers where the person holds a role are found once and
    not by each kind: what every part of the plan costs before its first row is most of what such a SELECT takes.

    The ORM's sentence for them is moved as it stands, whatever roles it names; another sentence stays where it is.
    """
    held = Membership.objects.live(on).filter(user=user, role__in=["ANY"]).values("employer")
    _, _, sentence = written(Employer.objects.order_by().filter(pk__in=held)).partition(" IN (")
    pattern = re.compile(r"IN (\(" + re.escape(sentence).replace("'ANY'", "[^)]*") + ")")
    names = {moved: f"held_{number}" for number, moved in enumerate(sorted(set(pattern.findall(text))))}
    parts = [f"{name} AS MATERIALIZED (SELECT ARRAY{moved} AS employers)" for moved, name in names.items()]
    rest = pattern.sub(
        lambda place: f"= ANY((SELECT employers FROM {names[place[1]]})::bigint[])",  # noqa: S608  (our own names)
        text,
    )
    return (f"WITH {', '.join(parts)}" if parts else ""), rest


@cache
def _around_number(page: str) -> list[str]:
    return reverse(page, args=[PERSON]).split(str(PERSON))


def _address(kind: Kind, number: int) -> str:
    return str(number).join(_around_number(kind.page)) if kind.of_row else reverse(kind.page)
