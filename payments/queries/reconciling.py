"""Reads what the reconciler compares, batch by batch.

A second code path: it reads tables and bytes as they are and leaves every judgement to payments.rules.reconciling. It
must not use payments.queries.lines (`file_rows`, `content`), payments.queries.ledger, payments.rules.response or any
service, for they wrote what is compared here. tests/payments/reconciling holds it to that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from asye.clock import london_date
from payments.models import Batch, LedgerEntry, Line, PayerFile, PayerResponse, Recovery, ResponseRow, Seal
from payments.rules.reconciling import Difference, named_in, reconcile
from payments.rules.reconciling.facts import (
    AttemptFacts,
    BatchFacts,
    EntryFacts,
    FileFacts,
    LineFacts,
    PartFacts,
    RecoveryFacts,
    ResponseFacts,
    RowFacts,
    SealFacts,
)
from payments.states import LineKind, Result

Rows = QuerySet[Any, Any]
READ = 2000

# Batches that something names and that are not there: none, unless somebody went past the walls.
NAMED_AND_GONE = """
    SELECT DISTINCT batch_id FROM (
        SELECT batch_id FROM payments_line UNION ALL SELECT batch_id FROM payments_payerfile
        UNION ALL SELECT batch_id FROM payments_payerresponse UNION ALL SELECT batch_id FROM payments_responserow
        UNION ALL SELECT batch_id FROM payments_ledgerentry UNION ALL SELECT batch_id FROM payments_seal
        UNION ALL SELECT batch_id FROM payments_batchhand
        UNION ALL SELECT object_id FROM accounts_auditevent WHERE object_type = 'payments.batch'
    ) named WHERE NOT EXISTS (SELECT FROM payments_batch b WHERE b.id = named.batch_id)
"""


@dataclass(frozen=True)
class Reconciled:
    """What the reconciler says of one batch: how many lines it has, what they come to, and every difference."""

    batch_id: int
    batch: str
    line_count: int
    sum_pence: int
    differences: tuple[Difference, ...]


def batch_ids() -> list[int]:
    """Every batch there is, and every one that something names, newest first: two queries."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED_AND_GONE)
        gone = [row[0] for row in cursor.fetchall()]
    return sorted([*Batch.objects.values_list("id", flat=True), *gone], reverse=True)


def reconciled(ids: Sequence[int], *, at_once: int = 1) -> Iterator[Reconciled]:
    """What the reconciler says of each of these batches, in their order.

    `at_once` of them are read with eleven queries and held in memory; what was said of them is all that stays. A batch
    that differs is read once more, and what is said both times counts: somebody may have moved it on between two reads.
    """
    for start in range(0, len(ids), at_once):
        chunk = ids[start : start + at_once]
        found = {facts.pk: (facts, reconcile(facts)) for facts in load(chunk)}
        again = [pk for pk, (_, differences) in found.items() if differences]
        for facts in load(again) if again else ():
            second = set(reconcile(facts))
            found[facts.pk] = (facts, [one for one in found[facts.pk][1] if one in second])
        for pk in chunk:
            facts, differences = found.pop(pk)
            yield Reconciled(pk, facts.reference, len(facts.lines), facts.pence, tuple(differences))


def load(ids: Sequence[int]) -> list[BatchFacts]:
    """The facts of these batches, in their order: eleven queries whatever their number, one less where all is known."""
    files, lines = _files(ids), _lines(ids)
    slots = {line.slot for found in lines.values() for line in found}
    entries, seals = _entries(ids), _seals(ids)
    responses, rows = _responses(ids), _rows(ids)
    attempts, taken_off = _attempts(slots), _taken_off(ids)
    recoveries = _recoveries(ids)
    wanted = {batch.pk: batch for batch in Batch.objects.filter(pk__in=ids)}
    found = []
    for pk in ids:
        own = {line.slot for line in lines[pk]}
        known = BatchFacts(
            pk=pk,
            there=pk in wanted,
            file=files.get(pk),
            lines=tuple(lines[pk]),
            entries=tuple(entries[pk]),
            seals=tuple(seals[pk]),
            responses=tuple(responses[pk]),
            rows=tuple(rows[pk]),
            attempts=tuple(attempt for slot in own for attempt in attempts[slot]),
            recoveries=tuple(recoveries[pk]),
            taken_off={line.pk: taken_off[line.pk] for line in lines[pk] if line.pk in taken_off},
        )
        found.append(replace(known, **_decided(wanted[pk])) if pk in wanted else known)
    return _with_elsewhere(found)


