"""What a year asks for beside what there is of it (domain 7.3), and when each record of the year is due."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import requirements
from assessments import schema as schemas
from assessments.models import Record
from assessments.requirements import NotCounted, Wanted
from assessments.schema import RECOMMENDATION, START
from registrations.models import ProgrammeYear, Registration
from registrations.queries import agreement_due, all_review_dates, planned_end


@dataclass(frozen=True)
class Count:
    """How much of one kind of evidence there is: `needed` at least, `agreed` so far.

    `set_aside` more were agreed and do not count, `because` of what was answered. `within` is the kind's own title
    where this counts only some of its records.
    """

    kind: str
    title: str
    needed: int
    agreed: int
    set_aside: int = 0
    because: str = ""
    within: str = ""

    @property
    def is_met(self) -> bool:
        """Whether there is enough."""
        return self.agreed >= self.needed

    @property
    def words(self) -> str:
        """ "2 of 3", or just the number where no least one is asked for."""
        return f"{self.agreed} of {self.needed}" if self.needed else str(self.agreed)


def evidence_counts(registration: Registration) -> list[Count]:
    """The requirements of the programme year beside what has been agreed, in the order of its set; one query.

    Reviews that may be left out are not counted, nor is a record whose answers the set does not count, such as an
    observation judged below the level expected: it was held, and it awards nothing (domain 7.3).
    """
    year = registration.programme_year
    wanted = [one for one in requirements.of_year(year).kinds if one.kind != RECOMMENDATION]
    done = _done(registration, wanted)
    return [count for one in wanted for count in _counts(one, year, done)]


def _done(registration: Registration, wanted: Iterable[Wanted]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(kind, review point, the answers that are counted by) of each agreed record."""
    keys = sorted({one.not_counted.field for one in wanted if one.not_counted} | _fields_of(wanted))
    rows = Record.objects.done().filter(registration=registration)
    paths = [f"current_revision__content__{key}" for key in keys]
    return [
        (kind, point, dict(zip(keys, answers, strict=True)))
        for kind, point, *answers in rows.order_by().values_list("kind", "review_point", *paths)
    ]


def _fields_of(wanted: Iterable[Wanted]) -> set[str]:
    return {part.field for one in wanted for part in one.of_which}


def counted(registrations: Collection[Registration], kind: str) -> dict[int, int]:
    """How many agreed records of a kind count in each of some registrations, in one query; loaded with their years."""
    wanted = {one.pk: requirements.of_year(one.programme_year).of(kind) for one in registrations}
    unless = {pk: one.not_counted for pk, one in wanted.items() if one and one.not_counted}
    keys = sorted({one.field for one in unless.values()})
    rows = Record.objects.done().filter(registration__in=wanted, kind=kind).order_by()
    found = Counter[int]()
    for pk, *answers in rows.values_list("registration_id", *(f"current_revision__content__{key}" for key in keys)):
        found[pk] += counts(unless.get(pk), dict(zip(keys, answers, strict=True)))
    return dict(found)


def _counts(one: Wanted, year: ProgrammeYear, done: list[tuple[str, str, Mapping[str, Any]]]) -> Iterable[Count]:
    mine = [answers for kind, point, answers in done if kind == one.kind and not one.may_be_left_out(point, year)]
    counted = [answers for answers in mine if counts(one.not_counted, answers)]
    title = schemas.newest(one.kind).title
    because = one.not_counted.because if one.not_counted else ""
    yield Count(one.kind, title, one.least_in(year), len(counted), len(mine) - len(counted), because)
    for part in one.of_which:
        least = part.wanted(year)
        if least:
            fitting = sum(answers.get(part.field) in part.answers for answers in counted)
            yield Count(one.kind, part.name, least, fitting, within=title)


def counts(unless: NotCounted | None, answers: Mapping[str, Any]) -> bool:
    """Whether a record with these answers counts as evidence."""
    return unless is None or answers.get(unless.field) not in unless.answers


def set_aside(registration: Registration, record: Record) -> str:
    """Why a record does not count as evidence in its year for what was answered in it; "" where it does."""
    wanted = requirements.of_year(registration.programme_year).of(record.kind)
    unless = wanted.not_counted if wanted else None
    content = record.current_revision.content if record.current_revision else {}
    return "" if unless is None or counts(unless, content) else unless.because


def due_dates(registration: Registration) -> dict[tuple[str, str], date]:
    """When each record of the year is due, by kind and review point, deferrals and extensions counted.

    What repeats has no day of its own, and reviews that an employer may leave out have their day here too.
    """
    year = registration.programme_year
    points = {START: agreement_due(registration), **{key: day for key, _, day in all_review_dates(registration)}}
    found: dict[tuple[str, str], date] = {}
    for one in requirements.of_year(year).kinds:
        if one.points:
            found |= {(one.kind, point): points[point] for point in one.points_in(year)}
        elif one.kind == RECOMMENDATION:
            found[one.kind, ""] = planned_end(registration)
        elif one.part:
            found[one.kind, ""] = points[one.part]
    return found
