"""Words and rows of the pages of grant years."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.urls import reverse

from accounts.models import AuditEvent
from asye.dates import MONTHS, long_date
from asye.money import pounds
from asye.ui.links import link
from payments.models import GrantYear
from payments.queries.forecast import Month, Year
from payments.rules.years import can_change

HEADER: Final = [
    "Financial year",
    {"text": "Budget", "numeric": True},
    "Vendor details rest",
    "A contact has stood",
    "Final-year advance",
    "Action",
]
WORDS: Final = {
    "cool_off_days": "days that changed vendor details rest",
    "contact_settled_days": "days that a contact must have stood",
    "final_year_advance_on": "day of the final-year advance",
}


def year_rows(years: Iterable[GrantYear], today: date, *, may_change: bool) -> list[list[Any]]:
    """One row for each grant year; those that have ended stay as they are."""
    return [
        [
            year.code,
            pounds(year.budget_pence),
            _days(year.cool_off_days),
            _days(year.contact_settled_days),
            long_date(year.final_year_advance_on) if year.final_year_advance_on else "None",
            _action(year, today, may_change),
        ]
        for year in years
    ]


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _action(year: GrantYear, today: date, may_change: bool) -> Any:
    if not can_change(year, today):
        return "Ended"
    if not may_change:
        return "An administrator changes it"
    return link(reverse("grant_year_change", args=[year.code]), "Change", f"the settings of {year.code}")


def events(changes: Iterable[AuditEvent], codes: dict[int, str]) -> list[dict[str, Any]]:
    """What was changed, as the timeline component wants it; `codes` are those of the years."""
    return [
        {
            "heading": f"{codes.get(change.object_id or 0, '')} changed",
            "at": change.at,
            "by": change.actor.full_name if change.actor else "the service",
            "text": ". ".join(_said(code) for code in change.codes) + ".",
        }
        for change in changes
    ]


def _said(code: str) -> str:
    name, _, values = code.partition(":")
    before, _, after = (_day(value) for value in values.partition(">"))
    what = WORDS.get(name, name)
    return f"{what[0].upper()}{what[1:]}: {after}, before {before}"


def _day(value: str) -> str:
    return long_date(date.fromisoformat(value)) if value[4:5] == "-" else value


def effects(year: GrantYear, given: dict[str, Any], today: date, waiting: int) -> list[str]:
    """What the change does, beyond money. `waiting` proposals of other vendor details wait to be verified."""
    said = []
    begins = f"From {long_date(year.starts_on)}" if year.starts_on > today else "From now on"
    if (days := given["cool_off_days"]) != year.cool_off_days:
        when = f"{days} day{'' if days == 1 else 's'} after" if days else "as soon as"
        kept = "Those that are verified already keep their day."
        said.append(f"{begins} changed vendor details are used {when} they are verified. {kept}")
    if (days := given["contact_settled_days"]) != year.contact_settled_days:
        held = f"{days} day{'' if days == 1 else 's'}"
        said.append(
            f"{begins} an employer is called back on a contact that had stood for {held} when the change was proposed, "
            f"also for the {waiting} that wait{'s' if waiting == 1 else ''} to be verified now."
        )
    if (on := given["final_year_advance_on"]) != year.final_year_advance_on:
        said.append(
            f"On {long_date(on)} the second payment becomes due to everyone still on programme."
            if on
            else "Second payments become due when years are completed, and to nobody before that."
        )
    return [*said, "Payments officers and approvers are told."]


def money(before: Iterable[Year], after: Iterable[Year]) -> list[str]:
    """By month, what is owed or expected otherwise than before."""
    was = {month.first: month for year in before for month in year.months}
    lines = []
    for month in (month for year in after for month in year.months):
        old, new = _to_pay(was.get(month.first)), _to_pay(month)
        if old != new:
            name = f"{MONTHS[month.first.month - 1]} {month.first.year}"
            lines.append(f"{name}: {new}, instead of {old}.")
    return lines or ["What is owed and expected does not change."]


def _to_pay(month: Month | None) -> str:
    count = month.count["owed"] + month.count["expected"] if month else 0
    if month is None or not count:
        return "none"
    pence = month.pence["owed"] + month.pence["expected"]
    return f"{count:,} payment{'' if count == 1 else 's'} of {pounds(pence)} in all"
