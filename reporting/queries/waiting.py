"""What waits for a person and what they wait for, gathered from every app."""

from collections.abc import Iterable
from datetime import date

from accounts import queries as accounts
from accounts.models import User
from accounts.waiting import Task
from assessments.queries import waiting as assessments
from moderation.queries import waiting as moderation
from payments.queries import waiting as payments
from registrations import waiting as registrations

SOURCES = (accounts, registrations, assessments, moderation, payments)


def for_person(user: User, on: date) -> list[Task]:
    """What the person has to do, the one due first (and so most late) at the top, those without a day last."""
    return _in_order(task for source in SOURCES for task in source.waiting_for(user, on))


def on_others(user: User, on: date) -> list[Task]:
    """What the person waits for others to do, in the same order."""
    return _in_order(task for source in SOURCES for task in source.waits_on(user, on))


def _in_order(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.due or date.max, task.what, task.about))
