"""What a programme year may say, and what makes it ready to be opened (decision D4)."""

import re
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from asye.dates import long_date
from asye.refusals import Refused, Stale
from registrations.rules.dates import FINAL_REVIEW, add_months
from registrations.states import MOVES_YEAR, Evidence, Milestone, Programme, YearState

if TYPE_CHECKING:
    from registrations.models import ProgrammeYear, YearHand

CANNOT_HAPPEN: Final = "cannot_happen"
CHOICES: Final = {
    "on_fail": "whether a fail earns the second payment",
    "on_withdrawal": "what a withdrawal does to the first payment",
    "on_move": "which employer is paid after a move",
    "certificate_issuer": "who issues the certificates",
}
ON_MONEY: Final = ("on_fail", "on_withdrawal", "on_move")
PREFIXES: Final = {Programme.ASYE_CHILD_AND_FAMILY: "CF", Programme.ASYE_ADULTS: "AD", Programme.ECDP: "EC"}
COHORT_BEFORE_THE_FIRST: Final = 2011  # cohort 8 is 2019-20 (domain 1)
EDITABLE: Final = frozenset(
    {
        *CHOICES,
        *("name", "note", "cohort", "reference_prefix", "window_from", "window_to"),
        *("fundable_years", "latest_days_after_start", "agency_funded", "second_attempt"),
        *("counts_from", "months", "longest_months", "part_time", "longest_deferral_months"),
        *("review_months", "optional_reviews", "agreement_days", "panel_days", "report_days"),
        *("standard_set", "requirement_set", "evidence", "assessor_observations", "last_completion_on"),
        *("sample_percent", "readers", "panel_members", "external_moderation", "appeal_days"),
    }
)


def cohort_number(programme: str, start: int) -> int | None:
    """The cohort of the ASYE with children and families that began in a year; other programmes have no formula."""
    return start - COHORT_BEFORE_THE_FIRST if programme == Programme.ASYE_CHILD_AND_FAMILY else None


def code_of(start: int) -> str:
    """The code of the year that opens in the calendar year `start`: "2026-27"."""
    return f"{start}-{(start + 1) % 100:02}"


def a_year_later(window_from: date, window_to: date) -> tuple[date, date]:
    """The window of the same days one year on, both days included."""
    return add_months(window_from, 12), add_months(window_to + timedelta(days=1), 12) - timedelta(days=1)


