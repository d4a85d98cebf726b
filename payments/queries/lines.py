"""Reads of lines, batches and payees with more than one caller."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.models import AuditEvent, User
from payments.models import Batch, GrantYear, Line, Payee, RecoveryPart
from payments.rules import check_frozen, refusal, safe_cell
from payments.states import BatchState, LineKind, Result

DOWNLOADED = "payments.download_file"
FILE_COLUMNS = (
    "file_version",
    "batch",
    "line",
    "vendor_number",
    "employer",
    "milestone",
    "financial_year",
    "amount",
)


def file_rows(batch: Batch) -> Iterator[bytes]:
    """The payer file's rows, version 1: column names, a row a line by reference, and a control row with count and sum.

    Amounts are pounds with two decimals, rows end in CRLF, text is quoted and safe in a spreadsheet. No personal data.
    The facts are the lines' own, so the bytes are the same whenever they are made.
    """
    yield _row(FILE_COLUMNS)
    count, total = 0, 0
    lines = batch.lines.order_by("reference").values_list(
        "reference", "payee__vendor_number", "employer_name", "milestone", "grant_year__code", "amount_pence", "kind"
    )
    for reference, vendor, employer, milestone, year, pence, kind in lines.iterator(chunk_size=1000):
        signed = pence if kind == LineKind.PAYMENT else -pence
        count, total = count + 1, total + signed
        yield _row(
            (str(batch.file_version), batch.reference, reference, vendor, employer, milestone, year, decimal(signed))
        )
    yield _row(("control", batch.reference, str(count), "", "", "", "", decimal(total)))


def decimal(pence: int) -> str:
    """Pence as the payer writes pounds: 100050 is "1000.50"."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02}"


def _row(cells: tuple[str, ...]) -> bytes:
    return (",".join(_quoted(cell) for cell in cells) + "\r\n").encode()


def _quoted(cell: str) -> str:
    safe = cell if cell[:1] == "-" and cell[1:].replace(".", "").isdigit() else safe_cell(cell)
    return '"' + safe.replace('"', '""') + '"' if any(mark in safe for mark in '",') else safe


def content(batch: Batch) -> tuple[int, int, str]:
    """Count, sum in pence and SHA-256 (of the payer file's bytes) of the lines as they stand now."""
    totals = batch.lines.aggregate(
        n=Count("id"),
        paid=Sum("amount_pence", filter=Q(kind=LineKind.PAYMENT), default=0),
        back=Sum("amount_pence", filter=Q(kind=LineKind.RECOVERY), default=0),
    )
    digest = hashlib.sha256()
    for row in file_rows(batch):
        digest.update(row)
    return totals["n"], totals["paid"] - totals["back"], digest.hexdigest()


def why_not_written(batch: Batch) -> str:
    """Why the file of an approved batch cannot be written: its lines are not what was approved. Nothing where they are.

    Read from the lines each time, so it says what the sweeper would find now.
    """
    return refusal(lambda: check_frozen(batch, *content(batch)))


def not_written() -> list[Batch]:
    """The approved batches whose file cannot be written; those that only wait for the sweeper are not among them."""
    waiting = Batch.objects.filter(state=BatchState.APPROVED, file__isnull=True).order_by("id")
    return [batch for batch in waiting if why_not_written(batch)]


def batches_in_progress(user: User, on: date) -> QuerySet[Batch]:
    """Every batch the person may see, newest first, with progress, people and `pence_now`, what its lines come to.

    The sum is a subquery of its own: beside the responses, a line that was paid and then returned counts twice.
    """
    back = When(kind=LineKind.RECOVERY, then=-F("amount_pence"))
    signed = Case(back, default=F("amount_pence"), output_field=BigIntegerField())
    own = Line.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    totals = own.annotate(pence=Sum(signed)).values("pence")
    return (
        Batch.objects.visible_to(user, on)
        .with_progress()
        .select_related("prepared_by", "submitted_by", "approved_by")
        .annotate(pence_now=Coalesce(Subquery(totals), Value(0), output_field=BigIntegerField()))
        .order_by("-id")
    )


def history_of(batch: Batch) -> QuerySet[AuditEvent]:
    """What was done to a batch, newest first, with who and the words that were given."""
    return (
        AuditEvent.objects.filter(object_type="payments.batch", object_id=batch.pk)
        .select_related("actor", "detail")
        .order_by("-id")
    )


def who_took_the_file(batch: Batch) -> AuditEvent | None:
    """The last download of the batch's file, with who did it; None where nobody has it."""
    return history_of(batch).filter(act=DOWNLOADED).first()


def history_of_line(line: Line) -> QuerySet[AuditEvent]:
    """What was done to the batch of a line and to the line itself, newest first."""
    return (
        AuditEvent.objects.filter(
            Q(object_type="payments.batch", object_id=line.batch_id) | Q(object_type="payments.line", object_id=line.pk)
        )
        .select_related("actor", "detail")
        .order_by("-id")
    )


def payees_in_use() -> QuerySet[Payee]:
    """Vendor details that are in use or proposed, by employer."""
    return (
        Payee.objects.filter(ended_at__isnull=True, refused_at__isnull=True)
        .select_related("employer", "proposed_by", "verified_by")
        .order_by("employer__name", "id")
    )


def in_live_batch(employer_id: int) -> bool:
    """Whether a batch that has not been handed over holds a line of this employer."""
    return (
        Line.objects.filter(employer=employer_id, batch__handed_over_at__isnull=True)
        .exclude(batch__state=BatchState.CANCELLED)
        .exists()
    )


def committed_pence(year: GrantYear) -> int:
    """What lines of the grant year settle or are about to, in pence, less what has come back of them."""
    live = Line.objects.live().filter(grant_year=year)
    off = Line.objects.filter(recovers__in=live, responses__result=Result.PAID)
    parts = RecoveryPart.objects.filter(recovery__line__in=live)
    sums = {name: _sum(found) for name, found in (("paid", live), ("off", off), ("parts", parts))}
    found = GrantYear.objects.filter(pk=year.pk).annotate(**sums).values_list(*sums).get()
    return int(found[0] - found[1] - found[2])


def _sum(found: QuerySet[Any]) -> Coalesce:
    """The pence of these rows, as part of another statement."""
    summed = found.order_by().values(one=Value(1)).values(pence=Sum("amount_pence"))
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), Value(0), output_field=BigIntegerField())
