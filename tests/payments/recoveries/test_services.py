"""A recovery from its proposal to its end: who decides, how much, and where it stands."""

from datetime import timedelta

import pytest

from accounts import roles
from accounts.models import AuditEvent, Employer, Notice, User
from accounts.services import people
from asye.refusals import NotAllowed, Refused, Stale
from payments.models import Line, Recovery
from payments.queries import owed
from payments.queries.forecast import forecast
from payments.queries.ledger import trial_balance, verify
from payments.queries.recoveries import Group, room_of, to_propose, totals
from payments.services import batches, recoveries, recovering
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)
POUND = 100


def balances() -> dict[str, int]:
    return {one.account: one.balance for one in trial_balance()}


def test_it_works_with_an_invoice_in_parts(cast: Cast, paid: Line) -> None:
    recovery = back.proposed(paid, cast, now=NOW)
    assert (back.stage(recovery), recovery.cause) == ("proposed", "judgement")
    recoveries.approve(recovery, by=cast.priya, now=NOW)
    assert back.stage(recovery) == "approved"
    recovering.invoice(recovery, "inv 2026/7", TODAY, by=cast.omar, now=NOW)
    assert back.stage(recovery) == "invoiced"
    employer, budget = cast.northshire.pk, "grant_budget:2026-27"
    assert balances() == {
        "grant_budget:2026-27": 0,
        f"owed_to_employer:{employer}": 0,
        f"owed_by_employer:{employer}": 1000 * POUND,
        "paid": -1000 * POUND,
    }
    back.received(recovery, cast, 333_33, now=LATER)
    assert (back.stage(recovery), balances()[f"owed_by_employer:{employer}"]) == ("part_recovered", 666_67)
    assert Line.objects.get(pk=paid.pk).closed_as is None
    assert sum(year.pence("paid") for year in forecast(LATER)) == 666_67
    back.received(recovery, cast, 666_67, now=LATER)
    assert back.stage(recovery) == "recovered"
    line = Line.objects.get(pk=paid.pk)
    assert (line.closed_as, line.closed_because) == ("recovered", f"All of it was recovered: {recovery.reference}.")
    assert set(balances().values()) == {0}
    assert balances()[budget] == 0
    assert verify() == []
    acts = AuditEvent.objects.filter(object_type="payments.recovery").order_by("id").values_list("act", flat=True)
    assert list(acts) == [
        "payments.propose_recovery",
        "payments.approve_recovery",
        "payments.invoice_recovery",
        "payments.receive_recovery",
        "payments.receive_recovery",
    ]


def test_people_are_told_without_names(cast: Cast, paid: Line) -> None:
    recovery = back.invoiced(paid, cast, now=NOW)
    back.received(recovery, cast, 1000 * POUND, now=NOW)
    told = Notice.objects.filter(kind__startswith="payments.recovery").order_by("id")
    assert [(one.user, one.kind) for one in told] == [
        (cast.priya, "payments.recovery_to_approve"),
        (cast.amira, "payments.recovery_decided"),
        (cast.amira, "payments.recovery_news"),
        (cast.amira, "payments.recovery_news"),
    ]
    assert "£1,000 that was paid to Northshire is to be paid back." in told[1].body
    assert "Invoice INV-2026-0042 of 14 September 2026 asks for it." in told[2].body
    assert "We received £1,000 on 14 September 2026. Nothing more is to be paid." in told[3].body
    person = paid.registration.nqsw
    assert not any(
        name in f"{one.subject} {one.body}" for one in told for name in (person.last_name, person.first_name)
    )


def test_the_successor_of_an_employer_that_closed_is_told(cast: Cast, paid: Line) -> None:
    """With what was paid to whom, and without a link to statements that it does not read."""
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=TODAY, successor=cast.southmouth)
    back.invoiced(Line.objects.get(pk=paid.pk), cast, now=NOW)
    told = Notice.objects.filter(kind__in=["payments.recovery_decided", "payments.recovery_news"])
    assert [one.user for one in told] == [cast.cora, cast.cora]
    for one in told:
        assert "that was paid to Northshire" in one.body
        assert "/payments/statements/" not in one.body


