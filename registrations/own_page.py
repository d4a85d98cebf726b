"""Words for the page of what is held about an NQSW."""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse

from asye.dates import long_datetime
from asye.ui.links import link
from registrations import own_facts
from registrations.models import Adjustments, FactRequest
from registrations.own_data import Section
from registrations.rules.own_facts import NAMES

HEADER: Final = ("What", "What we hold", "Who gave it", "Since", "If it is wrong")
REQUESTS_HEADER: Final = ("What", "What you asked for", "When", "Answer")


def sections(found: Iterable[Section], asked: Iterable[FactRequest]) -> list[dict[str, Any]]:
    """Each section with its rows as the table component takes them. A fact that waits for an answer is not asked
    about twice; only the newest registration's can be asked about."""
    waiting = {request.field for request in asked if request.answered_at is None}
    shown: list[dict[str, Any]] = []
    offered: set[str] = set()
    for section in found:
        rows = []
        for row in section.rows:
            cell: Any = ""
            if row.key and row.key in waiting:
                cell = "You have asked for a correction"
            elif row.key and row.key not in offered:
                url = reverse("my_correction", args=[row.key])
                cell = link(url, f"Ask for a correction of {row.what[0].lower()}{row.what[1:]}")
            rows.append([row.what, row.value, row.given_by, row.since, cell])
        offered |= {row.key for row in section.rows}
        shown.append({"heading": section.heading, "rows": rows})
    return shown


def requests(asked: Iterable[FactRequest]) -> list[list[str]]:
    """What the NQSW has asked for, as rows of REQUESTS_HEADER."""
    return [
        [
            own_facts.label(each.field),
            own_facts.sentence(each.field, each.wanted),
            long_datetime(each.asked_at),
            _answer(each),
        ]
        for each in asked
    ]


def _answer(request: FactRequest) -> str:
    if request.answered_at is None or request.answered_by is None:
        return f"Waits for {'a caseworker' if request.field == NAMES else 'your co-ordinator'}"
    by = f"{request.answered_by.full_name}, {long_datetime(request.answered_at)}"
    return f"Corrected by {by}" if request.accepted else f"Not corrected: {request.answer} ({by})"


def adjustment_rows(found: Adjustments) -> list[tuple[str, str]]:
    """The wish, for somebody who was named."""
    rows = [("Would like adjustments", found.get_wish_display()), ("Written", long_datetime(found.updated_at))]
    return [*rows[:1], ("What would help", found.detail), *rows[1:]] if found.detail else rows
