"""Scenarios of money that comes back, one test each by its number; 17 begins in tests/payments/test_scenarios.py."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from asye.refusals import Refused
from payments.models import Batch, GrantYear, LedgerEntry, Line, Recovery
from payments.queries import owed
from payments.queries.effects import to_recover
from payments.queries.ledger import trial_balance, verify
from payments.queries.reconciling import batch_ids, reconciled
from payments.queries.recoveries import to_propose
from payments.services import recoveries, recovering
from registrations.models import Registration
from registrations.rules.answers import Previous
from registrations.services import changes, undoing
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once
from tests.payments.test_walls import clone

pytestmark = pytest.mark.django_db


def fresh(registration: Registration) -> Registration:
    return Registration.objects.select_related("programme_year", "nqsw__user").get(pk=registration.pk)


def net_paid() -> int:
    """What has left DfE and not come back, in pence, as the ledger says."""
    return -sum(one.balance for one in trial_balance() if one.account == "paid")


def recovered(line: Line, cast: Cast, *, now: datetime) -> Recovery:
    recovery = back.invoiced(line, cast, now=now)
    return back.received(recovery, cast, line.amount_pence, now=now)


def test_scenario_03_clawed_back_then_properly_due(cast: Cast, registration: Registration) -> None:
    """Paid, recovered and restarted, three times over: each new line follows the one before, the whole history stays,
    and never is more than one payment out."""
    lines: list[Line] = []
    for turn in range(3):
        now = NOW + timedelta(days=20 * turn)
        if turn:
            registration = make_registrations.registered(
                cast.southmouth,
                by=cast.cora,
                caseworker=cast.erin,
                assessor=cast.cal,
                now=now,
                previous=Previous.STARTED,
                asye_start=now.date(),
                employment_start=now.date(),
            )
        (due,) = owed(now)
        assert (due.registration_id, due.milestone) == (registration.pk, "registration")
        lines.append(make.confirmed(cast, now=now).lines.get())
        assert (owed(now + timedelta(days=1)), net_paid()) == ([], 1000_00)
        gone = now + timedelta(days=2)
        changes.withdraw(
            fresh(registration), gone.date(), "They left.", by=cast.amira if not turn else cast.cora, now=gone
        )
        (listed,) = to_propose()
        assert listed == lines[-1]
        assert net_paid() == 1000_00  # nothing is taken by itself
        recovered(lines[-1], cast, now=gone + timedelta(days=1))
        assert (owed(gone + timedelta(days=300)), net_paid()) == ([], 0)
    assert [line.follows for line in lines] == [None, lines[0], lines[1]]
    assert len({line.slot_id for line in lines}) == 1
    assert set(Line.objects.values_list("closed_as", flat=True)) == {"recovered"}
    assert Recovery.objects.count() == 3
    assert LedgerEntry.objects.count() == 3 * 4
    assert verify() == []


def test_scenario_17_a_withdrawal_before_the_start_is_a_proposal_until_two_people_decide(
    cast: Cast, registration: Registration, paid: Line
) -> None:
    before = registration.asye_start - timedelta(days=1)
    later = NOW + timedelta(days=20)
    changes.withdraw(fresh(registration), before, "They never came.", by=cast.amira, now=later)
    entries = LedgerEntry.objects.count()
    (listed,) = to_propose()
    recovery = back.proposed(listed, cast, now=later)
    assert (listed, recovery.cause, LedgerEntry.objects.count()) == (paid, "never_started", entries)
    assert Line.objects.filter(kind="recovery").count() == 0
    recoveries.approve(recovery, by=cast.priya, now=later)
    assert LedgerEntry.objects.count() == entries  # decided, and still nothing is taken by itself


def test_recovered_for_a_withdrawal_that_is_undone_it_is_owed_again(cast: Cast, paid: Line) -> None:
    """And once: what was recovered by DfE's own judgement stays so, whatever happens to the year."""
    gone, undone = NOW + timedelta(days=2), NOW + timedelta(days=40)
    changes.withdraw(fresh(paid.registration), gone.date(), "They left.", by=cast.amira, now=gone)
    recovered(paid, cast, now=gone)
    assert (owed(undone), net_paid()) == ([], 0)
    undoing.undo(fresh(paid.registration).changes.get(), "It was a mistake.", by=cast.amira, now=undone)
    (due,) = owed(undone)
    assert (due.registration_id, due.milestone, due.due_on) == (paid.registration_id, "registration", paid.due_on)
    again = make.confirmed(cast, now=undone).lines.get()
    assert (again.follows, again.slot, owed(undone), net_paid()) == (paid, paid.slot, [], 1000_00)
    judged = recovered(again, cast, now=undone + timedelta(days=1))
    assert (judged.cause, owed(undone + timedelta(days=99)), net_paid()) == ("judgement", [], 0)
    assert verify() == []
    assert [one.differences for one in reconciled(batch_ids())] == [(), ()]


