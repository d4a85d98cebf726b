"""What waits for a person in the records they take part in, what they wait for, and what is late where they look after
everybody's. A constant number of queries."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.roles import Role
from accounts.waiting import Kind, Task, lines, name_of
from assessments.models import Appeal, Outcome
from assessments.queries.late import maybe_late
from assessments.queries.years import Thing, Year, may_assess, running, years
from assessments.rules.reminders import TOLD_FROM
from assessments.states import Part

SOON: Final = timedelta(days=28)


def waiting_for(user: User, on: date) -> list[Task]:
    """What this person is to write, sign or begin in a record: what was returned to them first, then the most late."""
    return both(user, on)[0]


def waits_on(user: User, on: date) -> list[Task]:
    """What the other person in this one's records is to do, the most late first."""
    return both(user, on)[1]


def both(user: User, on: date) -> tuple[list[Task], list[Task]]:
    """waiting_for and waits_on at the price of one."""
    mine: list[Task] = []
    others: list[Task] = []
    for year in own_years(user, on):
        own = _part_of(user, year)
        for thing in year.things():
            if thing.is_known_to(own) and not (thing.record is None and _is_far(thing, on)):
                for part, task in _tasks(year, thing, own):
                    (mine if part == own else others).append(task)
    return sorted(mine, key=_urgency), sorted(others, key=_urgency)


def coming(user: User, on: date) -> Task | None:
    """What this person has to begin next; where all their years are paused, a task without a day that says so."""
    found = own_years(user, on)
    tasks = [
        Task(thing.title, "" if own == Part.NQSW else year.about, "", thing.due)
        for year in found
        for own in [_part_of(user, year)]
        for thing in year.things()
        if thing.due is not None and any(part == own for part, _ in thing.turns)
    ]
    if not tasks and found and all(year.is_paused for year in found):
        whose = "Your year is" if _part_of(user, found[0]) == Part.NQSW else "Every year you assess is"
        return Task(f"{whose} paused, and its days move on until the return.", "", "")
    return min(tasks, key=_urgency, default=None)


def own_years(user: User, on: date) -> list[Year]:
    """The running years this person takes part in on a day: their own, and those they assess."""
    if not user.is_active:
        return []
    assessed = may_assess(on).filter(assessor=user, placement__registration=OuterRef("pk"))
    return years(running().filter(Q(nqsw__user=user) | Exists(assessed)), on)


def late_where_coordinated(user: User, on: date) -> list[Task]:
    """What is late in the years of the employers a person co-ordinates; not what waits for nobody but them."""
    return _late_with(user, roles.COORDINATOR, on, first_day=1, page="records")


def late_where_led(user: User, on: date) -> list[Task]:
    """What is late in the years of the employers a person leads, and does not co-ordinate, from the day on which they
    are told."""
    first_day = TOLD_FROM[roles.SENIOR_LEAD.key]
    return _late_with(user, roles.SENIOR_LEAD, on, first_day=first_day, page="registration")


def _late_with(user: User, role: Role, on: date, *, first_day: int, page: str) -> list[Task]:
    found = []
    for year in years(maybe_late(user, role, on, days=first_day), on):
        address = reverse(page, args=[year.registration.pk])
        for thing in year.things():
            late = thing.due is not None and (on - thing.due).days >= first_day
            if late and not year.is_hidden(thing, user.human_id) and not _only_theirs(year, thing, user):
                found.append(Task(thing.title, year.about, address, thing.due, year.names_of(thing)))
    return sorted(found, key=_urgency)


def _part_of(user: User, year: Year) -> Part:
    return Part.NQSW if year.registration.nqsw.user_id == user.pk else Part.ASSESSOR


def _only_theirs(year: Year, thing: Thing, user: User) -> bool:
    return {person.pk for part, _ in thing.turns for person in year.people_in(part)} == {user.pk}


def _urgency(task: Task) -> tuple[Any, ...]:
    return (not task.is_returned, task.due or date.max, task.about, task.what)


def _is_far(thing: Thing, on: date) -> bool:
    return thing.due is None or thing.due > on + SOON


def _tasks(year: Year, thing: Thing, own: Part) -> Iterator[tuple[Part, Task]]:
    """(whose turn, task) of a thing as a person in a part sees it; of what both may begin, only that it is theirs."""
    turns = thing.turns
    if thing.record is not None:
        url = reverse("record", args=[thing.record.pk])
    else:
        kind, point, ordinal = thing.key
        url = reverse("record_new", args=[year.registration.pk, kind, point or str(ordinal)])
        turns = tuple((part, what) for part, what in turns if part == own) or turns[:1]
    for part, what in turns:
        yield (
            part,
            Task(f"{what}: {thing.title}", year.about, url, thing.due, year.name_of(part), thing.is_returned),
        )


def _appeals(user: User, on: date) -> QuerySet[Any, Any]:
    """Open appeals against outcomes this person leads; who confirmed the outcome may not decide."""
    open_ = Appeal.objects.filter(outcome__in=Outcome.objects.led_by(user, on), closed_at__isnull=True)
    return lines(open_.exclude(outcome__decided_by__human=user.human_id), about=name_of("outcome__registration__nqsw"))


FOR_PERSON: Final = (
    Kind("Decide the appeal", "appeal_close", frozenset({roles.COORDINATOR, roles.SENIOR_LEAD}), _appeals),
)
