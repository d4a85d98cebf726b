"""A recovery that is taken off a batch: the file, the payer's answer, and what the ledger makes of them."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice
from asye import clock
from asye.refusals import Refused, Stale
from payments.models import Batch, GrantYear, Line
from payments.queries import owed, statement
from payments.queries.forecast import forecast
from payments.queries.ledger import trial_balance, verify
from payments.rules.response import BadFile
from payments.services import batches, recoveries, recovering
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


def lines_of(batch: Batch) -> tuple[Line, Line]:
    return batch.lines.get(kind="payment"), batch.lines.get(kind="recovery")


def rows_of(batch: Batch) -> list[list[str]]:
    text = bytes(Batch.objects.get(pk=batch.pk).file.content).decode()
    return list(csv.reader(io.StringIO(text)))


def faults(cast: Cast, batch: Batch, *rows: tuple[Line, str, str]) -> list[str]:
    with pytest.raises(BadFile) as caught:
        back.answered(batch, cast, *rows, now=LATER)
    return [one.sentence for one in caught.value.problems]


def on_its_way(cast: Cast, paid: Line, pence: int = 400_00) -> tuple[object, Batch]:
    """£400 of the first payment, taken off another person's £1,000 in a batch that was handed over."""
    make.registered(cast, now=LATER, number=1)
    recovery, batch = back.offset(paid, cast, now=LATER, pence=pence)
    return recovery, back.released(batch, cast, now=LATER)


@built_once
def another(cast: Cast, paid: Line) -> Registration:
    """Another person at Northshire, whose first payment is owed later."""
    return make.registered(cast, now=LATER, number=1)


@built_once
def sent(cast: Cast, paid: Line) -> tuple[object, Batch]:
    return on_its_way(cast, paid)


def test_it_works(cast: Cast, paid: Line, sent: tuple[object, Batch]) -> None:
    recovery, batch = sent
    payment, off = lines_of(batch)
    assert (batch.line_count, batch.sum_pence, back.stage(recovery)) == (2, 600_00, "offset")
    head, *rows, control = rows_of(batch)
    assert head[-1] == "amount"
    found = {row[2]: row for row in rows}
    assert found[off.reference][1:] == [
        batch.reference, off.reference, payment.payee.vendor_number, "Northshire", "registration", "2026-27", "-400.00"
    ]  # fmt: skip
    assert found[payment.reference][-1] == "1000.00"
    assert control == ["control", batch.reference, "2", "", "", "", "", "600.00"]
    assert (off.employer, off.grant_year, off.recovers) == (paid.employer, paid.grant_year, paid)

    back.answered(batch, cast, (payment, "paid", ""), (off, "paid", ""), now=LATER)
    assert back.stage(recovery) == "recovered"
    assert Line.objects.get(pk=paid.pk).closed_as is None  # £600 of it stay paid
    balances = {one.account: one.balance for one in trial_balance()}
    assert balances == {
        "grant_budget:2026-27": 1_600_00,
        f"owed_to_employer:{cast.northshire.pk}": 0,
        "paid": -1_600_00,
    }
    assert sum(year.pence("paid") for year in forecast(LATER)) == 1_600_00
    told = Notice.objects.filter(kind="payments.remittance", user=cast.amira).latest("id")
    assert "£600 has been paid to Northshire" in told.body
    assert "registration, taken back from this payment: −£400" in told.body
    assert verify() == []


def test_recovered_in_full_by_two_ways_closes_the_line(cast: Cast, paid: Line, sent: tuple[object, Batch]) -> None:
    _, batch = sent
    payment, off = lines_of(batch)
    rest = back.invoiced(paid, cast, now=LATER, pence=600_00)
    back.received(rest, cast, 600_00, now=LATER)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    back.answered(batch, cast, (payment, "paid", ""), (off, "paid", ""), now=LATER)
    line = Line.objects.get(pk=paid.pk)
    assert line.closed_as == "recovered"
    assert line.closed_because.startswith("All of it was recovered: R")
    assert owed(LATER + timedelta(days=99)) == []  # recovered, it is not owed again as it was
    assert verify() == []


def test_rejected_it_is_free_again(cast: Cast, paid: Line, sent: tuple[object, Batch]) -> None:
    recovery, batch = sent
    payment, off = lines_of(batch)
    back.answered(batch, cast, (payment, "paid", ""), (off, "rejected", "No such vendor"), now=LATER)
    assert back.stage(recovery) == "approved"
    recovering.invoice(recovery, "INV7", LATER.date(), by=cast.omar, now=LATER)
    assert back.stage(recovery) == "invoiced"
    assert verify() == []


