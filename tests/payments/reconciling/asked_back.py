"""What is asked back of lines that were paid, in batches in which everything agrees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from payments.rules.reconciling.facts import BatchFacts, EntryFacts, LineFacts, PartFacts, RecoveryFacts

LEDGER_IDS = UUID("5d6a5a52-9d0b-4f4e-8f6d-1f9f3b0a7c11")


def asked_back(random: Random, facts: BatchFacts) -> tuple[BatchFacts, list[EntryFacts]]:
    """The batch with some of its paid lines asked back: taken off a later payment, by invoice, or both in part."""
    paid = {row.line for row in facts.rows if row.result == "paid"}
    able = [one for one in facts.lines if one.pk in paid and not one.closed_as and not one.recovery]
    entries, taken_off, recoveries, closed = list[EntryFacts](), dict[int, int](), list[RecoveryFacts](), set[int]()
    for line in able:
        how = random.choice(["", "", "off", "invoice", "invoice", "both"])
        share = {"off": line.pence, "both": line.pence // 2}.get(how, 0)
        if share:
            taken_off[line.pk] = share
        if how in ("invoice", "both"):
            recoveries.append(_invoiced(random, line, line.pence - share))
            entries += entries_of(facts, line, recoveries[-1])
            share += sum(part.pence for part in recoveries[-1].parts)
        if share == line.pence:
            closed.add(line.pk)
    at = datetime(2027, 12, 1, 11, tzinfo=UTC)
    lines = tuple(
        replace(one, closed_as="recovered", closed_because="All of it.", closed_at=at) if one.pk in closed else one
        for one in facts.lines
    )
    return replace(facts, lines=lines, taken_off=taken_off, recoveries=tuple(recoveries)), entries


def _invoiced(random: Random, line: LineFacts, pence: int) -> RecoveryFacts:
    """Not sent yet, sent, paid in part or in full, paid after a mistake, or given up in part or in full."""
    day = line.year_ends + timedelta(days=random.randint(1, 90))
    stage = random.choice(["decided", "sent", "part", "paid", "paid in two", "mistyped", "given up", "rest given up"])
    half = pence // 2
    paid = {
        "part": [half],
        "rest given up": [half],
        "paid": [pence],
        "paid in two": [half, pence - half],
        "mistyped": [half, -half, pence],
    }.get(stage, [])
    parts = tuple(
        PartFacts(number, part, day + timedelta(days=number), None if part > 0 else number - 1)
        for number, part in enumerate(paid, start=1)
    )
    given_up = {"given up": pence, "rest given up": pence - half}.get(stage)
    return RecoveryFacts(
        pk=line.pk,
        line=line.pk,
        pence=pence,
        invoiced_on=None if stage == "decided" else day,
        written_off_on=day + timedelta(days=9) if given_up else None,
        written_off_pence=given_up,
        parts=parts,
    )


def entries_of(facts: BatchFacts, line: LineFacts, recovery: RecoveryFacts) -> list[EntryFacts]:
    """The entries that an invoice, what was paid on it and what was given up of it make, each under its own seal."""
    debtor, budget, name = f"owed_by_employer:{line.employer_id}", f"grant_budget:{line.year}", f"R{recovery.pk:05d}"
    made = []
    if recovery.invoiced_on:
        made.append((f"{name}/invoiced", debtor, budget, recovery.pence, recovery.invoiced_on))
    for part in recovery.parts:
        if part.takes_back is None:
            made.append((f"{name}/{part.number}/received", "paid", debtor, part.pence, part.received_on))
        else:
            key = f"{name}/{part.number}/received_reversed"
            made.append((key, debtor, "paid", -part.pence, part.received_on))
    against = {
        f"{name}/{part.number}/received_reversed": uuid5(LEDGER_IDS, f"{name}/{part.takes_back}/received")
        for part in recovery.parts
    }
    if recovery.written_off_on:
        made.append((f"{name}/written_off", budget, debtor, recovery.written_off_pence or 0, recovery.written_off_on))
    return [
        EntryFacts(
            pk=uuid5(LEDGER_IDS, key),
            seal=10**9 + line.pk * 10 + number,
            batch=facts.pk,
            line=None,
            event=key.rpartition("/")[2],
            debit=debit,
            credit=credit,
            pence=pence,
            year=line.year,
            happened_on=day,
            reverses=against.get(key),
            recovery=recovery.pk,
        )
        for number, (key, debit, credit, pence, day) in enumerate(made)
    ]
