"""Writes the ledger: entries that happen once, and the seal over those written together."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from asye.clock import london_date
from payments.models import Batch, LedgerEntry, Line, Recovery, RecoveryPart, Seal
from payments.queries.ledger import PAID, entry_id, grant_budget, owed_by, owed_to, seal_digest
from payments.states import Event, LineKind

CHUNK = 1000
NEEDED = ("reference", "kind", "batch", "employer", "amount_pence", "grant_year")  # of a line, for its entries


def enter_sent(batch: Batch, *, now: datetime) -> Seal:
    """The file has been written: each line's amount leaves the grant's budget and is owed to the employer."""
    on = london_date(now)
    return write(batch, [_entry(line, Event.SENT, on, now) for line in _lines(batch)], now=now)


def write(batch: Batch, entries: list[LedgerEntry], *, now: datetime) -> Seal:
    """Writes entries of one batch under one seal, with the batch locked by the caller."""
    before = batch.seals.order_by("-number").first()
    seal = Seal.objects.create(
        batch=batch,
        number=before.number + 1 if before else 1,
        entry_count=len(entries),
        digest=seal_digest(before.digest if before else "", [(entry.id, entry.pence) for entry in entries]),
        sealed_at=now,
    )
    for entry in entries:
        entry.seal = seal
    LedgerEntry.objects.bulk_create(entries, batch_size=CHUNK)
    return seal


def enter_cancelled(batch: Batch, *, now: datetime) -> Seal:
    """The batch was cancelled after its file had been written and before it was handed over."""
    on = london_date(now)
    return write(batch, [_reversal(line, Event.SENT_REVERSED, on, now) for line in _lines(batch)], now=now)


def paid(lines: Iterable[tuple[Line, date]], *, now: datetime) -> list[LedgerEntry]:
    """Entries for `write`: what was owed to the employers has been paid, on the payer's dates."""
    return [_entry(line, Event.PAID, on, now) for line, on in lines]


def rejected(lines: Iterable[tuple[Line, date]], *, now: datetime) -> list[LedgerEntry]:
    """Entries for `write`: the payer rejected these, so they are no longer owed by these lines."""
    return [_reversal(line, Event.SENT_REVERSED, on, now) for line, on in lines]


def returned(lines: Iterable[tuple[Line, date]], *, now: datetime) -> list[LedgerEntry]:
    """Entries for `write`: paid and come back, so both entries are reversed."""
    both = (Event.PAID_REVERSED, Event.SENT_REVERSED)
    return [_reversal(line, event, on, now) for line, on in lines for event in both]


def invoiced(recovery: Recovery, *, now: datetime) -> LedgerEntry:
    """An entry for `write`: the employer owes what an invoice asks for, and the budget of its year has it again."""
    of = recovery.line
    debtor, budget = owed_by(of.employer_id), grant_budget(of.grant_year.code)
    on = recovery.invoiced_on or london_date(now)
    return _of(recovery, Event.INVOICED, (debtor, budget), recovery.amount_pence, on=on, now=now)


def received(recovery: Recovery, part: RecoveryPart, *, now: datetime) -> LedgerEntry:
    """An entry for `write`: an employer has paid a part of what it owes."""
    sides = (PAID, owed_by(recovery.line.employer_id))
    entry = _of(recovery, Event.RECEIVED, sides, part.amount_pence, on=part.received_on, now=now)
    entry.id, entry.part = entry_id(f"{recovery.reference}/{part.number}", Event.RECEIVED), part
    return entry


def not_received(recovery: Recovery, part: RecoveryPart, wrong: RecoveryPart, *, now: datetime) -> LedgerEntry:
    """An entry for `write`: what `wrong` recorded was not received after all, and the employer owes it again."""
    sides = (owed_by(recovery.line.employer_id), PAID)
    entry = _of(recovery, Event.RECEIVED_REVERSED, sides, -part.amount_pence, on=part.received_on, now=now)
    entry.id, entry.part = entry_id(f"{recovery.reference}/{part.number}", Event.RECEIVED_REVERSED), part
    entry.reverses_id = entry_id(f"{recovery.reference}/{wrong.number}", Event.RECEIVED)
    return entry


def written_off(recovery: Recovery, *, now: datetime) -> LedgerEntry:
    """An entry for `write`: what the employer still owed is given up, and the budget of its year bears it again."""
    of = recovery.line
    sides = (grant_budget(of.grant_year.code), owed_by(of.employer_id))
    pence = recovery.written_off_pence or 0
    return _of(recovery, Event.WRITTEN_OFF, sides, pence, on=london_date(now), now=now)


def _of(
    recovery: Recovery, event: Event, sides: tuple[str, str], pence: int, *, on: date, now: datetime
) -> LedgerEntry:
    debit, credit = sides
    return LedgerEntry(
        id=entry_id(recovery.reference, event),
        batch_id=recovery.line.batch_id,
        recovery=recovery,
        grant_year_id=recovery.line.grant_year_id,
        event=event,
        debit=debit,
        credit=credit,
        pence=pence,
        happened_on=on,
        entered_at=now,
    )


def _lines(batch: Batch) -> Iterator[Line]:
    """Its lines without their sentences, a few at a time: a batch can have ten thousand."""
    return batch.lines.select_related("grant_year").only(*NEEDED, "grant_year__code").iterator(chunk_size=CHUNK)


def _accounts(line: Line, event: Event) -> tuple[str, str]:
    """Debit and credit; of a recovery that is taken off a payment the other way round."""
    budget, employer = grant_budget(line.grant_year.code), owed_to(line.employer_id)
    debit_credit = {
        Event.SENT: (budget, employer),
        Event.PAID: (employer, PAID),
        Event.PAID_REVERSED: (PAID, employer),
        Event.SENT_REVERSED: (employer, budget),
    }
    debit, credit = debit_credit[event]
    return (debit, credit) if line.kind == LineKind.PAYMENT else (credit, debit)


def _entry(line: Line, event: Event, on: date, now: datetime, reverses: uuid.UUID | None = None) -> LedgerEntry:
    debit, credit = _accounts(line, event)
    return LedgerEntry(
        id=entry_id(line.reference, event),
        batch_id=line.batch_id,
        line_id=line.pk,
        grant_year_id=line.grant_year_id,
        event=event,
        debit=debit,
        credit=credit,
        pence=line.amount_pence,
        happened_on=on,
        entered_at=now,
        reverses_id=reverses,
    )


def _reversal(line: Line, event: Event, on: date, now: datetime) -> LedgerEntry:
    original = Event(event.removesuffix("_reversed"))
    return _entry(line, event, on, now, reverses=entry_id(line.reference, original))