def test_what_the_payer_says_of_it_has_to_fit(cast: Cast, paid: Line, sent: tuple[object, Batch]) -> None:
    _, batch = sent
    payment, off = lines_of(batch)
    more = "£400 more would be taken off Northshire than it is paid in this batch. Check which lines were paid and"
    assert more in faults(cast, batch, (payment, "rejected", "No such account"), (off, "paid", ""))[0]
    unsigned = f"line,outcome,reason,amount,date\n{off.reference},paid,,400.00,{LATER.date()}"
    with pytest.raises(BadFile) as caught:
        make.responses.import_file(unsigned.encode(), by=cast.omar, now=LATER)
    assert caught.value.problems[0].sentence == f"Line {off.reference} was sent with −£400, not £400."
    back.answered(batch, cast, (payment, "paid", ""), (off, "paid", ""), now=LATER)
    (said,) = faults(cast, batch, (off, "returned", "Account closed"))
    assert said == (
        f"Line {off.reference} took money off what is paid to Northshire, so it is returned only with all of that. In "
        f"the same file, report line {payment.reference} too, or import the file without this row."
    )
    (said,) = faults(cast, batch, (payment, "returned", "Account closed"))
    assert said == (
        "With this file £400 more would be taken off Northshire than it is paid in this batch. If the bank returned "
        "all that was sent, report all of its lines as returned in the same file: the payments, and line "
        f"{off.reference} with the amount below nothing."
    )


def test_a_statement_has_it_with_less_than_nothing(cast: Cast, paid: Line, sent: tuple[object, Batch]) -> None:
    _, batch = sent
    shown = statement(cast.northshire, GrantYear.objects.get(), now=LATER)
    assert (shown.on_its_way_pence, shown.to_pay_back_pence, shown.paid_pence) == (600_00, 400_00, 1000_00)
    payment, off = lines_of(batch)
    back.answered(batch, cast, (payment, "paid", ""), (off, "paid", ""), now=LATER)
    shown = statement(cast.northshire, GrantYear.objects.get(), now=LATER)
    assert (shown.on_its_way_pence, shown.to_pay_back_pence, shown.paid_pence) == (0, 0, 1600_00)
    assert {(one.state, one.sum_pence) for one in shown.totals()} == {("Paid", 2000_00), ("Taken off", -400_00)}


def test_its_sentence_spells_why_as_people_do(cast: Cast, paid: Line, another: Registration) -> None:
    recovery, batch = back.offset(paid, cast, now=LATER, pence=400_00)
    begins = f"Takes back £400 of line {paid.reference} of {paid.registration}"
    assert lines_of(batch)[1].sentence == f"{begins}, as recovery {recovery.reference} says: decided by DfE."


def test_a_batch_that_takes_back_more_than_it_pays_is_not_submitted(
    cast: Cast, paid: Line, another: Registration
) -> None:
    """No page brings it about; were it there, the officer reads whose, how much and what to do, and no error."""
    recovery, draft = back.offset(paid, cast, now=LATER, pence=400_50)
    payment, _ = lines_of(draft)
    Line.objects.filter(pk=payment.pk).delete()
    said = (
        f"Batch {draft.reference} takes back more than it pays: £400.50 from Northshire. "
        "Take a recovery of theirs off the batch"
    )
    with pytest.raises(Refused, match=said):
        batches.submit(draft, by=cast.omar, now=LATER, seen_version=draft.version)
    with clock.moved_to(LATER):
        client = Client()
        client.force_login(cast.omar)
        page = client.post(reverse("batch_submit", args=[draft.pk]), {"seen_version": draft.version})
        assert said in page.content.decode()
    recovering.take_off_batch(recovery, by=cast.omar, now=LATER)
    assert Batch.objects.get(pk=draft.pk).state == "draft"


def test_cancelled_it_is_free_again(cast: Cast, paid: Line, another: Registration) -> None:
    recovery, batch = back.offset(paid, cast, now=LATER)
    batches.submit(batch, by=cast.omar, now=LATER, seen_version=batch.version)
    make.approve(Batch.objects.get(pk=batch.pk), cast, now=LATER)
    make.files.write_pending(LATER)
    assert Batch.objects.get(pk=batch.pk).sum_pence == 0
    batches.cancel(batch, "Made too early.", by=cast.omar, now=LATER)
    assert (back.stage(recovery), verify()) == ("approved", [])


def test_only_a_draft_takes_it_and_who_put_it_there_does_not_approve(
    cast: Cast, paid: Line, another: Registration
) -> None:
    recovery = back.approved(paid, cast, now=LATER)
    batch = make.submitted(cast, now=LATER)
    with pytest.raises(Refused, match="is no longer a draft"):
        recovering.offset(recovery, batch, by=cast.omar, now=LATER)
    batches.send_back(batch, "Once more.", by=cast.priya, now=LATER)
    recovering.offset(recovery, batch, by=cast.omar, now=LATER)
    assert batch.hands.filter(human=cast.omar.human_id, hand="maker").exists()
    again = Batch.objects.get(pk=batch.pk)
    batches.submit(again, by=cast.omar, now=LATER, seen_version=again.version)
    with pytest.raises(Refused, match="Its batch is no longer a draft"):
        recovering.take_off_batch(recovery, by=cast.omar, now=LATER)


