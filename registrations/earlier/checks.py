"""What the service knows beside what a row of earlier records says: looked up for many rows at once, nothing held."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Lower

from accounts import rules as account_rules
from accounts.models import Employer, LocalAuthority
from accounts.states import EmployerKind, Region
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused
from registrations import queries
from registrations.bulk.findings import Fault
from registrations.earlier.entries import Entry
from registrations.models import NQSW, EarlierFile, EarlierRow, Placement, ProgrammeYear, Registration
from registrations.models.years import IN_FORCE
from registrations.rules import numbers, taken
from registrations.states import EarlierKind, Programme

OTHERWISE: Final = "Nothing of it is changed. Put the row back as it was, and correct what stands in the service there."
NO_EMPLOYER: Final = Fault(
    "No employer has this reference in the same source, or this name.",
    "Take over the employers first, or write the name as it stands here.",
)
LIVE: Final = Fault(
    "This person has a registration in this service that has not ended.",
    "Delete the row, or enter the day on which they withdrew.",
)
WITHIN_ANOTHER: Final = Fault(
    "This falls within another registration of this person.", "Correct the dates, or delete the row."
)
NO_YEAR: Final = Fault(
    "No programme year in force holds this day.", "Ask an administrator to publish the programme year of that day."
)
FUTURE: Final = Fault("This day is in the future.", "Correct the date.")
BEFORE_START: Final = Fault("This is before the day on which their ASYE starts.", "Correct whichever date is wrong.")
NO_CODE: Final = Fault("No local authority has this code.", "Correct the code.")
CODE_TAKEN: Final = Fault(
    "This local authority is an employer here under another name.", "Write the name as it stands here."
)
HERE: Final = Fault("This employer is here already.", "Nothing to do: the reference will be kept with it.")
NOBODY: Final = Fault(
    "Nobody taken over from this source has this reference, and nobody has it as their Social Work England number.",
    "Take over the people first, or correct the cell.",
)
SAID_ABOVE: Final = Fault("A row further up says this of the same person.", "Keep one of the rows.")
OTHER_NUMBER: Final = Fault(
    taken.OTHER_NUMBER,
    "Keep one row for each person, and send a second registration in a file of its own.",
)
CLOSED: Final = Fault(
    "The employer closes, or has closed, before this registration ends.",
    "Name the employer that took over, or enter the day on which they withdrew.",
)
HERE_OTHERWISE: Final = Fault(
    "An employer of this name is here, of another kind, region or local authority.",
    "Write what stands here, or correct the employer in the service first.",
)


def mark_known(entries: Sequence[Entry], headings: Mapping[str, str], file: EarlierFile) -> None:
    """Marks what was taken over before under the same reference; a row that said something else then is found."""
    found = rows_by_reference(file.kind, file.source, [each.reference for each in entries])
    for entry in entries:
        row = found.get(entry.reference.lower())
        if row is None:
            continue
        if row.said == entry.said:
            entry.is_known = True
            entry.findings.clear()
        else:
            taken_at = row.file.taken_at
            when = f" on {long_date(london_date(taken_at))}" if taken_at else ""
            said = f"This row was taken over{when} and said something else then."
            entry.find(headings, "reference", said, OTHERWISE)


def rows_by_reference(kind: str, source: str, references: Iterable[str]) -> dict[str, EarlierRow]:
    """What was taken over of a kind from a source, by the reference in small letters."""
    wanted = {reference.lower() for reference in references} - {""}
    found = EarlierRow.objects.filter(kind=kind, source=source).annotate(key=Lower("reference"))
    found = found.select_related("file", "employer", "registration__nqsw").defer("file__content")
    return {row.key: row for row in found.filter(key__in=wanted)}


class KnownEmployers:
    """The employers and local authorities that rows of the sheet of employers name."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        codes = {each.clean.get("local_authority") or "" for each in entries}
        self.authorities = LocalAuthority.objects.in_bulk(codes)
        names = {(each.clean.get("name") or "").lower() for each in entries}
        found = Employer.objects.annotate(key=Lower("name")).filter(Q(key__in=names) | Q(local_authority__in=codes))
        self.by_name = {each.name.lower(): each for each in found}
        self.by_code = {each.local_authority_id: each for each in found if each.local_authority_id}

    def check(self, entries: Iterable[Entry], headings: Mapping[str, str]) -> None:
        """Adds to each row what forbids it."""
        for entry in entries:
            for key, fault in self._faults(entry):
                entry.find(headings, key, *fault, is_note=fault is HERE)

    def of(self, entry: Entry) -> Employer | None:
        """The employer that a row names, where it is here."""
        return self.by_name.get((entry.clean.get("name") or "").lower())

    def _faults(self, entry: Entry) -> Iterable[tuple[str, Fault]]:
        code = entry.clean.get("local_authority") or ""
        authority = self.authorities.get(code)
        if code and authority is None:
            yield "local_authority", NO_CODE
            return
        if not {"kind", "region", "name"} <= entry.clean.keys():
            return
        kind, region = EmployerKind(entry.clean["kind"]), Region(entry.clean["region"])
        try:
            account_rules.check_employer_facts(kind, region, authority)
        except Refused as refusal:
            yield refusal.field or "", Fault(f"{str(refusal).rstrip('.')}.", "Correct the cell.")
            return
        here = self.of(entry)
        if here is not None:
            same = (here.kind, here.region, here.local_authority_id or "") == (kind, region, code)
            yield "name", HERE if same else HERE_OTHERWISE
        elif code in self.by_code:
            yield "local_authority", CODE_TAKEN


