"""Everything that can be wrong with a row, each kind planted on purpose, with what has to be said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from registrations.bulk import checks, reader
from registrations.bulk.checks import halves
from registrations.bulk.columns import HEADINGS
from registrations.rules import taken

# ruff: noqa: E501 (a table: one kind to a line)
NOT_CHOICE = "from the list."


@dataclass(frozen=True)
class Kind:
    """`cells` are put into a row; `said` are (question, reason) of each finding it leads to."""

    cells: dict[str, str]
    said: list[tuple[str, str]]
    more: Callable[[list[str]], list[str]] | None = None  # what is done to the cells as they are written


def one(key: str, cell: str, reason: str, **others: str) -> Kind:
    return Kind({key: cell, **others}, [(key, reason)])


REQUIRED = [
    "first_name", "last_name", "email", "swe_number", "qualified_on", "swe_registered_from", "qualification", "route",
    "employment_start", "asye_start", "job_title", "contract", "fte_percent", "assessor", "assessor_experienced", "post",
    "child_and_family", "in_england", "previous",
]  # fmt: skip
NUMBER = "Their Social Work England number"
QUALIFIED, STARTS = "The date they qualified", "The date their ASYE starts"

KINDS: dict[str, Kind] = {
    **{f"{key} empty": one(key, "", "The cell is empty.") for key in REQUIRED},
    "email without @": one("email", "zoe.people.example", "Enter their email address in the correct format, like name@example.com."),
    "number without SW": one("swe_number", "810999", f"{NUMBER} must start with SW, like SW12345."),
    "number with the letter O": one("swe_number", "SW81O999", f"{NUMBER} has the letter O where there should be a zero (0)."),
    "number too long": one("swe_number", "SW81099999", f"{NUMBER} must have 7 digits or fewer after SW."),
    "number of zeros": one("swe_number", "SW000", f"{NUMBER} cannot be all zeros."),
    "number in full width": one("swe_number", "ＳＷ810999", f"{NUMBER} must use the letters SW and the digits 0 to 9 from a standard keyboard, like SW12345."),
    "31 February": one("qualified_on", "31/02/2026", f"{QUALIFIED} must be a real date."),
    "year of two digits": one("qualified_on", "27/06/26", f"{QUALIFIED} must have a year of 4 numbers, like 2026."),
    "date in words": one("qualified_on", "last summer", f"{QUALIFIED} must be a real date."),
    "month first": one("qualified_on", "06/27/2026", f"{QUALIFIED} must have the day before the month."),
    "either order": one("qualified_on", "05/06/2026", f"{QUALIFIED} can be read in two ways: other dates in this column have the month first."),
    "long ago": one("qualified_on", "1949-12-31", f"{QUALIFIED} must be 1 January 1950 or later."),
    "qualified tomorrow": Kind({"qualified_on": "2026-09-15", "swe_registered_from": "2026-09-15"}, [
        ("qualified_on", f"{QUALIFIED} must be today or in the past."),
        ("swe_registered_from", "The date they were registered from must be today or in the past."),
        ("asye_start", f"{STARTS} must be on or after the date they were registered with Social Work England, 15 September 2026."),
    ]),
    "registered before qualified": one("swe_registered_from", "2026-06-26", "The date they were registered from must be on or after the date they qualified, 27 June 2026."),
    "start before employment": one("asye_start", "2026-08-31", f"{STARTS} must be on or after the date their employment started, 1 September 2026."),
    "start before registered": one("asye_start", "2026-07-26", f"{STARTS} must be on or after the date they were registered with Social Work England, 27 July 2026.", employment_start="2026-07-01"),
    "start too far ahead": one("asye_start", "2027-03-15", f"{STARTS} must be 14 March 2027 or earlier."),
    "no such qualification": one("qualification", "PhD", f"Select their highest qualification {NOT_CHOICE}"),
    "no such route": one("route", "Uni", f"Select how they came into social work {NOT_CHOICE}"),
    "route not named": one("route_other", "", "The cell is empty.", route="Another route"),
    "no such contract": one("contract", "casual", f"Select their contract {NOT_CHOICE}"),
    "post no": one("post", "no", f"Select whether it is a social work post {NOT_CHOICE}"),
    "perhaps": one("in_england", "perhaps", "Select yes if they work in England."),
    "hours too few": one("fte_percent", "5", "Their working time must be between 10 and 100."),
    "hours in words": one("fte_percent", "half", "Their working time must be a number, like 12."),
    "hours broken": one("fte_percent", "37.5", "Their working time must be a whole number."),
    "unknown assessor": one("assessor", "nobody@northshire.example", checks.NOT_AN_ASSESSOR.reason),
    "assessor of somebody else": one("assessor", "cal@southmouth.example", checks.NOT_AN_ASSESSOR.reason),
    "assessor of themselves": one("email", "ben@northshire.example", ""),
    "agency without an answer": one("duties_agreed", "", "The cell is empty.", contract="Agency"),
    "agency without duties": one("duties_agreed", "no", "Agency workers and locums can take part only where the agency or the host employer has agreed to meet the duties of the ASYE.", contract="Locum"),
    "not a fitting post": one("post", "neither", "Their post must be a social work post, or one in which they can meet and show the post-qualifying standard."),
    "adult service": one("child_and_family", "no", "They must work in a child and family service. Other services use the ASYE for adults."),
    "Wales": one("in_england", "no", "Their place of work must be in England."),
    "assessor new": one("assessor_experienced", "no", "Their assessor must be an experienced social worker who is registered with Social Work England."),
    "completed before": one("previous", "completed", "They have already completed an ASYE and cannot do a second one."),
    "failed before": one("previous", "They have failed one", "They have failed an ASYE before. A second attempt is possible only once a caseworker has allowed it."),
    "adults now": one("previous", "adults_now", "They are on an ASYE with adults. It must end before an ASYE with children and families begins."),
    "registered too late": one("asye_start", "2026-06-15", "They had to be registered within 90 days of the start of their ASYE, by 13 September 2026.", employment_start="2026-06-01", swe_registered_from="2026-06-01", qualified_on="2026-05-01"),
    "registered elsewhere": one("swe_number", "SW700500", halves(taken.LIVE_ELSEWHERE).reason),
    "registered here": one("swe_number", "SW700501", checks.OWN_ALREADY.reason),
    "has an outcome": one("swe_number", "SW700502", halves(taken.HAS_OUTCOME).reason),
    "within an earlier year": one("swe_number", "SW700503", ""),
    "address of another": one("email", "taken@people.example", halves(taken.EMAIL_OF_ANOTHER).reason),
    "deactivated account": one("email", "nils@people.example", checks.DEACTIVATED.reason),
    "own address": one("email", "amira@northshire.example", checks.YOURSELF.reason),
    "formula": one("job_title", "=HYPERLINK(1)", reader.FORMULA.reason),
    "endless cell": one("job_title", "x" * 1_001, "It is longer than 1,000 characters."),
    "name too long": one("last_name", "x" * 101, "Their last name must be 100 characters or fewer."),
    "hidden characters": one("first_name", "Zo\u202eë", "Their first name must not include hidden control characters. Delete it and type it again."),
    "too many cells": Kind({}, [("", reader.BEYOND.reason)], lambda cells: [*cells, "more"]),
}  # fmt: skip
KINDS["assessor of themselves"].said[0] = ("assessor", f"{taken.ASSESSOR_IS_NQSW}.")
KINDS["within an earlier year"].said[0] = ("asye_start", halves(taken.WITHIN_EARLIER).reason)


@dataclass
class Planted:
    """The rows of a file and everything that has to be found in it."""

    rows: list[list[str]] = field(default_factory=list)
    expected: set[tuple[int, str, str]] = field(default_factory=set)

    def add(self, cells: dict[str, str], kinds: list[Kind]) -> None:
        """Adds a row with these kinds of fault in it."""
        number = len(self.rows) + 2
        for kind in kinds:
            cells = {**cells, **kind.cells}
            self.expected |= {(number, HEADINGS.get(key, ""), reason) for key, reason in kind.said}
        row = [cells[key] for key in HEADINGS]
        for kind in kinds:
            row = kind.more(row) if kind.more else row
        self.rows.append(row)

    def again(self, key: str, reason: str) -> None:
        """Adds two rows that have the same number or address."""
        number = len(self.rows) + 2
        self.expected |= {
            (number, HEADINGS[key], reason.format(number + 1)),
            (number + 1, HEADINGS[key], reason.format(number)),
        }
