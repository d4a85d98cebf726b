"""Checks the files that wait for it, bit by bit: what it finds is kept as it goes, so a page can show how far it is."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

import structlog
from django.db import DatabaseError, connection

from asye.clock import london_date
from registrations import queries
from registrations.bulk import alike, checks, reader
from registrations.bulk.columns import matched
from registrations.bulk.findings import BadFile, Fault
from registrations.bulk.limits import EMPLOYERS, Limits
from registrations.bulk.prepared import Digest, Prepared
from registrations.bulk.reader import Row
from registrations.bulk.reading import Reading, Survey
from registrations.models import BulkUpload, EarlierFile, ProgrammeYear
from registrations.services import bulk, registering

AT_A_TIME: Final = 500
PIECE: Final = 1_000_000
OUR_FAULT: Final = Fault(
    "We could not check the file because of a fault of ours.", "Have it checked again later, or contact us."
)
log = structlog.get_logger(__name__)


def check_pending(now: datetime) -> int:
    """Checks every file that waits for it; answers how many. Two at once never check the same file."""
    waiting = BulkUpload.objects.filter(checked_at__isnull=True, purged_at__isnull=True).defer("content").order_by("pk")
    count = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with alone(f"checking {pk}") as mine:
            upload = waiting.filter(pk=pk).select_related("employer", "uploaded_by").first() if mine else None
            if upload is not None:
                _check_or_say_so(upload, now)
                count += 1
    return count


def _check_or_say_so(upload: BulkUpload, now: datetime) -> None:
    """A file that brings our own code to a fall holds up no other, and its sender is told."""
    try:
        check(upload, now)
    except DatabaseError:
        raise  # the database will be back, and so shall we
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]  # its message may repeat what stands in a cell
        where = f"{type(error).__name__} at {last.filename}:{last.lineno}"
        log.error("bulk_check_failed", object_type="bulkupload", object_id=upload.pk, exception=where)  # noqa: TRY400
        bulk.refuse_file(upload, BadFile(OUR_FAULT), now=now)


def check(upload: BulkUpload, now: datetime, limits: Limits = EMPLOYERS) -> None:
    """Reads a file twice: once to learn what stands in it more than once, then to check its rows."""
    on = london_date(now)
    try:
        year = _year_open(on)
        file = File.of(upload, on, limits)
        bulk.begin_check(upload, file.reading.survey.rows, now=now)
        digest, good, unfunded = Digest(), 0, 0
        people: list[alike.Somebody] = []
        rows = file.rows()
        while some := list(islice(rows, AT_A_TIME)):
            checks.check(some, file.headings, employer=upload.employer, by=upload.uploaded_by, year=year, on=on)
            digest.add(some)
            good += sum(row.is_good for row in some)
            unfunded += sum(row.is_good and bool(row.findings) for row in some)
            people += [alike.said(row) for row in some if row.is_good]
            bulk.keep_findings(upload, (each for row in some for each in row.findings), len(some), now=now)
        found = alike.find(people, upload.employer, on)  # only the whole file can say, and it is no note of a row's own
        digest.add_like(each.like for each in found)
        bulk.keep_findings(upload, found, 0, now=now)
    except BadFile as bad:
        bulk.refuse_file(upload, bad, now=now)
    else:
        bulk.finish_check(upload, digest=str(digest), good=good, unfunded=unfunded, now=now)


def _year_open(on: date) -> ProgrammeYear:
    year = queries.year_open(on)
    if year is None:
        raise BadFile(Fault(registering.NO_YEAR, "Then have the file checked again."))
    return year


@dataclass(frozen=True)
class File:
    """An employer's file with the questions it answers. Raises BadFile where it cannot be read, then and later."""

    content: bytes
    limits: Limits
    header: tuple[str, ...]
    reading: Reading

    @classmethod
    def of(cls, upload: BulkUpload, on: date, limits: Limits = EMPLOYERS) -> "File":
        """Opens a file that was kept, with the employer's assessors of that day."""
        content = content_of(upload)
        sheet = reader.read(content, limits)
        layout = matched(sheet.header)
        assessors = dict(queries.assessors_at(upload.employer_id, on).values_list("email", "pk"))
        return cls(content, limits, sheet.header, Reading(layout, Survey(layout).over(sheet.rows), assessors, on))

    @property
    def headings(self) -> Mapping[str, str]:
        """What the file calls the column of each question."""
        return self.reading.layout.headings

    def lines(self) -> Iterator[Row]:
        """Its rows as they were written."""
        return reader.read(self.content, self.limits).rows

    def rows(self) -> Iterator[Prepared]:
        """What its rows say."""
        return map(self.reading.prepared, self.lines())


def content_of(upload: BulkUpload | EarlierFile) -> bytes:
    """What a file holds, fetched piece by piece: the database sends bytes as text twice as long."""
    pieces: list[bytes] = []
    piece = f"SELECT coalesce(substring(content FROM %s FOR %s), '') FROM {upload._meta.db_table} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        while not pieces or len(pieces[-1]) == PIECE:
            cursor.execute(piece, [len(pieces) * PIECE + 1, PIECE, upload.pk])
            pieces.append(bytes(cursor.fetchone()[0]))
    return b"".join(pieces)


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Whether nobody else is at the file; a lock of the connection, so it ends with the worker too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 4))", [what])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 4))", [what])
