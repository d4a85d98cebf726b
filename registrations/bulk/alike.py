"""Rows that may be about one person under two numbers: two of a file, or one and a registration of the employer.

Something to look at and no fault, because there are people who share a name. In what two people are alike is the rule
by which records are brought up for a caseworker (services.likeness); the same name is enough here, where whoever
looks knows them. Nobody of another employer is ever looked at.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Final

from django.db import connection
from django.db.models import Exists, F, Func, OuterRef, Q, TextField
from django.db.models.functions import Coalesce, Lower

from accounts.models import Employer
from registrations import queries
from registrations.bulk.findings import Finding
from registrations.bulk.prepared import Prepared
from registrations.models import NQSW, Likeness, Placement, Registration
from registrations.services import likeness
from registrations.states import EndReason, SameAnswer, SameBy

AT_ONCE: Final = 5_000  # names that are spelt in one query, as many as an employer's file may have
MOST: Final = 5  # of which one row is said to be like: in a file where everybody has one name, each is still named
ONE_ROW: Final = (
    "If they are one person, keep one row, with the right number. If they are two people, tick that they are and go on."
)
REGISTERED_ALREADY: Final = (
    "If they are one person, delete the row, and contact us if the number of the registration is wrong. If they are "
    "two people, tick that they are and go on."
)
KEYS: Final = """
SELECT place, compared_name(first_name, last_name), compared_name(first_name, former_name)
FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS each(first_name, last_name, former_name, place)
"""
COMPARED: Final = f"""
WITH each AS (
    SELECT *, '' AS personal_email
    FROM unnest(%(first)s::text[], %(last)s::text[], %(former)s::text[], %(email)s::text[], %(number)s::text[])
        WITH ORDINALITY AS each(first_name, last_name, former_name, email, swe_number, place)
)
SELECT {likeness.NAME}, {likeness.EMAIL}, {likeness.NUMBER}
FROM generate_series(1, (SELECT max(place) FROM each), 2) AS pair
JOIN each a ON a.place = pair JOIN each b ON b.place = pair + 1 ORDER BY pair
"""  # noqa: S608


@dataclass(slots=True)
class Somebody:
    """Who a row, or a registration, is about: what is compared. `key` is that of the record that survives."""

    number: str
    first_name: str
    last_name: str
    former_name: str
    email: str
    row: int | None = None
    registration: int | None = None
    record: int | None = None
    key: int | None = None
    name: str | None = None  # as it is compared; nothing where part of it is blank
    former: str | None = None

    @property
    def keys(self) -> Iterator[str]:
        """What somebody else may share."""
        return (key for key in (self.name, self.former, self.email) if key)


@dataclass(frozen=True)
class Pair:
    """A row, and who its person may be as well."""

    one: Somebody
    other: Somebody


def said(row: Prepared) -> Somebody:
    """What a row that can be registered says of its person."""
    if row.answers is None:
        raise ValueError("Only a row that can be registered is compared.")
    each = row.answers
    return Somebody(each.swe_number, each.first_name, each.last_name, each.former_name, each.email.lower(), row=row.row)


def find(people: Sequence[Somebody], employer: Employer, on: date) -> list[Finding]:
    """Notes for every two rows, and for every row and registration of the employer, that look like one person: in at
    most seven queries however many rows an employer's file has. A row is said to be like five others at most.

    Only registrations that run or have an outcome count, and only while the employer is the last to have the person:
    who was withdrawn or refused may come again with another number, put right. Two records that a caseworker has told
    apart are not brought up again.
    """
    if not people:
        return []
    _spell(people)
    pairs = [*_within(people), *_registered(people, employer, on)]
    _know(pairs)
    apart = _told_apart(pairs)
    pairs = [each for each in pairs if not _is_known(each, apart)]
    return [_finding(pair, alike) for pair, alike in zip(pairs, _compared(pairs), strict=True) if alike]


def others(found: Iterable[Finding], made: Mapping[int, int]) -> dict[int, list[str]]:
    """The key of each registration made, by its row in `made`, with the keys of those it is like."""
    keys: dict[int, list[str]] = {}
    for each in found:
        keys.setdefault(made[each.row], []).append(str(each.registration or made[each.like_row or 0]))
    return keys


def _spell(people: Sequence[Somebody]) -> None:
    for begin in range(0, len(people), AT_ONCE):
        some = people[begin : begin + AT_ONCE]
        given = [[getattr(each, name) for each in some] for name in ("first_name", "last_name", "former_name")]
        with connection.cursor() as cursor:
            cursor.execute(KEYS, given)
            for place, name, former in cursor.fetchall():
                some[place - 1].name, some[place - 1].former = name, former


@dataclass
class Index:
    """People by the name, the former name and the address by which they are compared: only who shares one is."""

    names: dict[str, list[Somebody]] = field(default_factory=dict)
    formers: dict[str, list[Somebody]] = field(default_factory=dict)
    emails: dict[str, list[Somebody]] = field(default_factory=dict)

    @classmethod
    def of(cls, people: Iterable[Somebody]) -> "Index":
        """All of them."""
        made = cls()
        for each in people:
            for held, by in ((made.names, each.name), (made.formers, each.former), (made.emails, each.email)):
                if by:
                    held.setdefault(by, []).append(each)
        return made

    def like(self, one: Somebody) -> list[Pair]:
        """Those under another number who share something with a person, five at most."""
        return [Pair(one, other) for other in islice(self._others(one), MOST)]

    def _others(self, one: Somebody) -> Iterator[Somebody]:
        met: set[int] = set()
        shared = (self.names.get(one.name or ""), self.formers.get(one.name or ""), self.names.get(one.former or ""))
        for other in chain.from_iterable(each or () for each in (*shared, self.emails.get(one.email))):
            if other.number != one.number and id(other) not in met:
                met.add(id(other))
                yield other


def _within(people: Sequence[Somebody]) -> Iterator[Pair]:
    counted = Counter(key for each in people for key in each.keys)
    some = [each for each in people if any(counted[key] > 1 for key in each.keys)]  # of whom an index is kept
    index = Index.of(some)
    for each in some:
        yield from index.like(each)


def _registered(people: Sequence[Somebody], employer: Employer, on: date) -> Iterator[Pair]:
    index = Index.of(_those_of(employer, {key for each in people for key in each.keys}, on))
    for each in people:
        yield from index.like(each)


def _those_of(employer: Employer, keys: Collection[str], on: date) -> list[Somebody]:
    """The people of an employer's registrations who have one of these names or addresses. Those of a large file would
    take more room in a query than the employer's people take here."""
    live = Registration.objects.filter(
        Exists(Placement.objects.filter(registration=OuterRef("pk"), employer=employer)),
        queries.LIVE | Q(end_reason=EndReason.OUTCOME_CONFIRMED),
    ).annotate(
        name=_compared_name("nqsw__last_name"),
        former=_compared_name("nqsw__former_name"),
        email=Lower("nqsw__email"),
        key=Coalesce("nqsw__merged_into", "nqsw"),
    )
    theirs = live.order_by().values_list("pk", "name", "former", "email")
    sharing = [pk for pk, *shared in theirs if not set(shared).isdisjoint(keys)]
    found = list(live.filter(pk__in=sharing).select_related("nqsw").order_by("pk")) if sharing else []
    with_whom = queries.last_employers(found, on) if found else {}
    return [
        Somebody(
            each.nqsw.swe_number or "",
            each.nqsw.first_name,
            each.nqsw.last_name,
            each.nqsw.former_name,
            each.email,
            registration=each.pk,
            record=each.nqsw_id,
            key=each.key,
            name=each.name,
            former=each.former,
        )
        for each in found
        if with_whom[each.pk].pk == employer.pk
    ]


