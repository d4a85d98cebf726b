"""The log of sensitive records that were opened."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import SensitiveRead, User
from asye.http import request_id


@transaction.atomic
def log(objects: Iterable[tuple[str, int]], *, by: User, now: datetime) -> None:
    """Writes that the person opened each of the records, given as model name and id."""
    reads = [
        SensitiveRead(actor=by, object_type=kind, object_id=pk, request_id=request_id.get(), at=now)
        for kind, pk in dict.fromkeys(objects)
    ]
    SensitiveRead.objects.bulk_create(reads)