def test_who_may_do_what(cast: Cast, paid: Line) -> None:
    recovery = back.proposed(paid, cast, now=NOW, pence=1)
    officer = {
        "propose": lambda by: recoveries.propose(paid, 1, "So.", by=by, now=NOW),
        "withdraw": lambda by: recoveries.withdraw(recovery, "So.", by=by, now=NOW),
        "offset": lambda by: recovering.offset(recovery, paid.batch, by=by, now=NOW),
        "take off": lambda by: recovering.take_off_batch(recovery, by=by, now=NOW),
        "invoice": lambda by: recovering.invoice(recovery, "INV1", TODAY, by=by, now=NOW),
        "receive": lambda by: recovering.receive(recovery, 1, TODAY, seen_remaining_pence=1, by=by, now=NOW),
        "ask": lambda by: recovering.ask_write_off(recovery, "So.", by=by, now=NOW),
    }
    approver = {
        "approve": lambda by: recoveries.approve(recovery, by=by, now=NOW),
        "decline": lambda by: recoveries.decline(recovery, "So.", by=by, now=NOW),
        "call off": lambda by: recoveries.call_off(recovery, "So.", by=by, now=NOW),
        "refuse": lambda by: recovering.refuse_write_off(recovery, "So.", by=by, now=NOW),
        "write off": lambda by: recovering.write_off(recovery, seen_remaining_pence=1, by=by, now=NOW),
    }
    for user in cast.everybody():
        for allowed, acts in ((cast.omar, officer), (cast.priya, approver)):
            if user != allowed:
                for act in acts.values():
                    with pytest.raises(NotAllowed):
                        act(user)


def _both_roles(cast: Cast) -> None:
    people.give_role(cast.omar, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)


def test_nobody_approves_calls_off_or_writes_off_their_own(cast: Cast, paid: Line) -> None:
    _both_roles(cast)
    recovery = back.proposed(paid, cast, now=NOW)
    with pytest.raises(Refused, match="You proposed this recovery, so somebody else has to approve it"):
        recoveries.approve(recovery, by=cast.omar, now=NOW)
    recoveries.approve(recovery, by=cast.priya, now=NOW)
    with pytest.raises(Refused, match="somebody else has to call it off"):
        recoveries.call_off(recovery, "So.", by=cast.omar, now=NOW)
    recovering.invoice(recovery, "INV1", TODAY, by=cast.omar, now=NOW)
    recovering.ask_write_off(recovery, "They are gone.", by=cast.omar, now=NOW)
    with pytest.raises(Refused, match="You asked for this write-off"):
        recovering.write_off(recovery, seen_remaining_pence=1000 * POUND, by=cast.omar, now=NOW)


def test_two_accounts_of_one_human_count_as_one(cast: Cast, paid: Line) -> None:
    """Also where it turns out only after the proposal."""
    recovery = back.proposed(paid, cast, now=NOW)
    User.objects.filter(pk=cast.priya.pk).update(human=cast.omar.human_id)
    priya = User.objects.get(pk=cast.priya.pk)
    with pytest.raises(Refused, match="You proposed this recovery"):
        recoveries.approve(recovery, by=priya, now=NOW)


def test_never_more_than_was_paid_in_total(cast: Cast, paid: Line) -> None:
    back.proposed(paid, cast, now=NOW, pence=600_01)
    with pytest.raises(Refused, match=r"must be £399\.99 or less: more would be asked back than was paid"):
        back.proposed(paid, cast, now=NOW, pence=400_00)
    second = back.proposed(paid, cast, now=NOW, pence=399_99)
    with pytest.raises(Refused, match="All of this payment is being recovered or has been"):
        back.proposed(paid, cast, now=NOW, pence=1)
    recoveries.withdraw(second, "Too much.", by=cast.omar, now=NOW)
    assert room_of(paid) == 399_99
    with pytest.raises(Refused, match="more than nothing"):
        recoveries.propose(paid, 0, "So.", by=cast.omar, now=NOW)


