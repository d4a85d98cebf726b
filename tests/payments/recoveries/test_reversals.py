"""Money recorded as received by mistake: one person asks to take it back, another approves, and all is as before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, Notice, User
from accounts.services import people
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from payments.models import LedgerEntry, Line, PartReversal, RecoveryPart
from payments.queries import waiting_for
from payments.queries.forecast import forecast
from payments.queries.ledger import paid_to, trial_balance, verify
from payments.queries.reconciling import batch_ids, reconciled
from payments.services import recovering, reversing
from registrations.rules.answers import Previous
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.payments.recoveries.test_pages import sent, shown, signed_in
from tests.payments.recoveries.test_scenarios import fresh

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock.moved_to(LATER):
        yield


def balances() -> dict[str, int]:
    return {one.account: one.balance for one in trial_balance()}


def all_agrees() -> bool:
    return verify() == [] and all(one.differences == () for one in reconciled(batch_ids()))


def mistyped(cast: Cast, paid: Line, pence: int = 1000_00) -> RecoveryPart:
    """So much was recorded as received on an invoice of £1,000."""
    return back.received(back.invoiced(paid, cast, now=NOW), cast, pence, now=NOW).parts.get()


def test_it_works(cast: Cast, paid: Line) -> None:
    """Every balance, the stage, the line and the forecast are as before; both entries stay."""
    recovery = back.invoiced(paid, cast, now=NOW)
    before = balances()
    part = back.received(recovery, cast, 1000_00, now=NOW).parts.get()
    assert (back.stage(recovery), Line.objects.get(pk=paid.pk).closed_as) == ("recovered", "recovered")
    asked = reversing.ask(part, "It was Southmouth’s.", by=cast.omar, now=LATER)
    assert back.stage(recovery) == "recovered"  # nothing happens before it is approved
    reversal = reversing.approve(asked, by=cast.priya, now=LATER)
    assert (reversal.number, reversal.amount_pence, reversal.received_on) == (2, -1000_00, LATER.date())
    assert (back.stage(recovery), balances()) == ("invoiced", before)
    line = Line.objects.get(pk=paid.pk)
    assert (line.closed_as, line.closed_because, line.closed_at) == (None, "", None)
    wrong, entry = LedgerEntry.objects.filter(recovery=recovery, part__isnull=False).order_by("entered_at")
    assert (entry.event, entry.reverses, entry.debit, entry.credit) == (
        "received_reversed", wrong, f"owed_by_employer:{cast.northshire.pk}", "paid"
    )  # fmt: skip
    assert paid_to(cast.northshire.pk, paid.grant_year) == 1000_00
    assert sum(year.pence("paid") for year in forecast(LATER)) == 1000_00
    assert all_agrees()
    back.received(recovery, cast, 100_00, now=LATER)  # what was really received
    assert (back.stage(recovery), balances()["paid"]) == ("part_recovered", -900_00)
    assert all_agrees()
    acts = AuditEvent.objects.filter(object_type="payments.recovery").order_by("id").values_list("act", flat=True)
    assert list(acts)[-4:] == [
        "payments.receive_recovery",
        "payments.ask_reversal",
        "payments.reverse_part",
        "payments.receive_recovery",
    ]


def test_one_of_two_parts_is_taken_back(cast: Cast, paid: Line) -> None:
    recovery = back.invoiced(paid, cast, now=NOW)
    for pence in (300_00, 400_00):
        back.received(recovery, cast, pence, now=NOW)
    first = recovery.parts.earliest("number")
    back.taken_back(first, cast, now=LATER)
    assert (back.stage(recovery), back.recovery_now(recovery).received_pence) == ("part_recovered", 400_00)
    assert recovery.parts.aggregate(pence=Sum("amount_pence"))["pence"] == 400_00
    assert all_agrees()


def test_people_are_told_without_names(cast: Cast, paid: Line) -> None:
    part = mistyped(cast, paid, 600_00)
    first = reversing.ask(part, "It was another’s.", by=cast.omar, now=LATER)
    reversing.refuse(first, "It was theirs, says the bank.", by=cast.priya, now=LATER)
    back.taken_back(part, cast, now=LATER)
    told = list(Notice.objects.filter(created_at=LATER).order_by("id"))
    assert [(one.user, one.kind) for one in told] == [
        (cast.priya, "payments.reversal_to_approve"),
        (cast.omar, "payments.turned_down"),
        (cast.priya, "payments.reversal_to_approve"),
        (cast.amira, "payments.recovery_news"),
    ]
    assert f"{reverse('reversal_approve', args=[part.recovery_id, 1])}\n" in told[0].body
    assert f"{reverse('recovery', args=[part.recovery_id])}\n" in told[1].body
    assert "That was a mistake of ours, which has been put right. £1,000 is still to be paid" in told[3].body
    person = paid.registration.nqsw
    assert not any(
        name in f"{one.subject} {one.body}" for one in told for name in (person.last_name, person.first_name)
    )


def test_who_may_do_what(cast: Cast, paid: Line) -> None:
    part = mistyped(cast, paid)
    asked = reversing.ask(part, "So.", by=cast.omar, now=LATER)
    for user in cast.everybody():
        if user != cast.omar:
            with pytest.raises(NotAllowed):
                reversing.ask(part, "So.", by=user, now=LATER)
        if user != cast.priya:
            with pytest.raises(NotAllowed):
                reversing.approve(asked, by=user, now=LATER)
            with pytest.raises(NotAllowed):
                reversing.refuse(asked, "So.", by=user, now=LATER)


def test_nobody_takes_back_alone_by_whatever_account(cast: Cast, paid: Line) -> None:
    people.give_role(cast.omar, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    asked = reversing.ask(mistyped(cast, paid), "So.", by=cast.omar, now=LATER)
    with pytest.raises(Refused, match="You asked for this, so somebody else has to approve it"):
        reversing.approve(asked, by=cast.omar, now=LATER)
    User.objects.filter(pk=cast.priya.pk).update(human=cast.omar.human_id)
    with pytest.raises(Refused, match="You asked for this"):
        reversing.approve(asked, by=User.objects.get(pk=cast.priya.pk), now=LATER)


def test_once_and_one_at_a_time(cast: Cast, paid: Line) -> None:
    part = mistyped(cast, paid)
    with pytest.raises(Refused, match="Enter a reason"):
        reversing.ask(part, " ", by=cast.omar, now=LATER)
    first = reversing.ask(part, "So.", by=cast.omar, now=LATER)
    with pytest.raises(Refused, match="Taking back £1,000 already waits for a payments approver"):
        reversing.ask(part, "So.", by=cast.omar, now=LATER)
    reversing.refuse(first, "No.", by=cast.priya, now=LATER)
    for act in (
        lambda: reversing.approve(first, by=cast.priya, now=LATER),
        lambda: reversing.refuse(first, "No.", by=cast.priya, now=LATER),
    ):
        with pytest.raises(Refused, match="Taking this amount back was refused"):
            act()
    second = reversing.ask(part, "So.", by=cast.omar, now=LATER)
    reversal = reversing.approve(second, by=cast.priya, now=LATER)
    for act in (
        lambda: reversing.approve(second, by=cast.priya, now=LATER),
        lambda: reversing.refuse(second, "No.", by=cast.priya, now=LATER),
        lambda: reversing.ask(part, "So.", by=cast.omar, now=LATER),
    ):
        with pytest.raises(Refused, match="This amount was taken back on 16 September 2026"):
            act()
    with pytest.raises(Refused, match="If the money was received after all, record it again"):
        reversing.ask(reversal, "So.", by=cast.omar, now=LATER)
    assert PartReversal.objects.count() == 2


def test_not_once_the_rest_was_written_off(cast: Cast, paid: Line) -> None:
    part = mistyped(cast, paid, 400_00)
    asked = reversing.ask(part, "So.", by=cast.omar, now=LATER)
    recovering.ask_write_off(part.recovery, "They closed.", by=cast.omar, now=LATER)
    recovering.write_off(part.recovery, seen_remaining_pence=600_00, by=cast.priya, now=LATER)
    said = f"The rest of recovery {part.recovery.reference} has been written off"
    with pytest.raises(Refused, match=said):
        reversing.approve(asked, by=cast.priya, now=LATER)
    reversing.refuse(asked, "The rest was written off.", by=cast.priya, now=LATER)
    with pytest.raises(Refused, match=said):
        reversing.ask(part, "So.", by=cast.omar, now=LATER)
    assert all_agrees()


def test_a_write_off_that_was_seen_with_less_outstanding_is_stale(cast: Cast, paid: Line) -> None:
    part = mistyped(cast, paid, 400_00)
    recovering.ask_write_off(part.recovery, "They closed.", by=cast.omar, now=LATER)
    back.taken_back(part, cast, now=LATER)
    with pytest.raises(Stale):
        recovering.write_off(part.recovery, seen_remaining_pence=600_00, by=cast.priya, now=LATER)
    found = recovering.write_off(part.recovery, seen_remaining_pence=1000_00, by=cast.priya, now=LATER)
    assert (found.written_off_pence, all_agrees()) == (1000_00, True)


def test_not_once_what_came_back_was_made_again(cast: Cast, paid: Line) -> None:
    """Somebody left, all of it came back, and they began anew elsewhere: their slot would be paid twice."""
    gone, anew = NOW + timedelta(days=2), NOW + timedelta(days=20)
    changes.withdraw(fresh(paid.registration), gone.date(), "They left.", by=cast.amira, now=gone)
    part = back.received(back.invoiced(paid, cast, now=gone), cast, 1000_00, now=gone).parts.get()
    asked = reversing.ask(part, "So.", by=cast.omar, now=gone)
    make_registrations.registered(
        cast.southmouth,
        by=cast.cora,
        caseworker=cast.erin,
        assessor=cast.cal,
        now=anew,
        previous=Previous.STARTED,
        asye_start=anew.date(),
        employment_start=anew.date(),
    )
    line = make.draft(cast, now=anew).lines.get()
    assert line.follows_id == paid.pk
    said = f"line {line.reference} has been made for the same person since"
    with pytest.raises(Refused, match=said):
        reversing.approve(asked, by=cast.priya, now=anew)
    reversing.refuse(asked, "It was paid again.", by=cast.priya, now=anew)
    with pytest.raises(Refused, match=said):
        reversing.ask(part, "So.", by=cast.omar, now=anew)
    assert (Line.objects.get(pk=paid.pk).closed_as, all_agrees()) == ("recovered", True)


def test_what_the_database_refuses_meanwhile_is_said(cast: Cast, paid: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that another process has made between the look and the write."""
    test_not_once_what_came_back_was_made_again(cast, paid)
    monkeypatch.setattr(reversing, "made_again", lambda line: None)
    part = RecoveryPart.objects.get()
    asked = reversing.ask(part, "So.", by=cast.omar, now=NOW + timedelta(days=21))
    with pytest.raises(Refused, match="What had come back has been put into a batch again"):
        reversing.approve(asked, by=cast.priya, now=NOW + timedelta(days=21))
    assert RecoveryPart.objects.count() == 1