class KnownPeople:
    """The employers, people and programme years that rows of the sheet of people name. `seen` are the people that rows
    before these name."""

    def __init__(self, entries: Sequence[Entry], file: EarlierFile, on: date, seen: dict[object, int]) -> None:
        self.on, self.seen = on, seen
        named = {(each.clean.get("employer") or "").lower() for each in entries}
        self.employers = {each.name.lower(): each for each in _employers_named(named)}
        rows = rows_by_reference(EarlierKind.EMPLOYERS, file.source, named)
        self.employers |= {key: row.employer for key, row in rows.items() if row.employer is not None}
        numbers = {each.number for each in entries} - {""}
        self.people = {each.swe_number: each for each in NQSW.objects.filter(swe_number__in=numbers)}
        keys = {each.merged_into_id or each.pk for each in self.people.values()}
        person = Coalesce("nqsw__merged_into", "nqsw")
        live = Registration.objects.filter(queries.LIVE).annotate(person=person).filter(person__in=keys)
        self.live = set(live.values_list("person", flat=True))
        self.spans: dict[int, list[tuple[date, date]]] = {}
        placements = Placement.objects.annotate(person=person, until=Coalesce("ends_on", Value(date.max))).filter(
            person__in=keys
        )
        for key, starts, until in placements.values_list("person", "starts_on", "until"):
            if starts < until:
                self.spans.setdefault(key, []).append((starts, until))
        programme = Programme.ASYE_CHILD_AND_FAMILY
        self.years = list(ProgrammeYear.objects.filter(IN_FORCE, programme=programme).order_by("-code"))

    def check(self, entries: Iterable[Entry], headings: Mapping[str, str]) -> None:
        """Adds to each row what forbids it: rules E9 and E11, and a programme year for the day of registration."""
        for entry in entries:
            for key, fault in self._faults(entry):
                entry.find(headings, key, *fault)

    def year_of(self, day: date) -> ProgrammeYear | None:
        """The programme year in force whose window holds a day."""
        return next((year for year in self.years if year.window_from <= day <= year.window_to), None)

    def employer_of(self, entry: Entry) -> Employer | None:
        """The employer that a row names."""
        return self.employers.get((entry.clean.get("employer") or "").lower())

    def _faults(self, entry: Entry) -> Iterable[tuple[str, Fault]]:
        clean = entry.clean
        registered, withdrawn, starts = (clean.get(key) for key in ("registered_on", "withdrawn_on", "asye_start"))
        employer = self.employer_of(entry)
        if clean.get("employer") and employer is None:
            yield "employer", NO_EMPLOYER
        elif employer is not None and "withdrawn_on" in clean and _closes_within(employer, starts, withdrawn):
            yield "employer", CLOSED
        if registered and registered > self.on:
            yield "registered_on", FUTURE
        elif registered and self.year_of(registered) is None:
            yield "registered_on", NO_YEAR
        if withdrawn and withdrawn > self.on:
            yield "withdrawn_on", FUTURE
        elif withdrawn and starts and withdrawn < starts:
            yield "withdrawn_on", BEFORE_START
        person = self.people.get(entry.number)
        if person is not None and "withdrawn_on" in clean:
            yield from self._not_free(entry, person.merged_into_id or person.pk)

    def _not_free(self, entry: Entry, key: int) -> Iterable[tuple[str, Fault]]:
        starts, withdrawn = entry.clean.get("asye_start"), entry.clean["withdrawn_on"]
        if self.seen.setdefault(key, entry.row) != entry.row:
            yield "swe_number", OTHER_NUMBER
        elif withdrawn is None and key in self.live:
            yield "swe_number", LIVE
        elif starts and any(starts < until and begins < (withdrawn or date.max) for begins, until in self._spans(key)):
            yield "asye_start", WITHIN_ANOTHER

    def _spans(self, key: int) -> list[tuple[date, date]]:
        return self.spans.get(key, [])


