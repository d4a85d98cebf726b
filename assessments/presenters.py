"""Words for the pages about one record: what it says and why it stands as it does."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from assessments.models import Outcome, Record, Revision, Signature, Transition
from assessments.schema import Field, Schema
from assessments.states import DONE, ModerationBasis, Part, RecordState
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


def standing(
    record: Record, last: Transition | None, signatures: Iterable[Signature], people: Mapping[str, str]
) -> str:
    """One sentence: why the record is as it is, by whom, since when, and who can change that.

    `people` gives the name of who takes each part now. `last` comes with `by`, the signatures with `person`.
    """
    state = RecordState(record.state)
    signed = {signature.part: signature for signature in signatures}
    waits = [people.get(part, Part(part).label) for part in record.signers if part not in signed]
    employer = record.placement.employer.name
    when = long_date(last.at) if last else ""
    if state == RecordState.SUBMITTED:
        return f"Complete since {when}. It waits to be signed by {' and '.join(waits)}."
    if state == RecordState.RETURNED and last:
        verb = "Reopened" if last.from_state in DONE else "Returned"
        return f"{verb} by {last.by.full_name} on {when}: {last.reason}"
    if state == RecordState.AGREED:
        by = " and ".join(f"{one.person.full_name} on {long_date(one.signed_at)}" for one in signed.values())
        return f"Signed by {by}. A co-ordinator of {employer} can reopen it."
    if state == RecordState.LOCKED and last:
        because = last.reason[:1].lower() + last.reason[1:].rstrip(".") if last.reason else "it was closed"
        return (
            f"Locked because {because}, by {last.by.full_name} on {when}. A co-ordinator of {employer} can reopen it."
        )
    return "Not complete yet. Each writer finishes their own part; then it can be signed."


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
