"""Words for the pages about one record: what it says and why it stands as it does."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from assessments.models import Outcome, Record, Revision, SetAside, Signature, Transition
from assessments.schema import Field, Schema
from assessments.states import ModerationBasis, Part, RecordState
from asye.clock import london_date
from asye.dates import long_date

MOVE_WORDS: Final = {
    (RecordState.DRAFT, RecordState.SUBMITTED): "Ready to sign",
    (RecordState.RETURNED, RecordState.SUBMITTED): "Ready to sign again",
    (RecordState.SUBMITTED, RecordState.RETURNED): "Returned for changes",
    (RecordState.SUBMITTED, RecordState.AGREED): "Agreed",
    (RecordState.AGREED, RecordState.LOCKED): "Locked",
    (RecordState.AGREED, RecordState.RETURNED): "Reopened",
    (RecordState.LOCKED, RecordState.RETURNED): "Reopened",
}


def who_rows(people: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who takes which part, for a summary list."""
    return [(part.label, people.get(part, "")) for part in Part]


def answers(schema: Schema, content: Mapping[str, Any], *, of: Iterable[Field] | None = None) -> list[dict[str, Any]]:
    """Sections of heading and rows for check_answers: every question with its answer in words."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in schema.fields if of is None else of:
        groups.setdefault(field.heading, []).append((field.label, field.shown(content.get(field.key))))
    return [{"heading": heading, "rows": rows} for heading, rows in groups.items()]


def both_texts(schema: Schema, both: Mapping[str, tuple[Any, Any]]) -> list[tuple[str, str, str]]:
    """Label, what stands there, and key of each question with two texts, in the form's order."""
    return [(one.label, words_of(one, both[one.key][0]), one.key) for one in schema.fields if one.key in both]


def words_of(field: Field, value: Any) -> str:
    """The answer in words, also one that was typed and is not finished."""
    typed_date = field.type == "date" and isinstance(value, list)
    return " ".join(part for part in value if part) if typed_date else field.shown(value)


def set_aside(schema: Schema, found: Iterable[SetAside]) -> list[tuple[str, datetime, str]]:
    """Question, when, and words of each text that met another."""
    fields = {one.key: one for one in schema.fields}
    return [
        (fields[one.key].label, one.at, words_of(fields[one.key], one.answer)) for one in found if one.key in fields
    ]


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
