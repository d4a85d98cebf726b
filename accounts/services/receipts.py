"""What became of a letter after it had left, as GOV.UK Notify reports it."""

from datetime import datetime

from django.db import transaction

from accounts.models import Notice, Receipt
from accounts.notify import Report


class NoSuchLetter(Exception):
    """The report is about a letter that is none of ours, or that never left."""


@transaction.atomic
def take(report: Report, *, now: datetime) -> bool:
    """Keeps a report; False where the same one was kept before, which changes nothing. Raises NoSuchLetter.

    An instant in the future becomes `now`: Notify's clock may be ahead of ours, and nothing later could outweigh it.
    """
    letter = Notice.objects.filter(reference=report.reference, attempts__gt=0).first() if report.reference else None
    if letter is None:
        raise NoSuchLetter
    facts = {"completed_at": min(report.completed_at or now, now), "received_at": now}
    return Receipt.objects.get_or_create(
        notice=letter, carried_as=report.carried_as, status=report.status, defaults=facts
    )[1]
