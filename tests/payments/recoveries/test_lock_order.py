"""Who brings a payment back takes its batch before its line, as every other act does: so no two wait for each other."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, transaction

from payments.models import Batch, Line
from payments.services import responses
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
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
