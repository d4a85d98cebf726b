"""What waits for a person and what they wait for, gathered from every app."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Final

from accounts import queries as accounts
from accounts import roles
from accounts.models import User
from accounts.roles import Role
from accounts.waiting import Task
from assessments.queries import waiting as assessments
from moderation.queries import waiting as moderation
from payments.queries import waiting as payments
from registrations import waiting as registrations

Gather = Callable[[User, date], list[Task]]
Source = tuple[Gather, Collection[Role]]

# Which lists can hold anything for whom: the others are not asked, as each costs several queries.
FOR_PERSON: Final[tuple[Source, ...]] = (
    (registrations.waiting_for, (roles.COORDINATOR, roles.NQSW, roles.CASEWORKER)),
    (assessments.waiting_for, (roles.COORDINATOR, roles.SENIOR_LEAD, roles.ASSESSOR, roles.NQSW)),
    (moderation.waiting_for, (roles.COORDINATOR, roles.SENIOR_LEAD, roles.ASSESSOR, roles.MODERATOR)),
    (payments.waiting_for, (roles.PAYMENTS_OFFICER, roles.PAYMENTS_APPROVER)),
)
ON_OTHERS: Final[tuple[Source, ...]] = (
    (accounts.waits_on, (roles.COORDINATOR,)),
    (registrations.waits_on, (roles.COORDINATOR, roles.NQSW, roles.CASEWORKER)),
    (assessments.waits_on, (roles.ASSESSOR, roles.NQSW)),
    (moderation.waits_on, (roles.COORDINATOR, roles.ASSESSOR)),
    (payments.waits_on, (roles.PAYMENTS_OFFICER,)),
)


def for_person(user: User, held: Collection[str], on: date) -> list[Task]:
    """What the person has to do in the roles they hold (by key): the most late at the top, what has no day last."""
    return _in_order(_gathered(FOR_PERSON, user, held, on))


def on_others(user: User, held: Collection[str], on: date) -> list[Task]:
    """What the person waits for others to do, in the same order."""
    return _in_order(_gathered(ON_OTHERS, user, held, on))


def _gathered(sources: Iterable[Source], user: User, held: Collection[str], on: date) -> Iterable[Task]:
    for gather, of_roles in sources:
        if any(role.key in held for role in of_roles):
            yield from gather(user, on)


def _in_order(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.due or date.max, task.what, task.about))
