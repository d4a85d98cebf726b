"""From what is owed to what is paid, through every service."""

from datetime import timedelta

import pytest

from accounts.models import Notice
from payments.models import Batch, Entitlement, LedgerEntry, Line
from payments.queries import owed, statement
from payments.queries.ledger import trial_balance, verify
from tests.cast import NOW, Cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db


def test_it_works(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    registration = make.registered(cast, now=NOW)
    (due,) = owed(NOW)
    assert (due.reference, due.amount_pence, due.blocked) == (registration.reference, 100_000, "")
    batch = make.confirmed(cast, now=NOW)
    assert owed(NOW + timedelta(days=1)) == []
    (line,) = Line.objects.with_stage()
    assert line.stage == "paid"
    assert line.sentence == (
        f"{registration.reference} was registered on 14 September 2026, so the first payment is due to the employer "
        "that registered the NQSW: Northshire."
    )
    assert [(b.account, b.debit, b.credit) for b in trial_balance()] == [
        ("grant_budget:2026-27", 100_000, 0),
        (f"owed_to_employer:{cast.northshire.pk}", 100_000, 100_000),
        ("paid", 0, 100_000),
    ]
    assert verify() == []
    shown = statement(cast.northshire, make.grant_year(), now=NOW)
    assert (shown.paid_pence, shown.on_its_way_pence, shown.owed_pence, shown.blocked_pence) == (100_000, 0, 0, 0)
    assert Batch.objects.with_progress().get(pk=batch.pk).stage == "closed"
    assert Entitlement.objects.count() == 1
    assert LedgerEntry.objects.count() == 2
    assert Notice.objects.filter(user=cast.amira, kind="payments.remittance").count() == 1
    assert bytes(batch.file.content).decode().splitlines() == [
        "file_version,batch,line,vendor_number,employer,milestone,financial_year,amount",
        f"1,{batch.reference},{line.reference},{line.payee.vendor_number},Northshire,registration,2026-27,1000.00",
        f"control,{batch.reference},1,,,,,1000.00",
    ]
