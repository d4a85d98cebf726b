"""The list of a year's records: what is done and what is next, by part of the year, beside what the year asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.urls import reverse

from assessments import requirements
from assessments import schema as schemas
from assessments.models import Record
from assessments.queries import Count, title_of
from assessments.requirements import Wanted
from assessments.schema import START, Schema
from assessments.states import DONE, TAG_COLOURS, Part, RecordState
from asye.dates import how_late, long_date
from registrations.models import ProgrammeYear
from registrations.rules.dates import review_label

EVIDENCE_HEADER: Final = ("Record", "Agreed", "Enough?")
SHOWN: Final = 3  # of a kind that repeats: the newest, with a link to all
AT_THE_START: Final = "At the start"
OTHERS: Final = "Other records"
ELSEWHERE: Final = "Made with another employer"
Place = tuple[str, str, int]  # kind, review point, ordinal


@dataclass(frozen=True)
class Slot:
    """A place in the year for one record, whether it has been opened or not. `part` is the part of the year."""

    kind: str
    point: str  # of its address: the review point, or the number of a kind that repeats
    review_point: str
    ordinal: int
    title: str
    part: str
    due: date | None
    optional: bool = False

    @property
    def place(self) -> Place:
        """Which record stands here."""
        return (self.kind, self.review_point, self.ordinal)


@dataclass(frozen=True)
class Section:
    """One heading of the list. `more` is where all records of a kind are, if not all are here, `empty` what is said
    where there is none."""

    heading: str
    tasks: list[dict[str, Any]]
    counter: str = ""
    more: str = ""
    total: int = 0
    empty: str = "None has been begun."


@dataclass(frozen=True)
class Page:
    """Whose list it is and who looks: `may_open` is the part in which they may begin records, if any.

    `stands_still` says that the year is paused, over or not approved, so that no day of it is told.
    """

    registration_id: int
    may_open: Part | None
    today: date
    stands_still: bool = False
    again: Mapping[int, str] = field(default_factory=dict)  # by record, who signed and is no longer the assessor
    unread: Mapping[Place, str] = field(default_factory=dict)  # the states of records that are not theirs to read


def once(year: ProgrammeYear, due: Mapping[tuple[str, str], date], *, blind: bool) -> list[Slot]:
    """The places for one record each, part by part in the order of the set; blind kinds only where asked for."""
    found = []
    for one in requirements.of_year(year).kinds:
        schema = schemas.newest(one.kind)
        if schema.repeats or (schema.blind and not blind):
            continue
        points = one.points_in(year) if one.points else ("",)
        found += [_slot(one, schema, point, due, year) for point in points]
    order = [START, *sorted(year.review_months, key=lambda key: int(year.review_months[key]))]
    return sorted(found, key=lambda slot: order.index(slot.part))


def _slot(one: Wanted, schema: Schema, point: str, due: Mapping[tuple[str, str], date], year: ProgrammeYear) -> Slot:
    title = schema.title_of(point, 1)
    day = due.get((one.kind, point))
    optional = one.may_be_left_out(point, year)
    return Slot(one.kind, point or "1", point, 1, title, point or one.part, day, optional)


def sections(slots: Iterable[Slot], records: Iterable[Record], page: Page) -> list[Section]:
    """The parts of the year with their records: one that exists links to its page, a missing one to its beginning."""
    there = {(record.kind, record.review_point, record.ordinal): record for record in records}
    parts: dict[str, list[dict[str, Any]]] = {}
    for slot in slots:
        parts.setdefault(slot.part, []).append(_task(slot, there.get(slot.place), page))
    return [Section(_heading(part), tasks) for part, tasks in parts.items()]


def _heading(part: str) -> str:
    label = review_label(part)
    return AT_THE_START if part == START else f"By the {label[:1].lower()}{label[1:]}"


def through_the_year(
    year: ProgrammeYear, records: Iterable[Record], counts: Iterable[Count], page: Page
) -> list[Section]:
    """Each kind that repeats: the next one to begin, then the newest, and how many there are of how many."""
    words = {
        count.kind: count.words if count.needed else f"{count.agreed} agreed" for count in counts if not count.within
    }
    by_kind: dict[str, list[Record]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record)
    found = []
    for one in requirements.of_year(year).kinds:
        schema = schemas.newest(one.kind)
        if not schema.repeats:
            continue
        mine = sorted(by_kind.get(one.kind, ()), key=lambda record: record.ordinal, reverse=True)
        unread = [ordinal for kind, _, ordinal in page.unread if kind == one.kind]
        number = max([0, *unread, *(record.ordinal for record in mine)]) + 1
        following = Slot(one.kind, str(number), "", number, schema.title_of("", number), "", None)
        begin = [_task(following, None, page)] if page.may_open in schema.opened_by else []
        tasks = [*begin, *(record_task(record) for record in mine[:SHOWN])]
        more = reverse("records_of_kind", args=[page.registration_id, one.kind]) if len(mine) > SHOWN else ""
        found.append(Section(schema.title, tasks, words[one.kind], more, len(mine)))
        if unread:
            found[-1] = replace(found[-1], empty=f"{ELSEWHERE}.")
    return found


def others(year: ProgrammeYear, slots: Iterable[Slot], records: Iterable[Record]) -> list[Section]:
    """Records for which the year has no place any more, so that nothing that was written is lost from sight."""
    known = {slot.place for slot in slots}
    repeating = {one.kind for one in requirements.of_year(year).kinds if schemas.newest(one.kind).repeats}
    rest = [
        record_task(record)
        for record in records
        if record.kind not in repeating and (record.kind, record.review_point, record.ordinal) not in known
    ]
    return [Section(OTHERS, rest)] if rest else []


def begun(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Every record, without the days: all that is told once the year goes on elsewhere."""
    return [record_task(record) for record in records]


