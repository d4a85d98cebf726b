"""The columns of a file with registrations, each with what it means; no equality answer is ever among them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from registrations.models import Registration
from registrations.presenters import stage_told


@dataclass(frozen=True)
class Row:
    """One registration with what the columns are read from. `left`: of an employer they were with, which is not told
    how the year goes on."""

    registration: Registration
    employer: str
    region: str
    assessor: str
    planned_end: date | None
    left: bool = False

    @property
    def ended_on(self) -> date | None:
        """The day the year ended, where that is told."""
        return None if self.left else self.registration.ended_on

    @property
    def end(self) -> str:
        """How it ended, where that is told."""
        return "" if self.left else self.registration.get_end_reason_display()


@dataclass(frozen=True)
class Column:
    """A heading, what it means, and the text of a row under it. Days are written 2026-09-14."""

    heading: str
    means: str
    text: Callable[[Row], Any]


COLUMNS: Final = (
    Column("Reference", "Given when DfE approves the registration", lambda row: row.registration.reference),
    Column("First name", "As it is now", lambda row: row.registration.nqsw.first_name),
    Column("Last name", "As it is now", lambda row: row.registration.nqsw.last_name),
    Column("Former last name", "Where the NQSW had another", lambda row: row.registration.nqsw.former_name),
    Column(
        "Social Work England number",
        "SW and digits, without leading zeros",
        lambda row: row.registration.nqsw.swe_number,
    ),
    Column("Employer", "Where the year is carried now, or was carried last", lambda row: row.employer),
    Column("Region", "Of that employer", lambda row: row.region),
    Column("Programme", "Of the programme year", lambda row: row.registration.programme_year.get_programme_display()),
    Column("Programme year", "In which the registration was sent", lambda row: row.registration.programme_year.code),
    Column(
        "Stage",
        "On the day of the file; not of a year that has gone on with another employer",
        lambda row: stage_told(row.registration, left=row.left)[0],
    ),
    Column("Eligibility", "What the rules said", lambda row: row.registration.get_verdict_display()),
    Column("Sent on", "When the employer sent it", lambda row: row.registration.submitted_at),
    Column("Decided on", "When DfE approved or refused it", lambda row: row.registration.decided_at),
    Column(
        "Employment started on", "With the employer that registered them", lambda row: row.registration.employment_start
    ),
    Column("ASYE starts on", "The first day of the year", lambda row: row.registration.asye_start),
    Column("Planned end", "With deferrals and extensions counted", lambda row: row.planned_end),
    Column("Job title", "As the employer wrote it", lambda row: row.registration.job_title),
    Column("Contract", "Permanent, fixed term, agency or locum", lambda row: row.registration.get_contract_display()),
    Column("Share of full time", "In per cent", lambda row: row.registration.fte_percent),
    Column("Assessor", "Who assesses now, or did last", lambda row: row.assessor),
    Column("Ended on", "The first day no longer on the programme", lambda row: row.ended_on),
    Column("End", "Withdrawn, never started or outcome confirmed", lambda row: row.end),
)
