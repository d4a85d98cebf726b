"""An employer registers many NQSWs from one file: sent in, checked, confirmed, and forgotten again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from accounts import employer_rules
from accounts.models import Employer, User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused, Stale
from registrations import queries
from registrations.bulk import alike, checks
from registrations.bulk.findings import BadFile, Finding, Like
from registrations.bulk.prepared import Digest, Prepared
from registrations.models import BulkFinding, BulkUpload, ProgrammeYear
from registrations.models.uploads import ALIKE
from registrations.permissions import check_may_register
from registrations.rules import eligibility
from registrations.rules.answers import Answers
from registrations.rules.eligibility import Result
from registrations.services import locking, registering, storing
from registrations.states import UploadState

KEPT_FOR: Final = timedelta(days=30)
AT_ONCE: Final = 100
CHANGED: Final = "The file was checked again after you opened the page. Look at what was found before you go on."
DELETED: Final = "This file has been deleted, or cannot be read. Send it in again."
AT_IT: Final = "This file is being registered at this moment. Wait a minute and look at it again."
SAY_SO: Final = "Confirm that they are different people, or correct the file"
MEANWHILE: Final = "Somebody registered one of these people at the same time. Nothing was registered. Try again."


@dataclass(frozen=True)
class Sent:
    """A file that was sent in; `already` where the same one had been sent before and nothing was done."""

    upload: BulkUpload
    already: bool = False


@transaction.atomic
def send(
    employer: Employer, content: bytes, *, name: str, ending: str, unused: Sequence[str], by: User, now: datetime
) -> Sent:
    """Keeps a file to be checked in the background. The same bytes again lead to the file sent before, while it
    waits or once all its rows are registered. Raises NotAllowed, or Refused where no programme year is open."""
    on = london_date(now)
    under = check_may_register(by, employer, on)
    employer_rules.check_not_closing(employer)
    if queries.year_open(on) is None:
        raise Refused(registering.NO_YEAR, field="file")
    sha256 = hashlib.sha256(content).hexdigest()
    _lock(f"upload {employer.pk} {sha256}")
    same = BulkUpload.objects.filter(employer=employer, sha256=sha256).select_related("uploaded_by", "registered_by")
    for before in same:
        if before.purged_at is None and (before.registered_at is None or before.registered == before.rows):
            return Sent(before, already=True)
    upload = BulkUpload.objects.create(
        employer=employer,
        uploaded_by=by,
        uploaded_at=now,
        name=name[:100],
        ending=ending,
        sha256=sha256,
        content=content,
        unused=[heading[:100] for heading in unused],
    )
    audit.record("registrations.send_file", upload, by=by, now=now, under=under)
    return Sent(upload)


@transaction.atomic
def check_again(upload: BulkUpload, *, by: User, now: datetime) -> BulkUpload:
    """Has a file checked once more, for what has changed since. Raises NotAllowed or Refused."""
    under = check_may_register(by, upload.employer, london_date(now))
    upload = _locked(upload)
    _check_open(upload)
    _forget_check(upload)
    audit.record("registrations.check_file_again", upload, by=by, now=now, under=under)
    return upload


@transaction.atomic
def delete(upload: BulkUpload, *, by: User, now: datetime) -> BulkUpload:
    """Deletes what a file says; that it was there stays. Raises NotAllowed, or Refused once registered."""
    under = check_may_register(by, upload.employer, london_date(now))
    upload = _locked(upload)
    _check_open(upload)
    _purge(upload, now)
    audit.record("registrations.delete_file", upload, by=by, now=now, under=under)
    return upload


@transaction.atomic
def register_many(
    upload: BulkUpload,
    rows: Sequence[Prepared],
    headings: Mapping[str, str],
    *,
    only_good: bool,
    seen_digest: str,
    different: bool = False,
    by: User,
    now: datetime,
) -> BulkUpload:
    """Registers exactly the rows that were shown as good (`seen_digest`), all or none of them in one transaction.

    `rows` are all rows of the file, read again. Each is checked once more under the lock of its number: what has
    become impossible is a new finding, and then the others are registered only with `only_good`; the answer tells by
    its `registered_at`. With `different` a person says that whoever was shown as alike is two people, which is kept;
    where somebody alike has come since, nothing is registered until they have been looked at too. Asked a second time
    it changes nothing. Raises NotAllowed, Stale, or Refused where a row cannot be registered and `only_good` is not
    chosen, or where people are alike and nothing is said of it (field `different`).
    """
    on = london_date(now)
    under = check_may_register(by, upload.employer, on)
    upload = _locked(upload)
    if upload.registered_at is not None:
        return upload
    _check_open(upload)
    shown = _alike(upload)
    chosen = _as_shown(upload, rows, shown, seen_digest)
    if upload.bad and not only_good:
        raise Refused("Some rows cannot be registered. Correct them, or register only the others.", field="which")
    if shown and not different:
        raise Refused(SAY_SO, field="different")
    year = queries.year_open(on)
    if year is None:
        raise Refused(registering.NO_YEAR)
    locking.hold_file([row.number for row in chosen])
    locking.hold_open(upload.employer)
    checks.check(chosen, headings, employer=upload.employer, by=by, year=year, on=on)
    good = [row for row in chosen if row.is_good]
    found = alike.find([alike.said(row) for row in good], upload.employer, on)
    nobody_new = {each.like for each in found} <= shown
    if len(good) < len(chosen) or not nobody_new:
        _note_changed(upload, [row for row in chosen if not row.is_good], good, found, now)
        if not (good and nobody_new and only_good):
            audit.record("registrations.file_changed", upload, by=by, now=now, under=under)
            return upload
    everybody = [row.answers for row in good if row.answers is not None]
    try:
        with transaction.atomic():
            results = _judged(everybody, upload.employer, year, on)
            made = storing.store(everybody, results, employer=upload.employer, year=year, by=by, under=under, now=now)
    except IntegrityError:
        raise Stale(MEANWHILE) from None
    upload.registered, upload.registered_by, upload.registered_at = len(good), by, now
    upload.save(update_fields=["registered", "registered_by", "registered_at"])
    audit.record("registrations.register_file", upload, by=by, now=now, under=under, codes=[str(len(good))])
    others = alike.others(found, {row.row: each.pk for row, each in zip(good, made, strict=True)})
    told = [each for each in made if each.pk in others]
    audit.record_many("registrations.say_different", told, by=by, now=now, under=under, codes_of=others)
    return upload


@transaction.atomic
def begin_check(upload: BulkUpload, rows: int, *, now: datetime) -> None:
    """Notes how many rows there are to check; findings of a check that broke off are forgotten."""
    BulkFinding.objects.filter(upload=upload).delete()
    upload.rows, upload.done = rows, 0
    upload.save(update_fields=["rows", "done"])


@transaction.atomic
def keep_findings(upload: BulkUpload, findings: Iterable[Finding], checked: int, *, now: datetime) -> None:
    """Keeps what was found in the next rows, and how many are done."""
    _keep(upload, findings)
    upload.done += checked
    upload.save(update_fields=["done"])


@transaction.atomic
def finish_check(upload: BulkUpload, *, digest: str, good: int, unfunded: int, now: datetime) -> None:
    """The check is over: what can be registered is named by its digest."""
    upload.digest, upload.good, upload.unfunded, upload.checked_at = digest, good, unfunded, now
    upload.save(update_fields=["digest", "good", "unfunded", "checked_at"])


@transaction.atomic
def refuse_file(upload: BulkUpload, bad: BadFile, *, now: datetime) -> None:
    """The file cannot be checked row by row, and why."""
    BulkFinding.objects.filter(upload=upload).delete()
    upload.fault, upload.checked_at = str(bad)[:1000], now
    upload.save(update_fields=["fault", "checked_at"])


def due(now: datetime) -> QuerySet[BulkUpload]:
    """Files sent in longer than 30 days ago, registered or not: what they say is forgotten."""
    return BulkUpload.objects.filter(purged_at__isnull=True, uploaded_at__lt=now - KEPT_FOR)


@transaction.atomic
def purge(now: datetime) -> int:
    """Forgets what is due, AT_ONCE files at most; answers how many."""
    found = list(due(now).select_for_update(of=("self",), skip_locked=True).defer("content")[:AT_ONCE])
    for upload in found:
        _purge(upload, now)
    return len(found)


def _alike(upload: BulkUpload) -> set[Like | None]:
    """Which rows were shown as like which other row or registration."""
    return set(queries.alike_in(upload).values_list("row", "like_row", "registration"))


def _as_shown(
    upload: BulkUpload, rows: Sequence[Prepared], shown: set[Like | None], seen_digest: str
) -> list[Prepared]:
    """The rows that were found good, proved to say what they said then; raises Stale."""
    bad = set(upload.findings.filter(is_note=False).values_list("row", flat=True))
    chosen = [row for row in rows if row.row not in bad]
    digest = Digest()
    digest.add(chosen)
    digest.add_like(shown)
    if not seen_digest == upload.digest == str(digest):
        raise Stale(CHANGED)
    return [row for row in chosen if row.answers is not None]


def _judged(everybody: Sequence[Answers], employer: Employer, year: ProgrammeYear, on: date) -> list[Result]:
    lifted = queries.lifted_among([each.swe_number for each in everybody], employer, on)
    return [eligibility.evaluate(each, year, on, lifted.get(each.swe_number, ())) for each in everybody]


def _note_changed(
    upload: BulkUpload, fallen: Sequence[Prepared], good: Sequence[Prepared], found: Sequence[Finding], now: datetime
) -> None:
    """What has become impossible, and who is alike now."""
    queries.alike_in(upload).delete()
    _keep(upload, found)
    _keep(upload, (each for row in fallen for each in row.findings if not each.is_note))
    digest = Digest()
    digest.add(good)
    digest.add_like(each.like for each in found)
    notes = upload.findings.filter(~ALIKE, ~Q(row__in=[row.row for row in fallen]), is_note=True)
    finish_check(upload, digest=str(digest), good=len(good), unfunded=notes.values("row").distinct().count(), now=now)


def _keep(upload: BulkUpload, findings: Iterable[Finding]) -> None:
    BulkFinding.objects.bulk_create(
        BulkFinding(
            upload=upload,
            row=each.row,
            column=each.column[:100],
            reason=each.reason[:500],
            remedy=each.remedy[:500],
            is_note=each.is_note,
            like_row=each.like_row,
            registration_id=each.registration,
        )
        for each in findings
    )


def _forget_check(upload: BulkUpload) -> None:
    upload.findings.all().delete()
    upload.rows, upload.done, upload.good, upload.unfunded = None, 0, None, None
    upload.digest, upload.fault, upload.checked_at = "", "", None
    upload.save(update_fields=["rows", "done", "good", "unfunded", "digest", "fault", "checked_at"])


def _purge(upload: BulkUpload, now: datetime) -> None:
    upload.findings.all().delete()
    upload.content, upload.purged_at = None, now
    upload.save(update_fields=["content", "purged_at"])


def _check_open(upload: BulkUpload) -> None:
    if upload.state == UploadState.REGISTERED:
        raise Refused("The people in this file are registered already.")
    if upload.state == UploadState.DELETED:
        raise Refused(DELETED)
    if upload.state == UploadState.CHECKING:
        raise Refused("This file is being checked. Wait until the check is over.")


def _locked(upload: BulkUpload) -> BulkUpload:
    found = BulkUpload.objects.select_for_update(of=("self",)).select_related("employer").defer("content")
    with locking.waiting_told(AT_IT):
        return found.get(pk=upload.pk)


def _lock(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [key])
