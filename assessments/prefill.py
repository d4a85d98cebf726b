"""Nothing is asked twice in a year: the words a form begins with, and what is listed beside it, from what exists.

Read only: the words are kept when the person saves the form, not before. A question's `sources` say where its words
come from (schema.Source), so a new carry-over is a change of a file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from accounts.models import User
from assessments.models import Draft, Record
from assessments.queries import evidence_counts, title_of
from assessments.schema import AGREEMENT, EITHER, REVIEW, Schema, Source
from assessments.states import DONE, Part
from asye.clock import london_date
from asye.dates import long_date
from registrations.queries import planned_dates

SUPERVISION: Final = "supervision"


@dataclass
class Year:
    """What has been put into the records of a year, as far as this person may read it; read once, when first asked."""

    record: Record
    user: User
    on: date
    _records: list[Record] | None = None

    @property
    def records(self) -> list[Record]:
        """The other records with words in them, oldest first."""
        if self._records is None:
            found = Record.objects.visible_to(self.user, self.on).filter(
                registration=self.record.registration, current_revision__isnull=False
            )
            self._records = list(found.exclude(pk=self.record.pk).select_related("current_revision"))
        return self._records

    @property
    def since(self) -> date:
        """The day of the review before, or the day the year began."""
        start: date = self.record.registration.asye_start
        months: Mapping[str, int] = self.record.registration.programme_year.review_months
        own = months.get(self.record.review_point)  # what was held at a later point is not before this one
        before = {point for point, month in months.items() if own is None or month < own}
        met = [content(one).get("met_on") for one in self.records if one.kind == REVIEW and one.review_point in before]
        return max((date.fromisoformat(day) for day in met if day), default=start)

    def evidence(self) -> list[Record]:
        """What was written since then, but for the review itself and what has a place of its own beside it."""
        left_out = (REVIEW, AGREEMENT, SUPERVISION)
        return [
            one
            for one in self.records
            if one.kind not in left_out
            and not one.blind
            and one.current_revision
            and london_date(one.current_revision.created_at) >= self.since
        ]

    def supervision(self) -> str:
        """How often supervision took place since then, and for how long."""
        held = [content(one) for one in self.records if one.kind == SUPERVISION]
        held = [one for one in held if (one.get("held_on") or "") >= self.since.isoformat()]
        if not held:
            return f"No supervision has been recorded since {long_date(self.since)}."
        minutes = sum(int(one.get("minutes") or 0) for one in held)
        times = "1 meeting" if len(held) == 1 else f"{len(held)} meetings"
        hours, rest = divmod(minutes, 60)
        took = " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])
        return f"Supervision recorded since {long_date(self.since)}: {times}, {took}."


def content(record: Record) -> Mapping[str, Any]:
    """What a record says now."""
    return record.current_revision.content if record.current_revision else {}


def starting(
    record: Record, schema: Schema, part: Part, draft: Draft | None, *, user: User, on: date
) -> dict[str, Any]:
    """The words with which this person's questions begin; none once they have written anything in the record."""
    asked = [one for one in schema.written_by(part) if one.sources]
    said = content(record)
    own = any(one.writer == part and one.key in said for one in schema.fields)
    if draft is not None or own or not asked:
        return {}
    year = Year(record, user, on)
    found = {one.key: _first(one.sources, year) for one in asked if not (one.writer == EITHER and one.key in said)}
    limits = {one.key: one.max_length for one in asked}
    return {key: words[: limits[key]] for key, words in found.items() if words}


def _first(sources: tuple[Source, ...], year: Year) -> str:
    for source in sources:
        words = MADE[source.made](year) if source.made else _carried(source, year)
        if words:
            return words
    return ""


def _carried(source: Source, year: Year) -> str:
    for one in reversed(year.records):
        if one.kind == source.kind and source.at in ("", one.review_point):
            value = content(one).get(source.field)
            if isinstance(value, str) and value:
                return value
    return ""


def _dates(year: Year) -> str:
    return "\n".join(
        f"{label}: {long_date(day)}"
        for key, label, day in planned_dates(year.record.registration)
        if key not in (AGREEMENT, "outcome")
    )


def _evidence(year: Year) -> str:
    return "\n".join(f"{title_of(one)}: " for one in year.evidence())


def _counts(year: Year) -> str:
    return "\n".join(
        f"{count.title}: {count.words}" for count in evidence_counts(year.record.registration) if count.needed
    )


MADE: Final[Mapping[str, Callable[[Year], str]]] = {
    "dates": _dates,
    "evidence": _evidence,
    "supervision": Year.supervision,
    "counts": _counts,
}


@dataclass(frozen=True)
class Beside:
    """What is listed beside a form: records of the year to look at, and how often supervision took place."""

    heading: str
    records: list[tuple[Record, str, bool]]  # with its title and whether it is agreed
    supervision: str


def beside(record: Record, schema: Schema, *, user: User, on: date) -> Beside | None:
    """The list that the form asks for; None for most forms."""
    if not schema.beside:
        return None
    year = Year(record, user, on)
    whole = schema.beside == "whole_year"
    found = [one for one in year.records if not one.blind] if whole else year.evidence()
    heading = "Records of the year" if whole else f"Written since {long_date(year.since)}"
    shown = [(one, title_of(one), one.state in DONE) for one in found if one.kind != SUPERVISION]
    return Beside(heading, shown, "" if whole else year.supervision())
