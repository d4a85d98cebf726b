"""A bank returns what was sent to an employer as one sum, with what was taken off it: the way out of it, to its end."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Notice
from asye import clock
from payments.models import Batch, GrantYear, Line, Recovery
from payments.queries import owed, statement
from payments.queries.ageing import in_batches
from payments.queries.forecast import forecast
from payments.queries.ledger import paid_to, trial_balance, verify
from payments.queries.reconciling import batch_ids, reconciled
from payments.rules.response import BadFile
from payments.services import batches, recoveries, recovering
from registrations.rules.answers import Previous
from registrations.services import changes
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once
from tests.payments.recoveries.test_offsets import faults, lines_of, on_its_way
from tests.payments.recoveries.test_scenarios import fresh

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
AFTER = LATER + timedelta(days=1)
CLOSED = "Account closed"


def all_agrees() -> bool:
    return verify() == [] and all(one.differences == () for one in reconciled(batch_ids()))


def balances() -> dict[str, int]:
    return {one.account: one.balance for one in trial_balance() if one.balance}


def paid_net(cast: Cast, paid: Line, pence: int = 400_00) -> tuple[Recovery, Batch]:
    """A second payment of £1,000 was paid with so much of the first taken off."""
    recovery, batch = on_its_way(cast, paid, pence)
    back.answered(batch, cast, *[(line, "paid", "") for line in batch.lines.all()], now=LATER)
    return recovery, batch  # type: ignore[return-value]


def returned(batch: Batch, cast: Cast) -> None:
    """The recovery first in the file: the order of its rows means nothing."""
    payment, off = lines_of(batch)
    back.answered(batch, cast, (off, "returned", CLOSED), (payment, "returned", CLOSED), now=LATER)


@built_once
def net(cast: Cast, paid: Line) -> tuple[Recovery, Batch]:
    return paid_net(cast, paid)


@built_once
def came_back(cast: Cast, net: tuple[Recovery, Batch]) -> tuple[Recovery, Batch]:
    """Both, as they were before the bank returned them."""
    returned(net[1], cast)
    return net


def test_it_comes_back_and_all_is_as_before_the_batch(cast: Cast, paid: Line) -> None:
    before, of_month = balances(), in_batches()["paid"]
    recovery, batch = paid_net(cast, paid)
    returned(batch, cast)
    assert balances() == before
    assert paid_to(cast.northshire.pk, GrantYear.objects.get()) == 1000_00
    assert (in_batches()["paid"], sum(year.pence("paid") for year in forecast(LATER))) == (of_month, 1000_00)
    assert [line.closed_as for line in lines_of(batch)] == ["returned", "returned"]
    assert [(one.milestone, one.amount_pence) for one in owed(LATER)] == [("registration", 1000_00)]
    assert back.stage(recovery) == "approved"
    shown = statement(cast.northshire, GrantYear.objects.get(), now=LATER)
    assert (shown.paid_pence, shown.to_pay_back_pence, shown.on_its_way_pence) == (1000_00, 400_00, 0)
    assert {(one.state, one.sum_pence) for one in shown.totals() if one.sum_pence < 0} == {
        ("Not taken off after all: the payment was returned", -400_00)
    }
    told = Notice.objects.filter(kind="payments.rejected", user=cast.amira).get().body
    assert f"registration, taken back from this payment: −£400. Reason given: {CLOSED}" in told
    assert "What was to be taken off them has not been paid back, and is asked for again." in told
    assert all_agrees()


def test_a_payment_that_counted_as_recovered_stands_again(cast: Cast, paid: Line) -> None:
    recovery, batch = paid_net(cast, paid, 1000_00)
    assert Line.objects.get(pk=paid.pk).closed_as == "recovered"
    returned(batch, cast)
    line = Line.objects.get(pk=paid.pk)
    assert (line.closed_as, line.closed_because, line.closed_at) == (None, "", None)
    assert back.stage(recovery) == "approved"
    assert all_agrees()


def test_it_is_in_two_files_if_all_is_there_in_the_end(cast: Cast, paid: Line) -> None:
    """Of two payments one came back alone before; with the other comes what was taken off."""
    make.registered(cast, now=LATER, number=5)
    recovery, batch = on_its_way(cast, paid)
    back.answered(batch, cast, *[(line, "paid", "") for line in batch.lines.all()], now=LATER)
    one, two = batch.lines.filter(kind="payment").order_by("pk")
    off = batch.lines.get(kind="recovery")
    (said,) = faults(cast, batch, (one, "returned", CLOSED), (off, "returned", CLOSED))
    assert f"In the same file, report line {two.reference} too, or import" in said
    back.answered(batch, cast, (one, "returned", CLOSED), now=LATER)
    back.answered(batch, cast, (two, "returned", CLOSED), (off, "returned", CLOSED), now=LATER)
    assert back.stage(recovery) == "approved"  # type: ignore[arg-type]
    assert all_agrees()


def test_the_page_says_how_and_takes_it(cast: Cast, net: tuple[Recovery, Batch]) -> None:
    _, batch = net
    payment, off = lines_of(batch)
    client = Client()
    client.force_login(cast.omar)
    with clock.moved_to(AFTER):
        url = reverse("batch_response", args=[batch.pk])
        half = make.response((payment, "returned", CLOSED), on=LATER.date())
        whole = make.response((payment, "returned", CLOSED), (off, "returned", CLOSED), on=LATER.date())
        assert f"the payments, and line {off.reference} with the amount below" in _sent(client, url, half)
        assert "Response imported: 2 returned." in _sent(client, url, whole)


@pytest.mark.parametrize("way", ["batch", "invoice", "call off"])
def test_it_is_asked_for_again_on_any_way(cast: Cast, came_back: tuple[Recovery, Batch], way: str) -> None:
    recovery, _ = came_back
    if way == "call off":
        recoveries.call_off(recovery, "Once is enough.", by=cast.priya, now=AFTER)
    elif way == "invoice":
        recovering.invoice(recovery, "INV-2", AFTER.date(), by=cast.omar, now=AFTER)
        back.received(recovery, cast, 400_00, now=AFTER)
    else:
        draft = make.draft(cast, now=AFTER)
        recovering.offset(recovery, draft, by=cast.omar, now=AFTER)
        again = back.released(draft, cast, now=AFTER)
        assert again.sum_pence == 600_00
        back.answered(again, cast, *[(line, "paid", "") for line in again.lines.all()], now=AFTER)
    assert back.stage(recovery) == {"call off": "called_off"}.get(way, "recovered")
    assert (
        paid_to(cast.northshire.pk, GrantYear.objects.get())
        == {
            "batch": 1600_00,
            "invoice": 600_00,
            "call off": 1000_00,
        }[way]
    )
    assert all_agrees()


def test_its_history_says_so(cast: Cast, came_back: tuple[Recovery, Batch]) -> None:
    """Whoever puts it onto the next batch reads why it is there again."""
    recovery, _ = came_back
    acts = AuditEvent.objects.filter(object_type="payments.recovery", object_id=recovery.pk).order_by("id")
    assert list(acts.values_list("act", "actor"))[-2:] == [
        ("payments.offset_paid", cast.omar.pk),
        ("payments.offset_returned", cast.omar.pk),
    ]
    client = Client()
    client.force_login(cast.omar)
    with clock.moved_to(AFTER):
        shown = client.get(reverse("recovery", args=[recovery.pk])).content.decode()
    assert "The payment that it was taken off was returned" in shown


def test_said_once_more_it_changes_nothing(cast: Cast, came_back: tuple[Recovery, Batch]) -> None:
    _, batch = came_back
    payment, off = lines_of(batch)
    done = back.answered(batch, cast, (payment, "returned", CLOSED), (off, "returned", CLOSED), now=LATER)
    assert (done.returned, done.unchanged) == (0, 2)
    with pytest.raises(BadFile, match="Nothing was imported"):
        back.answered(batch, cast, (off, "rejected", CLOSED), now=LATER)


def _sent(client: Client, url: str, content: bytes) -> str:
    file = SimpleUploadedFile("answer.csv", content, "text/csv")
    return client.post(url, {"file": file}, follow=True).content.decode()


def gone_and_taken_off(cast: Cast, paid: Line) -> tuple[Recovery, Batch]:
    """Somebody left, and all of theirs was taken off another's payment."""
    gone = NOW + timedelta(days=2)
    changes.withdraw(fresh(paid.registration), gone.date(), "They left.", by=cast.amira, now=gone)
    return paid_net(cast, paid, 1000_00)


