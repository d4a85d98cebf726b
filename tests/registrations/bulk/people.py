"""Rows that can be registered and funded, and the acts that bring a file to each state."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import Employer, User
from asye.clock import london_date
from registrations.bulk import checking, writing
from registrations.bulk.checking import File
from registrations.bulk.columns import HEADINGS
from registrations.models import BulkUpload
from registrations.services import bulk
from tests.cast import NOW

GOOD = {
    "first_name": "Zoë",
    "middle_names": "",
    "last_name": "O’Neill-Łukasz",
    "former_name": "",
    "email": "",
    "swe_number": "",
    "qualified_on": "2026-06-27",
    "swe_registered_from": "27/07/2026",
    "qualification": "MA",
    "route": "Step Up to Social Work",
    "route_other": "",
    "employment_start": "1 September 2026",
    "asye_start": "01.09.2026",
    "job_title": "Social worker",
    "team": "North",
    "service_area": "Children in care",
    "contract": "permanent",
    "duties_agreed": "",
    "fte_percent": "80%",
    "assessor": "ben@northshire.example",
    "assessor_is_manager": "",
    "assessor_experienced": "Yes",
    "post": "Yes",
    "post_note": "",
    "child_and_family": "y",
    "in_england": "TRUE",
    "previous": "No",
}


def person(number: int, **changed: str) -> dict[str, str]:
    """The cells of somebody, by question; name, number and address are those of person `number`."""
    own = {"swe_number": f"SW{810_000 + number}", "email": f"bulk{number}@people.example"}
    if number != 1:
        own["first_name"] = f"Zoë{number}"
    return {**GOOD, **own, **changed}


def csv(rows: Iterable[Mapping[str, str]], headings: Mapping[str, str] = HEADINGS) -> bytes:
    """The rows as a file with our headings, or with those of `headings` only and in their order."""
    return writing.as_csv([list(headings.values()), *[[row[key] for key in headings] for row in rows]])


def sent(employer: Employer, content: bytes, *, by: User, now: datetime = NOW) -> BulkUpload:
    """The file, waiting to be checked."""
    return bulk.send(employer, content, name="people.csv", ending="csv", unused=[], by=by, now=now).upload


def checked(employer: Employer, content: bytes, *, by: User, now: datetime = NOW) -> BulkUpload:
    """The file, checked."""
    upload = sent(employer, content, by=by, now=now)
    checking.check_pending(now)
    upload.refresh_from_db()
    return upload


def confirmed(
    upload: BulkUpload, *, by: User, now: datetime = NOW, only_good: bool = True, different: bool = False
) -> BulkUpload:
    """What pressing the button does, on the page that shows the file as it is now."""
    file = File.of(upload, london_date(now))
    return bulk.register_many(
        upload,
        list(file.rows()),
        file.headings,
        only_good=only_good,
        seen_digest=upload.digest,
        different=different,
        by=by,
        now=now,
    )


def found(upload: BulkUpload) -> list[tuple[int, str, str]]:
    """(row, column, reason) of everything that was found."""
    return list(upload.findings.values_list("row", "column", "reason"))
