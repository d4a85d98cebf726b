"""The ledger is summed on its page and verified when somebody asks, in as many statements for one seal as for ten."""

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from asye import clock
from payments.models import Batch, LedgerEntry, Seal
from payments.queries.ledger import seal_digest, verify
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db(transaction=True)
ENTRIES = "UPDATE payments_ledgerentry SET"


def _sent(cast: Cast, count: int) -> list[Batch]:
    """Batches of two lines each, confirmed, so that every one has two seals; one entry is reversed."""
    make.setting(cast, now=NOW)
    made = []
    for number in range(count):
        make.registered(cast, now=NOW, number=2 * number)
        make.registered(cast, now=NOW, number=2 * number + 1)
        made.append(make.confirmed(cast, now=NOW))
    return made


@built_once
def two_sent(cast: Cast) -> list[Batch]:
    return _sent(cast, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_stays(cast: Cast, count: int) -> None:
    _sent(cast, count)
    with CaptureQueriesContext(connection) as queries:
        assert verify() == []
    assert len(queries) == 5


def test_the_statement_makes_the_digest_that_was_written(two_sent: list[Batch]) -> None:
    before: dict[int, str] = {}
    for seal in Seal.objects.order_by("batch_id", "number"):
        rows = seal.entries.values_list("id", "pence")
        assert seal.digest == seal_digest(before.get(seal.batch_id, ""), rows)
        before[seal.batch_id] = seal.digest
    assert verify() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE payments_ledgerentry SET pence = pence + 1 WHERE seal_id = {seal}", "Seal 2 of batch {batch}"),
        ("DELETE FROM payments_ledgerentry WHERE seal_id = {seal}", "Seal 2 of batch {batch}"),
        ("UPDATE payments_seal SET digest = repeat('0', 64) WHERE id = {seal}", "Seal 2 of batch {batch}"),
        ("UPDATE payments_seal SET entry_count = 9 WHERE id = {seal}", "Seal 2 of batch {batch}"),
        ("UPDATE payments_payerfile SET content = 'x' WHERE batch_id = {pk}", "The file of batch {batch} is not"),
        (f"{ENTRIES} debit = credit, credit = debit WHERE seal_id = {{seal}}", "does not move the amount of line"),
        (f"{ENTRIES} debit = 'owed_to_employer:0' WHERE seal_id = {{seal}}", "between its accounts, as paid does"),
        (f"{ENTRIES} credit = 'grant_budget:2020-21' WHERE line_id = {{line}}", "does not move the amount of line"),
        (f"{ENTRIES} grant_year_id = grant_year_id + 1 WHERE line_id = {{line}}", "does not move the amount of line"),
        ("UPDATE payments_line SET amount_pence = 1, rate_pence = 1 WHERE id = {line}", "does not move the amount"),
        ("UPDATE payments_line SET reference = 'L0000000000000000000' WHERE id = {line}", "entry of line L00000"),
    ],
)
def test_every_tampering_is_named(
    change: str, fault: str, two_sent: list[Batch], bootstrap_sql: psycopg.Connection
) -> None:
    _, batch = two_sent
    seal = batch.seals.get(number=2)
    bootstrap_sql.execute("SET session_replication_role = replica")
    bootstrap_sql.execute(change.format(seal=seal.pk, pk=batch.pk, line=batch.lines.first().pk))
    assert any(fault.format(batch=batch.reference) in one for one in verify())


def test_the_page_sums_and_verifies_only_when_asked(cast: Cast, bootstrap_sql: psycopg.Connection) -> None:
    (batch,) = _sent(cast, 1)
    client = Client()
    client.force_login(cast.udo)  # an auditor
    with clock.moved_to(NOW):
        shown = client.get(reverse("ledger")).content.decode()
        asked = client.post(reverse("ledger")).content.decode()
        assert "£2,000" in shown
        assert "files agree" not in shown
        assert "Ledger, seals and payment files agree." in asked
        bootstrap_sql.execute("SET session_replication_role = replica")
        bootstrap_sql.execute("UPDATE payments_seal SET digest = repeat('0', 64)")
        assert "does not agree" not in client.get(reverse("ledger")).content.decode()
        assert f"Seal 1 of batch {batch.reference} does not match" in client.post(reverse("ledger")).content.decode()
    assert LedgerEntry.objects.count() == 4
