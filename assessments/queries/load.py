"""How much each assessor of an employer has: years by stage, what waits for them, how late, what is due next.

One set of queries for all the years together, whatever their number.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from accounts import roles
from accounts.models import Membership, User
from assessments.queries.years import Thing, Year, running, years
from assessments.states import Part
from registrations.finding import last_placed
from registrations.states import Stage

SOON: Final = timedelta(days=28)
STAGES: Final = (Stage.ON_PROGRAMME, Stage.DEFERRED, Stage.NOT_STARTED)


@dataclass
class Load:
    """What one assessor has at one employer. `assessor` is None for the years that nobody assesses."""

    assessor: User | None
    employer_id: int
    employer: str
    years: list[Year] = field(default_factory=list)
    covered: int = 0  # of the years, those in which they only stand in for the assessor
    waiting: list[tuple[Year, Thing]] = field(default_factory=list)  # begun, late or due soon
    coming: list[tuple[Year, Thing]] = field(default_factory=list)  # due later

    @property
    def by_stage(self) -> Counter[Stage]:
        """How many of the years stand where."""
        return Counter(year.stage for year in self.years)

    def late(self, on: date) -> list[tuple[Year, Thing]]:
        """What waits and was due before a day."""
        return [each for each in self.waiting if each[1].due is not None and each[1].due < on]

    @property
    def oldest(self) -> date | None:
        """The earliest day by which something that waits was or is due."""
        return min((thing.due for _, thing in self.waiting if thing.due), default=None)

    def next_due(self, on: date) -> tuple[Year, Thing] | None:
        """What is due first from a day on."""
        due = [each for each in (*self.waiting, *self.coming) if each[1].due is not None and each[1].due >= on]
        return min(due, key=_when, default=None)


def loads_at(employers: Collection[int], on: date, *, seen_by: User) -> list[Load]:
    """Every assessor of these employers with what they have there, the one with the most late first; what `seen_by`
    must not know of is left out. Years without an assessor stand together, before everybody."""
    found: dict[tuple[int | None, int], Load] = {}
    held = Membership.objects.live(on).filter(role=roles.ASSESSOR.key, employer__in=employers)
    for each in held.select_related("user", "employer"):
        if each.employer is not None:
            found[each.user_id, each.employer.pk] = Load(each.user, each.employer.pk, each.employer.name)
    for year in years(running().filter(last_placed(Q(employer__in=employers), on)), on, with_employers=True):
        if year.employer is None:
            continue
        for assessor, covers in _assessing(year):
            key = (assessor.pk if assessor else None, year.employer.pk)
            load = found.setdefault(key, Load(assessor, year.employer.pk, year.employer.name))
            load.years.append(year)
            load.covered += covers
            _add_things(load, year, seen_by, on)
    return sorted(found.values(), key=lambda load: _order(load, on))


def load_of(assessor: User, employers: Collection[int], on: date, *, seen_by: User) -> list[Load]:
    """The same of one assessor, at those of these employers where they have the role."""
    found = loads_at(employers, on, seen_by=seen_by)
    return [load for load in found if load.assessor is not None and load.assessor.pk == assessor.pk]


def _assessing(year: Year) -> list[tuple[User | None, bool]]:
    """Who assesses a year, and whether they only stand in."""
    there: dict[User | None, bool] = {}
    for each in year.assignments:  # whoever covered and then took over is the assessor: that stands first
        there.setdefault(each.assessor, each.cover)
    return list(there.items()) if not all(there.values()) else [(None, False), *there.items()]


def _add_things(load: Load, year: Year, seen_by: User, on: date) -> None:
    for thing in year.things():
        theirs = any(part == Part.ASSESSOR for part, _ in thing.turns)
        if theirs and not year.is_hidden(thing, seen_by.human_id):
            soon = thing.record is not None or (thing.due is not None and thing.due <= on + SOON)
            (load.waiting if soon else load.coming).append((year, thing))


def _order(load: Load, on: date) -> tuple[bool, date, str, int]:
    name = f"{load.assessor.last_name} {load.assessor.first_name}" if load.assessor else ""
    return (load.assessor is not None, load.oldest or date.max, name, load.employer_id)


def _when(each: tuple[Year, Thing]) -> tuple[date, str]:
    year, thing = each
    return (thing.due or date.max, year.about)
