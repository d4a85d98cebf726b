"""The audit trail: every act leaves one event, written in the act's own transaction."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import AuditDetail, AuditEvent, Membership, User
from accounts.permissions import check_may_administer
from asye.clock import london_date
from asye.http import acting_by, request_id
from asye.refusals import Refused


def record(
    act: str,
    obj: Model,
    *,
    by: User | None,
    now: datetime,
    under: Membership | None = None,
    codes: Iterable[str] = (),
    words: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Writes that `by` did `act` to `obj` at the instant `now`, under the membership that allowed it.

    `codes` are short machine words (field names, states); `words` are free text such as a reason or before and
    after: they go to a side row that can be erased, sealed here by a salted digest. `by` is None for the service's
    own periodic jobs.
    """
    salt = secrets.token_hex(16) if words else ""
    event = AuditEvent.objects.create(
        act=act,
        actor=by,
        membership=under,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        codes=[*codes, *_key()],
        detail_digest=digest(salt, words) if words else "",
        request_id=request_id.get(),
        at=now,
    )
    if words:
        AuditDetail.objects.create(event=event, salt=salt, words=dict(words))
    return event


def record_many(
    act: str,
    objects: Sequence[Model],
    *,
    by: User | None,
    now: datetime,
    under: Membership | None = None,
    codes: Iterable[str] = (),
    codes_of: Mapping[int, Iterable[str]] | None = None,
) -> list[AuditEvent]:
    """The same for an act done to many things at once: an event for each, in one statement, without words.

    `codes` stand in every event; `codes_of` are those of each thing's own, by its key, before them.
    """
    codes = [*codes, *_key()]
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            act=act,
            actor=by,
            membership=under,
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            codes=[*(codes_of or {}).get(obj.pk, ()), *codes],
            request_id=request_id.get(),
            at=now,
        )
        for obj in objects
    )


def _key() -> list[str]:
    """The code of the API key by which a person's system acts: it stands after the act's own codes."""
    return [acting_by.get()] if acting_by.get() else []


@transaction.atomic
def erase(event: AuditEvent, *, by: User, now: datetime) -> None:
    """Forgets the words of an event for good; the event and its digest stay. Raises NotAllowed, or Refused where
    there are no words left."""
    under = check_may_administer(by, on=london_date(now))
    if not AuditDetail.objects.filter(event=event, erased_at__isnull=True).exists():
        raise Refused("This entry has no words, or they have already been erased")
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_audit_detail(%s, %s)", [event.pk, now])
    record("accounts.erase_words", event, by=by, now=now, under=under)


def digest(salt: str, words: Mapping[str, Any]) -> str:
    """SHA-256 over the salt and the words in one fixed JSON form."""
    text = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((salt + text).encode()).hexdigest()
