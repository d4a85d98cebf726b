"""Words for the pages about records: what is done, what is next, what a record says and why it stands as it does."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.urls import reverse

from assessments import schema as schemas
from assessments.models import Outcome, Record, Revision, Signature, Transition
from assessments.queries import Count, title_of
from assessments.schema import AGREEMENT, RECOMMENDATION, REVIEW, Field, Schema
from assessments.states import DONE, TAG_COLOURS, ModerationBasis, Part, RecordState
from asye.clock import london_date
from asye.dates import how_late, long_date

EVIDENCE_HEADER: Final = (
    "Record",
    {"text": "Needed", "numeric": True},
    {"text": "Agreed", "numeric": True},
    "Enough?",
)
MOVE_WORDS: Final = {
    (RecordState.DRAFT, RecordState.SUBMITTED): "Ready to sign",
    (RecordState.RETURNED, RecordState.SUBMITTED): "Ready to sign again",
    (RecordState.SUBMITTED, RecordState.RETURNED): "Returned for changes",
    (RecordState.SUBMITTED, RecordState.AGREED): "Agreed",
    (RecordState.AGREED, RecordState.LOCKED): "Locked",
    (RecordState.AGREED, RecordState.RETURNED): "Reopened",
    (RecordState.LOCKED, RecordState.RETURNED): "Reopened",
}


@dataclass(frozen=True)
class Slot:
    """A place in the year for one record, whether it has been opened or not."""

    kind: str
    point: str  # of its address: the review point, or the number of a kind that repeats
    review_point: str
    ordinal: int
    title: str
    due: date | None
    optional: bool = False


def slots(
    records: Iterable[Record],
    dates: Iterable[tuple[str, str, date]],
    *,
    agreement_due: date,
    ends_on: date,
    optional: Collection[str] = (),
) -> list[Slot]:
    """What the year consists of, in order: agreement, reviews by date, observations there are and the next one,
    recommendation. `optional` are the review points that may be left out."""
    found = [_slot(AGREEMENT, due=agreement_due)]
    found += [replace(_slot(REVIEW, review_point=key, due=due), optional=key in optional) for key, _, due in dates]
    for kind in schemas.kinds():
        if schemas.newest(kind).repeats:
            last = max((record.ordinal for record in records if record.kind == kind), default=0)
            found += [_slot(kind, ordinal=number) for number in range(1, last + 2)]
    fixed = {AGREEMENT, REVIEW, RECOMMENDATION}
    found += [_slot(kind) for kind in schemas.kinds() if kind not in fixed and not schemas.newest(kind).repeats]
    return [*found, _slot(RECOMMENDATION, due=ends_on)]


def begun(wanted: Iterable[Slot], records: Iterable[Record]) -> list[Slot]:
    """Those of which there is a record, without the days: all that is told once the year goes on elsewhere."""
    there = {(record.kind, record.review_point, record.ordinal) for record in records}
    return [replace(slot, due=None) for slot in wanted if (slot.kind, slot.review_point, slot.ordinal) in there]


def _slot(kind: str, *, review_point: str = "", ordinal: int = 1, due: date | None = None) -> Slot:
    title = schemas.newest(kind).title_of(review_point, ordinal)
    return Slot(kind, review_point or str(ordinal), review_point, ordinal, title, due)


def tasks(
    wanted: Iterable[Slot],
    records: Iterable[Record],
    *,
    registration_id: int,
    may_open: Part | None,
    today: date,
    again: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """The list of the year: a record that exists links to its page, a missing one to where it is begun. `again` names,
    by record, who signed an agreement and is no longer the assessor."""
    there = {(record.kind, record.review_point, record.ordinal): record for record in records}
    found = []
    for slot in wanted:
        record = there.get((slot.kind, slot.review_point, slot.ordinal))
        task = _task(slot, record, registration_id, may_open, today)
        before = (again or {}).get(record.pk) if record is not None else None
        if before:
            task |= {
                "status": "Sign again",
                "colour": "orange",
                "hint": f"The assessor has changed since {before} signed",
            }
        found.append(task)
    return found


def _task(
    slot: Slot, record: Record | None, registration_id: int, may_open: Part | None, today: date
) -> dict[str, Any]:
    if record is not None:
        state = RecordState(record.state)
        task = {"title": title_of(record), "href": reverse("record", args=[record.pk]), "status": state.label}
        task["colour"] = TAG_COLOURS[state]
        if state not in DONE and slot.due:
            task["hint"] = _due(slot.due, today)
        return task
    late = bool(slot.due and slot.due < today and not slot.optional)
    task = {"title": slot.title, "status": "Overdue" if late else "Not started", "colour": "red" if late else "grey"}
    if slot.optional and slot.due:
        task["hint"] = f"May be left out. Held around {long_date(slot.due)}"
    elif slot.due:
        task["hint"] = _due(slot.due, today)
    if may_open and may_open in schemas.newest(slot.kind).opened_by:
        task["href"] = reverse("record_new", args=[registration_id, slot.kind, slot.point])
    else:
        task["colour"] = "red" if late else ""
    return task


def _due(due: date, today: date) -> str:
    return f"Due {long_date(due)}, {how_late(due, today).removeprefix('due ')}"


def who_rows(people: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who takes which part, for a summary list."""
    return [(part.label, people.get(part, "")) for part in Part]