def record_task(record: Record) -> dict[str, Any]:
    """One record that exists, as a line of a list."""
    state = RecordState(record.state)
    return {
        "title": title_of(record),
        "href": reverse("record", args=[record.pk]),
        "status": state.label,
        "colour": TAG_COLOURS[state],
    }


def _task(slot: Slot, record: Record | None, page: Page) -> dict[str, Any]:
    if record is not None:
        due = {} if record.state in DONE else _due(slot, page)
        return {**record_task(record), **due, **_again(page.again.get(record.pk, ""))}
    if slot.place in page.unread:
        state = RecordState(page.unread[slot.place])
        return {"title": slot.title, "status": state.label, "colour": TAG_COLOURS[state], "hint": ELSEWHERE}
    late = bool(slot.due and slot.due < page.today and not slot.optional and not page.stands_still)
    task: dict[str, Any] = {"title": slot.title, "status": "Overdue" if late else "Not started", **_due(slot, page)}
    task["colour"] = "red" if late else "grey"
    if page.may_open and page.may_open in schemas.newest(slot.kind).opened_by:
        task["href"] = reverse("record_new", args=[page.registration_id, slot.kind, slot.point])
    else:
        task["colour"] = "red" if late else ""
    return task


def _again(before: str) -> dict[str, Any]:
    if not before:
        return {}
    hint = f"The assessor has changed since {before} signed"
    return {"status": "Sign again", "colour": "orange", "hint": hint}


def _due(slot: Slot, page: Page) -> dict[str, Any]:
    if slot.due is None or page.stands_still:
        return {}
    if slot.optional:
        return {"hint": f"May be left out. Held around {long_date(slot.due)}"}
    return {"hint": f"Due {long_date(slot.due)}, {how_late(slot.due, page.today).removeprefix('due ')}"}


def evidence_rows(counts: Iterable[Count]) -> list[list[Any]]:
    """Kind, "2 of 3" and whether that is enough, for a table."""
    return [[count.title, count.words, _enough(count)] for count in counts]


def _enough(count: Count) -> str:
    if not count.needed:
        words = "No number is asked for"
    elif count.is_met:
        words = "Enough"
    else:
        words = f"{count.needed - count.agreed} more"
    if count.set_aside:
        more = "1 more is" if count.set_aside == 1 else f"{count.set_aside} more are"
        words += f". {more} in the record, {count.because}, and not counted."
    return words
