"""Registrations and outcomes as published tables: what is counted, how it is defined, who stands in which row."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.states import EmployerKind, Region
from registrations.equality import NOT_SAID, NOT_SAID_WORDS, QUESTIONS
from reporting import disclosure

FIRST_COHORT: Final = 2011  # cohort 8 is 2019-20
NOT_KNOWN: Final = "not_known"
WHITE: Final = "white"
MINORITISED: Final = "minoritised"

PASSES: Final = "passes"
FAILS: Final = "fails"
WITHDRAWN: Final = "withdrawn"
IN_PROGRESS: Final = "in_progress"

TITLE: Final = "Registrations and outcomes, ASYE child and family"
MEASURES: Final = {
    PASSES: "Passes",
    FAILS: "Fails",
    WITHDRAWN: "Withdrawn",
    IN_PROGRESS: "In progress",
}
DEFINITIONS: Final = tuple(
    {
        "Registrations": "Registrations that the Department has approved, each counted once. Those still being "
        "checked, and those refused, are left out.",
        "Share": "Registrations of the group as a whole percentage of all, from the rounded figures.",
        "Passes": "Registrations whose confirmed outcome, as it stands, is a pass.",
        "Fails": "Registrations whose confirmed outcome, as it stands, is a fail.",
        "Withdrawn": "Registrations that ended without an outcome: withdrawn, or never started.",
        "In progress": "All others. An outcome under appeal counts here until the appeal is closed.",
        "Cohort": "The programme year, 1 April to 31 March, in which the registration was sent. Its number is the "
        "year it begins less 2011.",
        "Employer kind and region": "Those of the employer that registered the person.",
        "Ethnic group": "White is all White groups; minoritised is all other groups. Those who prefer not to say and "
        "those who have not answered have rows of their own.",
    }.items()
)
RULE: Final = (
    "Counts under 10 are hidden, shown as c, and all others are rounded to the nearest 5. Further counts are hidden "
    "where a hidden one could be worked out from them. Totals are rounded by themselves, so figures may not add up. "
    "There is no percentage where the rounded total is under 25."
)


@dataclass(frozen=True)
class Group:
    """How many registrations share all of these: one row of the aggregate the tables are made from.

    A key that is not recorded is None or empty; `measure` is one of MEASURES.
    """

    year: str
    kind: str | None
    region: str | None
    sex: str | None
    ethnic_group: str | None
    measure: str
    count: int


@dataclass(frozen=True)
class Row:
    """One line: figures are None where hidden. `share` is in whole percent."""

    name: str
    registrations: int | None
    share: int | None
    measures: tuple[int | None, ...]

    @property
    def figures(self) -> tuple[int | None, ...]:
        """All figures in the order of HEADER."""
        return (self.registrations, self.share, *self.measures)


@dataclass(frozen=True)
class Table:
    """One published table; its last row is the total. `is_equality` says it shows protected characteristics."""

    title: str
    group: str
    rows: tuple[Row, ...]
    is_equality: bool = False


@dataclass(frozen=True)
class Statistics:
    """The tables of one release with the instant they were counted at."""

    as_at: datetime
    tables: tuple[Table, ...]


HEADER: Final = ("Registrations", "Share (%)", *MEASURES.values())


@dataclass(frozen=True)
class _Split:
    title: str
    group: str
    key: Callable[[Group], str]
    names: Mapping[str, str]
    is_equality: bool = False


def tables(groups: Iterable[Group], *, as_at: datetime) -> Statistics:
    """Every table of the release under the disclosure rule (D14); no table where nobody is registered.

    All tables are protected together, whoever reads them: two readers who compare what they see learn nothing more.
    """
    counted = list(groups)
    if not counted:
        return Statistics(as_at, ())
    splits = _splits(counted)
    exact = [_exact(split, counted) for split in splits]
    shown = disclosure.release(exact)
    made = tuple(_table(split, published) for split, published in zip(splits, shown, strict=True))
    return Statistics(as_at, made)


def cohort_name(year: str) -> str:
    """The programme year with its cohort number: "2019-20" is "2019-20 (cohort 8)"."""
    return f"{year} (cohort {int(year[:4]) - FIRST_COHORT})"


def _splits(groups: list[Group]) -> list[_Split]:
    return [
        _Split("By cohort", "Cohort", lambda group: group.year, _cohorts(groups)),
        _Split("By kind of employer", "Kind of employer", lambda group: group.kind or NOT_KNOWN, _known(EmployerKind)),
        _Split("By region", "Region", lambda group: group.region or NOT_KNOWN, _known(Region)),
        _Split("By sex", "Sex", _sex, SEXES, is_equality=True),
        _Split("By ethnic group", "Ethnic group", _ethnic, ETHNIC_GROUPS, is_equality=True),
    ]


SEXES: Final = {**QUESTIONS["sex"], NOT_KNOWN: "Not known"}
ETHNIC_GROUPS: Final = {
    WHITE: "White",
    MINORITISED: "Minoritised ethnic groups",
    NOT_SAID: NOT_SAID_WORDS,
    NOT_KNOWN: "Not known",
}


def _sex(group: Group) -> str:
    return group.sex or NOT_KNOWN


def _ethnic(group: Group) -> str:
    """White, minoritised (all other groups, D13), or one of the two rows of those who are not counted as either."""
    if group.ethnic_group in (WHITE, NOT_SAID):
        return group.ethnic_group
    return MINORITISED if group.ethnic_group else NOT_KNOWN


def _cohorts(groups: list[Group]) -> dict[str, str]:
    """Every cohort from the first to the last, without a gap where one had nobody."""
    starts = [int(group.year[:4]) for group in groups]
    years = [f"{start}-{(start + 1) % 100:02}" for start in range(min(starts), max(starts) + 1)]
    return {year: cohort_name(year) for year in years}


def _known(choices: type[EmployerKind] | type[Region]) -> dict[str, str]:
    return {**{str(value): str(label) for value, label in choices.choices}, NOT_KNOWN: "Not known"}


def _exact(split: _Split, groups: list[Group]) -> list[list[int]]:
    counted: Counter[tuple[str, str]] = Counter()
    for group in groups:
        counted[split.key(group), group.measure] += group.count
    unnamed = {key for key, _ in counted} - set(split.names)
    if unnamed:
        raise ValueError(f"{split.title}: no row for {', '.join(sorted(unnamed))}.")
    return [[counted[key, measure] for measure in MEASURES] for key in split.names]


def _table(split: _Split, published: disclosure.Published) -> Table:
    everybody = published.cells[-1][-1]
    rows = [
        Row(name, total, disclosure.percentage(total, everybody), tuple(measures))
        for name, (*measures, total) in zip([*split.names.values(), "All"], published.cells, strict=True)
    ]
    return Table(split.title, split.group, tuple(rows), split.is_equality)
