"""What a person types is kept, for them alone, until they put it into the record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from assessments.merging import Met, meet
from assessments.models import Draft, Record, SetAside
from assessments.permissions import check_may_write_in, membership_for
from assessments.queries import schema_of
from assessments.rules import Collision, check_can_edit, check_can_write
from assessments.states import Part
from assessments.unfinished import cannot_be_kept, same, still_wrong
from asye.clock import london_date
from asye.refusals import Refused
from registrations.models import Registration
from registrations.states import State

SAVE: Final = re.compile(r"([0-9a-z]{8,40}):([0-9]{1,9})")
PAGES_KNOWN: Final = 20
SAVING: Final = ("registration", "current_revision")  # as little as a save every few seconds needs


@dataclass(frozen=True)
class Saved:
    """The draft as it is kept now, and the number of the revision it is laid over (0 for none). `news` are answers that
    are other ones by now than the page shows, `both` the questions with two texts: what stands and what this person
    wrote, which was set aside."""

    draft: Draft
    revision: int
    news: Mapping[str, Any] = field(default_factory=dict)
    both: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def save(
    record: Record,
    content: Mapping[str, Any],
    *,
    seen_draft: int,
    seen_revision: int,
    client: str = "",
    by: User,
    now: datetime,
) -> Draft:
    """Keeps this person's answers so far; nobody else sees them. Unfinished answers are welcome, others than the form
    asks for are not.

    `seen_draft` is the version of their draft the page showed (0 for none), `seen_revision` the number of the
    revision it showed (0 for none). `client` is the page and the number of its save, "k3j5h2k1:7"; a save that is no
    newer than the page's last one changes nothing. Raises Refused where the record is not open or an answer cannot be
    kept. Raises Collision where another page of theirs, or a later revision, answered the same question differently:
    everything else has been kept by then, and both texts as well. A draft leaves one trace in the trail, when it is
    begun: one for each save every few seconds would bury the others (ADR 0025).
    """
    saved = save_part(
        record, content, seen_draft=seen_draft, seen_revision=seen_revision, client=client, by=by, now=now
    )
    if saved.both:
        raise Collision(saved.both)
    return saved.draft


@transaction.atomic
def save_part(
    record: Record,
    content: Mapping[str, Any],
    *,
    seen_draft: int,
    seen_revision: int,
    client: str = "",
    by: User,
    now: datetime,
) -> Saved:
    """As `save`, and tells of collisions and of what others changed instead of raising: for a page that stays open."""
    part = check_may_write_in(by, record, on=london_date(now))
    record = Record.objects.select_for_update(of=("self",)).select_related(*SAVING).get(pk=record.pk)
    check_open(record.registration)
    check_can_edit(record.state)
    _check_answers(record, part, content)
    draft = record.drafts.filter(person=by).first() or Draft(record=record, person=by, version=0, saved_at=now)
    page, number = _page_of(client)
    began = draft.content
    met = _met(record, draft, content, seen_draft=seen_draft, seen_revision=seen_revision, page=page)
    if not page or number > _last_of(draft, page):
        _keep(record, draft, met, page=page, number=number, by=by, now=now)
    if draft.content and not began:
        under = membership_for(by, part, record.registration, on=london_date(now))
        audit.record("assessments.begin_draft", draft, by=by, now=now, under=under)
    asked = {one.key for one in schema_of(record).written_by(part)}
    shown = {**_content(record), **draft.content}
    number_now = record.current_revision.number if record.current_revision else 0
    return Saved(draft, number_now, {key: shown.get(key) for key in met.news & asked}, met.both)


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


def check_finished(record: Record, content: Mapping[str, Any]) -> None:
    """Raises Refused with the field for an answer that a draft may keep but a record may not."""
    for key, sentence in still_wrong(schema_of(record), content).items():
        raise Refused(sentence, key)


def was_received(draft: Draft | None) -> dict[str, int]:
    """The pages that saved last, each with the number of its last save that arrived."""
    return dict(draft.pages) if draft else {}


def _content(record: Record) -> dict[str, Any]:
    return record.current_revision.content if record.current_revision else {}


def _check_answers(record: Record, part: Part, content: Mapping[str, Any]) -> None:
    schema = schema_of(record)
    for key, sentence in cannot_be_kept(schema, content).items():
        raise Refused(sentence, key if schema.field(key) else None)
    mine = {field.key for field in schema.written_by(part)}
    if not content.keys() <= mine:
        raise Refused("This form has questions for somebody else to answer. Load the page again.")


def _page_of(client: str) -> tuple[str, int]:
    found = SAVE.fullmatch(client)
    return (found[1], int(found[2])) if found else ("", 0)


def _last_of(draft: Draft, page: str) -> int:
    return max((number for name, number in draft.pages if name == page), default=-1)


def _met(
    record: Record, draft: Draft, content: Mapping[str, Any], *, seen_draft: int, seen_revision: int, page: str
) -> Met:
    current, begun = record.current_revision, _content(record)
    at_hand = {current.number: begun} if current else {}
    if seen_revision and seen_revision not in at_hand:
        at_hand |= {one.number: one.content for one in record.revisions.filter(number=seen_revision)}
    if draft.from_revision_id != record.current_revision_id:
        begun = draft.from_revision.content if draft.from_revision else {}
    elsewhere = {
        key for key, (version, of) in draft.changed.items() if version > seen_draft and (not page or of != page)
    }
    return meet(
        content,
        seen=at_hand.get(seen_revision, {}),
        draft=draft.content,
        begun=begun,
        current=_content(record),
        elsewhere=elsewhere,
    )


def _keep(record: Record, draft: Draft, met: Met, *, page: str, number: int, by: User, now: datetime) -> None:
    """Writes the draft where anything is new, and sets aside what would be nowhere else."""
    keys = {*draft.content, *met.content}
    changed = {key for key in keys if not same(draft.content.get(key), met.content.get(key))}
    new_base = bool(draft.content) and draft.from_revision_id != record.current_revision_id
    for key, answer in met.aside:
        last = record.set_aside.filter(person=by, key=key).first()
        if answer and (last is None or last.answer != answer):
            SetAside.objects.create(record=record, person=by, key=key, answer=answer, at=now)
    if not (changed or new_base):
        return
    draft.content = met.content
    draft.from_revision = record.current_revision
    draft.version += 1
    draft.saved_at = now
    draft.changed = {**draft.changed, **{key: [draft.version, page] for key in changed}}
    if page:
        others = [one for one in draft.pages if one[0] != page]
        draft.pages = [*others[1 - PAGES_KNOWN :], [page, number]]
    if draft.pk:
        draft.save(update_fields=["content", "from_revision", "version", "saved_at", "changed", "pages"])
    else:
        draft.save(force_insert=True)
