"""What is owed, to whom and from when (rules P1, P5, P6, P10 to P12; decisions D4 to D6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Employer
from accounts.services import terms
from assessments.services import outcomes
from asye import clock
from asye.refusals import Refused
from payments import tasks
from payments.models import Batch, Entitlement, GrantYear, Line
from payments.queries import owed
from payments.services import batches, preparing
from registrations.models import ProgrammeYear, Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


def test_nothing_is_owed_for_one_who_waits(cast: Cast, open_year: None) -> None:
    make_registrations.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    assert owed(NOW) == []


def test_nothing_is_owed_for_one_who_takes_part_unfunded(cast: Cast, open_year: None) -> None:
    make_registrations.registered(
        cast.northshire,
        by=cast.amira,
        caseworker=cast.erin,
        assessor=cast.ben,
        now=NOW,
        qualified_on=date(2019, 6, 1),
    )
    assert Registration.objects.get().verdict == "unfunded"
    assert owed(NOW) == []


def test_it_is_owed_from_the_london_day_of_the_decision(cast: Cast, open_year: None) -> None:
    """Approved at 00:30 on 1 October in London, which is still 30 September by UTC."""
    half_past_midnight = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    make.registered(cast, now=half_past_midnight)
    assert [one.due_on for one in owed(half_past_midnight)] == [date(2026, 10, 1)]
    assert owed(half_past_midnight - timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (datetime(2027, 3, 31, 22, 59, 59, tzinfo=UTC), "2026-27"),  # 23:59:59 in London, summer time
        (datetime(2027, 3, 31, 23, 0, tzinfo=UTC), "2027-28"),
    ],
)
def test_it_is_charged_to_the_financial_year_of_the_london_day(
    cast: Cast, open_year: None, instant: datetime, code: str
) -> None:
    make.grant_year(2027)
    waiting = make_registrations.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    make_registrations.approved(waiting, by=cast.erin, now=instant)
    assert [one.grant_year for one in owed(instant)] == [code]


def test_a_month_in_which_nothing_was_owed_at_first_is_looked_at_again(cast: Cast, open_year: None) -> None:
    with clock.moved_to(NOW):
        tasks.prepare_month()
    assert not Batch.objects.exists()
    later = NOW + timedelta(days=3)
    make.registered(cast, now=later)
    with clock.moved_to(later):
        tasks.prepare_month()
    batch = Batch.objects.get()
    assert (batch.prepared_by, batch.lines.count()) == (None, 1)
    make.registered(cast, now=later, number=1)
    with clock.moved_to(later + timedelta(days=1)):
        tasks.prepare_month()
    assert Batch.objects.count() == 1


def test_nothing_is_owed_after_a_withdrawal_before_the_first_payment(cast: Cast, registration: Registration) -> None:
    make_registrations.withdrawn(registration, by=cast.amira, now=TOMORROW)
    assert owed(TOMORROW) == []


def test_a_line_waits_for_terms_that_have_to_be_accepted_since_it_was_drafted(
    cast: Cast, registration: Registration
) -> None:
    batch = make.draft(cast, now=NOW)
    version = terms.publish(
        terms.draft("Words.", "First.", TOMORROW.date(), by=cast.adele, now=NOW), by=cast.zora, now=NOW
    )
    with pytest.raises(
        Refused, match=rf"of {registration.reference} \(Grant terms not accepted\)\. A payments officer"
    ):
        batches.submit(batch, by=cast.omar, now=TOMORROW, seen_version=batch.version)
    batch = batches.submit(batch, by=cast.omar, now=NOW, seen_version=batch.version)
    with pytest.raises(Refused, match="Grant terms not accepted"):
        make.approve(batch, cast, now=TOMORROW)
    terms.accept(version, cast.northshire, by=cast.lena, now=TOMORROW, seen_sha256=version.sha256)
    assert make.approve(batch, cast, now=TOMORROW).state == "approved"


def test_the_second_payment_is_owed_when_a_pass_is_confirmed(
    cast: Cast, registration: Registration, first_paid: Batch
) -> None:
    make.completed(registration, "pass", cast, now=TOMORROW)
    (due,) = owed(TOMORROW)
    assert (due.milestone, due.reason, due.due_on) == ("completion", "completed", TOMORROW.date())
    line = make.draft(cast, now=TOMORROW).lines.get()
    assert line.sentence == (
        f"The outcome of {registration.reference} was confirmed as a pass on 15 September 2026, so the second payment "
        "is due to the employer where the year was completed: Northshire."
    )
    assert owed(TOMORROW) == []


def test_the_final_year_advance_is_the_same_entitlement(cast: Cast, registration: Registration) -> None:
    """Everyone still on programme on the day; a later pass pays nothing more (P6, D5)."""
    gone = make.registered(cast, now=NOW, number=1)
    make.confirmed(cast, now=NOW)
    make_registrations.withdrawn(gone, by=cast.amira, now=TOMORROW)
    GrantYear.objects.update(final_year_advance_on=date(2027, 3, 15))
    the_day = datetime(2027, 3, 15, 9, tzinfo=UTC)
    assert owed(the_day - timedelta(days=1)) == []
    (due,) = owed(the_day)
    assert (due.reference, due.reason) == (registration.reference, "final_year_advance")
    make.confirmed(cast, now=the_day)
    make.completed(registration, "pass", cast, now=the_day + timedelta(days=90))
    assert owed(the_day + timedelta(days=91)) == []


def test_what_was_paid_elsewhere_is_not_owed(cast: Cast, registration: Registration) -> None:
    Entitlement.objects.create(
        person=registration.nqsw,
        milestone="registration",
        paid_elsewhere_source="Skills for Care",
        paid_elsewhere_reference="2025/77",
    )
    assert owed(NOW) == []


def test_two_records_of_one_person_are_owed_once(cast: Cast, registration: Registration) -> None:
    second = make.registered(cast, now=NOW + timedelta(hours=1), number=1, at="southmouth")
    second.nqsw.merged_into = registration.nqsw
    second.nqsw.save(update_fields=["merged_into"])
    (due,) = owed(NOW + timedelta(hours=2))
    assert due.registration_id == registration.pk
    assert make.draft(cast, now=NOW + timedelta(hours=2)).lines.get().slot.person == registration.nqsw


def test_a_held_line_is_offered_again_next_month(cast: Cast, registration: Registration) -> None:
    batch = make.draft(cast, now=NOW)
    batches.hold_line(batch.lines.get(), "Check the address.", by=cast.omar, now=NOW)
    (held,) = owed(NOW)
    assert (held.blocked, held.held_because, held.held_until) == ("held", "Check the address.", date(2026, 10, 1))
    assert [one.blocked for one in owed(datetime(2026, 9, 30, 22, tzinfo=UTC))] == ["held"]
    assert [one.blocked for one in owed(datetime(2026, 9, 30, 23, tzinfo=UTC))] == [""]


def test_the_month_is_prepared_once_and_a_missed_one_is_made_good(cast: Cast, registration: Registration) -> None:
    in_november = datetime(2026, 11, 5, 9, tzinfo=UTC)  # nothing ran in October
    batch = preparing.prepare_month(in_november)
    assert batch is not None
    assert (batch.period, batch.prepared_by, batch.lines.count()) == ("2026-11", None, 1)
    make.registered(cast, now=in_november, number=1)
    assert preparing.prepare_month(in_november + timedelta(days=20)) is None
    december = preparing.prepare_month(datetime(2026, 11, 30, 23, 59, tzinfo=UTC) + timedelta(minutes=1))
    assert december is not None
    assert december.period == "2026-12"


def test_a_month_for_which_somebody_prepared_a_batch_needs_no_run(cast: Cast, registration: Registration) -> None:
    cancelled = batches.cancel(make.draft(cast, now=NOW), "A mistake.", by=cast.omar, now=NOW)
    assert preparing.prepare_month(NOW + timedelta(minutes=5)) is None
    assert Batch.objects.get() == cancelled


def test_the_month_begins_at_midnight_in_london(cast: Cast, registration: Registration) -> None:
    batch = preparing.prepare_month(datetime(2026, 9, 30, 23, 0, tzinfo=UTC))
    assert batch is not None
    assert batch.period == "2026-10"


def test_a_rejected_line_is_owed_again_and_follows_the_first(cast: Cast, registration: Registration) -> None:
    batch = make.released(cast, now=NOW)
    first = batch.lines.get()
    content = make.response((first, "rejected", "No such account"), on=NOW.date())
    make.responses.import_file(content, by=cast.omar, now=NOW)
    assert len(owed(NOW)) == 1
    second = make.draft(cast, now=TOMORROW).lines.get()
    assert (second.follows, second.slot) == (first, first.slot)
    assert Line.objects.live().count() == 1
    assert Batch.objects.count() == 2


def test_a_year_of_lines_has_the_time_it_needs_to_be_drafted(cast: Cast, registration: Registration) -> None:
    make.draft(cast, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("50s",)


def test_a_line_is_asked_again_whether_it_is_owed_before_it_is_submitted(
    cast: Cast, registration: Registration
) -> None:
    make.registered(cast, now=NOW, number=1)
    batch = make.draft(cast, now=NOW)
    line = batch.lines.get(registration=registration)
    make_registrations.withdrawn(registration, by=cast.amira, now=TOMORROW)
    with pytest.raises(Refused, match=f"cannot be paid now: {line.reference} of {registration.reference}\\. "):
        batches.submit(batch, by=cast.omar, now=TOMORROW, seen_version=batch.version)
    batches.hold_line(line, "Withdrawn.", by=cast.omar, now=TOMORROW)
    batch.refresh_from_db()
    batch = batches.submit(batch, by=cast.omar, now=TOMORROW, seen_version=batch.version)
    assert make.approve(batch, cast, now=TOMORROW).line_count == 1


def test_and_before_it_is_approved(cast: Cast, registration: Registration) -> None:
    batch = make.submitted(cast, now=NOW)
    make_registrations.withdrawn(registration, by=cast.amira, now=TOMORROW)
    with pytest.raises(Refused, match=f"of {registration.reference}\\. .* Send the batch back"):
        make.approve(batch, cast, now=TOMORROW)
    assert Batch.objects.get().state == "submitted"


def test_one_person_is_paid_once_though_both_records_are_in_a_batch(cast: Cast, registration: Registration) -> None:
    """Two records turn out to be one person after each has its line: the later one has to come out."""
    second = make.registered(cast, now=NOW + timedelta(hours=1), number=1, at="southmouth")
    batch = make.submitted(cast, now=TOMORROW)
    second.nqsw.merged_into = registration.nqsw
    second.nqsw.save(update_fields=["merged_into"])
    with pytest.raises(Refused, match="no longer owed") as caught:
        make.approve(batch, cast, now=TOMORROW)
    assert second.reference in str(caught.value)
    assert registration.reference not in str(caught.value)


@pytest.mark.parametrize(("on_fail", "count"), [("pay", 1), ("do_not_pay", 0)])
def test_a_fail_is_paid_as_the_programme_year_says(cast: Cast, on_fail: str, count: int) -> None:
    make.setting(cast, now=NOW, on_fail=on_fail)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    make.completed(registration, "fail", cast, now=TOMORROW)
    assert len(owed(TOMORROW)) == count


@pytest.mark.parametrize(("last", "count"), [(TOMORROW.date(), 1), (NOW.date(), 0)])
def test_a_completion_is_paid_until_the_programme_years_last_day(cast: Cast, last: date, count: int) -> None:
    make.setting(cast, now=NOW, last_completion_on=last)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    make.completed(registration, "pass", cast, now=TOMORROW)
    assert len(owed(TOMORROW)) == count


@pytest.mark.parametrize(("on_move", "to"), [("completing", "Southmouth"), ("registering", "Northshire")])
def test_a_move_pays_whom_the_programme_year_names(cast: Cast, on_move: str, to: str) -> None:
    make.setting(cast, now=NOW, on_move=on_move)
    registration = make.registered(cast, now=NOW)
    on = NOW.date() + timedelta(days=30)
    make.moved(registration, cast.southmouth, cast.cal, on=on, by=cast.cora, now=NOW + timedelta(days=30))
    later = NOW + timedelta(days=60)
    make.completed(registration, "pass", cast, now=later, by=cast.sol)
    first, second = sorted(owed(later), key=lambda one: one.due_on)
    assert (first.employer_name, second.employer_name) == ("Northshire", to)


def test_blocked_payments_are_named_and_left_out(cast: Cast) -> None:
    make_registrations.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    assert {one.blocked for one in owed(NOW)} == {"no_payee"}
    make.payee(cast.northshire, cast, now=NOW)
    make.payee(cast.southmouth, cast, now=NOW)
    assert {one.blocked for one in owed(NOW)} == {"no_grant_year"}
    make.grant_year()
    Employer.objects.filter(pk=cast.southmouth.pk).update(closed_on=NOW.date())
    assert {one.employer_name: one.blocked for one in owed(NOW)} == {
        "Northshire": "",
        "Southmouth": "employer_closed",
    }
    assert make.draft(cast, now=NOW).lines.get().employer == cast.northshire
    with pytest.raises(Refused, match="Nothing is owed that can be paid now"):
        preparing.prepare_batch(by=cast.omar, now=NOW)


def test_a_year_that_pays_other_amounts_is_paid_by_its_own(cast: Cast) -> None:
    make.setting(cast, now=NOW, amounts_pence={"registration": 80_000, "completion": 120_000})
    make.registered(cast, now=NOW)
    assert make.draft(cast, now=NOW).lines.get().amount_pence == 80_000
    assert ProgrammeYear.objects.get().amounts.count() == 2


def test_an_outcome_that_was_replaced_is_not_paid(cast: Cast) -> None:
    make.setting(cast, now=NOW, on_fail="pay")
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    outcome = make.completed(registration, "fail", cast, now=TOMORROW)
    batch = make.submitted(cast, now=TOMORROW)
    under = cast.lena.memberships.get()
    outcomes.supersede(
        outcome, result="pass", because="Upheld.", notice_on=None, under=under, by=cast.lena, now=TOMORROW
    )
    with pytest.raises(Refused, match=f"of {registration.reference}"):
        make.approve(batch, cast, now=TOMORROW)
