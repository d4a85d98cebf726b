"""Which standards of a year its records bear on, where nothing does, and where too much is claimed."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from assessments import standards
from assessments.models import Record, StandardLink, Sufficiency
from assessments.queries.evidence import set_aside
from assessments.queries.records import schema_of, title_of
from assessments.rules.standards import A_FEW
from assessments.standards import StandardsSet
from registrations.models import Registration


@dataclass(frozen=True)
class Evidence:
    """One record linked to a standard. It counts once it is agreed, unless the year sets such records aside;
    `because` then says why."""

    link: StandardLink
    title: str
    is_agreed: bool
    because: str

    @property
    def counts(self) -> bool:
        """Whether the standard has this record behind it."""
        return self.is_agreed and not self.because


@dataclass(frozen=True)
class Covered:
    """One standard of the year: what is linked to it, newest first, and what the assessor last said."""

    standard: str
    linked: tuple[Evidence, ...]
    judged: Sufficiency | None

    @property
    def kinds(self) -> Counter[str]:
        """How many records of each kind count."""
        return Counter(one.link.record.kind for one in self.linked if one.counts)

    @property
    def is_gap(self) -> bool:
        """Whether nothing that counts bears on it."""
        return not self.kinds


@dataclass(frozen=True)
class Coverage:
    """The year's sets of standards with each of their standards, and the records that claim too many."""

    sets: tuple[tuple[StandardsSet, tuple[Covered, ...]], ...]
    claims_many: tuple[tuple[Record, int], ...]

    def of(self, standard: str) -> Covered:
        """One standard; raises KeyError where it is none of the year's."""
        return {row.standard: row for _, rows in self.sets for row in rows}[standard]


def codes_to_cover(registration: Registration) -> frozenset[str]:
    """The standards of the year, by code."""
    sets = standards.to_cover(registration.programme_year.standard_set)
    return frozenset(code for one in sets for code, _ in one.standards)


def coverage_of(registration: Registration, user: User, on: date) -> Coverage:
    """As this person may know it: links of records they may read, two queries whatever the number of records."""
    links = (
        StandardLink.objects.filter(
            ended_at__isnull=True, record__in=Record.objects.visible_to(user, on).filter(registration=registration)
        )
        .select_related("record__current_revision", "linked_by")
        .order_by("-id")
    )
    linked: dict[str, list[Evidence]] = defaultdict(list)
    claimed: Counter[Record] = Counter()
    for link in links:
        record = link.record
        because = set_aside(registration, record)
        linked[link.standard].append(Evidence(link, title_of(record), record.is_done, because))
        claimed[record] += 1
    judged = {
        one.standard: one
        for one in Sufficiency.objects.filter(registration=registration).select_related("judged_by").order_by("id")
    }
    sets = tuple(
        (one, tuple(Covered(code, tuple(linked[code]), judged.get(code)) for code, _ in one.standards))
        for one in standards.to_cover(registration.programme_year.standard_set)
    )
    many = tuple((record, number) for record, number in claimed.most_common() if number > A_FEW)
    return Coverage(sets, many)


def standards_named(record: Record, content: Mapping[str, Any]) -> set[str]:
    """The standards that the form of a record names where it has these answers."""
    fields = [field for field in schema_of(record).fields if field.type == "standards"]
    return {code for field in fields for code in content.get(field.key) or ()}


def links_of(record: Record) -> list[StandardLink]:
    """The standards a record is linked to now, in the order they were linked."""
    return list(record.standard_links.filter(ended_at__isnull=True).select_related("linked_by").order_by("id"))
