"""What people are to be reminded of on a day and have not been told yet."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts import roles
from accounts.models import Membership, User
from assessments.models import Reminder, ReminderChoice
from assessments.queries.late import maybe_due
from assessments.queries.years import Thing, Year, years
from assessments.rules.reminders import OWN, STEPS, TOLD_FROM, step_on, steps_of
from assessments.states import Part

AT_ONCE: Final = 400  # years worked out together: bounds what is held in memory
Told = tuple[int, int, str, str, int, date, int]  # person, registration, kind, review point, ordinal, due day, step


@dataclass(frozen=True)
class Owed:
    """One step towards, or past, a due day that a person is to be told; `because` as in Reminder, `what` to do."""

    person: User
    year: Year
    thing: Thing
    due: date
    step: int
    because: str
    what: str

    @property
    def told(self) -> Told:
        """What is told once."""
        return (self.person.pk, self.year.registration.pk, *self.thing.key, self.due, self.step)

    @property
    def whose(self) -> str:
        """Whose year it is; empty in the person's own."""
        return "" if self.year.registration.nqsw.user_id == self.person.pk else self.year.about

    @property
    def who(self) -> str:
        """Whom it waits for."""
        return self.year.names_of(self.thing)

    @property
    def employer(self) -> str:
        """Where the year is carried."""
        return self.year.employer.name if self.year.employer else ""


@dataclass(frozen=True)
class Readers:
    """Who may be reminded on a day beside those whose turn it is, and what they asked for."""

    overseeing: Mapping[tuple[int | None, str], list[User]]  # by employer and role
    nqsws: frozenset[int]
    only_late: frozenset[int]


def owed(on: date) -> list[list[Owed]]:
    """For each person who is to be told something on a day, what: the most late first. In a number of queries that
    grows by a dozen with every AT_ONCE years."""
    running_now = maybe_due(on, days=-min(STEPS))
    if not running_now:
        return []
    readers = _readers(on)
    found: dict[int, list[Owed]] = defaultdict(list)
    for first in range(0, len(running_now), AT_ONCE):
        for each in _owed_in(running_now[first : first + AT_ONCE], readers, on):
            found[each.person.pk].append(each)
    return [sorted(of_one, key=_urgency) for _, of_one in sorted(found.items())]


def _owed_in(registrations: Collection[int], readers: Readers, on: date) -> Iterator[Owed]:
    told = set(
        Reminder.objects.filter(registration__in=registrations).values_list(
            "person_id", "registration_id", "kind", "review_point", "ordinal", "due_on", "step"
        )
    )
    for year in years(registrations, on, with_employers=True):
        for thing in year.things():
            if thing.due is not None:
                yield from (each for each in _of(year, thing, thing.due, readers, on) if each.told not in told)


def _of(year: Year, thing: Thing, due: date, readers: Readers, on: date) -> Iterator[Owed]:
    """The step of a day for whoever's turn it is, and for those who are told that it is late."""
    reached: set[int] = set()
    for part, what in thing.turns:
        for person in _acting(year, part, readers):
            if person.pk not in reached:
                reached.add(person.pk)
                step = step_on(due, on, steps_of(OWN, only_late=person.pk in readers.only_late))
                if step is not None:
                    yield Owed(person, year, thing, due, step, OWN, what)
    for role in reversed(TOLD_FROM):  # who holds both of an employer is told of each thing once, by the later step
        step = step_on(due, on, steps_of(role))
        if step is None:
            continue
        at = (year.employer.pk if year.employer else None, role)
        for person in readers.overseeing.get(at, []):
            if person.pk not in reached and not year.is_hidden(thing, person.human_id):
                reached.add(person.pk)
                yield Owed(person, year, thing, due, step, role, thing.turns[0][1])


def _acting(year: Year, part: Part, readers: Readers) -> list[User]:
    people = year.people_in(part)
    return people if part == Part.ASSESSOR else [person for person in people if person.pk in readers.nqsws]


def _readers(on: date) -> Readers:
    live = Membership.objects.live(on)
    overseeing: dict[tuple[int | None, str], list[User]] = defaultdict(list)
    for held in live.filter(role__in=TOLD_FROM).select_related("user").order_by("user_id"):
        overseeing[held.employer_id, held.role].append(held.user)
    return Readers(
        overseeing,
        frozenset(live.filter(role=roles.NQSW.key).values_list("user_id", flat=True)),
        frozenset(ReminderChoice.objects.filter(only_late=True).values_list("person_id", flat=True)),
    )


def _urgency(each: Owed) -> tuple[date, str, str]:
    return (each.due, each.whose, each.thing.title)


def wants_only_late(user: User) -> bool:
    """Whether a person asked for letters only about what is late."""
    return ReminderChoice.objects.filter(person=user, only_late=True).exists()