def _decided(batch: Batch) -> dict[str, Any]:
    """What people decided about the batch."""
    return {
        "file_version": batch.file_version,
        "approved": batch.approved_at is not None,
        "line_count": batch.line_count,
        "sum_pence": batch.sum_pence,
        "sha256": batch.content_sha256,
        "handed_over_on": london_date(batch.handed_over_at) if batch.handed_over_at else None,
        "cancelled_on": london_date(batch.cancelled_at) if batch.cancelled_at else None,
    }


def _with_elsewhere(found: list[BatchFacts]) -> list[BatchFacts]:
    """The batches with the owners of lines that their files and responses name and that are not theirs."""
    named = {facts.pk: named_in(facts) for facts in found}
    strange = set[str]().union(*named.values())
    if not strange:
        return found
    owners = dict(Line.objects.filter(reference__in=strange).values_list("reference", "batch_id"))
    return [
        replace(facts, elsewhere={one: _name(owners[one]) for one in named[facts.pk] if one in owners})
        for facts in found
    ]


def _name(batch_id: int) -> str:
    return f"B{batch_id:05d}"


def _files(ids: Sequence[int]) -> dict[int, FileFacts]:
    files = PayerFile.objects.filter(batch__in=ids)
    return {
        file.batch_id: FileFacts(
            bytes(file.content), file.sha256, file.line_count, file.sum_pence, london_date(file.written_at)
        )
        for file in files
    }


def _lines(ids: Sequence[int]) -> dict[int, list[LineFacts]]:
    found = defaultdict[int, list[LineFacts]](list)
    rows: Rows = (
        Line.objects.filter(batch__in=ids)
        .order_by("id")
        .values_list(
            "batch_id", "id", "reference", "kind", "slot_id", "slot__milestone", "slot__open", "milestone",
            "employer_id", "employer_name", "payee__vendor_number", "payee__employer_id", "grant_year__code",
            "grant_year__starts_on", "grant_year__ends_on", "due_on", "rate_pence", "amount_pence", "closed_as",
            "closed_because", "closed_at",
        )
    )  # fmt: skip
    for batch, *facts in rows.iterator(chunk_size=READ):
        found[batch].append(LineFacts(*facts))
    return found


def _entries(ids: Sequence[int]) -> dict[int, list[EntryFacts]]:
    """Those that stand under a batch, and those of its lines that stand under another."""
    found = defaultdict[int, list[EntryFacts]](list)
    wanted = set(ids)
    rows: Rows = (
        LedgerEntry.objects.filter(Q(batch__in=ids) | Q(line__batch__in=ids))
        .order_by("entered_at", "id")
        .values_list(
            "line__batch_id", "id", "seal_id", "batch_id", "line_id", "event", "debit", "credit", "pence",
            "grant_year__code", "happened_on", "reverses_id", "recovery_id",
        )
    )  # fmt: skip
    for of_line, *facts in rows.iterator(chunk_size=READ):
        entry = EntryFacts(*facts)
        for batch in {of_line, entry.batch} & wanted:
            found[batch].append(entry)
    return found


def _seals(ids: Sequence[int]) -> dict[int, list[SealFacts]]:
    found = defaultdict[int, list[SealFacts]](list)
    rows: Rows = Seal.objects.filter(batch__in=ids).values_list("batch_id", "id", "number", "entry_count", "digest")
    for batch, *facts in rows:
        found[batch].append(SealFacts(*facts))
    return found