def part_time_months(year: "ProgrammeYear", fte_percent: int) -> int:
    """How many whole months the year is expected to take at a share of full time, within its greatest length (U6)."""
    if year.part_time != year.PartTime.BY_HOURS:
        return year.months
    return min(-(-year.months * 100 // fte_percent), year.longest_months)


def check_code(code: str, window_from: date) -> None:
    """Raises Refused unless the code is like 2026-27 and begins in the year of the window."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", code)
    if not match or code_of(int(match[1])) != code:
        raise Refused("The code of a programme year must be like 2026-27", field="code")
    if int(match[1]) != window_from.year:
        raise Refused(f"The first day of {code} must be in {match[1]}", field="window_from")


def check_move(year: "ProgrammeYear", to: YearState) -> None:
    """Raises Refused unless the version may become that (states.MOVES_YEAR)."""
    if to not in MOVES_YEAR[year.state]:
        here, there = year.state.label.lower(), to.label.lower()
        raise Refused(f"Version {year.version} of {year} is “{here}”, so it cannot become “{there}”.")


def check_is_draft(year: "ProgrammeYear") -> None:
    """Raises Refused unless the version is still a draft."""
    if year.state == YearState.DISCARDED:
        raise Refused(f"This draft of {year} was discarded and cannot be changed. Draft a new one.")
    if year.state != YearState.DRAFT:
        raise Refused(f"{year} is published and cannot be changed. Draft a new version.")


def check_seen(year: "ProgrammeYear", seen_edits: int | None) -> None:
    """Raises Stale where somebody changed the draft after the page was opened. None: no page was shown."""
    if seen_edits is not None and year.edits != seen_edits:
        raise Stale("Someone changed this programme year after you opened the page. Look at it again before you go on.")


def check_facts(year: "ProgrammeYear") -> None:
    """Raises Refused, with the field, for what contradicts itself or cannot be computed with."""
    check_code(year.code, year.window_from)
    for field, wrong, sentence in _faults(year):
        if wrong:
            raise Refused(sentence, field=field)


def _faults(year: "ProgrammeYear") -> Iterable[tuple[str, bool, str]]:
    for field in year._meta.concrete_fields:
        known = [*dict(field.flatchoices), *([""] if field.blank else [])]
        yield field.name, bool(field.choices) and getattr(year, field.attname) not in known, "Select from the list"
    yield "name", not year.name.strip(), "Enter what the programme is called"
    yield (
        "reference_prefix",
        not re.fullmatch(r"[A-Z]{2}", year.reference_prefix),
        "The letters that references begin with must be two capital letters, like CF",
    )
    yield (
        "window_to",
        not year.window_from < year.window_to <= add_months(year.window_from, 24),
        "The last day must be after the first day, and at most 24 months after it",
    )
    yield "months", not 1 <= year.months <= 60, "The programme must be between 1 and 60 months long"
    yield (
        "longest_months",
        not year.months <= year.longest_months <= 120,
        f"The greatest length must be between {year.months} and 120 months",
    )
    yield from _review_faults(year)
    yield from _evidence_faults(year.evidence, year.assessor_observations)
    yield (
        "last_completion_on",
        year.last_completion_on is not None and year.last_completion_on < year.window_from,
        f"The last day must be {long_date(year.window_from)} or later",
    )
    for name, least, most in (("sample_percent", 0, 100), ("readers", 1, 5), ("panel_members", 1, 20)):
        number = getattr(year, name)
        yield name, not least <= number <= most, f"The number must be between {least} and {most}"


def _review_faults(year: "ProgrammeYear") -> Iterable[tuple[str, bool, str]]:
    months: Mapping[str, int] = year.review_months
    final = months.get(FINAL_REVIEW, 0)
    others = {key: number for key, number in months.items() if key != FINAL_REVIEW}
    yield (
        "final_month",
        not 1 <= final <= year.months,
        f"The final review must be between month 1 and month {year.months}",
    )
    yield (
        "review_points",
        any(key != f"review_{number}" or not 0 < number < final for key, number in others.items()),
        "Each review must be held before the final review",
    )
    yield (
        "optional_points",
        not set(year.optional_reviews) <= set(others),
        "A review that may be left out must be one of the reviews before the final one",
    )


def _evidence_faults(evidence: Mapping[str, int], by_assessor: int) -> Iterable[tuple[str, bool, str]]:
    for kind, least in evidence.items():
        yield kind, kind not in Evidence.values, f"There is no kind of evidence called {kind}"
        yield kind, not 0 <= least <= 50, "The least number must be between 0 and 50"
    seen = evidence.get(Evidence.DIRECT_OBSERVATION, 0)
    yield "assessor_observations", by_assessor > seen, f"At most {seen} observations are asked for"


def missing_choices(year: "ProgrammeYear", milestones: AbstractSet[str]) -> list[str]:
    """What has still to be chosen or entered before the year can be published, in words (decision D4)."""
    missing = [words for field, words in CHOICES.items() if not getattr(year, field)]
    without = [Milestone(key).label.lower() for key in Milestone.values if key not in milestones]
    return missing + [f"the amount for {label}" for label in without]


def has_hand(hands: Iterable["YearHand"], human_id: int) -> bool:
    """Whether this human drafted or changed the version, under any of their accounts."""
    return any(human_id in (hand.human_id, hand.user.human_id) for hand in hands)


def check_can_publish(
    year: "ProgrammeYear",
    milestones: AbstractSet[str],
    hands: Iterable["YearHand"],
    *,
    human_id: int,
    on: date,
    running: int = 0,
    overlapping: Collection["ProgrammeYear"] = (),
) -> None:
    """Raises Refused unless every choice and amount is there and another human had every hand in the draft.

    "Can no longer happen" is a choice only for a year whose window is over and on which nobody is still `running`.
    `overlapping` are published years of the programme that are open on some of the same days.
    """
    check_is_draft(year)
    if has_hand(hands, human_id):
        raise Refused("You drafted or changed this programme year, so another person has to publish it.")
    missing = missing_choices(year, milestones)
    if missing:
        raise Refused(f"Before {year.code} is published, choose " + ", ".join(missing) + ".")
    check_facts(year)
    still = [words for field, words in CHOICES.items() if getattr(year, field) == CANNOT_HAPPEN]
    if still and on <= year.window_to:
        raise Refused(f"{year.code} is not over, so it needs a real choice of " + ", ".join(still) + ".")
    if still and running:
        people = "1 registration is" if running == 1 else f"{running} registrations are"
        raise Refused(f"{people} still running in {year.code}, so it needs a real choice of " + ", ".join(still) + ".")
    for other in overlapping:
        raise Refused(
            f"{other.full_name}, is open from {long_date(other.window_from)} to {long_date(other.window_to)}. Two "
            "years of one programme cannot be open on the same day.",
            field="window_from",
        )


def can_publish(*args: Any, **options: Any) -> bool:
    """Whether check_can_publish would let it pass."""
    try:
        check_can_publish(*args, **options)
    except Refused:
        return False
    return True
