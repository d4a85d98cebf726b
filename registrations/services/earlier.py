"""A file of records from before this service: sent in, checked in the background, and forgotten again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import Membership, User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused, Stale
from registrations.bulk.findings import BadFile, Finding
from registrations.earlier.entries import Digest, Entry
from registrations.earlier_permissions import check_may_send
from registrations.earlier_queries import TO_CONFIRM
from registrations.models import EarlierFile, EarlierFinding
from registrations.services import locking
from registrations.states import EarlierKind, EarlierSource, EarlierState

KEPT_FOR: Final = timedelta(days=30)
AT_ONCE: Final = 100
CHANGED: Final = "The file was checked again after you opened the page. Look at what was found before you go on."
DELETED: Final = "This file has been deleted, or cannot be read. Send it in again."
AT_IT: Final = "This file is being taken over at this moment. Wait a minute and look at it again."


@dataclass(frozen=True)
class Sent:
    """A file that was sent in; `already` where the same one had been sent before and nothing was done."""

    file: EarlierFile
    already: bool = False


@transaction.atomic
def send(
    kind: EarlierKind,
    source: EarlierSource,
    content: bytes,
    *,
    name: str,
    ending: str,
    unused: Sequence[str],
    by: User,
    now: datetime,
) -> Sent:
    """Keeps a file to be checked in the background. The same bytes of the same kind and source again lead to the file
    sent before, while it waits or once every row of it has been taken over. Raises NotAllowed."""
    under = check_may_send(by, kind, on=london_date(now))
    sha256 = hashlib.sha256(content).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"earlier {kind} {source} {sha256}"])
    same = EarlierFile.objects.filter(kind=kind, source=source, sha256=sha256).select_related("uploaded_by", "taken_by")
    for before in same.defer("content"):
        if before.taken_at is not None and before.bad == 0:
            return Sent(before, already=True)
        if before.taken_at is None and before.purged_at is None:
            return Sent(before, already=True)
    file = EarlierFile.objects.create(
        kind=kind,
        source=source,
        uploaded_by=by,
        uploaded_human=by.human,
        uploaded_at=now,
        name=name[:100],
        ending=ending,
        sha256=sha256,
        content=content,
        unused=[heading[:100] for heading in unused],
    )
    audit.record("registrations.send_earlier", file, by=by, now=now, under=under, codes=[kind, source])
    return Sent(file)


@transaction.atomic
def check_again(file: EarlierFile, *, by: User, now: datetime) -> EarlierFile:
    """Has a file checked once more, for what has changed since. Raises NotAllowed or Refused."""
    under = check_may_send(by, file.kind, on=london_date(now))
    file = locked(file)
    check_open(file)
    file.findings.all().delete()
    file.rows, file.done, file.good, file.already = None, 0, None, None
    file.digest, file.fault, file.checked_at = "", "", None
    file.save(update_fields=["rows", "done", "good", "already", "digest", "fault", "checked_at"])
    audit.record("registrations.check_earlier_again", file, by=by, now=now, under=under)
    return file


@transaction.atomic
def delete(file: EarlierFile, *, by: User, now: datetime) -> EarlierFile:
    """Deletes what a file says; that it was there stays. Raises NotAllowed, or Refused once taken over."""
    under = check_may_send(by, file.kind, on=london_date(now))
    file = locked(file)
    check_open(file)
    _purge(file, now)
    audit.record("registrations.delete_earlier", file, by=by, now=now, under=under)
    return file


@transaction.atomic
def begin_check(file: EarlierFile, rows: int, *, now: datetime) -> None:
    """Notes how many rows there are to check; findings of a check that broke off are forgotten."""
    file.findings.all().delete()
    file.rows, file.done = rows, 0
    file.save(update_fields=["rows", "done"])


@transaction.atomic
def keep_findings(file: EarlierFile, findings: Iterable[Finding], checked: int, *, now: datetime) -> None:
    """Keeps what was found in the next rows, and how many are done."""
    _keep(file, findings)
    file.done += checked
    file.save(update_fields=["done"])


@transaction.atomic
def finish_check(file: EarlierFile, *, digest: str, good: int, already: int, now: datetime) -> None:
    """The check is over: what can be taken over is named by its digest."""
    file.digest, file.good, file.already, file.checked_at = digest, good, already, now
    file.save(update_fields=["digest", "good", "already", "checked_at"])


@transaction.atomic
def refuse_file(file: EarlierFile, bad: BadFile, *, now: datetime) -> None:
    """The file cannot be checked row by row, and why."""
    file.findings.all().delete()
    file.fault, file.checked_at = str(bad)[:1000], now
    file.save(update_fields=["fault", "checked_at"])


def due(now: datetime) -> QuerySet[EarlierFile]:
    """Files sent in longer than 30 days ago, taken over or not: what they say is forgotten."""
    return _old(now).exclude(TO_CONFIRM)


def held(now: datetime) -> QuerySet[EarlierFile]:
    """Files as old which are kept: of past payments that nobody has confirmed, so that what is owed is held up."""
    return _old(now).filter(TO_CONFIRM)


@transaction.atomic
def purge(now: datetime) -> int:
    """Forgets what is due, AT_ONCE files at most; answers how many."""
    found = list(due(now).select_for_update(of=("self",), skip_locked=True).defer("content")[:AT_ONCE])
    for file in found:
        _purge(file, now)
    return len(found)


def locked(file: EarlierFile) -> EarlierFile:
    """The file as it is now, for this transaction alone. Raises Stale where somebody else is at it."""
    found = EarlierFile.objects.select_for_update(of=("self",)).select_related("uploaded_by").defer("content")
    with locking.waiting_told(AT_IT):
        return found.get(pk=file.pk)


def check_open(file: EarlierFile) -> None:
    """Raises Refused where there is nothing to check, delete or take over any more, or not yet."""
    if file.state == EarlierState.TAKEN:
        raise Refused("The rows of this file have been taken over already.")
    if file.state == EarlierState.DELETED:
        raise Refused(DELETED)
    if file.state == EarlierState.CHECKING:
        raise Refused("This file is being checked. Wait until the check is over.")


def as_shown(file: EarlierFile, entries: Sequence[Entry], seen_digest: str) -> list[Entry]:
    """The rows that were found good, proved to say what they said then; raises Stale.

    `entries` are all rows of the file, read again, those taken over before marked.
    """
    bad = set(file.findings.filter(is_note=False).values_list("row", flat=True))
    chosen = [each for each in entries if each.row not in bad and not each.is_known]
    if not seen_digest == file.digest == str(Digest(chosen)):
        raise Stale(CHANGED)
    return chosen


def note_fallen(file: EarlierFile, chosen: Sequence[Entry], *, now: datetime) -> list[Entry]:
    """Keeps what forbids rows that were good when they were shown; answers those that are good still."""
    good = [each for each in chosen if each.is_good]
    if len(good) < len(chosen):
        _keep(file, (found for each in chosen if not each.is_good for found in each.findings if not found.is_note))
        finish_check(file, digest=str(Digest(good)), good=len(good), already=file.already or 0, now=now)
    return good


def note_taken(file: EarlierFile, count: int, *, by: User, now: datetime, under: Membership) -> None:
    """Part of the act that takes rows over: when, by whom and how many."""
    file.taken, file.taken_by, file.taken_human, file.taken_at = count, by, by.human, now
    file.save(update_fields=["taken", "taken_by", "taken_human", "taken_at"])
    codes = [file.kind, file.source, str(count)]
    audit.record("registrations.take_earlier", file, by=by, now=now, under=under, codes=codes)


def _keep(file: EarlierFile, findings: Iterable[Finding]) -> None:
    EarlierFinding.objects.bulk_create(
        EarlierFinding(
            file=file,
            row=each.row,
            column=each.column[:100],
            reason=each.reason[:500],
            remedy=each.remedy[:500],
            is_note=each.is_note,
        )
        for each in findings
    )


def _old(now: datetime) -> QuerySet[EarlierFile]:
    return EarlierFile.objects.filter(purged_at__isnull=True, uploaded_at__lt=now - KEPT_FOR)


def _purge(file: EarlierFile, now: datetime) -> None:
    file.findings.all().delete()
    file.content, file.purged_at = None, now
    file.save(update_fields=["content", "purged_at"])