def _compared_name(last: str) -> Func:
    return Func(F("nqsw__first_name"), F(last), function="compared_name", output_field=TextField())


def _know(pairs: Sequence[Pair]) -> None:
    """Says to each row whose record its number is."""
    rows = {each.number: each for pair in pairs for each in (pair.one, pair.other) if each.row is not None}
    if not rows:
        return
    records = NQSW.objects.filter(swe_number__in=rows).values_list("swe_number", "pk", Coalesce("merged_into", "pk"))
    for number, record, key in records:
        rows[number or ""].record, rows[number or ""].key = record, key


def _told_apart(pairs: Sequence[Pair]) -> set[frozenset[int]]:
    """The records that a caseworker has said are two people, two by two."""
    records = {each.record for pair in pairs for each in (pair.one, pair.other)} - {None}
    if not records:
        return set()
    found = Likeness.objects.filter(answer=SameAnswer.DIFFERENT, one__in=records, other__in=records)
    return {frozenset(each) for each in found.values_list("one", "other")}


def _is_known(pair: Pair, apart: Collection[frozenset[int]]) -> bool:
    """Whether it is known already that they are one person, or that they are two."""
    one, other = pair.one, pair.other
    if one.record is None or other.record is None:
        return False
    return one.key == other.key or frozenset((one.record, other.record)) in apart


def _compared(pairs: Sequence[Pair]) -> list[list[SameBy]]:
    """In what the two of each pair are alike; nothing where it is nothing but the number."""
    everybody = [each for pair in pairs for each in (pair.one, pair.other)]
    if not everybody:
        return []
    given: Mapping[str, list[str]] = {
        "first": [each.first_name for each in everybody],
        "last": [each.last_name for each in everybody],
        "former": [each.former_name for each in everybody],
        "email": [each.email for each in everybody],
        "number": [each.number for each in everybody],
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPARED, given)
        found = cursor.fetchall()
    codes = (SameBy.NAME, SameBy.EMAIL, SameBy.NUMBER)
    alike = [[code for code, holds in zip(codes, row, strict=True) if holds] for row in found]
    return [each if each != [SameBy.NUMBER] else [] for each in alike]


def _finding(pair: Pair, alike: Sequence[SameBy]) -> Finding:
    reason = "; ".join(str(each.label) for each in alike).replace("; The", "; the")
    remedy = ONE_ROW if pair.other.row is not None else REGISTERED_ALREADY
    return Finding(
        pair.one.row or 0, "", f"{reason}.", remedy, is_note=True,
        like_row=pair.other.row, registration=pair.other.registration,
    )  # fmt: skip
