"""What people ask back agrees too: taken off a later payment, by invoice in two parts, and written off."""

from datetime import timedelta

import pytest

from payments.models import Batch, Line
from payments.queries.ledger import verify
from payments.queries.reconciling import batch_ids, load, reconciled
from payments.services import recovering
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.built_once import built_once
from tests.payments.reconciling.faults import FAULTS
from tests.payments.reconciling.planting import trials

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@built_once
def asked_back(cast: Cast) -> dict[str, Line]:
    """Four paid lines: £1,000 taken off a later payment; £400 off it and £600 by invoice; £1,000 by invoice in two
    parts after a mistake; and an invoice of which £1 was paid and the rest given up."""
    make.setting(cast, now=NOW)
    for number in range(4):
        make.registered(cast, now=NOW, number=number)
    off, both, parts, given_up = make.confirmed(cast, now=NOW).lines.order_by("id")
    for number in range(4, 7):
        make.registered(cast, now=LATER, number=number)
    _, draft = back.offset(off, cast, now=LATER)
    some = back.approved(both, cast, now=LATER, pence=400_00)
    recovering.offset(some, draft, by=cast.omar, now=LATER)
    batch = back.released(Batch.objects.get(pk=draft.pk), cast, now=LATER)
    back.answered(batch, cast, *[(line, "paid", "") for line in batch.lines.all()], now=LATER)
    for number, (line, pence) in enumerate([(both, 600_00), (parts, 1000_00), (given_up, 1000_00)]):
        found = back.approved(line, cast, now=LATER, pence=pence)
        recovering.invoice(found, f"INV-{number}", LATER.date(), by=cast.omar, now=LATER)
        paid = {0: [600_00], 1: [300_00, 700_00], 2: [1_00]}[number]
        if number == 1:
            back.received(found, cast, 1000_00, now=LATER)  # all of it, so that the line counted as recovered
            back.taken_back(found.parts.get(), cast, now=LATER + timedelta(days=1))
        for pence_paid in paid:
            back.received(found, cast, pence_paid, now=LATER + timedelta(days=3))
    asked = recovering.ask_write_off(found, "They closed.", by=cast.omar, now=LATER)
    recovering.write_off(asked, seen_remaining_pence=999_00, by=cast.priya, now=LATER)
    return {"off": off, "both": both, "parts": parts, "given up": given_up}


def test_nothing_is_said_of_it(asked_back: dict[str, Line]) -> None:
    assert [one.differences for one in reconciled(batch_ids())] == [(), ()]
    assert verify() == []
    first = load(batch_ids())[-1]
    closed = {line.pk: line.closed_as for line in first.lines}
    assert [closed[line.pk] for line in asked_back.values()] == ["recovered", "recovered", "recovered", None]
    assert [sum(part.pence for part in one.parts) for one in first.recoveries if one.invoiced_on] == [
        600_00,
        1000_00,
        1_00,
    ]
    assert first.taken_off == {asked_back["off"].pk: 1000_00, asked_back["both"].pk: 400_00}


def test_faults_in_it_are_named(asked_back: dict[str, Line]) -> None:
    found = list(trials(load(batch_ids()), 2 * (len(FAULTS) - len(NO_PLACE)), first_seed=3, leaving_out=NO_PLACE))
    assert [(one.fault, one.seed) for one in found if not one.named() or one.accused()] == []


# Nothing here was rejected, returned, cancelled, left unanswered or has not been sent.
NO_PLACE = frozenset(
    {
        "all_of_it_back_and_still_paid",
        "answer_for_another_reason",
        "answer_put_in",
        "entry_of_a_payment_nobody_made",
        "line_closed_another_way",
        "line_closed_for_another_reason",
        "line_closed_on_another_day",
        "rejected_made_paid",
        "returned_and_never_paid",
        "reversal_of_nothing",
        "stored_without_an_answer",
        "submitted_count",
        "submitted_sum",
        "vendor_numbers_swapped",
    }
)
