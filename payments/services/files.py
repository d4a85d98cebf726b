"""The payer's file: an approved batch without one is the outbox, and this sweeper is the source of truth."""

from datetime import datetime

import structlog
from django.db import DatabaseError, connection, transaction

from accounts.services import audit
from asye.refusals import Refused
from payments import rules
from payments.models import Batch, PayerFile
from payments.queries.lines import content, file_rows
from payments.services import ledger
from payments.states import BatchState

log = structlog.get_logger(__name__)


def write_pending(now: datetime) -> int:
    """Writes the file of every approved batch that has none, each in its own transaction. Gives how many it wrote.

    Run it as often and as many at once as you like: each batch gets one file and one ledger entry a line. A batch whose
    lines are not what was approved is left out, and shown to the officers by `queries.lines.not_written`. What the
    database refuses is raised, after the others have been written.
    """
    written, broken = 0, []
    waiting = Batch.objects.filter(state=BatchState.APPROVED, file__isnull=True).order_by("id")
    for pk in list(waiting.values_list("id", flat=True)):
        try:
            written += _write_one(pk, now)
        except Refused:
            log.warning("payments.file_not_written", batch=pk)
        except DatabaseError as error:
            broken.append(error)
    if broken:
        raise broken[0]
    return written


@transaction.atomic
def _write_one(pk: int, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('payments.file:' || %s, 7))", [str(pk)])
        if not cursor.fetchone()[0]:
            return False  # another sweeper is at it
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=pk)
    if batch.state != BatchState.APPROVED or PayerFile.objects.filter(batch=batch).exists():
        return False
    count, sum_pence, sha256 = content(batch)
    rules.check_frozen(batch, count, sum_pence, sha256)
    made = b"".join(file_rows(batch))
    PayerFile.objects.create(
        batch=batch,
        name=f"{batch.reference}-v{batch.file_version}.csv",
        content=made,
        sha256=sha256,
        line_count=count,
        sum_pence=sum_pence,
        written_at=now,
    )
    ledger.enter_sent(batch, now=now)
    audit.record("payments.write_file", batch, by=None, now=now)
    return True
