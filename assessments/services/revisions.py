"""What a record says, written down for good: used by the acts that change a record."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from assessments.models import Record, Revision, StandardJudgement, StandardLink
from assessments.queries import schema_of, standards_named


def write(record: Record, content: Mapping[str, Any], *, by: User, now: datetime, reason: str = "") -> Revision:
    """Adds the next revision to a record its caller has locked, and makes it the current one.

    Nobody's earlier signature counts for it. The standards it names become the record's links, the levels it gives
    become judgements of this revision.
    """
    number = record.current_revision.number + 1 if record.current_revision else 1
    revision = Revision.objects.create(
        record=record,
        number=number,
        content=dict(content),
        sha256=digest(content),
        author=by,
        reason=reason,
        created_at=now,
    )
    record.current_revision = revision
    record.version += 1
    record.save(update_fields=["current_revision", "version"])
    link_standards(record, content, by=by, now=now)
    StandardJudgement.objects.bulk_create(
        StandardJudgement(revision=revision, standard=field.judges, level=content[field.key])
        for field in schema_of(record).fields
        if field.judges and content.get(field.key)
    )
    return revision


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one fixed JSON form."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_standards(record: Record, content: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """One link a standard, however often the record is agreed; a standard no longer named ends its link.

    A link that somebody made with a reason is theirs to take away: what the form names has no say over it.
    """
    wanted = standards_named(record, content)
    there = {link.standard: link for link in record.standard_links.filter(ended_at__isnull=True)}
    for code in sorted(code for code, link in there.items() if code not in wanted and not link.why):
        there[code].ended_at = now
        there[code].save(update_fields=["ended_at"])
    StandardLink.objects.bulk_create(
        StandardLink(record=record, standard=code, linked_by=by, linked_at=now)
        for code in sorted(wanted - there.keys())
    )
