"""The life of a record: opened, filled by its writers, submitted, returned, locked, reopened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.services import audit
from assessments import requirements
from assessments import schema as schemas
from assessments.evidence_marks import check_minimum
from assessments.models import Record
from assessments.notices import PartAdded, ReadyToSign, RecordReopened, RecordReturned
from assessments.permissions import (
    check_may_coordinate,
    check_may_lock,
    check_may_write,
    check_may_write_in,
    membership_for,
)
from assessments.queries import (
    has_agreed,
    last_placement,
    last_review,
    schema_of,
    shortfalls,
)
from assessments.queries.assessors import agreed_with_another
from assessments.queries.years import is_left_behind
from assessments.rules import (
    check_can_edit,
    check_can_reopen,
    check_can_return,
    check_evidence,
    check_in_force,
    check_reason,
    merged,
)
from assessments.schema import AGREEMENT, RECOMMENDATION, REVIEW
from assessments.services import drafts, revisions
from assessments.services.moving import move
from assessments.services.telling import tell_others
from assessments.states import WHOLE, Part, RecordState
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale
from registrations.models import Registration


@transaction.atomic
def open_record(
    registration: Registration, kind: str, *, review_point: str = "", ordinal: int = 1, by: User, now: datetime
) -> Record:
    """Begins a record of a kind; answers with the one that is there already, so that pressing twice opens one.

    `review_point` is a key of the programme year's reviews where the kind has one record for each; `ordinal` counts
    from 1 where the kind repeats. Raises Refused for a kind, point or number that this year does not have.
    """
    today = london_date(now)
    part = check_may_write(by, registration, on=today)
    registration = (
        Registration.objects.select_for_update(of=("self",)).select_related("programme_year").get(pk=registration.pk)
    )
    drafts.check_open(registration)
    schema = _form(registration, kind, part)
    _check_place(registration, schema, review_point, ordinal)
    record, is_new = Record.objects.get_or_create(
        registration=registration,
        kind=kind,
        review_point=review_point,
        ordinal=ordinal,
        defaults={
            "placement": last_placement(registration, london_date(now)),
            "schema_version": schema.version,
            "standard_set": registration.programme_year.standard_set,
            "signers": list(schema.signers),
            "blind": schema.blind,
            "opened_by": by,
            "opened_at": now,
        },
    )
    if is_new:
        under = membership_for(by, part, registration, on=today)
        audit.record("assessments.open_record", record, by=by, now=now, under=under, codes=[kind])
    return record


def submit(
    record: Record,
    *,
    content: Mapping[str, Any] | None = None,
    seen_draft: int = 0,
    seen_revision: int = 0,
    client: str = "",
    by: User,
    now: datetime,
) -> Record:
    """Puts this person's finished part into the record; with the last part in, the record is ready to sign.

    `content`, `seen_draft`, `seen_revision` and `client` are as for drafts.save, which keeps the content first: what
    cannot be finished yet is not lost. Without content the saved draft is taken. An unchanged record gets no new
    revision. Raises Collision where the same answer was changed meanwhile, Refused with the field for a required
    answer that is missing or not finished, and for a recommendation before its evidence is there.
    """
    if content is not None:
        drafts.save(record, content, seen_draft=seen_draft, seen_revision=seen_revision, client=client, by=by, now=now)
    return _submit(record, by=by, now=now)


@transaction.atomic
def _submit(record: Record, *, by: User, now: datetime) -> Record:
    """Puts the draft into the record."""
    today = london_date(now)
    part = check_may_write_in(by, record, on=today)
    record = drafts.locked(record)
    drafts.check_open(record.registration)
    check_can_edit(record.state)
    whole = _with_own_part(record, by=by, now=now)
    schema = schema_of(record)
    drafts.check_finished(record, whole)
    _check_part(schema, part, whole)
    if record.kind == RECOMMENDATION:
        check_recommendable(record.registration)
        check_minimum(str(whole.get("recommendation")), shortfalls(record.registration))
        check_in_force(agreed_with_another(record.registration, today))
    changed = record.current_revision is None or whole != record.current_revision.content
    if changed:
        revisions.write(record, whole, by=by, now=now)
    under = membership_for(by, part, record.registration, on=today)
    if schema.missing(whole) and not changed:
        return record
    if schema.missing(whole):
        audit.record("assessments.add_part", record, by=by, now=now, under=under, codes=[part])
        tell_others(PartAdded, record, by=by, now=now)
        return record
    move(record, RecordState.SUBMITTED, by=by, now=now)
    audit.record("assessments.submit_record", record, by=by, now=now, under=under, codes=[record.kind])
    tell_others(ReadyToSign, record, by=by, now=now)
    return record


@transaction.atomic
def return_(
    record: Record, *, reason: str, about_field: str = WHOLE, seen_version: int, by: User, now: datetime
) -> Record:
    """Sends a record that is ready to sign back to its writers; `about_field` is the key of the question that the
    reason is about, or WHOLE for the record as a whole. Raises NotAllowed, Stale or Refused (with the field)."""
    part = check_may_write_in(by, record, on=london_date(now))
    record = drafts.locked(record)
    _check_seen(record, seen_version)
    drafts.check_open(record.registration)
    check_can_return(record.state)
    check_reason(reason, "Enter what needs to change")
    if about_field != WHOLE and schema_of(record).field(about_field) is None:
        raise Refused("Select a question from the list", "about_field")
    move(record, RecordState.RETURNED, by=by, now=now, reason=reason, about_field=about_field)
    under = membership_for(by, part, record.registration, on=london_date(now))
    audit.record("assessments.return_record", record, by=by, now=now, under=under, words={"reason": reason})
    tell_others(RecordReturned, record, by=by, now=now, reason=reason)
    return record


@transaction.atomic
def lock(record: Record, *, seen_version: int, by: User, now: datetime) -> Record:
    """Closes an agreed record for good, by the assessor or a co-ordinator; only a co-ordinator can reopen it."""
    under = check_may_lock(by, record, on=london_date(now))
    record = drafts.locked(record)
    _check_seen(record, seen_version)
    move(record, RecordState.LOCKED, by=by, now=now)
    audit.record("assessments.lock_record", record, by=by, now=now, under=under)
    return record


@transaction.atomic
def reopen(record: Record, *, reason: str, seen_version: int, by: User, now: datetime) -> Record:
    """Opens a finished record again, by a co-ordinator with a reason. A new, unsigned revision is made.

    Once the year has ended this is refused: nobody could sign it again.
    """
    under = check_may_coordinate(by, record, on=london_date(now))
    # before the record, in the order of confirming the outcome: neither misses the other; and without its key, to which
    # whoever has the record refers when they commit
    Registration.objects.select_for_update(of=("self",), no_key=True).get(pk=record.registration_id)
    record = drafts.locked(record)
    _check_seen(record, seen_version)
    ended = record.registration.ended_on is not None
    check_can_reopen(record.state, ended=ended, left_behind=is_left_behind(record, london_date(now)))
    check_reason(reason, "Enter why the record is reopened")
    if record.current_revision is None:
        raise Refused("There is nothing in this record to reopen.")
    revisions.write(record, record.current_revision.content, by=by, now=now, reason=reason)
    move(record, RecordState.RETURNED, by=by, now=now, reason=reason)
    audit.record("assessments.reopen_record", record, by=by, now=now, under=under, words={"reason": reason})
    tell_others(RecordReopened, record, by=by, now=now, reason=reason)
    return record


def _form(registration: Registration, kind: str, part: Part) -> schemas.Schema:
    try:
        schema = schemas.newest(kind)
    except KeyError:
        raise Refused("There is no form of this kind.") from None
    if requirements.of_year(registration.programme_year).of(kind) is None:
        raise Refused(f"This programme year has no such record: {schema.title.lower()}.")
    if part not in schema.opened_by:
        raise NotAllowed("Only the assessor opens this record.")
    return schema


def _check_place(registration: Registration, schema: schemas.Schema, review_point: str, ordinal: int) -> None:
    year = registration.programme_year
    wanted = requirements.of_year(year).of(schema.kind)
    points = wanted.points_in(year) if wanted and schema.review_points else ("",)
    if review_point not in points:
        raise Refused(f"This programme year has no such {schema.title.lower()}.")
    taken = Record.objects.filter(registration=registration, kind=schema.kind, review_point=review_point)
    last = taken.aggregate(last=Max("ordinal"))["last"] or 0
    if not 1 <= ordinal <= (last + 1 if schema.repeats else 1):
        raise Refused("This record cannot be opened yet. Open the one before it first.")


def _with_own_part(record: Record, *, by: User, now: datetime) -> dict[str, Any]:
    """The record's words with this person's draft laid over them; the draft is emptied."""
    current = record.current_revision.content if record.current_revision else {}
    draft = record.drafts.select_related("from_revision").filter(person=by).first()
    if draft is None or not draft.content:
        return dict(current)
    base = draft.from_revision.content if draft.from_revision else {}
    whole = merged(base, current, draft.content)
    draft.content, draft.changed = {}, {}
    draft.version += 1
    draft.saved_at = now
    draft.save(update_fields=["content", "changed", "version", "saved_at"])
    return {key: value for key, value in whole.items() if value not in (None, "", [])}


def _check_part(schema: schemas.Schema, part: Part, whole: Mapping[str, Any]) -> None:
    """One's own questions must be answered; a question both answer, by whoever is last."""
    missing = schema.missing(whole)
    own = [field for field in missing if field.writer == part]
    if not own and all(field.is_written_by(part) for field in missing):
        own = missing
    if own:
        verb = "Enter" if own[0].type in ("text", "long_text", "date") else "Answer"
        words = own[0].noun if verb == "Enter" else f"“{own[0].label}”"
        raise Refused(f"{verb} {words}", own[0].key)


def check_recommendable(registration: Registration) -> None:
    """Raises Refused unless the year's agreement and final review are agreed (domain 7.3)."""
    check_evidence(
        agreement=has_agreed(registration, AGREEMENT),
        final_review=has_agreed(registration, REVIEW, last_review(registration)),
    )


def _check_seen(record: Record, seen_version: int) -> None:
    if record.version != seen_version:
        raise Stale("This record was changed after you opened the page. Load it again to see how it stands.")