def evidence_rows(counts: Iterable[Count]) -> list[list[Any]]:
    """Kind, needed, agreed and whether that is enough, for a table."""
    return [
        [count.title, count.needed, count.agreed, "Enough" if count.is_met else f"{count.needed - count.agreed} more"]
        for count in counts
    ]


def answers(schema: Schema, content: Mapping[str, Any], *, of: Iterable[Field] | None = None) -> list[dict[str, Any]]:
    """Sections of heading and rows for check_answers: every question with its answer in words."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in schema.fields if of is None else of:
        groups.setdefault(field.heading, []).append((field.label, field.shown(content.get(field.key))))
    return [{"heading": heading, "rows": rows} for heading, rows in groups.items()]


def about(transition: Transition | None, schema: Schema) -> str:
    """The question a record was returned for; "" for the record as a whole."""
    field = schema.field(transition.about_field) if transition and transition.about_field else None
    return field.label if field else ""


def history(
    revisions: Iterable[Revision], transitions: Iterable[Transition], signatures: Iterable[Signature]
) -> list[dict[str, Any]]:
    """Versions, signatures and moves as one timeline, newest first."""
    events = [
        {
            "heading": f"Version {one.number}",
            "at": one.created_at,
            "by": one.author.full_name,
            "text": "The words of this version have been erased." if one.erased_at else "",
            "order": (one.created_at, 0, one.pk),
        }
        for one in revisions
    ]
    events += [
        {
            "heading": f"Version {one.revision.number} signed as {Part(one.part).label}",
            "at": one.signed_at,
            "by": one.person.full_name,
            "order": (one.signed_at, 1, one.pk),
        }
        for one in signatures
    ]
    events += [
        {
            "heading": MOVE_WORDS[RecordState(one.from_state), RecordState(one.to_state)],
            "at": one.at,
            "by": one.by.full_name,
            "text": one.reason,
            "order": (one.at, 2, one.pk),
        }
        for one in transitions
    ]
    return sorted(events, key=lambda event: event["order"], reverse=True)


def what_next(record: Record, schema: Schema) -> str:
    """What happens after a part was sent in, for the green banner."""
    if record.state == RecordState.SUBMITTED:
        return "The record is complete. What happens next: everybody whose signature is needed reads it and signs."
    missing = {
        field.writer for field in schema.missing(record.current_revision.content if record.current_revision else {})
    }
    who = "the NQSW" if missing == {Part.NQSW} else "the assessor" if missing == {Part.ASSESSOR} else "somebody"
    return f"Your part is in the record. What happens next: it waits for {who} to add what is still missing."


def _is_earlier(outcome: Outcome) -> bool:
    return outcome.moderation_basis == ModerationBasis.EARLIER


def outcome_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """What was decided, by whom, on what footing, and the dates that a fail carries."""
    rows = [
        ("Result", outcome.get_result_display()),
        ("Taken over by" if _is_earlier(outcome) else "Confirmed by", outcome.decided_by.full_name),
        ("Decided on" if _is_earlier(outcome) else "Confirmed on", long_date(london_date(outcome.decided_at))),
        ("Basis", outcome.get_moderation_basis_display()),
    ]
    if outcome.because:
        rows.append(("Reason", outcome.because))
    if outcome.notice_on and outcome.appeal_by:
        rows.append(("Notice given on", long_date(outcome.notice_on)))
        rows.append(("Last day to appeal", long_date(outcome.appeal_by)))
    return rows
