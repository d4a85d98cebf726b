"""Text somebody had typed when their session had run out: theirs only, encrypted, gone after a day or once used."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import KeptText, User
from accounts.rules import KEPT_TEXT_LASTS
from accounts.sealing import seal, unseal

MOST_BYTES = 500_000


@dataclass(frozen=True)
class Offer:
    """A kept form: the address it was sent to, and its names and values in their order."""

    path: str
    fields: list[tuple[str, str]]


@transaction.atomic
def keep(path: str, fields: Sequence[tuple[str, str]], *, by: User, now: datetime) -> KeptText | None:
    """Keeps the fields of a form that was sent to `path`; None where there is nothing to keep or far too much."""
    text = json.dumps(list(fields)).encode()
    if not fields or len(text) > MOST_BYTES or len(path) > 500:
        return None
    return KeptText.objects.create(user=by, path=path, body=seal(_purpose(by), text), kept_at=now)


def offer(pk: int, *, by: User, now: datetime) -> Offer | None:
    """What was kept for this person, if it is still there to be read."""
    row = KeptText.objects.filter(pk=pk, user=by, kept_at__gt=now - KEPT_TEXT_LASTS).first()
    text = unseal(_purpose(by), bytes(row.body)) if row else None
    if row is None or text is None:
        return None
    return Offer(row.path, [(name, value) for name, value in json.loads(text)])


def newest(*, by: User, now: datetime) -> int | None:
    """The id of the last text kept for this person, if it may still be read."""
    rows = KeptText.objects.filter(user=by, kept_at__gt=now - KEPT_TEXT_LASTS)
    return rows.values_list("pk", flat=True).first()


@transaction.atomic
def use(pk: int, *, by: User, now: datetime) -> Offer | None:
    """The kept form, to be sent again now; it is forgotten here. None where it is gone already."""
    KeptText.objects.select_for_update(of=("self",)).filter(pk=pk, user=by).first()
    found = offer(pk, by=by, now=now)
    KeptText.objects.filter(pk=pk, user=by).delete()
    return found


def due(now: datetime) -> QuerySet[KeptText]:
    """Texts kept a day ago or longer, which are forgotten."""
    return KeptText.objects.filter(kept_at__lte=now - KEPT_TEXT_LASTS)


@transaction.atomic
def purge(now: datetime) -> int:
    """Forgets what is due; answers how many texts."""
    return due(now).delete()[0]


def _purpose(user: User) -> str:
    return f"kept text of {user.pk}"