def test_scenario_23_clawback_amounts(cast: Cast, paid: Line) -> None:
    """Exact pence, never more than was paid, of the year and the batch of the payment, and by invoice where there is no
    future payment."""
    following = datetime(2027, 4, 10, 9, 0, tzinfo=UTC)
    make.grant_year(2027)
    with pytest.raises(Refused, match="must be £1,000 or less"):
        back.proposed(paid, cast, now=following, pence=1000_01)
    first = back.invoiced(paid, cast, now=following, pence=333_33)
    second = back.invoiced(paid, cast, now=following, pence=666_67)
    with pytest.raises(Refused, match="All of this payment is being recovered"):
        back.proposed(paid, cast, now=following, pence=1)
    for recovery, pence in ((first, 333_33), (second, 666_66), (second, 1)):
        assert Line.objects.get(pk=paid.pk).closed_as is None
        back.received(recovery, cast, pence, now=following)
    assert Line.objects.get(pk=paid.pk).closed_as == "recovered"
    entries = LedgerEntry.objects.filter(recovery__isnull=False)
    assert {(entry.batch, entry.grant_year.code) for entry in entries} == {(paid.batch, "2026-27")}
    balances = {one.account: one.balance for one in trial_balance(GrantYear.objects.get(code="2026-27"))}
    assert set(balances.values()) == {0}
    assert trial_balance(GrantYear.objects.get(code="2027-28")) == []


def test_scenario_23_taken_off_a_payment_of_a_later_year(cast: Cast, paid: Line) -> None:
    """The budget of the payment's own year is credited; the later year bears its own payment in full."""
    make_registrations.published_year(2027, by=cast.adele, second=cast.zora, now=NOW)
    make.grant_year(2027)
    following = datetime(2027, 4, 10, 9, 0, tzinfo=UTC)
    make.registered(cast, now=following, number=1)
    recovery, draft = back.offset(paid, cast, now=following, pence=333_33)
    batch = back.released(draft, cast, now=following)
    rows = [(each, "paid", "") for each in batch.lines.all()]
    back.answered(batch, cast, *rows, now=following)
    assert (back.stage(recovery), batch.sum_pence) == ("recovered", 666_67)
    budgets = {one.account: one.balance for one in trial_balance() if one.account.startswith("grant_budget")}
    assert budgets == {"grant_budget:2026-27": 666_67, "grant_budget:2027-28": 1000_00}
    assert verify() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app_sql", "owner_sql"])
def test_scenario_23_the_database_holds_the_total(
    cast: Cast, paid: Line, role: str, request: pytest.FixtureRequest
) -> None:
    """Invoices count as well: nothing is left for a line that would take off more."""
    raw: psycopg.Connection = request.getfixturevalue(role)
    back.invoiced(paid, cast, now=NOW, pence=600_00)
    other = back.approved(paid, cast, now=NOW, pence=400_00)
    draft = Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    off = {"batch_id": draft.pk, "kind": "recovery", "recovers_id": paid.pk, "recovery_id": other.pk}
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="line_recovers_as_decided"):
        raw.execute(*clone(paid, **off, amount_pence=400_01))
    raw.execute(*clone(paid, **off, amount_pence=400_00))
    assert recovering.take_off_batch(other, by=cast.omar, now=NOW)


THE_DAY = datetime(2027, 3, 15, 9, tzinfo=UTC)


@built_once
def paid_early(cast: Cast) -> Line:
    """The second payment of somebody who was on programme on the day of the final-year advance."""
    make.setting(cast, now=NOW, on_fail="pay")
    make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    GrantYear.objects.update(final_year_advance_on=THE_DAY.date())
    return make.confirmed(cast, now=THE_DAY).lines.get()


@pytest.mark.parametrize("how", ["pass", "fail", "left"])
def test_scenario_19_programme_end_payment(cast: Cast, paid_early: Line, how: str) -> None:
    """Paid early in March 2027: whatever comes after, no second payment arises and nothing is asked back, unless staff
    decide so with a reason, two of them."""
    assert paid_early.reason == "final_year_advance"
    later = THE_DAY + timedelta(days=90)
    if how == "left":
        make.grant_year(2027)
        changes.withdraw(fresh(paid_early.registration), later.date(), "They left.", by=cast.amira, now=later)
    else:
        make.completed(fresh(paid_early.registration), how, cast, now=later)
    assert owed(later + timedelta(days=400)) == []
    assert not to_recover().filter(milestone="completion").exists()
    with pytest.raises(Refused, match="Enter a reason"):
        recoveries.propose(paid_early, paid_early.amount_pence, "", by=cast.omar, now=later)
    recovery = back.approved(paid_early, cast, now=later)
    assert (recovery.cause, recovery.reason) == ("judgement", "They never came.")
