"""What a person types is kept, for them alone, until they put it into the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from assessments.models import Draft, Record
from assessments.permissions import check_may_write_in, membership_for
from assessments.queries import schema_of
from assessments.rules import Collision, check_can_edit, check_can_write, merged
from assessments.states import Part
from asye.clock import london_date
from asye.refusals import Refused
from registrations.models import Registration
from registrations.states import State


@transaction.atomic
def save(
    record: Record, content: Mapping[str, Any], *, seen_draft: int, seen_revision: int, by: User, now: datetime
) -> Draft:
    """Keeps this person's answers so far; nobody else sees them. Incomplete answers are welcome, wrong ones are not.

    `seen_draft` is the version of their draft the page showed (0 for none), `seen_revision` the number of the
    revision it showed (0 for none). Raises Collision where another page of theirs, or a later revision, answered
    the same question differently; Refused where the record is not open or an answer does not fit the form.
    """
    part = check_may_write_in(by, record, on=london_date(now))
    record = locked(record)
    draft = keep(record, part, content, seen_draft=seen_draft, seen_revision=seen_revision, by=by, now=now)
    under = membership_for(by, part, record.registration, on=london_date(now))
    audit.record("assessments.save_draft", draft, by=by, now=now, under=under)
    return draft


def locked(record: Record) -> Record:
    """The record as it is now, locked for its caller's transaction."""
    return (
        Record.objects.select_for_update(of=("self",))
        .select_related(
            "registration__nqsw__user", "registration__programme_year", "placement__employer", "current_revision"
        )
        .get(pk=record.pk)
    )


def check_open(registration: Registration) -> None:
    """Raises Refused unless the year has been approved and has not ended."""
    check_can_write(registered=registration.state == State.REGISTERED, ended=registration.ended_on is not None)


def keep(
    record: Record,
    part: Part,
    content: Mapping[str, Any],
    *,
    seen_draft: int,
    seen_revision: int,
    by: User,
    now: datetime,
) -> Draft:
    """Writes the draft of a record its caller has locked; brings it up to the current revision where that is safe."""
    check_open(record.registration)
    check_can_edit(record.state)
    _check_answers(record, part, content)
    draft = record.drafts.filter(person=by).first() or Draft(record=record, person=by, version=0)
    if draft.pk and draft.version != seen_draft:
        _check_same(draft, content)
    current = record.current_revision
    seen = record.revisions.filter(number=seen_revision).first()
    base = seen.content if seen else {}
    combined = merged(base, current.content if current else {}, content)
    draft.content = {key: combined.get(key) for key in content}
    draft.from_revision = current
    draft.version += 1
    draft.saved_at = now
    if draft.pk:
        draft.save(update_fields=["content", "from_revision", "version", "saved_at"])
    else:
        draft.save(force_insert=True)
    return draft


def _check_answers(record: Record, part: Part, content: Mapping[str, Any]) -> None:
    schema = schema_of(record)
    for key, sentence in schema.problems(content).items():
        raise Refused(sentence, key if schema.field(key) else None)
    mine = {field.key for field in schema.written_by(part)}
    if not content.keys() <= mine:
        raise Refused("This form has questions for somebody else to answer. Load the page again.")


def _check_same(draft: Draft, content: Mapping[str, Any]) -> None:
    """Two pages of one person: the one saved later must not silently undo the other."""
    both = {
        key: (draft.content[key], value)
        for key, value in content.items()
        if key in draft.content and draft.content[key] != value
    }
    if both:
        raise Collision(both)
