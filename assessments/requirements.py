"""What a year asks for (domain 7.3): data, one file a set. A programme year names its set and may adjust the numbers.

A set lists the kinds of record of the year, in the order in which they are shown: how many at least, at which points
of the year there is one each, which answers keep a record from being counted, and what must be among them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from assessments.schema import START
from registrations.models import ProgrammeYear

FOLDER = Path(__file__).parent / "requirement_sets"
EVERY_REVIEW: Final = ("every_review",)


@dataclass(frozen=True)
class NotCounted:
    """A record with one of `answers` to `field` stays in the year and does not count; `because` says why."""

    field: str
    answers: tuple[Any, ...]
    because: str


@dataclass(frozen=True)
class OfWhich:
    """Among the records that count, at least so many gave one of `answers` to `field`; `year_field` names the field of
    the programme year that may say how many."""

    name: str
    field: str
    answers: tuple[Any, ...]
    least: int
    year_field: str = ""

    def wanted(self, year: ProgrammeYear) -> int:
        """How many the year asks for."""
        return int(getattr(year, self.year_field)) if self.year_field else self.least


@dataclass(frozen=True)
class Wanted:
    """One kind of record. `points` are those of the year at which there is one each; `part` is where a kind without
    points is listed, "" for what goes on through the year."""

    kind: str
    least: int = 0
    points: tuple[str, ...] = ()
    part: str = ""
    not_counted: NotCounted | None = None
    of_which: tuple[OfWhich, ...] = ()

    def points_in(self, year: ProgrammeYear) -> tuple[str, ...]:
        """The points at which there is one in this year, in order."""
        months: Mapping[str, int] = year.review_months
        if self.points == EVERY_REVIEW:
            return tuple(sorted(months, key=lambda key: months[key]))
        return tuple(point for point in self.points if point == START or point in months)

    def may_be_left_out(self, point: str, year: ProgrammeYear) -> bool:
        """Whether an employer may go without the one at a point: only of what there is one of at every review."""
        return self.points == EVERY_REVIEW and point in year.optional_reviews

    def least_in(self, year: ProgrammeYear) -> int:
        """How many the year asks for: its own number or else the set's, never more than there are points for it."""
        points = self.points_in(year)
        if self.points == EVERY_REVIEW:
            return sum(not self.may_be_left_out(point, year) for point in points)
        wanted = int(year.evidence.get(self.kind, self.least))
        return min(wanted, len(points)) if self.points else wanted


@dataclass(frozen=True)
class RequirementSet:
    """One set, with its kinds in the order in which they are shown."""

    code: str
    name: str
    note: str
    kinds: tuple[Wanted, ...]

    def of(self, kind: str) -> Wanted | None:
        """What is wanted of a kind; None where the set does not have it."""
        return next((one for one in self.kinds if one.kind == kind), None)


@cache
def all_sets() -> dict[str, RequirementSet]:
    """Every set by its code. Raises ValueError naming the file and what is wrong with it."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        one = _parse(path.name, path.read_text(encoding="utf-8"))
        found[one.code] = one
    return found


def of_year(year: ProgrammeYear) -> RequirementSet:
    """The set that a programme year names; raises KeyError where there is no file of it."""
    return all_sets()[year.requirement_set]


def forget() -> None:
    """Reads the files again the next time they are asked for."""
    all_sets.cache_clear()


def _parse(name: str, text: str) -> RequirementSet:
    try:
        data: Mapping[str, Any] = json.loads(text)
        kinds = tuple(_wanted(each) for each in data["kinds"])
        one = RequirementSet(**{**data, "kinds": kinds})
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise ValueError(f"{name} is not a set of requirements: {wrong}.") from wrong
    if name != f"{one.code}.json":
        raise ValueError(f"{name} says it is {one.code}.")
    if len({each.kind for each in kinds}) != len(kinds):
        raise ValueError(f"{name} names a kind twice.")
    return one


def _wanted(data: Mapping[str, Any]) -> Wanted:
    points = data.get("points", ())
    not_counted = data.get("not_counted")
    return Wanted(
        **{
            **data,
            "points": (points,) if isinstance(points, str) else tuple(points),
            "not_counted": NotCounted(**{**not_counted, "answers": tuple(not_counted["answers"])})
            if not_counted
            else None,
            "of_which": tuple(
                OfWhich(**{**each, "answers": tuple(each["answers"])}) for each in data.get("of_which", ())
            ),
        }
    )
