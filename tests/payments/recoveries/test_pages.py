"""The pages of recoveries: the pipeline, one recovery, each act with its sum, and what the employer sees."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Employer, User
from asye import clock
from asye.refusals import Refused
from payments.models import Batch, Line, Recovery
from payments.queries import waiting_for
from payments.services import batches, recoveries, recovering
from registrations.rules.answers import Previous
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.payments.test_changes import text_of

pytestmark = pytest.mark.django_db
DATE = {"day": "14", "month": "9", "year": "2026"}


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, name: str, *args: object, more: str = "") -> str:
    response = client.get(reverse(name, args=args) + more)
    assert response.status_code == 200, f"{name}: {response.status_code}"
    return text_of(response)


def sent(client: Client, name: str, *args: int, **data: object) -> str:
    return text_of(client.post(reverse(name, args=args), {"x": "1", **data}, follow=True))


def on(name: str) -> dict[str, str]:
    return {f"{name}_{part}": value for part, value in DATE.items()}


def test_the_whole_way_with_an_invoice(cast: Cast, paid: Line) -> None:
    omar, priya, amira = signed_in(cast.omar), signed_in(cast.priya), signed_in(cast.amira)
    assert "Propose to recover" in shown(omar, "line", paid.pk)
    assert "Propose to recover" not in shown(priya, "line", paid.pk)
    assert "Up to £1,000 of one payment to Northshire" in shown(omar, "recovery_propose", paid.pk)
    said = sent(omar, "recovery_propose", paid.pk, amount="400.50", reason="Counted twice.", seen_room_pence=1000_00)
    one = Recovery.objects.get()
    assert f"Recovery {one.reference} of £400.50 waits for a payments approver." in said
    assert "£400.50" not in shown(amira, "statement", cast.northshire.pk, "2026-27")
    assert "£400.50 of one payment of £1,000 to Northshire" in shown(priya, "recovery_approve", one.pk)
    assert "is approved. The employer’s co-ordinators have been told." in sent(priya, "recovery_approve", one.pk)
    statement = shown(amira, "statement", cast.northshire.pk, "2026-27")
    for words in (
        "To be paid back £400.50",
        "Decided by DfE. Counted twice.",
        "We take it off a later payment or send an invoice. You do not need to do anything now.",
    ):
        assert words in statement
    assert "No draft batch pays Northshire £400.50 or more." in shown(omar, "recovery_offset", one.pk)
    invoice = {"reference": "inv 7/2026", **on("invoiced_on")}
    assert "has been asked for with an invoice." in sent(omar, "recovery_invoice", one.pk, **invoice)
    assert "Pay £400.50 as invoice INV7/2026 says." in shown(amira, "statement", cast.northshire.pk, "2026-27")
    page = shown(omar, "recovery_receive", one.pk)
    assert "Outstanding of it: £400.50." in page
    given = {"amount": "100", **on("received_on"), "seen_remaining_pence": 400_50}
    assert "has been brought up to date." in sent(omar, "recovery_receive", one.pk, **given)
    again = omar.post(reverse("recovery_receive", args=[one.pk]), given)
    assert again.status_code == 409  # the same form once more
    assert "£100 14 September 2026 at 11am by Omar Farouk" in shown(omar, "recovery", one.pk).replace("11:00am", "11am")
    sent(omar, "recovery_write_off_ask", one.pk, reason="They have no money.")
    assert "has asked to write off what is outstanding" in shown(priya, "recovery", one.pk)
    assert "Outstanding of it: £300.50." in shown(priya, "recovery_write_off", one.pk)
    assert "is written off." in sent(priya, "recovery_write_off", one.pk, seen_remaining_pence=300_50)
    assert "Written off £300.50" in shown(omar, "recovery", one.pk)
    assert "To be paid back £" not in shown(amira, "statement", cast.northshire.pk, "2026-27")


def test_the_whole_way_off_a_batch(cast: Cast, paid: Line) -> None:
    omar, priya = signed_in(cast.omar), signed_in(cast.priya)
    one = back.approved(paid, cast, now=NOW, pence=400_00)
    make.registered(cast, now=NOW, number=1)
    draft = make.draft(cast, now=NOW)
    page = shown(omar, "recovery_offset", one.pk)
    assert f"Batch {draft.reference}, which pays £1,000 to Northshire" in page
    assert "is on the batch." in sent(omar, "recovery_offset", one.pk, batch=draft.pk)
    lines = shown(omar, "batch", draft.pk)
    assert "−£400" in lines
    assert "Take off the recovery of line" in lines
    assert "Total £600" in lines
    assert "is off the batch." in sent(omar, "recovery_take_off", one.pk)
    sent(omar, "recovery_offset", one.pk, batch=draft.pk)
    assert "Take it off its batch" in shown(omar, "recovery", one.pk)
    draft.refresh_from_db()
    batches.submit(draft, by=cast.omar, now=NOW, seen_version=draft.version)
    assert "Take it off its batch" not in shown(omar, "recovery", one.pk)
    assert "Its batch is no longer a draft." in shown(omar, "recovery_take_off", one.pk)
    batches.send_back(draft, "Once more.", by=cast.priya, now=NOW)
    back.released(draft, cast, now=NOW)
    assert "Sent to be taken off a payment" in shown(priya, "recovery", one.pk)
    off = Line.objects.get(kind="recovery")
    line = shown(omar, "line", off.pk)
    assert "Sent to be taken off" in line
    assert f"Recovery {one.reference}" in line
    back.answered(Batch.objects.get(pk=draft.pk), cast, *[(each, "paid", "") for each in draft.lines.all()], now=NOW)
    assert "All of it has come back." in shown(priya, "recovery", one.pk)
    assert "Taken off" in shown(signed_in(cast.amira), "statement", cast.northshire.pk, "2026-27")


def test_the_lists_and_their_empty_states(cast: Cast, paid: Line) -> None:
    omar = signed_in(cast.omar)
    for show, words in (
        ("", "No payment waits for somebody to decide"),
        ("?show=to-approve", "No recovery waits for approval."),
        ("?show=approved", "No approved recovery waits to be asked for."),
        ("?show=sent", "Nothing has been asked for that has not come back."),
        ("?show=done", "No recovery has ended yet."),
        ("?show=nothing", "No payment waits for somebody to decide"),
    ):
        assert words in shown(omar, "recoveries", more=show)
    one = back.invoiced(paid, cast, now=NOW, pence=1)
    two = back.proposed(paid, cast, now=NOW, pence=2)
    page = shown(omar, "recoveries", more="?show=sent")
    assert one.reference in page
    assert two.reference not in page
    assert "Waiting for approval 1 £0.02" in page
    assert "Asked for 1 £0.01" in page


def test_the_next_page_is_of_the_same_list(cast: Cast, paid: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payments.views.recoveries.ON_A_PAGE", 1)
    first, second = (back.approved(paid, cast, now=NOW, pence=pence) for pence in (100_00, 200_00))
    omar = signed_in(cast.omar)
    page = omar.get(reverse("recoveries") + "?show=approved").content.decode()
    (address,) = set(re.findall(r'href="(\?[^"]*page=2)"', page))
    page = shown(omar, "recoveries", more=address.replace("&amp;", "&"))
    assert second.reference in page
    assert first.reference not in page


def test_what_is_to_be_proposed_says_who_proposes_it(cast: Cast, paid: Line) -> None:
    later = NOW + timedelta(days=1)
    registration = type(paid.registration).objects.select_related("programme_year", "nqsw").get()
    changes.withdraw(registration, later.date(), "They left.", by=cast.amira, now=later)
    make.registered(cast, now=NOW, number=1)
    other = make.released(cast, now=NOW).lines.get()
    registration = (
        type(paid.registration).objects.select_related("programme_year", "nqsw").get(pk=other.registration_id)
    )
    changes.withdraw(registration, later.date(), "They left.", by=cast.amira, now=later)
    page = shown(signed_in(cast.omar), "recoveries")
    assert f"Propose to recover line {paid.reference}" in page
    assert "Waits for the payer’s response" in page
    assert "A payments officer proposes it" in shown(signed_in(cast.udo), "recoveries")


def test_a_barred_person_sees_why_and_no_button(cast: Cast, paid: Line) -> None:
    one = back.proposed(paid, cast, now=NOW)
    User.objects.filter(pk=cast.priya.pk).update(human=cast.omar.human_id)
    priya = signed_in(User.objects.get(pk=cast.priya.pk))
    assert "You proposed this recovery, so somebody else has to approve it." in shown(priya, "recovery", one.pk)
    page = shown(priya, "recovery_approve", one.pk)
    assert "so somebody else has to approve it" in page
    assert "Approve the recovery" not in page
    assert "so somebody else has to approve it" in sent(priya, "recovery_approve", one.pk)
    assert Recovery.objects.get().approved_at is None


def test_the_tasks_of_officer_and_approver(cast: Cast, paid: Line) -> None:
    def tasks(user: User) -> list[str]:
        return [f"{task.what}: {task.about}" for task in waiting_for(user, TODAY)]

    one = back.proposed(paid, cast, now=NOW)
    assert (tasks(cast.omar), tasks(cast.priya)) == ([], [f"Approve a recovery: Recovery {one.reference}, £1,000"])
    recoveries.approve(one, by=cast.priya, now=NOW)
    assert tasks(cast.omar) == ["Ask for what is to be recovered: 1 payment, £1,000"]
    recovering.invoice(one, "INV1", TODAY, by=cast.omar, now=NOW)
    assert (tasks(cast.omar), tasks(cast.priya)) == ([], [])
    recovering.ask_write_off(one, "Gone.", by=cast.omar, now=NOW)
    assert tasks(cast.priya) == [f"Decide about a write-off: Recovery {one.reference}, £1,000"]
    back.received(one, cast, 1000_00, now=NOW)
    assert tasks(cast.priya) == []


def test_a_successor_gets_an_invoice_and_both_statements_say_so(cast: Cast, paid: Line) -> None:
    """Nobody reads of a person who was never theirs: the successor's statement has a sum and no name."""
    one = back.approved(paid, cast, now=NOW, pence=400_00)
    make.registered(cast, now=NOW, number=1)
    draft = make.draft(cast, now=NOW)
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=TODAY, successor=cast.southmouth)
    one = Recovery.objects.get(pk=one.pk)
    omar = signed_in(cast.omar)
    said = (
        "Northshire has closed, and what it owes is not taken off what Southmouth, which took it over, is paid. "
        "Send Southmouth an invoice."
    )
    assert said in shown(omar, "recovery_offset", one.pk)
    with pytest.raises(Refused, match=said):
        recovering.offset(one, draft, by=cast.omar, now=NOW)
    theirs = shown(signed_in(cast.cora), "statement", cast.southmouth.pk, "2026-27")
    assert (
        "Southmouth took over Northshire. £400 that was paid to Northshire is asked back of Southmouth with an "
        "invoice. It is not taken off what Southmouth is paid."
    ) in theirs
    assert paid.registration.nqsw.last_name not in theirs
    old = "Southmouth took over Northshire. What is to be paid back is asked of Southmouth with an invoice."
    assert old in shown(omar, "statement", cast.northshire.pk, "2026-27")
    recovering.invoice(one, "INV7", TODAY, by=cast.omar, now=NOW)
    back.received(one, cast, 400_00, now=NOW)
    for employer in (cast.northshire, cast.southmouth):
        assert "took over" not in shown(omar, "statement", employer.pk, "2026-27")


