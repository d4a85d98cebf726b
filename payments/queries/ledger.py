"""Reads of the ledger: balances are sums, never stored; the verifier recomputes every seal."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, Sum, When

from payments.models import Batch, GrantYear, LedgerEntry
from payments.states import Event, LineKind

NAMESPACE = uuid.UUID("5d6a5a52-9d0b-4f4e-8f6d-1f9f3b0a7c11")
PAID = "paid"


def grant_budget(code: str) -> str:
    """The account of a grant year's budget."""
    return f"grant_budget:{code}"


def owed_to(employer_id: int) -> str:
    """The account of what is owed to an employer."""
    return f"owed_to_employer:{employer_id}"


def owed_by(employer_id: int) -> str:
    """The account of what an employer owes on invoices."""
    return f"owed_by_employer:{employer_id}"


def entry_id(reference: str, event: str) -> uuid.UUID:
    """The id that an event of a line (or of a recovery, or of a part of one, like R00012/1) always has: entering it
    twice is refused by the key."""
    return uuid.uuid5(NAMESPACE, f"{reference}/{event}")


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
# Entries that move another amount than their line's, or between other accounts, or in another financial year. A seal
# covers ids and amounts only. Of a line that recovers, money goes the other way.
WRONG_ACCOUNTS = r"""
    SELECT entry.id, entry.event, line.reference FROM payments_ledgerentry entry
    JOIN payments_line line ON line.id = entry.line_id
    JOIN payments_grantyear year ON year.id = line.grant_year_id
    CROSS JOIN LATERAL (
        SELECT (entry.event LIKE '%\_reversed') <> (line.kind = 'recovery') AS turned,
            'grant_budget:' || year.code AS budget, 'owed_to_employer:' || line.employer_id AS employer
    ) own
    WHERE entry.grant_year_id <> line.grant_year_id OR entry.pence <> line.amount_pence
       OR (CASE WHEN turned THEN ARRAY[entry.credit, entry.debit] ELSE ARRAY[entry.debit, entry.credit] END)::text[]
          IS DISTINCT FROM CASE split_part(entry.event, '_', 1)
              WHEN 'sent' THEN ARRAY[budget, employer] WHEN 'paid' THEN ARRAY[employer, 'paid'] END
    ORDER BY entry.id
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
    """What the ledger says has been paid to an employer out of a grant year, in pence, less what it has paid back."""
    account = owed_to(employer_id)
    out = Q(debit=account, credit=PAID) | Q(debit=owed_by(employer_id), credit=PAID)
    back = Q(debit=PAID, credit=account) | Q(debit=PAID, credit=owed_by(employer_id))
    sums = LedgerEntry.objects.filter(out | back, grant_year=year).aggregate(
        out=Sum("pence", filter=out, default=0), back=Sum("pence", filter=back, default=0)
    )
    return int(sums["out"] - sums["back"])


def verify() -> list[str]:
    """Every way in which ledger, seals, files and lines disagree, in words; empty when all is well.

    Five statements, whatever the number of seals; it reads every entry, so it is asked for and not done by the way.
    """
    return [*_broken_seals(), *_wrong_ids(), *_wrong_accounts(), *_files_without_entries(), *_broken_files()]


def _broken_seals() -> Iterable[str]:
    for batch, number in _rows(BROKEN_SEALS):
        yield f"Seal {number} of batch B{batch:05d} does not match its entries."


def _wrong_ids() -> Iterable[str]:
    rows = LedgerEntry.objects.values_list("id", "event", "line__reference", "recovery_id", "part__number")
    for one, event, line, recovery, part in rows.iterator():
        reference = line or f"R{recovery:05d}" + (f"/{part}" if part else "")
        if entry_id(reference, event) != one:
            yield f"Entry {one} is not the {event} entry of {'line' if line else 'recovery'} {reference}."


def _wrong_accounts() -> Iterable[str]:
    for one, event, reference in _rows(WRONG_ACCOUNTS):
        yield f"Entry {one} does not move the amount of line {reference} between its accounts, as {event} does."


def _files_without_entries() -> Iterable[str]:
    sent = Q(entries__event=Event.SENT)
    back = When(entries__line__kind=LineKind.RECOVERY, then=-F("entries__pence"))
    signed = Case(back, default=F("entries__pence"), output_field=BigIntegerField())
    for batch in Batch.objects.filter(file__isnull=False).annotate(total=Sum(signed, filter=sent)):
        if batch.total != batch.sum_pence:
            yield f"The ledger has {batch.total} pence sent for batch {batch.reference}, the file {batch.sum_pence}."


def _broken_files() -> Iterable[str]:
    for (batch,) in _rows(BROKEN_FILES):
        yield f"The file of batch B{batch:05d} is not what was approved."


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
