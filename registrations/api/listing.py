"""Pages of the list of registrations: filters, and the place of the last row in the order of (changed, id)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import Q, QuerySet

from accounts.api.problems import Problem
from asye.keyset import Order
from registrations.api.changed import MOVED, since
from registrations.models import Registration
from registrations.states import Stage

ORDER: Final = Order("changed_at", "id", newest_first=False)
KNOWN: Final = ("updated_since", "stage", "cohort", "limit", "cursor")
MOST, USUAL = 100, 50
INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
COHORT: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
ID: Final = re.compile(r"[0-9]{1,18}")
REFERENCE: Final = re.compile(r"[A-Z]{2}[0-9]{7}[0-9A-Z]")


@dataclass(frozen=True)
class Asked:
    """What a page is asked for, checked."""

    updated_since: datetime | None
    stage: str
    cohort: str
    limit: int
    cursor: str


@dataclass(frozen=True)
class Page:
    """Some registrations in their order, and the cursor of the page after, if there is one."""

    rows: QuerySet[Registration]
    ids: list[int]
    cursor: str | None

    def shown(self, rows: Iterable[Registration]) -> list[Registration]:
        """The same registrations with their parts, in the order of the page."""
        found = {row.pk: row for row in rows}
        return [found[pk] for pk in self.ids]


def read(parameters: Mapping[str, str]) -> Asked:
    """What the address asks for; raises Problem with every parameter that must be corrected."""
    errors = [(name[:100], "There is no parameter with this name") for name in parameters if name not in KNOWN]
    given = {name: parameters.get(name, "") for name in KNOWN}
    instant = _instant(given["updated_since"])
    if given["updated_since"] and instant is None:
        errors.append(("updated_since", "Send an instant like 2026-09-01T00:00:00Z"))
    if given["stage"] and given["stage"] not in {*Stage.values, MOVED}:
        errors.append(("stage", "Send one of the stages"))
    if given["cohort"] and not COHORT.fullmatch(given["cohort"]):
        errors.append(("cohort", "Send a programme year like 2026-27"))
    limit = int(given["limit"]) if re.fullmatch(r"[0-9]{1,3}", given["limit"]) else 0
    if "limit" in parameters and not 1 <= limit <= MOST:
        errors.append(("limit", f"Send a number between 1 and {MOST}"))
    if given["cursor"] and ORDER.beyond(given["cursor"], backwards=False) is None:
        errors.append(("cursor", "Send the next_cursor of the page before"))
    errors += [(name, "Send a value, or leave the parameter out") for name in KNOWN if parameters.get(name) == ""]
    if errors:
        raise Problem(422, "Some of the parameters must be corrected.", code="invalid", errors=errors)
    return Asked(instant, given["stage"], given["cohort"], limit or USUAL, given["cursor"])


def page(found: QuerySet[Registration], asked: Asked) -> Page:
    """The page that is asked for. A row that changes meanwhile comes again later and is never passed over."""
    rows = found
    if asked.updated_since is not None:
        rows = since(rows, asked.updated_since)
    if asked.stage:
        rows = rows.filter(Q(("seen_stage", asked.stage)))
    if asked.cohort:
        rows = rows.filter(programme_year__code=asked.cohort)
    beyond = ORDER.beyond(asked.cursor, backwards=False) if asked.cursor else None
    if beyond is not None:
        rows = rows.filter(beyond)
    places = list(rows.order_by(*ORDER.names()).only("pk")[: asked.limit + 1])
    kept = places[: asked.limit]
    cursor = ORDER.place(kept[-1]) if len(places) > asked.limit else None
    ids = [row.pk for row in kept]
    return Page(found.filter(pk__in=ids), ids, cursor)


def one(found: QuerySet[Registration], which: str) -> QuerySet[Registration]:
    """The registration of an id or a reference."""
    if ID.fullmatch(which):
        return found.filter(pk=int(which))
    return found.filter(reference=which) if REFERENCE.fullmatch(which) else found.none()


def _instant(text: str) -> datetime | None:
    try:
        # In UTC: PostgreSQL takes no offset of 16 hours and more.
        return datetime.fromisoformat(text).astimezone(UTC) if INSTANT.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None
