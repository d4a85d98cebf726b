"""Words for the pages about programme years: lists, tables, what publishing does."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db.models import JSONField
from django.urls import reverse

from accounts.models import AuditEvent
from asye.dates import long_date
from asye.ui import components
from asye.ui.environment import render
from asye.ui.links import link
from registrations import year_words
from registrations.models import ProgrammeYear
from registrations.rules.years import EDITABLE
from registrations.states import YEAR_COLOURS, Milestone, Programme, YearState

LIST_HEADER: Final = ["Year", "Version", "State", "Open for registration", {"text": "Registrations", "numeric": True}]
ORDER: Final = tuple(YearState)
HEADINGS: Final = {
    "registrations.draft_year": "Drafted",
    "registrations.choose_year": "Choices made",
    "registrations.edit_year": "Changed",
    "registrations.publish_year": "Published",
    "registrations.supersede_year": "Superseded by a later version",
    "registrations.discard_year": "Discarded",
}


def colour(year: ProgrammeYear) -> str:
    """The colour of the state's tag."""
    return YEAR_COLOURS[year.state]


def by_programme(found: Iterable[ProgrammeYear]) -> list[dict[str, Any]]:
    """Years with their `registered` count as a table for each programme: drafts, in force, then what is over."""
    ordered = sorted(found, key=lambda one: (Programme.values.index(one.programme), ORDER.index(one.state)))
    return [
        {"name": Programme(key).label, "rows": [_list_row(one) for one in years]}
        for key, years in groupby(ordered, key=lambda one: one.programme)
    ]


def _list_row(year: ProgrammeYear) -> list[Any]:
    version = f"version {year.version}, {year.state.label.lower()}"
    return [
        link(reverse("programme_year", args=[year.pk]), year.code, f"{year.name}, {version}"),
        str(year.version),
        render("tag", components.tag(str(year.state.label), colour(year))),
        f"{long_date(year.window_from)} to {long_date(year.window_to)}",
        str(year.registered),  # type: ignore[attr-defined]
    ]


def sections(year: ProgrammeYear, amounts: Mapping[str, int], *, may_change: bool) -> list[dict[str, Any]]:
    """Every rule under its heading; a draft's with links to the pages that change them."""
    return [
        {
            "heading": heading,
            "rows": [
                (row.label, words, reverse("programme_year_change", args=[year.pk, row.step]))
                if may_change
                else (row.label, words)
                for row, words in rows
            ],
        }
        for heading, rows in year_words.facts(year, amounts)
    ]


def standing(year: ProgrammeYear, registered: int) -> str:
    """One sentence: what this version counts for."""
    people = "1 registration follows" if registered == 1 else f"{registered} registrations follow"
    if year.state == YearState.DRAFT:
        return "Nobody can be registered under a draft. An administrator with no hand in it publishes it."
    if year.state == YearState.DISCARDED:
        return "This draft was given up. It stays here to be read."
    if year.state == YearState.SUPERSEDED:
        return f"A later version has taken its place. {people} this one to the end."
    return f"It cannot be changed; a correction is a new version. {people} it."


def history(year: ProgrammeYear, events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """What was done to a version, newest first: who, when, and for a change each rule before and after."""
    return [
        {
            "heading": HEADINGS[event.act],
            "at": event.at,
            "by": event.actor.full_name if event.actor else "the service",
            "text": _told(year, event),
        }
        for event in events
    ][::-1]


def _told(year: ProgrammeYear, event: AuditEvent) -> str:
    words = event.detail.words if hasattr(event, "detail") and event.detail.words else {}
    if "after" not in words:
        return str(words.get("because", ""))
    differ, _ = year_words.compared(*(_as_it_was(year, words[side]) for side in ("before", "after")))
    return "\n".join(f"{each.label}: {each.one or 'nothing'} → {each.other or 'nothing'}" for each in differ)


def _as_it_was(year: ProgrammeYear, said: Mapping[str, Any]) -> tuple[ProgrammeYear, dict[str, int]]:
    """The version with the values of an audit event in it, and the amounts among them."""
    facts = {name: getattr(year, name) for name in EDITABLE}
    fields = {field.name: field for field in ProgrammeYear._meta.concrete_fields}
    for name, value in said.items():
        if name in EDITABLE:
            field = fields[name]
            facts[name] = value if isinstance(field, JSONField) else field.to_python(value)
    amounts = {key: pence for key, pence in said.items() if key in Milestone.values and pence is not None}
    return ProgrammeYear(**facts), amounts


def name_in_list(year: ProgrammeYear) -> str:
    """A version as one line of a list."""
    return f"{year.full_name} ({year.state.label.lower()})"


def compare_header(one: ProgrammeYear, other: ProgrammeYear) -> list[str]:
    """The columns of a comparison."""
    same = one.name == other.name
    names = [f"{each.code} version {each.version}" if same else each.full_name for each in (one, other)]
    return ["Rule", *names]


def compare_rows(found: Iterable[year_words.Difference]) -> list[list[str]]:
    """Facts side by side."""
    return [[each.label, each.one or "Nothing", each.other or "Nothing"] for each in found]


def effects(year: ProgrammeYear, in_force: ProgrammeYear | None, registered: int, on: date) -> list[str]:
    """What publishing does, in sentences."""
    first, last = long_date(year.window_from), long_date(year.window_to)
    opens = f"Registrations sent in from {first} to {last} follow these rules."
    if on > year.window_to:
        opens = f"Its days for registration, {first} to {last}, are over: only registrations taken over follow it."
    said = [opens, "Nobody can change it any more. A correction is a new version, published by two people again."]
    if in_force is not None:
        keep = "The 1 registration made under it keeps" if registered == 1 else f"The {registered} made under it keep"
        said.insert(1, f"It takes the place of version {in_force.version}. {keep} the rules of that version.")
    return [*said, "The other administrators are told."]