def _closes_within(employer: Employer, starts: date | None, ends: date | None) -> bool:
    """Whether an employer closes before somebody leaves it; whoever left on the first day was never there."""
    return employer.closed_on is not None and starts != ends and (ends or date.max) > employer.closed_on


def _employers_named(names: Iterable[str]) -> Iterable[Employer]:
    return Employer.objects.annotate(key=Lower("name")).filter(key__in=set(names))


class KnownPersons:
    """Whom rows of outcomes and payments are about: by their reference in the same source, or by their number.

    `registrations` are those taken over of each person (the surviving record), from whatever source.
    """

    def __init__(self, entries: Sequence[Entry], file: EarlierFile) -> None:
        named = {each.clean.get("person") or "" for each in entries} - {""}
        rows = rows_by_reference(EarlierKind.PEOPLE, file.source, named)
        self.by_reference = {key: row.registration for key, row in rows.items() if row.registration is not None}
        wanted = {number for each in named if (number := _number(each))}
        found = NQSW.objects.filter(swe_number__in=wanted).annotate(key=Coalesce("merged_into", "pk"))
        self.by_number = {str(number): int(key) for number, key in found.values_list("swe_number", "key")}
        earlier = Registration.objects.filter(earlier_rows__kind=EarlierKind.PEOPLE).select_related("nqsw")
        earlier = earlier.annotate(person=Coalesce("nqsw__merged_into", "nqsw")).order_by("id")
        self.registrations: dict[int, list[Registration]] = {}
        for registration in earlier.filter(person__in=self.by_number.values()):
            self.registrations.setdefault(registration.person, []).append(registration)

    def registrations_of(self, entry: Entry) -> list[Registration]:
        """The registrations that a row may be about."""
        named = entry.clean.get("person") or ""
        by_reference = self.by_reference.get(named.lower())
        if by_reference is not None:
            return [by_reference]
        return self.registrations.get(self.by_number.get(_number(named), 0), [])

    def person_of(self, entry: Entry) -> int | None:
        """The record of the person that a row is about: the one that survives."""
        named = entry.clean.get("person") or ""
        registration = self.by_reference.get(named.lower())
        if registration is not None:
            return registration.nqsw.merged_into_id or registration.nqsw_id
        return self.by_number.get(_number(named))


def _number(typed: str) -> str:
    try:
        return numbers.canonical(typed)
    except Refused:
        return ""
