"""What waits for a person and what they wait for, gathered from every app."""

import unicodedata
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Final

from accounts import employer_queries as employers
from accounts import letter_queries as letters
from accounts import queries as accounts
from accounts import roles
from accounts.models import User
from accounts.roles import Role
from accounts.waiting import EVERYTHING, Kind, Task, Waiting, found
from assessments.queries import concerns
from assessments.queries import waiting as assessments
from moderation.queries import waiting as moderation
from payments.queries import waiting as payments
from registrations import earlier_queries, same_queries
from registrations import merger_queries as mergers
from registrations import waiting as registrations

WITHIN: Final = 7
LATE, SOON, RETURNED, NO_DAY = "late", "soon", "returned", "no_day"
WHEN: Final = (
    (LATE, "Late"),
    (SOON, f"Today or within {WITHIN} days"),
    (RETURNED, "Sent back for changes"),
    (NO_DAY, "No day is set"),
)
Source = tuple[Callable[[User, date], list[Task]], Collection[Role]]
BothSource = tuple[Callable[[User, date], tuple[list[Task], list[Task]]], Collection[Role]]

FOR_PERSON: Final[tuple[Kind, ...]] = (
    *employers.FOR_PERSON,
    *letters.FOR_PERSON,
    *mergers.FOR_PERSON,
    *earlier_queries.FOR_PERSON,
    *registrations.FOR_PERSON,
    *same_queries.FOR_PERSON,
    *assessments.FOR_PERSON,
    *concerns.FOR_PERSON,
    *moderation.FOR_PERSON,
)
ON_OTHERS: Final[tuple[Kind, ...]] = (
    *accounts.ON_OTHERS,
    *registrations.ON_OTHERS,
    *concerns.ON_OTHERS,
    *moderation.ON_OTHERS,
)

# What Python has to work out, from forms or sums, and for whom it could find anything: nobody else waits for that.
WORKED_OUT_FOR_PERSON: Final[tuple[Source, ...]] = (
    (payments.waiting_for, (roles.PAYMENTS_OFFICER, roles.PAYMENTS_APPROVER)),
)
WORKED_OUT_ON_OTHERS: Final[tuple[Source, ...]] = (
    (payments.waits_on, (roles.PAYMENTS_OFFICER,)),
    (assessments.late_where_coordinated, (roles.COORDINATOR,)),
    (assessments.late_where_led, (roles.SENIOR_LEAD,)),
)
WORKED_OUT_AT_ONCE: Final[tuple[BothSource, ...]] = ((assessments.both, (roles.ASSESSOR, roles.NQSW)),)


def both(user: User, held: Collection[str], on: date, *, upto: int) -> tuple[Waiting, Waiting]:
    """The first `upto` tasks of what the person has to do in the roles they hold (by key), and of what they wait for
    others to do: in each the most late at the top, what has no day last."""
    mine, others = found((FOR_PERSON, ON_OTHERS), user, held, on, upto=upto)
    more_mine, more_others = _at_once(user, held, on)
    return (
        _with(mine, more_mine + _worked_out(WORKED_OUT_FOR_PERSON, user, held, on), upto),
        _with(others, more_others + _worked_out(WORKED_OUT_ON_OTHERS, user, held, on), upto),
    )


def for_person(user: User, held: Collection[str], on: date, *, upto: int = EVERYTHING) -> Waiting:
    """The first `upto` tasks of what the person has to do, as `both` gives them."""
    (mine,) = found((FOR_PERSON,), user, held, on, upto=upto)
    more, _ = _at_once(user, held, on)
    return _with(mine, more + _worked_out(WORKED_OUT_FOR_PERSON, user, held, on), upto)


def on_others(user: User, held: Collection[str], on: date, *, upto: int = EVERYTHING) -> Waiting:
    """The first `upto` tasks of what the person waits for others to do, as `both` gives them."""
    (others,) = found((ON_OTHERS,), user, held, on, upto=upto)
    _, more = _at_once(user, held, on)
    return _with(others, more + _worked_out(WORKED_OUT_ON_OTHERS, user, held, on), upto)


def coming(user: User, held: Collection[str], on: date) -> Task | None:
    """What a person for whom nothing waits has to do next, if the apps know of anything."""
    asked = any(role.key in held for role in (roles.ASSESSOR, roles.NQSW))
    return assessments.coming(user, on) if asked else None


def _at_once(user: User, held: Collection[str], on: date) -> tuple[list[Task], list[Task]]:
    """What the person has to do and what they wait for, of the apps that work both out together."""
    mine: list[Task] = []
    others: list[Task] = []
    for work_out, of_roles in WORKED_OUT_AT_ONCE:
        if any(role.key in held for role in of_roles):
            own, theirs = work_out(user, on)
            mine += own
            others += theirs
    return mine, others


def _worked_out(sources: Iterable[Source], user: User, held: Collection[str], on: date) -> list[Task]:
    asked = (work_out for work_out, of_roles in sources if any(role.key in held for role in of_roles))
    return [task for work_out in asked for task in work_out(user, on)]


def _with(waiting: Waiting, more: list[Task], upto: int) -> Waiting:
    tasks = sorted([*waiting.tasks, *more], key=lambda task: task.urgency)
    return Waiting(tasks[:upto], waiting.count + len(more))


def narrowed(tasks: Iterable[Task], on: date, *, text: str = "", when: str = "") -> list[Task]:
    """The tasks that have each of the words, in any spelling, and are due then; in their order."""
    words = _plain(text).split()
    return [
        task
        for task in tasks
        if all(word in _plain(f"{task.what} {task.about} {task.who}") for word in words) and _is_due(task, when, on)
    ]


def _is_due(task: Task, when: str, on: date) -> bool:
    days = (task.due - on).days if task.due else None
    return {
        LATE: days is not None and days < 0,
        SOON: days is not None and 0 <= days <= WITHIN,
        RETURNED: task.is_returned,
        NO_DAY: days is None,
    }.get(when, True)


def _plain(text: str) -> str:
    """Without accents and capitals."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()
