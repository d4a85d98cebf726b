"""Checks the files of earlier records that wait for it, bit by bit, so that a page can show how far it is."""

import traceback
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final

import structlog
from django.db import DatabaseError

from asye.clock import london_date
from payments.earlier.checks import check
from payments.earlier.kinds import SHEETS
from registrations.bulk.checking import AT_A_TIME, OUR_FAULT, alone
from registrations.bulk.findings import BadFile
from registrations.earlier.entries import Digest, Entry
from registrations.earlier.sheets import OpenFile
from registrations.models import EarlierFile
from registrations.services import earlier
from registrations.states import EarlierKind

LOG: Final = structlog.get_logger(__name__)


def opened(file: EarlierFile, on: date) -> OpenFile:
    """The file as a sheet of its kind; raises BadFile where it cannot be read."""
    return OpenFile.of(file, SHEETS[EarlierKind(file.kind)], on)


def check_pending(now: datetime) -> int:
    """Checks every file that waits for it; answers how many. Two at once never check the same file."""
    waiting = (
        EarlierFile.objects.filter(checked_at__isnull=True, purged_at__isnull=True).defer("content").order_by("pk")
    )
    count = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with alone(f"checking earlier {pk}") as mine:
            file = waiting.filter(pk=pk).first() if mine else None
            if file is not None:
                _check_or_say_so(file, now)
                count += 1
    return count


def _check_or_say_so(file: EarlierFile, now: datetime) -> None:
    """A file that brings our own code to a fall holds up no other, and its sender is told."""
    try:
        check_file(file, now)
    except DatabaseError:
        raise  # the database will be back, and so shall we
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]  # its message may repeat what stands in a cell
        where = f"{type(error).__name__} at {last.filename}:{last.lineno}"
        LOG.error("earlier_check_failed", object_type="earlierfile", object_id=file.pk, exception=where)  # noqa: TRY400
        earlier.refuse_file(file, BadFile(OUR_FAULT), now=now)


def check_file(file: EarlierFile, now: datetime) -> None:
    """Reads a file twice: once to learn what stands in it more than once, then to check its rows."""
    on = london_date(now)
    try:
        found = opened(file, on)
        earlier.begin_check(file, found.reading.survey.rows, now=now)
        digest, good, already = Digest(), 0, 0
        seen: dict[object, int] = {}
        for some in _parts(found.entries()):
            check(some, found.headings, file, on=on, seen=seen)
            digest.add(some)
            good += sum(each.is_new for each in some)
            already += sum(each.is_known for each in some)
            earlier.keep_findings(file, (each for entry in some for each in entry.findings), len(some), now=now)
    except BadFile as bad:
        earlier.refuse_file(file, bad, now=now)
    else:
        earlier.finish_check(file, digest=str(digest), good=good, already=already, now=now)


def _parts(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while some := list(islice(entries, AT_A_TIME)):
        yield some