def _responses(ids: Sequence[int]) -> dict[int, list[ResponseFacts]]:
    found = defaultdict[int, list[ResponseFacts]](list)
    for response in PayerResponse.objects.filter(batch__in=ids).order_by("id"):
        content, imported = bytes(response.content), london_date(response.imported_at)
        found[response.batch_id].append(ResponseFacts(response.pk, content, response.sha256, imported))
    return found


def _rows(ids: Sequence[int]) -> dict[int, list[RowFacts]]:
    found = defaultdict[int, list[RowFacts]](list)
    rows: Rows = (
        ResponseRow.objects.filter(batch__in=ids)
        .order_by("id")
        .values_list("batch_id", "response_id", "line_id", "result", "because", "amount_pence", "happened_on")
    )
    for batch, *facts in rows.iterator(chunk_size=READ):
        found[batch].append(RowFacts(*facts))
    return found


def _attempts(slots: Iterable[int]) -> dict[int, list[AttemptFacts]]:
    """Every payment line of these slots, in whatever batch."""
    found = defaultdict[int, list[AttemptFacts]](list)
    rows: Rows = (
        Line.objects.filter(slot__in=list(slots), kind=LineKind.PAYMENT)
        .annotate(
            in_file=Exists(PayerFile.objects.filter(batch=OuterRef("batch"))),
            answers=ArrayAgg("responses__result", filter=Q(responses__isnull=False), default=[]),
        )
        .order_by("id")
        .values_list(
            "id", "reference", "slot_id", "batch_id", "in_file", "made_at", "follows_id", "closed_as", "closed_at",
            "answers",
        )
    )  # fmt: skip
    for pk, reference, slot, batch, in_file, made_at, follows, closed_as, closed_at, answers in rows.iterator(
        chunk_size=READ
    ):
        found[slot].append(
            AttemptFacts(
                pk, reference, slot, _name(batch), in_file, made_at, follows, closed_as, closed_at,
                frozenset(answers),
            )
        )  # fmt: skip
    return found


def _taken_off(ids: Sequence[int]) -> dict[int, int]:
    """What the payer took off later payments and has not returned, in pence, by the line of these batches that it
    brought back."""
    returned = ResponseRow.objects.filter(line=OuterRef("pk"), result=Result.RETURNED)
    paid = Line.objects.filter(kind=LineKind.RECOVERY, responses__result=Result.PAID, recovers__batch__in=ids)
    rows = paid.filter(~Exists(returned))
    return dict(rows.order_by().values_list("recovers").annotate(pence=Sum("amount_pence")))


def _recoveries(ids: Sequence[int]) -> dict[int, list[RecoveryFacts]]:
    """What is asked back of lines of these batches, with what was paid on invoices."""
    found = defaultdict[int, list[RecoveryFacts]](list)
    rows: Rows = (
        Recovery.objects.filter(line__batch__in=ids)
        .order_by("id", "parts__number")
        .values_list(
            "line__batch_id", "id", "line_id", "amount_pence", "invoiced_on", "written_off_at", "written_off_pence",
            "parts__number", "parts__amount_pence", "parts__received_on", "parts__reversal__part__number",
        )
    )  # fmt: skip
    for batch, pk, line, pence, invoiced_on, written_off_at, given_up, *part in rows.iterator(chunk_size=READ):
        parts = (PartFacts(*part),) if part[0] is not None else ()
        if found[batch] and found[batch][-1].pk == pk:
            found[batch][-1] = replace(found[batch][-1], parts=(*found[batch][-1].parts, *parts))
        else:
            written_off_on = london_date(written_off_at) if written_off_at else None
            found[batch].append(RecoveryFacts(pk, line, pence, invoiced_on, written_off_on, given_up, parts))
    return found
