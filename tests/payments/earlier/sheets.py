"""Rows of records from before this service, and the acts that bring a file of them to each state."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import User
from asye.clock import london_date
from payments.earlier import checking
from payments.earlier.kinds import SHEETS
from payments.services.earlier import take_over
from registrations.bulk import writing
from registrations.models import EarlierFile
from registrations.services import earlier
from registrations.states import EarlierKind, EarlierSource
from tests.cast import NOW, Cast

Rows = Iterable[Mapping[str, str]]
EMPLOYERS, PEOPLE, OUTCOMES, PAYMENTS = EarlierKind
HEADINGS = {kind: {column.key: column.heading for column in sheet.columns} for kind, sheet in SHEETS.items()}


def employer(number: int, **changed: str) -> dict[str, str]:
    """A row of the sheet of employers."""
    return {
        "reference": f"ORG-{number}",
        "name": f"Fosterers {number}",
        "kind": "Voluntary or charity",
        "region": "London",
        "local_authority": "",
        "phone": "020 7946 0000",
        **changed,
    }


def person(number: int, **changed: str) -> dict[str, str]:
    """A row of the sheet of people: on programme since autumn 2025, with Northshire."""
    return {
        "reference": f"P-{number}",
        "employer": "northshire",
        "first_name": "Zoë",
        "middle_names": "",
        "last_name": f"O’Neill-Łukasz {number}",
        "former_name": "",
        "swe_number": f"sw 0{820_000 + number}",
        "email": f"earlier{number}@people.example",
        "qualified_on": "27/06/2025",
        "swe_registered_from": "2025-07-27",
        "qualification": "MA",
        "route": "Step Up to Social Work",
        "employment_start": "1 September 2025",
        "asye_start": "01/09/2025",
        "job_title": "Social worker",
        "contract": "Permanent",
        "fte_percent": "80%",
        "registered_on": "2025-09-15",
        "funded": "Yes",
        "withdrawn_on": "",
        **changed,
    }


def outcome(number: int, **changed: str) -> dict[str, str]:
    """A row of the sheet of outcomes: person `number` passed in the summer of 2026."""
    row = {"reference": f"O-{number}", "person": f"P-{number}", "result": "Pass", "decided_on": "2026-08-20"}
    return {**row, "notice_on": "", **changed}


def payment(number: int, **changed: str) -> dict[str, str]:
    """A row of the sheet of past payments: the first payment for person `number` was made."""
    row = {"reference": f"PAY-{number}", "person": f"P-{number}", "milestone": "Registration", "paid": "Yes"}
    return {**row, **changed}


def csv(kind: EarlierKind, rows: Rows) -> bytes:
    """The rows as a file with our headings."""
    headings = HEADINGS[kind]
    return writing.as_csv([list(headings.values()), *[[row[key] for key in headings] for row in rows]])


def sends(kind: EarlierKind, cast: Cast) -> User:
    """Who sends in files of a kind."""
    return cast.omar if kind == PAYMENTS else cast.erin


def takes(kind: EarlierKind, cast: Cast) -> User:
    """Who confirms files of a kind."""
    return cast.priya if kind == PAYMENTS else cast.erin


def sent(kind: EarlierKind, rows: Rows, cast: Cast, *, now: datetime = NOW) -> EarlierFile:
    """The file, waiting to be checked."""
    content = csv(kind, rows)
    by = sends(kind, cast)
    source = EarlierSource.PORTAL
    return earlier.send(kind, source, content, name="old.csv", ending="csv", unused=[], by=by, now=now).file


def checked(kind: EarlierKind, rows: Rows, cast: Cast, *, now: datetime = NOW) -> EarlierFile:
    """The file, checked."""
    file = sent(kind, rows, cast, now=now)
    checking.check_pending(now)
    file.refresh_from_db()
    return file


def confirmed(
    file: EarlierFile, cast: Cast, *, now: datetime = NOW, only_good: bool = True, by: User | None = None
) -> EarlierFile:
    """What pressing the button does, on the page that shows the file as it is now."""
    sheet = checking.opened(file, london_date(now))
    by = by or takes(EarlierKind(file.kind), cast)
    entries = list(sheet.entries())
    return take_over(file, entries, sheet.headings, only_good=only_good, seen_digest=file.digest, by=by, now=now)


def taken(kind: EarlierKind, rows: Rows, cast: Cast, *, now: datetime = NOW) -> EarlierFile:
    """Every row of it taken over."""
    return confirmed(checked(kind, rows, cast, now=now), cast, now=now, only_good=False)


def found(file: EarlierFile) -> list[tuple[int, str, str]]:
    """(row, column, reason) of everything that was found."""
    return list(file.findings.values_list("row", "column", "reason"))