def test_a_senior_lead_sees_a_sum_and_no_name(cast: Cast, paid: Line) -> None:
    back.approved(paid, cast, now=NOW, pence=400_00)
    page = shown(signed_in(cast.lena), "statement", cast.northshire.pk, "2026-27")
    assert "To be paid back £400" in page
    assert "They never came." not in page


LIST, HOME_OF_APPROVER, STATEMENT = 12, 16, 19


def _cost(who: User, page: str, *args: object, more: str = "") -> int:
    client = signed_in(who)
    url = reverse(page, args=args) + more
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


def test_a_line_leads_no_employer_to_what_another_was_paid(cast: Cast, paid: Line) -> None:
    """Paid, recovered, and paid for a new start somewhere else: only who looks after the money sees both."""
    gone = NOW + timedelta(days=2)
    changes.withdraw(paid.registration, gone.date(), "They left.", by=cast.amira, now=gone)
    back.received(back.invoiced(paid, cast, now=gone), cast, 1000_00, now=gone)
    make_registrations.registered(
        cast.southmouth,
        by=cast.cora,
        caseworker=cast.erin,
        assessor=cast.cal,
        now=gone,
        previous=Previous.STARTED,
        asye_start=gone.date(),
        employment_start=gone.date(),
    )
    again = make.confirmed(cast, now=gone).lines.get()
    assert again.follows == paid
    assert "An earlier attempt" in shown(signed_in(cast.omar), "line", again.pk)
    assert "An earlier attempt" not in shown(signed_in(cast.cora), "line", again.pk)
    assert signed_in(cast.cora).get(reverse("line", args=[paid.pk])).status_code == 404


