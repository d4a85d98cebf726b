"""Why a record stands as it does and who can do what next, in plain words for whoever looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.models import Record, Signature, Transition
from assessments.queries import schema_of
from assessments.schema import EITHER, Field, Schema
from assessments.states import DONE, Part, RecordState
from asye.dates import long_date


@dataclass(frozen=True)
class Around:
    """What the sentences need beside the record itself.

    `people` gives the name of who takes each part now, `part` the reader's own, `coordinators` the names of those of
    `employer`, the one that keeps the record. `running` says that the year is approved and has not ended,
    `ended` that it has. `signed_with` names an assessor of before; `left_behind` says that the year goes on with
    another employer.
    """

    people: Mapping[str, str]
    part: Part | None
    coordinates: bool
    coordinators: Sequence[str]
    employer: str
    running: bool
    ended: bool
    signed_with: str = ""
    left_behind: bool = False


def why(record: Record, last: Transition | None, signatures: Iterable[Signature], around: Around) -> str:
    """One sentence: why the record is as it is, by whom, since when.

    `last` comes with `by`, the signatures are those of the current revision and come with `person`.
    """
    state = RecordState(record.state)
    when = long_date(last.at) if last else ""
    if state == RecordState.SUBMITTED:
        waits = [_name(part, around) for part in _unsigned(record, signatures)]
        return f"Complete since {when}. It waits to be signed by {_and(waits)}."
    if state == RecordState.RETURNED and last:
        verb = "Reopened" if last.from_state in DONE else "Returned"
        return f"{verb} by {last.by.full_name} on {when}: {last.reason}"
    if state == RecordState.AGREED:
        by = _and([f"{one.person.full_name} on {long_date(one.signed_at)}" for one in signatures])
        return f"Signed by {by}."
    if state == RecordState.LOCKED and last:
        because = last.reason[:1].lower() + last.reason[1:].rstrip(".") if last.reason else "everybody has signed it"
        return f"Locked because {because}, by {last.by.full_name} on {when}."
    return "Not complete yet. Each writer finishes their own part; then it can be signed."


def next_step(record: Record, last: Transition | None, signatures: Iterable[Signature], around: Around) -> str:
    """One or two sentences: who can do what next, by name or role, and what of it the reader can do."""
    state = RecordState(record.state)
    if state not in DONE and not around.running:
        return "This year is not under way, so nobody can change it."
    if state == RecordState.SUBMITTED:
        return _to_sign(record, _unsigned(record, signatures), around)
    if state in DONE:
        return _to_reopen(record, around)
    return _to_write(record, last, around)


def _to_sign(record: Record, unsigned: list[Part], around: Around) -> str:
    writers = _and([_name(part, around) for part in _writers(schema_of(record), record)], "or")
    if around.part in unsigned:
        return "You can sign it, or return it with a reason. Nobody can change a word of it meanwhile."
    if around.part in record.signers:
        return f"You have signed. {_and([_name(part, around) for part in unsigned])} can sign it; you can return it."
    return f"Nobody can change a word of it meanwhile. {_upper(writers)} can return it with a reason."


def _to_write(record: Record, last: Transition | None, around: Around) -> str:
    schema = schema_of(record)
    missing = schema.missing(record.current_revision.content if record.current_revision else {})
    about = schema.field(last.about_field) if last and last.about_field else None
    parts = _asked(missing, about) or _writers(schema, record)
    names = [_name(part, around) for part in parts]
    then = "then it is signed" if len(record.signers) == 1 else "then everybody signs"
    verb = "adds what is missing" if missing else "changes it and finishes the part"
    if around.part in parts:
        others = [name for part, name in zip(parts, names, strict=True) if part != around.part]
        also = f" {_and(others)} can write as well." if others else ""
        return f"You can write in it; once everything is there, {then.removeprefix('then ')}.{also}"
    return f"It waits until {_and(names, 'or')} {verb}; {then}."


def _to_reopen(record: Record, around: Around) -> str:
    employer = around.employer
    if around.ended:
        return "The year has ended, so it stays as it was signed."
    if around.left_behind:
        return "The year goes on with another employer, so it stays as it was signed."
    sentences = []
    if around.signed_with:
        who = _and([_name(part, around) for part in (Part.NQSW, Part.ASSESSOR)], "or")
        sentences.append(
            f"{around.signed_with}, who signed it, is no longer the assessor, so it has to be signed again. "
            f"{_upper(who)} can begin that."
        )
    if record.state == RecordState.AGREED:
        sentences.append(f"{_upper(_name(Part.ASSESSOR, around))} or a co-ordinator can lock it.")
    if around.coordinates:
        sentences.append(f"You can reopen it with a reason, as a co-ordinator of {employer}.")
    elif around.coordinators:
        sentences.append(f"A co-ordinator of {employer} can reopen it: {_and(around.coordinators, 'or')}.")
    else:
        sentences.append(f"A co-ordinator of {employer} can reopen it.")
    return " ".join(sentences)


def _unsigned(record: Record, signatures: Iterable[Signature]) -> list[Part]:
    signed = {one.part for one in signatures}
    return [Part(part) for part in record.signers if part not in signed]


def _asked(missing: Sequence[Field], about: Field | None) -> list[Part]:
    """Who answers the question it was returned for, else whose answers are missing."""
    fields = [about] if about is not None else missing
    own = [part for part in Part if any(one.writer == part for one in fields)]
    shared = [part for part in Part if any(one.writer == EITHER for one in fields)]
    return own or shared


def _writers(schema: Schema, record: Record) -> list[Part]:
    return [part for part in Part if part in record.signers or schema.written_by(part)]


def _name(part: Part, around: Around) -> str:
    if part == around.part:
        return "you"
    return around.people.get(part, "the NQSW" if part == Part.NQSW else "the assessor")


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _and(names: Sequence[str], joiner: str = "and") -> str:
    return f" {joiner} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def with_note(sections: list[dict[str, object]], field: Field | None, note: tuple[str, str]) -> list[dict[str, object]]:
    """The sections of a record with what was said about one question in a row beneath it."""
    if field is None:
        return sections
    found = []
    for section in sections:
        rows = list(section["rows"])  # type: ignore[call-overload]
        for number, (label, _) in enumerate(rows):
            if label == field.label and section["heading"] == field.heading:
                rows.insert(number + 1, note)
                break
        found.append({**section, "rows": rows})
    return found