def test_only_what_was_paid_is_asked_back(cast: Cast, paid: Line) -> None:
    make.registered(cast, now=NOW, number=1)
    line = make.released(cast, now=NOW).lines.get()
    with pytest.raises(Refused, match="Only a payment that has been made"):
        back.proposed(line, cast, now=NOW)
    with pytest.raises(Refused, match="Enter a reason"):
        recoveries.propose(paid, 1, "  ", by=cast.omar, now=NOW)


def test_it_is_stopped_in_time(cast: Cast, paid: Line) -> None:
    withdrawn = back.proposed(paid, cast, now=NOW)
    recoveries.withdraw(withdrawn, "A wrong line.", by=cast.omar, now=NOW)
    declined = back.proposed(paid, cast, now=NOW)
    recoveries.decline(declined, "They did nothing wrong.", by=cast.priya, now=NOW)
    called_off = back.approved(paid, cast, now=NOW)
    recoveries.call_off(called_off, "They came back.", by=cast.priya, now=NOW)
    assert [back.stage(one) for one in (withdrawn, declined, called_off)] == ["withdrawn", "declined", "called_off"]
    for one in (withdrawn, declined, called_off):
        with pytest.raises(Refused, match="so this cannot be done to it now"):
            recoveries.approve(one, by=cast.priya, now=NOW)
    sent = back.invoiced(paid, cast, now=NOW)
    with pytest.raises(Refused, match="has been asked for with an invoice"):
        recoveries.call_off(sent, "So.", by=cast.priya, now=NOW)
    assert Notice.objects.filter(body__contains="not to be paid back after all").count() == 1


def test_what_is_listed_until_somebody_decides(cast: Cast, paid: Line) -> None:
    """Proposed, it leaves the list; withdrawn it is back; declined it stays away."""
    changes.withdraw(_fresh(paid), TODAY + timedelta(days=1), "They left.", by=cast.amira, now=LATER)
    (listed,) = to_propose()
    assert (listed.pk, listed.is_paid) == (paid.pk, True)
    recovery = back.proposed(paid, cast, now=LATER)
    assert (recovery.cause, list(to_propose())) == ("withdrawn", [])
    recoveries.withdraw(recovery, "Not yet.", by=cast.omar, now=LATER)
    assert len(to_propose()) == 1
    recoveries.decline(back.proposed(paid, cast, now=LATER), "Let it be.", by=cast.priya, now=LATER)
    assert list(to_propose()) == []


def test_declined_for_one_reason_it_is_listed_for_another(cast: Cast, paid: Line) -> None:
    recoveries.decline(back.proposed(paid, cast, now=NOW), "Nothing says so.", by=cast.priya, now=NOW)
    assert (Recovery.objects.get().cause, list(to_propose())) == ("judgement", [])
    changes.withdraw(_fresh(paid), TODAY + timedelta(days=1), "They left.", by=cast.amira, now=LATER)
    assert list(to_propose()) == [paid]
    recoveries.decline(back.proposed(paid, cast, now=LATER), "Let it be.", by=cast.priya, now=LATER)
    assert list(to_propose()) == []


def test_what_is_left_of_a_payment_is_listed_for_another_cause(cast: Cast, paid: Line) -> None:
    back.received(back.invoiced(paid, cast, now=NOW, pence=100_00), cast, 100_00, now=NOW)
    assert list(to_propose()) == []
    changes.withdraw(_fresh(paid), TODAY + timedelta(days=1), "They left.", by=cast.amira, now=LATER)
    (listed,) = to_propose()
    assert (listed, listed.room_pence, totals()[Group.TO_PROPOSE]) == (paid, 900_00, (1, 900_00))
    back.proposed(paid, cast, now=LATER, pence=400_00)
    assert list(to_propose()) == []  # somebody has decided how much
    assert totals()[Group.TO_PROPOSE] == (0, 0)


def _fresh(line: Line) -> object:
    return type(line.registration).objects.select_related("programme_year", "nqsw").get(pk=line.registration_id)