def test_a_long_list_on_a_statement_is_read_a_page_at_a_time(
    cast: Cast, paid: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.views.statements.ON_A_PAGE", 2)
    for pence in (100_01, 100_02, 100_03):
        back.approved(paid, cast, now=NOW, pence=pence)
    amira = signed_in(cast.amira)
    for query, found in (("", ["100.01", "100.02"]), ("?back=2", ["100.03"])):
        page = shown(amira, "statement", cast.northshire.pk, "2026-27", more=query)
        assert [pence for pence in ("100.01", "100.02", "100.03") if f"£{pence}" in page] == found
        assert "To be paid back £300.06" in page


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_lists_cost(cast: Cast, client: Client, count: int) -> None:
    make.setting(cast, now=NOW)
    for number in range(count):
        make.registered(cast, now=NOW, number=number)
    for line in make.confirmed(cast, now=NOW).lines.all():
        back.received(back.invoiced(line, cast, now=NOW, pence=500_00), cast, 1, now=NOW)
        back.proposed(line, cast, now=NOW, pence=1)
    assert _cost(cast.omar, "recoveries", more="?show=sent") == LIST
    assert _cost(cast.priya, "home") == HOME_OF_APPROVER
    assert _cost(cast.amira, "statement", cast.northshire.pk, "2026-27") == STATEMENT
