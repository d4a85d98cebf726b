"""What a request with an Idempotency-Key was answered: kept once and encrypted, given again, forgotten after
two days."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from accounts.models import ApiAnswer, ApiKey
from accounts.sealing import seal, unseal

KEPT_FOR: Final = timedelta(days=2)


def hold(key: ApiKey, chosen: str, now: datetime) -> ApiAnswer | None:
    """Makes twins of a request wait for each other until the commit; the answer that the first of them was given.

    `chosen` is the Idempotency-Key. Call it inside the transaction of the act. An answer older than two days counts
    no longer and makes room.
    """
    digest = _digest(chosen)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 9))", [f"api {key.pk} {digest}"])
    found = ApiAnswer.objects.filter(api_key=key, key_digest=digest).first()
    if found is not None and found.at < now - KEPT_FOR:
        found.delete()
        return None
    return found


def keep(key: ApiKey, chosen: str, request_digest: str, *, status: int, body: Any, now: datetime) -> ApiAnswer:
    """Keeps what was answered, encrypted, in the transaction of the act."""
    return ApiAnswer.objects.create(
        api_key=key,
        key_digest=_digest(chosen),
        request_digest=request_digest,
        status=status,
        body=seal(_purpose(key.pk), json.dumps(body).encode()),
        at=now,
    )


def body_of(answer: ApiAnswer) -> Any | None:
    """What was answered; None where the secret it was encrypted under is gone."""
    text = unseal(_purpose(answer.api_key_id), bytes(answer.body))
    return json.loads(text) if text is not None else None


def due(now: datetime) -> QuerySet[ApiAnswer]:
    """Answers older than two days, which are forgotten."""
    return ApiAnswer.objects.filter(at__lt=now - KEPT_FOR)


def purge(now: datetime) -> int:
    """Forgets what is due; how many answers there were."""
    return due(now).delete()[0]


def _purpose(key_id: int) -> str:
    return f"api answer of {key_id}"


def _digest(chosen: str) -> str:
    return hashlib.sha256(chosen.encode()).hexdigest()