def test_the_whole_way_through_the_pages(cast: Cast, paid: Line) -> None:
    omar, priya, amira = signed_in(cast.omar), signed_in(cast.priya), signed_in(cast.amira)
    part = mistyped(cast, paid)
    recovery, statement_page = part.recovery, ("statement", cast.northshire.pk, "2026-27")
    assert "Nothing more is to be paid." in shown(amira, *statement_page)
    assert "Take back £1,000 received on 14 September 2026" in shown(omar, "recovery", recovery.pk)
    assert "Take back £1,000" not in shown(priya, "recovery", recovery.pk)
    page = shown(omar, "part_take_back", recovery.pk, 1)
    assert "£1,000 was recorded as received on 14 September 2026" in page
    for said in ("waits for a payments approver.", "already waits for a payments approver"):
        assert said in sent(omar, "part_take_back", recovery.pk, 1, reason="It was £100.")
    assert "A payments approver decides" in shown(omar, "recovery", recovery.pk)
    assert "Decide whether £1,000 is taken back" in shown(priya, "recovery", recovery.pk)
    (task,) = [one for one in waiting_for(cast.priya, LATER.date()) if "taken back" in one.what]
    assert task.about == f"Recovery {recovery.reference}, £1,000"
    assert task.url == reverse("reversal_approve", args=[recovery.pk, 1])
    assert [one for one in waiting_for(cast.omar, LATER.date()) if "taken back" in one.what] == []
    page = shown(priya, "reversal_approve", recovery.pk, 1)
    assert "by Omar Farouk. It was £100." in page
    assert "Refuse it instead" in page
    assert "stays as it is." in sent(priya, "reversal_refuse", recovery.pk, 1, reason="No, it was £1,000.")
    assert "Taking this amount back was refused" in shown(priya, "reversal_approve", recovery.pk, 1)
    sent(omar, "part_take_back", recovery.pk, 1, reason="It was £100, says the bank.")
    assert "has been put right." in sent(priya, "reversal_approve", recovery.pk, 1)
    page = shown(omar, "recovery", recovery.pk)
    for words in (
        "Taken back on 16 September 2026",
        "−£1,000",
        "Takes back £1,000 of 14 September 2026. It was £100, says the bank.",
        "Money received taken back",
        "Record money received",
    ):
        assert words in page
    assert "Take back £1,000" not in page
    assert "It is taken back once." in shown(priya, "reversal_approve", recovery.pk, 1)
    assert "Pay £1,000 as invoice INV-2026-0042 says." in shown(amira, *statement_page)


def test_the_page_of_a_recovery_asks_as_often_whatever_was_received(cast: Cast, paid: Line) -> None:
    recovery = back.invoiced(paid, cast, now=NOW)
    omar = signed_in(cast.omar)
    omar.get(reverse("recovery", args=[recovery.pk]))
    counts = []
    for number in range(3):
        back.received(recovery, cast, 1_00, now=NOW)
        back.taken_back(recovery.parts.latest("number"), cast, now=LATER)
        if number != 1:
            with CaptureQueriesContext(connection) as asked:
                omar.get(reverse("recovery", args=[recovery.pk]))
            counts.append(len(asked))
    assert counts == [counts[0]] * 2