def test_one_that_was_put_onto_another_batch_meanwhile_is_not_said_to_be_off(
    cast: Cast, paid: Line, another: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one officer waits for the batch, another takes it off that and puts it onto the next."""
    recovery, _ = back.offset(paid, cast, now=LATER)
    make.registered(cast, now=LATER, number=2)
    second = make.draft(cast, now=LATER)
    of_batch = batches.locked

    def moved(batch: Batch) -> Batch:
        monkeypatch.setattr(batches, "locked", of_batch)
        recovering.take_off_batch(recovery, by=cast.omar, now=LATER)
        recovering.offset(recovery, second, by=cast.omar, now=LATER)
        return of_batch(batch)

    monkeypatch.setattr(batches, "locked", moved)
    with pytest.raises(Stale, match="was put onto another batch at this moment"):
        recovering.take_off_batch(recovery, by=cast.omar, now=LATER)


def test_a_file_without_recoveries_is_as_before(cast: Cast, paid: Line) -> None:
    (row,) = rows_of(paid.batch)[1:-1]
    assert row[0] == "1"
    assert row[-1] == "1000.00"


@pytest.mark.parametrize(
    ("pence", "together", "sentence"),
    [
        (400_00, False, "£400 has been taken off what is paid to Northshire:"),
        (
            1000_00,
            True,
            "What is paid to Northshire and what is taken off it come to nothing, so no money has been sent:",
        ),
    ],
)
def test_no_letter_says_that_less_than_something_has_been_paid(
    cast: Cast, paid: Line, pence: int, together: bool, sentence: str
) -> None:
    _, batch = on_its_way(cast, paid, pence)
    payment, off = ((line, "paid", "") for line in lines_of(batch))
    for rows in ([payment, off],) if together else ([payment], [off]):
        back.answered(batch, cast, *rows, now=LATER)
    body = Notice.objects.filter(kind="payments.remittance", user=cast.amira).latest("id").body
    assert sentence in body
    assert "has been paid to Northshire" not in body


def test_what_was_recovered_is_not_returned_as_well(cast: Cast, paid: Line) -> None:
    """The sentence asks for nothing that cannot be done: what has come back can neither be stopped nor written off."""
    rest = back.proposed(paid, cast, now=NOW, pence=100_00)
    recovery = back.received(back.invoiced(paid, cast, now=NOW, pence=400_00), cast, 400_00, now=NOW)
    (said,) = faults(cast, paid.batch, (paid, "returned", "Account closed"))
    assert said == (
        f"£400 of line {paid.reference} was recovered already ({recovery.reference}), so it cannot have been returned "
        "as well. Ask the payer about this row, and import the file without it."
    )
    recoveries.withdraw(rest, "Not now.", by=cast.omar, now=NOW)


def test_a_payment_that_is_asked_back_is_not_returned_as_well(cast: Cast, paid: Line) -> None:
    recovery = back.approved(paid, cast, now=NOW)
    assert (
        "Withdraw, call off or write off the recovery first."
        in faults(cast, paid.batch, (paid, "returned", "Account closed"))[0]
    )
    recoveries.call_off(recovery, "The bank returned it.", by=cast.priya, now=NOW)
    back.answered(paid.batch, cast, (paid, "returned", "Account closed"), now=LATER)
    assert [one.milestone for one in owed(LATER + timedelta(days=1))] == ["registration"]


def test_it_never_makes_what_the_payer_sends_less_than_nothing(cast: Cast, paid: Line) -> None:
    """Not with another employer's payment, nor with one that another recovery is taken off already."""
    theirs = make.registered(cast, now=LATER, number=1, at="southmouth")
    recovery = back.approved(paid, cast, now=LATER, pence=600_00)
    draft = make.draft(cast, now=LATER)
    with pytest.raises(Refused, match=r"pays £0 to Northshire, which is less than £600. Choose another batch, or send"):
        recovering.offset(recovery, draft, by=cast.omar, now=LATER)
    batches.cancel(draft, "Made too early.", by=cast.omar, now=LATER)
    make.registered(cast, now=LATER, number=2)
    second = back.approved(paid, cast, now=LATER, pence=400_00)
    draft = make.draft(cast, now=LATER)
    recovering.offset(recovery, draft, by=cast.omar, now=LATER)
    recovering.offset(second, draft, by=cast.omar, now=LATER)
    with pytest.raises(Refused, match="is on a batch that is being prepared"):
        recovering.offset(second, draft, by=cast.omar, now=LATER)
    assert draft.lines.filter(registration=theirs).exists()
