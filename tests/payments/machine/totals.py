"""What the pages of the money show, beside what a statement by hand finds in the ledger and the lines."""

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from asye import clock
from asye.money import pounds
from payments.models import Batch
from tests.payments.machine.model import RATE, Money

YEAR_ENDS = date(2027, 4, 1)  # from then on its budget is on the page of the forecast only
BATCHES = """
    SELECT 'B' || lpad(b.id::text, 5, '0'), count(l.id), coalesce(sum(l.amount_pence), 0)::bigint
    FROM payments_batch b LEFT JOIN payments_line l ON l.batch_id = b.id GROUP BY b.id
"""
COMMITTED = """
    SELECT coalesce(sum(amount_pence) FILTER (WHERE paid), 0)::bigint,
        coalesce(sum(amount_pence) FILTER (WHERE NOT paid), 0)::bigint
    FROM (
        SELECT amount_pence, l.id IN (SELECT line_id FROM payments_responserow WHERE result = 'paid') AS paid
        FROM payments_line l JOIN payments_grantyear g ON g.id = grant_year_id
        WHERE closed_as IS NULL AND g.code = '2026-27'
    ) standing
"""
ACCOUNTS = """
    SELECT account, sum(debit)::bigint, sum(credit)::bigint FROM (
        SELECT debit AS account, pence AS debit, 0 AS credit FROM payments_ledgerentry
        UNION ALL SELECT credit, 0, pence FROM payments_ledgerentry) sides GROUP BY 1
"""
PAID = """
    SELECT coalesce(sum(CASE WHEN credit = 'paid' THEN pence WHEN debit = 'paid' THEN -pence END), 0)::bigint
    FROM payments_ledgerentry WHERE %s IN (debit, credit)
"""
ON_ITS_WAY = """
    SELECT coalesce(sum(amount_pence), 0)::bigint FROM payments_line l WHERE employer_id = %s AND closed_as IS NULL
      AND NOT EXISTS (SELECT FROM payments_responserow r WHERE r.line_id = l.id AND r.result = 'paid')
"""
EVENTS = "SELECT event, count(*), sum(pence)::bigint FROM payments_ledgerentry GROUP BY 1"
LIVE = "SELECT reference, closed_as IS NULL FROM payments_line"


def compare(client: Client, money: Money, now: datetime, employer: int) -> None:
    """Asserts that every page with a sum of money shows what is there."""
    with clock.moved_to(now):
        _pipeline(client.get(reverse("payments")).context, money)
        _ledger(client.get(reverse("ledger")).context)
        _statement(client.get(reverse("statement", args=[employer, "2026-27"])).context, money, employer)
        if money.batches:
            _batch(client.get(reverse("batch", args=[max(money.batches)])).context)


def _pipeline(page: Any, money: Money) -> None:
    by_hand = {reference: (count, pounds(pence)) for reference, count, pence in rows(BATCHES)}
    shown = {Batch(pk=pk).reference: (row[2], row[3]) for pk, row in zip(_pks(page), page["batches"], strict=True)}
    assert shown == by_hand
    (committed,) = rows(COMMITTED)
    years = [row[2:4] for row in page["budgets"] if "2026-27" in row[0]]
    assert years == ([[pounds(pence) for pence in committed]] if money.today < YEAR_ENDS else [])
    owed = money.owed()
    assert (pounds(RATE * len(owed)) in page["owed_sentence"]) if owed else ("Nothing is owed" in page["owed_sentence"])


def _pks(page: Any) -> list[int]:
    return [batch.pk for batch in page["page"]]


def _ledger(page: Any) -> None:
    by_hand = {account: (debit, credit) for account, debit, credit in rows(ACCOUNTS)}
    both = [sum(side) for side in zip(*by_hand.values(), strict=True)] or [0, 0]
    assert both[0] == both[1]
    assert [page["debit"], page["credit"]] == [pounds(side) for side in both]
    shown = sorted(row[1:4] for row in page["rows"])
    assert shown == sorted(
        [pounds(debit), pounds(credit), pounds(debit - credit)] for debit, credit in by_hand.values()
    )


def _statement(page: Any, money: Money, employer: int) -> None:
    facts = dict(page["facts"])
    ((paid,),) = rows(PAID, f"owed_to_employer:{employer}")
    assert facts["Paid"] == pounds(paid)
    ((on_its_way,),) = rows(ON_ITS_WAY, employer)
    assert facts["On its way"] == pounds(on_its_way)
    owed = [slot for slot in money.owed() if slot.employer == employer]
    assert facts["Owed, in the next batch"] == pounds(RATE * len(owed))
    held = [slot for slot in money.held() if slot.employer == employer]
    assert facts["Blocked"] == pounds(RATE * len(held))


def _batch(page: Any) -> None:
    batch = page["batch"]
    facts = dict(page["facts"])
    ((count, pence),) = rows(
        "SELECT count(*), coalesce(sum(amount_pence), 0)::bigint FROM payments_line WHERE batch_id = %s", batch.pk
    )
    assert (facts["Lines"], facts["Total"]) == (f"{count:,}", pounds(pence))


def rows(query: str, *values: object) -> list[Any]:
    """What a statement by hand gives."""
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()
