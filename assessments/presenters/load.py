"""Words for the pages about what each assessor has."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.urls import reverse

from assessments.queries.load import STAGES, Load
from assessments.queries.years import Thing, Year
from assessments.states import Part
from asye.dates import how_late, long_date
from asye.formulas import guarded
from asye.ui import components
from asye.ui.environment import render
from asye.ui.links import link

NOBODY: Final = "No assessor at the moment"
NUMBER: Final = {"numeric": True}
HEADER: Final = (
    "Assessor",
    {"text": "NQSWs", **NUMBER},
    "Where they stand",
    {"text": "Waiting", **NUMBER},
    {"text": "Late", **NUMBER},
    "The oldest",
    "Due next",
)
COLUMNS: Final = (
    "Assessor", "Employer", "NQSWs", *(str(stage.label) for stage in STAGES), "Standing in", "Waiting for the assessor",
    "Late", "Days late of the oldest", "Due next", "Due next on",
)  # fmt: skip
OF_ONE: Final = ("NQSW", "What waits", "Due next", "Stage")


def cells(loads: Iterable[Load], on: date, *, several: bool) -> list[list[Any]]:
    """Loads as rows of HEADER; the employer is named where there are several."""
    return [
        [
            _called(load, several),
            str(len(load.years)),
            _stages(load),
            str(len(load.waiting)),
            str(len(load.late(on))),
            _oldest(load, on),
            _next(load, on),
        ]
        for load in loads
    ]


def narrowed(loads: Sequence[Load], *, name: str = "", late: bool = False, on: date) -> list[Load]:
    """Those whose assessor’s name has each of the words, and with something late where that is asked for."""
    words = name.casefold().split()
    return [
        load
        for load in loads
        if all(word in (load.assessor.full_name if load.assessor else NOBODY).casefold() for word in words)
        and (load.late(on) or not late)
    ]


def rows_of_one(load: Load, on: date) -> list[list[Any]]:
    """One assessor's years as rows of OF_ONE, the one with the most late first."""
    return [
        [
            link(reverse("records", args=[year.registration.pk]), year.about),
            "\n".join(_told(thing, on) for each, thing in load.waiting if each is year) or "Nothing",
            _first_of(year, load, on),
            str(year.stage.label),
        ]
        for year in sorted(load.years, key=lambda each: (_earliest(each, load), each.about))
    ]


def summary(load: Load, on: date) -> str:
    """One sentence on what an assessor has."""
    count, late = len(load.waiting), len(load.late(on))
    years = f"{len(load.years)} NQSW{'' if len(load.years) == 1 else 's'}"
    if not count:
        return f"{years}. Nothing waits for the assessor."
    return f"{years}. {count} thing{'' if count == 1 else 's'} wait{'s' if count == 1 else ''}, {late or 'none'} late."


def file(loads: Iterable[Load], on: date) -> bytes:
    """The same as CSV in UTF-8 with a mark that spreadsheets know it by. No NQSW is named; no cell begins a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in _line(load, on)] for load in loads)
    return text.getvalue().encode("utf-8-sig")


def _line(load: Load, on: date) -> list[str]:
    due = load.next_due(on)
    late = [(on - thing.due).days for _, thing in load.late(on) if thing.due]
    return [
        load.assessor.full_name if load.assessor else NOBODY,
        load.employer,
        str(len(load.years)),
        *(str(load.by_stage[stage]) for stage in STAGES),
        str(load.covered),
        str(len(load.waiting)),
        str(len(late)),
        str(max(late, default=0)),
        due[1].title if due else "",
        due[1].due.isoformat() if due and due[1].due else "",
    ]


def _called(load: Load, several: bool) -> Any:
    at = f", {load.employer}" if several else ""
    if load.assessor is None:
        return f"{NOBODY}{at}"
    return link(reverse("assessor_load_of", args=[load.assessor.pk]), f"{load.assessor.full_name}{at}")


def _stages(load: Load) -> str:
    words = [f"{load.by_stage[stage]} {str(stage.label).lower()}" for stage in STAGES if load.by_stage[stage]]
    covered = [f"standing in for {load.covered}"] if load.covered else []
    return ", ".join(words + covered) or "None"


def _oldest(load: Load, on: date) -> Any:
    late = load.late(on)
    if not late or load.oldest is None:
        return "Nothing late"
    return render("tag", components.tag(how_late(load.oldest, on), "red"))


def _next(load: Load, on: date) -> str:
    found = load.next_due(on)
    if found is None or found[1].due is None:
        return "Nothing with a day"
    year, thing = found
    return f"{thing.title}, {year.about}\n{long_date(found[1].due)}, {how_late(found[1].due, on)}"


def _told(thing: Thing, on: date) -> str:
    what = next(what for part, what in thing.turns if part == Part.ASSESSOR)
    due = f", {how_late(thing.due, on)}" if thing.due else ""
    return f"{what}: {thing.title}{' (sent back)' if thing.is_returned else ''}{due}"


def _first_of(year: Year, load: Load, on: date) -> str:
    due = [thing for each, thing in (*load.waiting, *load.coming) if each is year and thing.due and thing.due >= on]
    first = min(due, key=lambda thing: thing.due or date.max, default=None)
    if first is None or first.due is None:
        return "No day while the year is paused" if year.is_paused else "Nothing with a day"
    return f"{first.title}\n{long_date(first.due)}, {how_late(first.due, on)}"


def _earliest(year: Year, load: Load) -> date:
    return min((thing.due for each, thing in load.waiting if each is year and thing.due), default=date.max)
