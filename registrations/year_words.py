"""A programme year in words: the same rows for its page, for the pages that change it and for comparing versions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from asye.dates import long_date
from asye.money import pounds
from registrations.models import ProgrammeYear
from registrations.rules.dates import FINAL_REVIEW, review_label
from registrations.states import Evidence, Milestone

NOT_CHOSEN: Final = "Not chosen yet"
Amounts = Mapping[str, int]  # pence by milestone
Words = Callable[[ProgrammeYear, Amounts], str]


@dataclass(frozen=True)
class Row:
    """One fact of a programme year. `step` is the page on which a draft's is changed."""

    label: str
    step: str
    words: Words


@dataclass(frozen=True)
class Difference:
    """One fact of two versions, in words."""

    heading: str
    label: str
    one: str
    other: str


def _field(name: str) -> Words:
    return lambda year, amounts: str(getattr(year, name))


def _choice(name: str) -> Words:
    return lambda year, amounts: getattr(year, f"get_{name}_display")() or NOT_CHOSEN


def _several(name: str, one: str, many: str, zero: str = "") -> Words:
    def words(year: ProgrammeYear, amounts: Amounts) -> str:
        number = getattr(year, name)
        if number is None or (zero and number == 0):
            return zero
        return f"{number} {one if number == 1 else many}"

    return words


def _amount(milestone: Milestone) -> Words:
    return lambda year, amounts: pounds(amounts[milestone]) if milestone in amounts else NOT_CHOSEN


def _window(year: ProgrammeYear, amounts: Amounts) -> str:
    return f"{long_date(year.window_from)} to {long_date(year.window_to)}"


def _reviews(year: ProgrammeYear, amounts: Amounts) -> str:
    ordered = sorted(year.review_months.items(), key=lambda item: item[1])
    return "\n".join(
        (f"{review_label(key)}, in month {months}" if key == FINAL_REVIEW else review_label(key))
        + (" (may be left out)" if key in year.optional_reviews else "")
        for key, months in ordered
    )


def _evidence(kind: Evidence) -> Words:
    return lambda year, amounts: str(year.evidence.get(kind, 0))


def _last_completion(year: ProgrammeYear, amounts: Amounts) -> str:
    return long_date(year.last_completion_on) if year.last_completion_on else "No last day"


def _issuer(year: ProgrammeYear, amounts: Amounts) -> str:
    return year.certificate_issuer or NOT_CHOSEN


SECTIONS: Final[tuple[tuple[str, tuple[Row, ...]], ...]] = (
    (
        "What it is",
        (
            Row("What the programme is called", "name", _field("name")),
            Row("Letters that references begin with", "name", _field("reference_prefix")),
            Row("Cohort", "name", _several("cohort", "", "", "No number")),
            Row("Open for registration", "window", _window),
            Row("What it rests on", "note", _field("note")),
        ),
    ),
    (
        "Who can take part",
        (
            Row(
                "Funded if it starts within",
                "joining",
                _several("fundable_years", "year of qualifying", "years of qualifying"),
            ),
            Row(
                "To be registered within",
                "joining",
                _several("latest_days_after_start", "day of the start", "days of the start"),
            ),
            Row("Agency workers and locums", "joining", lambda y, a: "Funded" if y.agency_funded else "Not funded"),
            Row("Second attempt after a fail", "joining", _choice("second_attempt")),
        ),
    ),
    (
        "How long it takes",
        (
            Row("Counted from", "length", _choice("counts_from")),
            Row("Length", "length", _several("months", "month", "months")),
            Row("Part-time", "length", _choice("part_time")),
            Row("Longest with extensions", "length", _several("longest_months", "month", "months")),
            Row("Longest deferral", "length", _several("longest_deferral_months", "month", "months", "No limit")),
        ),
    ),
    (
        "Reviews and evidence",
        (
            Row("Agreement signed within", "reviews", _several("agreement_days", "day", "days")),
            Row("Reviews", "reviews", _reviews),
            Row("Moderation after the final review", "reviews", _several("panel_days", "day", "days")),
            Row("Outcome after moderation", "reviews", _several("report_days", "day", "days")),
            Row("Standards", "evidence", _choice("standard_set")),
            Row("Forms and least evidence", "evidence", _choice("requirement_set")),
            *(Row(str(kind.label), "evidence", _evidence(kind)) for kind in Evidence),
            Row("Observations by the assessor", "evidence", _field("assessor_observations")),
        ),
    ),
    (
        "Money",
        (
            Row("First payment, at registration", "amounts", _amount(Milestone.REGISTRATION)),
            Row("Second payment, at completion", "amounts", _amount(Milestone.COMPLETION)),
            Row("After a fail", "fail", _choice("on_fail")),
            Row("After a withdrawal", "withdrawal", _choice("on_withdrawal")),
            Row("After a move to another employer", "move", _choice("on_move")),
            Row("Last day of a paid completion", "completion", _last_completion),
        ),
    ),
    (
        "Moderation, outcome and certificate",
        (
            Row("Passes read at random", "moderation", lambda y, a: f"{y.sample_percent}%"),
            Row("Readers of each record", "moderation", _field("readers")),
            Row("Least members of a panel", "moderation", _field("panel_members")),
            Row("External moderation", "moderation", _choice("external_moderation")),
            Row("Time to appeal", "certificate", _several("appeal_days", "day", "days")),
            Row("Certificates issued by", "certificate", _issuer),
        ),
    ),
)
STEPS: Final = tuple(dict.fromkeys(row.step for _, rows in SECTIONS for row in rows))


def facts(year: ProgrammeYear, amounts: Amounts) -> Iterable[tuple[str, list[tuple[Row, str]]]]:
    """(heading, rows with their words) of each section, in the order of the page."""
    for heading, rows in SECTIONS:
        yield heading, [(row, row.words(year, amounts).strip()) for row in rows]


def compared(
    one: tuple[ProgrammeYear, Amounts], other: tuple[ProgrammeYear, Amounts]
) -> tuple[list[Difference], list[Difference]]:
    """What differs between two versions, and what is the same."""
    differ: list[Difference] = []
    same: list[Difference] = []
    for heading, rows in SECTIONS:
        for row in rows:
            found = Difference(heading, row.label, row.words(*one).strip(), row.words(*other).strip())
            (differ if found.one != found.other else same).append(found)
    return differ, same
