"""What waits for a person and what they wait for, gathered from every app."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Final

from accounts import employer_queries as employers
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

Source = tuple[Callable[[User, date], list[Task]], Collection[Role]]

FOR_PERSON: Final[tuple[Kind, ...]] = (
    *employers.FOR_PERSON,
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
    (assessments.waiting_for, (roles.ASSESSOR, roles.NQSW)),
    (payments.waiting_for, (roles.PAYMENTS_OFFICER, roles.PAYMENTS_APPROVER)),
)
WORKED_OUT_ON_OTHERS: Final[tuple[Source, ...]] = (
    (assessments.waits_on, (roles.ASSESSOR, roles.NQSW)),
    (payments.waits_on, (roles.PAYMENTS_OFFICER,)),
)


def both(user: User, held: Collection[str], on: date, *, upto: int) -> tuple[Waiting, Waiting]:
    """The first `upto` tasks of what the person has to do in the roles they hold (by key), and of what they wait for
    others to do: in each the most late at the top, what has no day last."""
    mine, others = found((FOR_PERSON, ON_OTHERS), user, held, on, upto=upto)
    return (
        _with(mine, _worked_out(WORKED_OUT_FOR_PERSON, user, held, on), upto),
        _with(others, _worked_out(WORKED_OUT_ON_OTHERS, user, held, on), upto),
    )


def for_person(user: User, held: Collection[str], on: date, *, upto: int = EVERYTHING) -> Waiting:
    """The first `upto` tasks of what the person has to do, as `both` gives them."""
    (mine,) = found((FOR_PERSON,), user, held, on, upto=upto)
    return _with(mine, _worked_out(WORKED_OUT_FOR_PERSON, user, held, on), upto)


def on_others(user: User, held: Collection[str], on: date, *, upto: int = EVERYTHING) -> Waiting:
    """The first `upto` tasks of what the person waits for others to do, as `both` gives them."""
    (others,) = found((ON_OTHERS,), user, held, on, upto=upto)
    return _with(others, _worked_out(WORKED_OUT_ON_OTHERS, user, held, on), upto)


def _worked_out(sources: Iterable[Source], user: User, held: Collection[str], on: date) -> list[Task]:
    asked = (work_out for work_out, of_roles in sources if any(role.key in held for role in of_roles))
    return [task for work_out in asked for task in work_out(user, on)]


def _with(waiting: Waiting, more: list[Task], upto: int) -> Waiting:
    tasks = sorted([*waiting.tasks, *more], key=lambda task: task.urgency)
    return Waiting(tasks[:upto], waiting.count + len(more))