@pytest.mark.parametrize(
    ("reference", "days", "sentence"),
    [
        ("", 0, "must be 3 to 40 letters"),
        ("=1+1", 0, "must be 3 to 40 letters"),
        ("INV1", 1, "today or in the past"),
        ("INV1", -1, "on or after 14 September 2026, when the recovery was approved"),
    ],
)
def test_an_invoice_is_possible(cast: Cast, paid: Line, reference: str, days: int, sentence: str) -> None:
    recovery = back.approved(paid, cast, now=NOW)
    with pytest.raises(Refused, match=sentence):
        recovering.invoice(recovery, reference, TODAY + timedelta(days=days), by=cast.omar, now=NOW)


def test_what_is_received_is_possible_and_is_recorded_once(cast: Cast, paid: Line) -> None:
    recovery = back.invoiced(paid, cast, now=NOW)

    def receive(pence: int, days: int = 0, seen: int = 1000 * POUND) -> object:
        on = TODAY + timedelta(days=days)
        return recovering.receive(recovery, pence, on, seen_remaining_pence=seen, by=cast.omar, now=NOW)

    for pence, days, sentence in (
        (0, 0, "more than nothing"),
        (1000_01, 0, "must be £1,000 or less"),
        (1, 1, "today or in the past"),
        (1, -1, "on or after 14 September 2026, the date of the invoice"),
    ):
        with pytest.raises(Refused, match=sentence):
            receive(pence, days)
    receive(400_00)
    with pytest.raises(Stale):  # the same form once more
        receive(400_00)
    assert recovery.parts.count() == 1


def test_a_write_off_needs_a_reason_and_a_second_person(cast: Cast, paid: Line) -> None:
    recovery = back.invoiced(paid, cast, now=NOW)
    back.received(recovery, cast, 400_00, now=NOW)
    with pytest.raises(Refused, match="Nobody has asked"):
        recovering.write_off(recovery, seen_remaining_pence=600_00, by=cast.priya, now=NOW)
    recovering.ask_write_off(recovery, "They are gone.", by=cast.omar, now=NOW)
    with pytest.raises(Refused, match="already waits"):
        recovering.ask_write_off(recovery, "They are gone.", by=cast.omar, now=NOW)
    recovering.refuse_write_off(recovery, "Ask once more.", by=cast.priya, now=NOW)
    recovering.ask_write_off(recovery, "They are gone.", by=cast.omar, now=NOW)
    with pytest.raises(Stale):
        recovering.write_off(recovery, seen_remaining_pence=1000_00, by=cast.priya, now=NOW)
    recovering.write_off(recovery, seen_remaining_pence=600_00, by=cast.priya, now=NOW)
    found = back.recovery_now(recovery)
    assert (found.stage, found.written_off_pence) == ("written_off", 600_00)
    assert Line.objects.get(pk=paid.pk).closed_as is None  # the slot stays settled
    assert balances() == {
        "grant_budget:2026-27": 600_00,
        f"owed_to_employer:{cast.northshire.pk}": 0,
        f"owed_by_employer:{cast.northshire.pk}": 0,
        "paid": -600_00,
    }
    with pytest.raises(Refused, match="has been written off"):
        back.received(recovery, cast, 1, now=NOW)
    assert (room_of(paid), verify()) == (600_00, [])


def test_a_payment_that_is_asked_back_is_not_held_in_a_batch_it_is_taken_off(cast: Cast, paid: Line) -> None:
    make.registered(cast, now=NOW, number=1)
    recovery, batch = back.offset(paid, cast, now=NOW)
    payment, off = batch.lines.get(kind="payment"), batch.lines.get(kind="recovery")
    with pytest.raises(Refused, match="Take the recovery off the batch first"):
        batches.hold_line(payment, "So.", by=cast.omar, now=NOW)
    with pytest.raises(Refused, match="Take its recovery off the batch instead"):
        batches.hold_line(off, "So.", by=cast.omar, now=NOW)
    recovering.take_off_batch(recovery, by=cast.omar, now=NOW)
    assert back.stage(recovery) == "approved"
    batches.hold_line(payment, "So.", by=cast.omar, now=NOW)
    assert owed(NOW)[0].blocked == "held"
    assert Recovery.objects.standing().count() == 1
