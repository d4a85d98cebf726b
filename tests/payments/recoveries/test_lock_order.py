"""Who brings a payment back takes its batch before its line, as every other act does: so no two wait for each other.
And whoever waits too long for somebody else is told."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, transaction

from asye.refusals import Refused, Stale
from payments.models import Batch, Line, Payee
from payments.services import payees, recoveries, responses, reversing, sharing
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground import cluster
from tests.payments.recoveries.test_offsets import LATER, on_its_way
from tests.payments.recoveries.test_returned_net import AFTER, began_anew, gone_and_taken_off, returned
from tests.payments.test_races import _wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_response_that_closes_what_was_recovered(cast: Cast, paid: Line, bootstrap_sql: psycopg.Connection) -> None:
    make.registered(cast, now=NOW, number=1)
    _, batch = back.offset(paid, cast, now=NOW)
    sent = back.released(batch, cast, now=NOW)

    def answered() -> responses.Imported:
        try:
            return back.answered(sent, cast, *[(line, "paid", "") for line in sent.lines.all()], now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Batch.objects.select_for_update().get(pk=paid.batch_id)
            done = pool.submit(answered)
            _wait_until_it_waits(bootstrap_sql)
            Line.objects.select_for_update(nowait=True).get(pk=paid.pk)  # refused where the other has it already
        assert done.result().paid == 2
    assert Line.objects.get(pk=paid.pk).closed_as == "recovered"


def test_whoever_waits_too_long_for_a_payment_is_told(cast: Cast, paid: Line) -> None:
    one = back.proposed(paid, cast, now=NOW, pence=100_00)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_line WHERE id = %s FOR UPDATE", [paid.pk])
        for act in (
            lambda: back.proposed(paid, cast, now=NOW),
            lambda: recoveries.approve(one, by=cast.priya, now=NOW),
            lambda: recoveries.decline(one, "No.", by=cast.priya, now=NOW),
        ):
            assert _said(act) == recoveries.AT_THIS_MOMENT
    assert back.stage(one) == "proposed"


def test_whoever_waits_too_long_for_vendor_details_is_told(cast: Cast, paid: Line) -> None:
    """As while the monthly run pays under them, which may take longer than anybody is let wait."""
    proposed = payees.propose(cast.northshire, "VN77777", by=cast.omar, now=NOW)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_payee WHERE id = %s FOR SHARE", [paid.payee_id])
        first.execute("SELECT FROM accounts_employer FOR KEY SHARE")
        for act in (
            lambda: make.verified(proposed, cast, now=NOW),
            lambda: payees.propose(cast.northshire, "VN88888", by=cast.omar, now=NOW),
        ):
            assert _said(act) == payees.AT_THIS_MOMENT
        first.execute("SELECT FROM payments_payee FOR SHARE")
        assert _said(lambda: payees.refuse(proposed, "No.", by=cast.priya, now=NOW)) == payees.AT_THIS_MOMENT
    assert make.verified(proposed, cast, now=NOW).verified_at


def test_whoever_waits_too_long_for_a_shared_number_is_told(cast: Cast, paid: Line) -> None:
    one = Payee.objects.get(pk=paid.payee_id)
    both = make.verified(payees.propose(cast.southmouth, one.vendor_number, by=cast.omar, now=NOW), cast, now=NOW)
    said = sharing.explain(one, both, "One runs both.", by=cast.omar, now=NOW)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_sharednumber FOR UPDATE")
        assert _said(lambda: sharing.confirm(said, by=cast.priya, now=NOW)) == payees.AT_THIS_MOMENT
        assert _said(lambda: sharing.refuse(said, "No.", by=cast.priya, now=NOW)) == payees.AT_THIS_MOMENT
        first.rollback()
        first.execute("SELECT FROM payments_payee FOR UPDATE")
        assert _said(lambda: sharing.confirm(said, by=cast.priya, now=NOW)) == payees.AT_THIS_MOMENT
        assert _said(lambda: sharing.explain(one, both, "So.", by=cast.omar, now=NOW)) == payees.AT_THIS_MOMENT
    assert sharing.confirm(said, by=cast.priya, now=NOW).confirmed_at == NOW


def _said(act: Callable[[], object]) -> str:
    """What an act says that cannot have its lock, without waiting as long as people do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(Stale) as caught, transaction.atomic():
            act()
    return str(caught.value)


def test_a_payment_that_stands_again_while_it_is_made_again(
    cast: Cast, paid: Line, bootstrap_sql: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever prepares has the slot and waits for the line before; whoever imports has that line, and does not wait."""
    _, net = gone_and_taken_off(cast, paid)
    began_anew(cast, now=AFTER)

    def prepared() -> Batch:
        try:
            return make.draft(cast, now=AFTER)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        preparing: list[Future[Batch]] = []

        def meanwhile(*given: object) -> None:
            preparing.append(pool.submit(prepared))
            _wait_until_it_waits(bootstrap_sql)
            stand_again(*given)  # type: ignore[arg-type]

        stand_again = reversing.stand_again
        monkeypatch.setattr(reversing, "stand_again", meanwhile)
        with pytest.raises(Refused, match=r"being put into a batch again at this moment. Import the file once more"):
            returned(net, cast)
        assert preparing[0].result().lines.get().follows_id == paid.pk
    assert set(net.lines.values_list("closed_as", flat=True)) == {None}


def test_a_response_that_waits_too_long_for_a_payment(cast: Cast, paid: Line) -> None:
    _, net = gone_and_taken_off(cast, paid)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_line WHERE id = %s FOR KEY SHARE", [paid.pk])
        assert _said(lambda: returned(net, cast)) == recoveries.AT_THIS_MOMENT


def test_what_is_taken_off_waits_too_long_for_what_was_paid(cast: Cast, paid: Line) -> None:
    _, sent = on_its_way(cast, paid)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_line WHERE id = %s FOR KEY SHARE", [paid.pk])
        rows = [(line, "paid", "") for line in sent.lines.all()]
        assert _said(lambda: back.answered(sent, cast, *rows, now=LATER)) == recoveries.AT_THIS_MOMENT
