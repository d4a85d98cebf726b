"""Two at once about one payment: one of them is done, and never more comes back than was paid."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db.models import Sum

from asye.refusals import Refused
from payments.models import Batch, Line, PartReversal, Recovery, RecoveryPart
from payments.queries.ledger import verify
from payments.rules.response import BadFile
from payments.services import batches, recoveries, recovering, reversing
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground import cluster
from tests.payments.test_races import together, told_soon

pytestmark = pytest.mark.django_db(transaction=True)


def one_is_done(*acts: Callable[[], object]) -> None:
    done = together(*acts)
    assert sorted(isinstance(one, Refused) for one in done) == [False] + [True] * (len(acts) - 1), done


def test_two_propose_all_of_it(cast: Cast, paid: Line) -> None:
    one_is_done(*[lambda: back.proposed(paid, cast, now=NOW)] * 2)
    assert Recovery.objects.aggregate(pence=Sum("amount_pence"))["pence"] == 1000_00


def test_approved_and_declined(cast: Cast, paid: Line) -> None:
    one = back.proposed(paid, cast, now=NOW)
    one_is_done(
        lambda: recoveries.approve(one, by=cast.priya, now=NOW),
        lambda: recoveries.decline(one, "Let it be.", by=cast.priya, now=NOW),
    )


def test_off_a_batch_by_invoice_and_not_at_all(cast: Cast, paid: Line) -> None:
    one = back.approved(paid, cast, now=NOW)
    make.registered(cast, now=NOW, number=1)
    draft = make.draft(cast, now=NOW)
    one_is_done(
        lambda: recovering.offset(one, draft, by=cast.omar, now=NOW),
        lambda: recovering.invoice(one, "INV1", TODAY, by=cast.omar, now=NOW),
        lambda: recoveries.call_off(one, "They came back.", by=cast.priya, now=NOW),
    )
    assert verify() == []


def test_two_are_taken_off_what_is_enough_for_one(cast: Cast, paid: Line) -> None:
    make.registered(cast, now=NOW, number=1)
    other = make.confirmed(cast, now=NOW).lines.get()
    found = [back.approved(line, cast, now=NOW, pence=600_00) for line in (paid, other)]
    make.registered(cast, now=NOW, number=2)
    draft = make.draft(cast, now=NOW)
    one_is_done(*[lambda one=one: recovering.offset(one, draft, by=cast.omar, now=NOW) for one in found])
    batch = Batch.objects.get(pk=draft.pk)
    assert make.batches.submit(batch, by=cast.omar, now=NOW, seen_version=batch.version).sum_pence == 400_00


def test_the_same_money_recorded_twice_and_the_rest_written_off(cast: Cast, paid: Line) -> None:
    one = back.invoiced(paid, cast, now=NOW)
    recovering.ask_write_off(one, "They have closed.", by=cast.omar, now=NOW)

    def receive() -> object:
        return recovering.receive(one, 400_00, TODAY, seen_remaining_pence=1000_00, by=cast.omar, now=NOW)

    one_is_done(
        receive, receive, lambda: recovering.write_off(one, seen_remaining_pence=1000_00, by=cast.priya, now=NOW)
    )
    back_pence = RecoveryPart.objects.aggregate(pence=Sum("amount_pence", default=0))["pence"]
    assert (back_pence, Recovery.objects.get().written_off_pence) in ((400_00, None), (0, 1000_00))
    assert verify() == []


def test_the_same_amount_taken_back_twice_kept_and_the_rest_written_off(cast: Cast, paid: Line) -> None:
    part = back.received(back.invoiced(paid, cast, now=NOW), cast, 400_00, now=NOW).parts.get()
    recovering.ask_write_off(part.recovery, "They have closed.", by=cast.omar, now=NOW)
    asked = reversing.ask(part, "It was another’s.", by=cast.omar, now=NOW)
    done = together(
        lambda: reversing.approve(asked, by=cast.priya, now=NOW),
        lambda: reversing.approve(asked, by=cast.priya, now=NOW),
        lambda: reversing.refuse(asked, "It was theirs.", by=cast.priya, now=NOW),
        lambda: recovering.write_off(part.recovery, seen_remaining_pence=600_00, by=cast.priya, now=NOW),
    )
    assert all(isinstance(one, Refused) or not isinstance(one, Exception) for one in done), done
    taken, kept = RecoveryPart.objects.filter(reversal=asked).count(), bool(PartReversal.objects.get().refused_at)
    left = Recovery.objects.get().written_off_pence
    assert (taken, kept, left) in ((1, False, None), (0, True, None), (0, True, 600_00)), done
    assert verify() == []


def test_asked_back_while_the_bank_returns_it(cast: Cast, paid: Line) -> None:
    def returned() -> object:
        rows = (paid, "returned", "Account closed")
        return back.answered(paid.batch, cast, rows, now=NOW + timedelta(hours=1))

    done = together(lambda: back.proposed(paid, cast, now=NOW + timedelta(hours=1)), returned)
    refused = [one for one in done if isinstance(one, Refused)]
    assert len(refused) == 1
    closed = Line.objects.get(pk=paid.pk).closed_as
    assert (closed, Recovery.objects.count()) == ((None, 1) if isinstance(refused[0], BadFile) else ("returned", 0))


def test_whoever_waits_too_long_for_a_batch_is_told(cast: Cast, paid: Line) -> None:
    """Also by what is taken off it, and by what is entered beside it."""
    one, other = (back.approved(paid, cast, now=NOW, pence=100_00) for _ in range(2))
    make.registered(cast, now=NOW, number=1)
    draft = make.draft(cast, now=NOW)
    recovering.offset(one, draft, by=cast.omar, now=NOW)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_batch FOR UPDATE")
        for act in (
            lambda: recovering.offset(other, draft, by=cast.omar, now=NOW),
            lambda: recovering.take_off_batch(one, by=cast.omar, now=NOW),
            lambda: recovering.invoice(other, "INV1", TODAY, by=cast.omar, now=NOW),
        ):
            assert told_soon(act) == batches.AT_THIS_MOMENT
    assert back.stage(other) == "approved"
