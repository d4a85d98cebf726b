"""Reads of the ledger: balances are sums, never stored; the verifier recomputes every seal."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from payments.models import Batch, GrantYear, LedgerEntry
from payments.states import Event

NAMESPACE = uuid.UUID("5d6a5a52-9d0b-4f4e-8f6d-1f9f3b0a7c11")
PAID = "paid"


def grant_budget(code: str) -> str:
    """The account of a grant year's budget."""
    return f"grant_budget:{code}"


def owed_to(employer_id: int) -> str:
    """The account of what is owed to an employer."""
    return f"owed_to_employer:{employer_id}"


def entry_id(line_reference: str, event: str) -> uuid.UUID:
    """The id that an event of a line always has: entering it twice is refused by the key."""
    return uuid.uuid5(NAMESPACE, f"{line_reference}/{event}")


def seal_digest(before: str, entries: Iterable[tuple[uuid.UUID, int]]) -> str:
    """SHA-256 over the digest of the seal before and the ids and amounts of the entries, in the order of the ids."""
    digest = hashlib.sha256(before.encode())
    for one, pence in sorted(entries):
        digest.update(f"{one}={pence};".encode())
    return digest.hexdigest()


# The digest that `seal_digest` makes, of all seals in one statement; a test holds the two together.
BROKEN_SEALS = """
    SELECT seal.batch_id, seal.number
    FROM payments_seal seal
    LEFT JOIN payments_seal before ON before.batch_id = seal.batch_id AND before.number = seal.number - 1
    CROSS JOIN LATERAL (
        SELECT count(*) AS entries, coalesce(string_agg(e.id || '=' || e.pence || ';', '' ORDER BY e.id), '') AS written
        FROM payments_ledgerentry e WHERE e.seal_id = seal.id
    ) sealed
    WHERE sealed.entries <> seal.entry_count
       OR encode(sha256(convert_to(coalesce(before.digest, '') || sealed.written, 'UTF8')), 'hex') <> seal.digest
    ORDER BY seal.batch_id, seal.number
"""
BROKEN_FILES = """
    SELECT file.batch_id FROM payments_payerfile file JOIN payments_batch batch ON batch.id = file.batch_id
    WHERE encode(sha256(file.content), 'hex') <> batch.content_sha256 ORDER BY file.batch_id
"""


@dataclass(frozen=True)
class Balance:
    """What stands in one account, in pence: `debit` and `credit` are the sums of its two sides."""

    account: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Debit less credit."""
        return self.debit - self.credit


def trial_balance(year: GrantYear | None = None) -> list[Balance]:
    """Both sides of every account, by account; of one grant year or of all. The debits and the credits agree."""
    query = """
        SELECT account, sum(debit)::bigint, sum(credit)::bigint FROM (
            SELECT debit AS account, pence AS debit, 0 AS credit FROM payments_ledgerentry
            WHERE %(year)s::bigint IS NULL OR grant_year_id = %(year)s
            UNION ALL
            SELECT credit, 0, pence FROM payments_ledgerentry
            WHERE %(year)s::bigint IS NULL OR grant_year_id = %(year)s
        ) sides GROUP BY account ORDER BY account
    """
    with connection.cursor() as cursor:
        cursor.execute(query, {"year": year.pk if year else None})
        return [Balance(*row) for row in cursor.fetchall()]


def paid_to(employer_id: int, year: GrantYear) -> int:
    """What the ledger says has been paid to an employer out of a grant year, in pence."""
    account = owed_to(employer_id)
    out, back = Q(debit=account, credit=PAID), Q(debit=PAID, credit=account)
    sums = LedgerEntry.objects.filter(out | back, grant_year=year).aggregate(
        out=Sum("pence", filter=out, default=0), back=Sum("pence", filter=back, default=0)
    )
    return int(sums["out"] - sums["back"])


def verify() -> list[str]:
    """Every way in which ledger, seals, files and lines disagree, in words; empty when all is well.

    Four statements, whatever the number of seals; it reads every entry, so it is asked for and not done by the way.
    """
    return [*_broken_seals(), *_wrong_ids(), *_files_without_entries(), *_broken_files()]


def _broken_seals() -> Iterable[str]:
    for batch, number in _rows(BROKEN_SEALS):
        yield f"Seal {number} of batch B{batch:05d} does not match its entries."


def _wrong_ids() -> Iterable[str]:
    rows = LedgerEntry.objects.values_list("id", "event", "line__reference")
    for one, event, reference in rows.iterator():
        if entry_id(reference, event) != one:
            yield f"Entry {one} is not the {event} entry of line {reference}."


def _files_without_entries() -> Iterable[str]:
    sent = Q(entries__event=Event.SENT)
    for batch in Batch.objects.filter(file__isnull=False).annotate(total=Sum("entries__pence", filter=sent)):
        if batch.total != batch.sum_pence:
            yield f"The ledger has {batch.total} pence sent for batch {batch.reference}, the file {batch.sum_pence}."


def _broken_files() -> Iterable[str]:
    for (batch,) in _rows(BROKEN_FILES):
        yield f"The file of batch B{batch:05d} is not what was approved."


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
