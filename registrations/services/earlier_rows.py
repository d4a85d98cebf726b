"""Employers, people and their registrations from before this service, written as the rows that were confirmed say."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Final, TypeVar

from django.db.models import F, Q

from accounts.models import Membership, User
from accounts.services import audit, employers
from accounts.services.employers import Details
from asye.clock import LONDON
from registrations import reference
from registrations.earlier.checks import KnownEmployers, KnownPeople
from registrations.earlier.entries import Entry
from registrations.models import (
    NQSW,
    AssessorAssignment,
    EarlierFile,
    EarlierRow,
    Placement,
    ProgrammeYear,
    ReferenceCounter,
    Registration,
)
from registrations.rules import eligibility
from registrations.rules.reasons import Reason
from registrations.services import likeness
from registrations.states import EarlierSource, EndReason, State, Verdict

AT_ONCE: Final = 500
Thing = TypeVar("Thing")


def batched(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """So many at once that no statement grows with the file."""
    for first in range(0, len(things), AT_ONCE):
        yield things[first : first + AT_ONCE]


def row_of(file: EarlierFile, entry: Entry, **about: object) -> EarlierRow:
    """What is kept of a row that is taken over, not saved yet; `about` names what it is about."""
    return EarlierRow(
        file=file, kind=file.kind, source=file.source, reference=entry.reference, said=entry.said, **about
    )


def store_employers(
    file: EarlierFile, entries: Sequence[Entry], known: KnownEmployers, *, by: User, now: datetime, under: Membership
) -> None:
    """Makes the employers that are not here yet, and keeps the source's reference with each. Raises Refused where
    somebody else has made one of them meanwhile."""
    rows = []
    for entry in entries:
        said = entry.clean
        authority = known.authorities.get(said["local_authority"])
        details = Details(said["name"], said["kind"], said["region"], authority, said["phone"])
        employer = known.of(entry) or employers.write(details, by=by, now=now, under=under)
        rows.append(row_of(file, entry, employer=employer))
    EarlierRow.objects.bulk_create(rows)


def store_people(
    file: EarlierFile, entries: Sequence[Entry], known: KnownPeople, *, by: User, now: datetime, under: Membership
) -> None:
    """Makes the people that are not here yet, their registrations and placements. Nobody is written to."""
    people = _people(file, entries, known, now=now)
    years = [known.year_of(entry.clean["registered_on"]) for entry in entries]
    references = _references([year for year in years if year is not None])
    made = Registration.objects.bulk_create(
        (
            _registration(file, entry, nqsw, year, next(references[_prefix(year)]), by=by)
            for entry, nqsw, year in zip(entries, people, years, strict=True)
            if year is not None
        )
    )
    Placement.objects.bulk_create(
        (
            Placement(
                registration=each,
                nqsw=each.nqsw,
                employer=known.employer_of(entry),
                starts_on=each.asye_start,
                ends_on=each.ended_on,
            )
            for each, entry in zip(made, entries, strict=True)
        )
    )
    EarlierRow.objects.bulk_create(
        (row_of(file, entry, registration=each) for each, entry in zip(made, entries, strict=True))
    )
    likeness.bring_up([each.pk for each in people], now)
    audit.record_many("registrations.keep_earlier", made, by=by, now=now, under=under, codes=[file.source])


def _people(file: EarlierFile, entries: Sequence[Entry], known: KnownPeople, *, now: datetime) -> list[NQSW]:
    """The one NQSW of each number; whoever has none in the source is somebody new."""
    without = f"{EarlierSource(file.source).label} has no number"
    people = [
        known.people.get(entry.number)
        or NQSW(
            swe_number=entry.number or None,
            number_unknown_because="" if entry.number else without,
            first_name=entry.clean["first_name"],
            middle_names=entry.clean["middle_names"],
            last_name=entry.clean["last_name"],
            former_name=entry.clean["former_name"],
            email=entry.clean["email"],
            created_at=now,
        )
        for entry in entries
    ]
    NQSW.objects.bulk_create(each for each in people if each.pk is None)
    return people


def _registration(
    file: EarlierFile, entry: Entry, nqsw: NQSW, year: ProgrammeYear, given: str, *, by: User
) -> Registration:
    said = entry.clean
    source = EarlierSource(file.source).label
    verdict = Verdict.FUNDABLE if said["funded"] else Verdict.UNFUNDED
    funded = "funded" if verdict == Verdict.FUNDABLE else "did not fund"
    reason = Reason("P9", f"{source}: the administrator before this service {funded} the registration.", verdict)
    registered = noon(said["registered_on"])
    withdrawn = said["withdrawn_on"]
    return Registration(
        nqsw=nqsw,
        programme_year=year,
        reference=given,
        state=State.REGISTERED,
        given_first_name=said["first_name"],
        given_middle_names=said["middle_names"],
        given_last_name=said["last_name"],
        **{
            key: said[key]
            for key in (
                *("job_title", "contract", "fte_percent", "qualification", "route", "qualified_on"),
                *("swe_registered_from", "employment_start", "asye_start"),
            )
        },
        eligibility_answers={},
        rule_version=eligibility.rule_version(year),
        verdict=verdict,
        verdict_reasons=[reason.as_data()],
        submitted_at=registered,
        submitted_by=by,
        decided_at=registered,
        decided_by=by,
        ended_on=withdrawn,
        end_reason=EndReason.WITHDRAWN if withdrawn else "",
    )


def end_many(registrations: Sequence[Registration], days: Sequence[date]) -> None:
    """Part of the act that takes outcomes over: ends each registration and what runs under it on its day."""
    for each, day in zip(registrations, days, strict=True):
        each.ended_on, each.end_reason, each.version = day, EndReason.OUTCOME_CONFIRMED, each.version + 1
    Registration.objects.bulk_update(registrations, ["ended_on", "end_reason", "version"])
    running = Q(ends_on__isnull=True) | Q(ends_on__gt=F("registration__ended_on"))
    theirs = Q(registration__in=[each.pk for each in registrations]) & ~Q(ends_on=F("starts_on"))
    placements = list(Placement.objects.filter(running, theirs).select_related("registration"))
    for placement in placements:
        placement.ends_on = max(placement.starts_on, placement.registration.ended_on or placement.starts_on)
    Placement.objects.bulk_update(placements, ["ends_on"])
    assignments = list(
        AssessorAssignment.objects.filter(placement__in=placements)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=F("placement__ends_on")))
        .exclude(ends_on=F("starts_on"))
        .select_related("placement")
    )
    for assignment in assignments:
        assignment.ends_on = max(assignment.starts_on, assignment.placement.ends_on or assignment.starts_on)
    AssessorAssignment.objects.bulk_update(assignments, ["ends_on"])


def noon(day: date) -> datetime:
    """An instant on a London day of which only the day is known."""
    return datetime.combine(day, time(12), LONDON)


def _prefix(year: ProgrammeYear) -> str:
    return year.reference_prefix + year.code[2:4]


def _references(years: Sequence[ProgrammeYear]) -> dict[str, Iterator[str]]:
    """The next references (D1) of each prefix, as many as there are years; the counters are locked, in order."""
    wanted = Counter(map(_prefix, years))
    ReferenceCounter.objects.bulk_create([ReferenceCounter(prefix=each) for each in wanted], ignore_conflicts=True)
    given: dict[str, Iterator[str]] = {}
    for counter in ReferenceCounter.objects.select_for_update().filter(prefix__in=wanted).order_by("prefix"):
        first, counter.last = counter.last + 1, counter.last + wanted[counter.prefix]
        counter.save(update_fields=["last"])
        given[counter.prefix] = map(partial(reference.reference, counter.prefix), range(first, counter.last + 1))
    return given
