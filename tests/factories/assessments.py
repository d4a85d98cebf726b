"""Records, outcomes and certificates, brought to each state by the services that people use."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from assessments import schema as schemas
from assessments.models import Appeal, Certificate, Outcome, Record
from assessments.queries import schema_of
from assessments.services import appeals, certificates, outcomes, records, signing
from assessments.states import ModerationBasis, Part, RecordState, Result
from asye.clock import london_date
from registrations.models import Registration
from registrations.queries import assessor_of

EXAMPLES = {"date": "2026-09-10", "yes_no": True, "number": 90, "standards": ["pqs-1", "pqs-7"]}


def content(schema: schemas.Schema, part: Part, **changed: Any) -> dict[str, Any]:
    """An answer to every question this part answers."""
    given: dict[str, Any] = {}
    for field in schema.written_by(part):
        words = field.choices[0][0] if field.choices else f"About {field.noun}."
        given[field.key] = EXAMPLES.get(field.type, words)
    return {**given, **{key: value for key, value in changed.items() if key in given}}


def people(registration: Registration, now: datetime) -> dict[Part, User]:
    """Who writes in the records: the NQSW must have joined."""
    registration.refresh_from_db()
    assessor = assessor_of(registration, london_date(now))
    assert registration.nqsw.user is not None
    assert assessor is not None
    return {Part.NQSW: registration.nqsw.user, Part.ASSESSOR: assessor}


def draft(registration: Registration, kind: str, *, now: datetime, review_point: str = "", ordinal: int = 1) -> Record:
    """A record just opened by the assessor."""
    by = people(registration, now)[Part.ASSESSOR]
    return records.open_record(registration, kind, review_point=review_point, ordinal=ordinal, by=by, now=now)


def submitted(
    registration: Registration, kind: str, *, now: datetime, review_point: str = "", ordinal: int = 1, **changed: Any
) -> Record:
    """A record to which everybody has added their part."""
    record = draft(registration, kind, now=now, review_point=review_point, ordinal=ordinal)
    schema = schema_of(record)
    for part, person in people(registration, now).items():
        if schema.written_by(part) and record.is_open:  # what both write is complete with the first of them
            finish(record, part, by=person, now=now, **changed)
            record.refresh_from_db()
    record.refresh_from_db()
    return record


def finish(record: Record, part: Part, *, by: User, now: datetime, **changed: Any) -> Record:
    """One person's part sent in from a page that showed the record as it is."""
    record.refresh_from_db()
    seen = record.current_revision.number if record.current_revision else 0
    kept = record.drafts.filter(person=by).first()
    own = content(schema_of(record), part, **changed)
    if record.current_revision:  # what both answer is left as the first of them answered it
        shared = {field.key for field in schema_of(record).fields if field.writer == schemas.EITHER} - changed.keys()
        own |= {key: record.current_revision.content.get(key) or own[key] for key in shared & own.keys()}
    return records.submit(
        record, content=own, seen_draft=kept.version if kept else 0, seen_revision=seen, by=by, now=now
    )


def agreed(
    registration: Registration, kind: str, *, now: datetime, review_point: str = "", ordinal: int = 1, **changed: Any
) -> Record:
    """A record that everybody has signed."""
    record = submitted(registration, kind, now=now, review_point=review_point, ordinal=ordinal, **changed)
    sign_all(record, now=now)
    return record


def sign_all(record: Record, *, now: datetime) -> None:
    """Every signature the record needs under its current revision."""
    everybody = people(record.registration, now)
    for part in record.signers:
        assert record.current_revision is not None
        signing.sign(record, seen_revision=record.current_revision.number, by=everybody[Part(part)], now=now)
    record.refresh_from_db()


def in_state(registration: Registration, state: str, *, kind: str, now: datetime, coordinator: User) -> Record:
    """A record of the kind in any of its states."""
    return brought_to(draft(registration, kind, now=now), state, now=now, coordinator=coordinator)


def brought_to(record: Record, state: str, *, now: datetime, coordinator: User) -> Record:
    """A record that was just opened, brought to a state."""
    everybody = people(record.registration, now)
    if state != RecordState.DRAFT:
        for part, person in everybody.items():
            if schema_of(record).written_by(part):
                finish(record, part, by=person, now=now)
        record.refresh_from_db()
    if state == RecordState.RETURNED:
        by = everybody[Part.ASSESSOR]
        records.return_(record, reason="Say more.", seen_version=record.version, by=by, now=now)
    if state in (RecordState.AGREED, RecordState.LOCKED):
        sign_all(record, now=now)
    if state == RecordState.LOCKED:
        records.lock(record, seen_version=record.version, by=coordinator, now=now)
    record.refresh_from_db()
    assert record.state == state
    return record


def evidence(registration: Registration, *, now: datetime) -> None:
    """The agreement, every review and one observation, all agreed."""
    agreed(registration, "agreement", now=now)
    for point in registration.programme_year.review_months:
        agreed(registration, "review", review_point=point, now=now)
    agreed(registration, "direct_observation", now=now)


def recommended(registration: Registration, result: str = Result.PASS, *, now: datetime) -> Record:
    """The recommendation, signed by the assessor on the evidence it needs."""
    evidence(registration, now=now)
    return agreed(registration, "recommendation", now=now, recommendation=result)


def confirmed(registration: Registration, result: str = Result.PASS, *, now: datetime, **how: Any) -> Outcome:
    """An outcome confirmed by the senior lead on a fresh recommendation of the same result; `how` as for `decided`."""
    return decided(recommended(registration, result, now=now), result, now=now, **how)


def decided(
    record: Record,
    result: str = Result.PASS,
    *,
    by: User,
    now: datetime,
    notice_on: date | None = None,
    basis: str = ModerationBasis.NOT_SAMPLED,
) -> Outcome:
    """An outcome confirmed on this recommendation, of which a fail is told on the same day unless told otherwise."""
    assert record.current_revision is not None
    if result == Result.FAIL and notice_on is None:
        notice_on = london_date(now)
    return outcomes.record_outcome(
        record.registration,
        final_revision=record.current_revision,
        result=result,
        moderation_basis=basis,
        notice_on=notice_on,
        by=by,
        now=now,
    )


def appealed(outcome: Outcome, *, by: User, now: datetime) -> Appeal:
    """An open appeal."""
    return appeals.open_(outcome, grounds="The observations were not taken into account.", by=by, now=now)


def certificated(registration: Registration, *, by: User, now: datetime) -> Certificate:
    """A pass with its certificate drawn by the real engine."""
    outcome = confirmed(registration, by=by, now=now)
    made = certificates.render(outcome.pk, now=now)
    assert made is not None
    return made