def began_anew(cast: Cast, *, now: datetime) -> None:
    """They began once more, elsewhere."""
    make_registrations.registered(
        cast.southmouth,
        by=cast.cora,
        caseworker=cast.erin,
        assessor=cast.cal,
        now=now,
        previous=Previous.STARTED,
        asye_start=now.date(),
        employment_start=now.date(),
    )


def recovered_and_made_again(cast: Cast, paid: Line) -> tuple[Batch, Batch]:
    """What had come back of it stands in a draft once more."""
    _, batch = gone_and_taken_off(cast, paid)
    began_anew(cast, now=AFTER)
    return batch, make.draft(cast, now=AFTER)


@built_once
def made_again(cast: Cast, paid: Line) -> tuple[Batch, Batch]:
    return recovered_and_made_again(cast, paid)


def test_not_once_what_it_brought_back_was_made_again(cast: Cast, paid: Line, made_again: tuple[Batch, Batch]) -> None:
    """While that is in a draft it is held, and approved it is cancelled; test_made_again has what comes after."""
    batch, draft = made_again
    payment, off = lines_of(batch)
    line = draft.lines.get(follows=paid)
    rows = [(payment, "returned", CLOSED), (off, "returned", CLOSED)]
    begins = (
        f"Line {off.reference} brought back what line {paid.reference} paid, which has been made again since "
        f"(line {line.reference} in batch {draft.reference})."
    )
    assert faults(cast, batch, *rows) == [f"{begins} Hold that line first, and import the file again."]
    sent = batches.submit(draft, by=cast.omar, now=AFTER, seen_version=draft.version)
    make.approve(Batch.objects.get(pk=sent.pk), cast, now=AFTER)
    assert faults(cast, batch, *rows) == [f"{begins} Cancel that batch first, and import the file again."]


def test_held_it_is_let_in(cast: Cast, paid: Line, made_again: tuple[Batch, Batch]) -> None:
    batch, draft = made_again
    batches.hold_line(draft.lines.get(follows=paid), "The bank returned it.", by=cast.omar, now=AFTER)
    returned(batch, cast)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    assert all_agrees()
