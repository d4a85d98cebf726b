"""Who must not know a record before they have judged: written for the app that asks people to judge.

Parts of acts: the caller has asked whether the person may, and leaves the trace.
"""

from datetime import datetime

from accounts.models import User
from assessments.models import BlindReader, Revision


def hide(revision: Revision, reader: User, *, now: datetime) -> BlindReader:
    """Hides the revision's record from the human behind the account, in every role, until `reveal`."""
    return BlindReader.objects.create(revision=revision, reader=reader, since=now)


def reveal(revision: Revision, reader: User, *, now: datetime) -> None:
    """Ends what `hide` began: the reader has judged, or judges no more. Again changes nothing."""
    BlindReader.objects.filter(revision=revision, reader=reader, lifted_at__isnull=True).update(lifted_at=now)
