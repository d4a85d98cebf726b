"""What the grant has cost and will cost, by month and year of the London day on which it becomes due (D4, P5, P6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from asye import clock
from payments.models import Entitlement, GrantYear, Payee
from payments.queries import forecast, over_budget
from payments.queries.forecast import WHAT, Year
from registrations import queries
from registrations.models import Registration
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.payments.test_changes import text_of

pytestmark = pytest.mark.django_db
Found = dict[tuple[str, date, str], int]


def found(now: datetime) -> Found:
    """Only what is not nothing: (year, month, what) and pence."""
    return {
        (year.code, month.first, what): month.pence[what]
        for year in forecast(now)
        for month in year.months
        for what in WHAT
        if month.count[what]
    }


def _fresh(registration: Registration) -> Registration:
    return Registration.objects.select_related("programme_year", "nqsw__user").get(pk=registration.pk)


def _planned(registration: Registration) -> date:
    return queries.planned_end(_fresh(registration)).replace(day=1)


def _year(now: datetime, code: str = "2026-27") -> Year:
    return next(year for year in forecast(now) if year.code == code)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


SEPTEMBER = date(2026, 9, 1)


def test_paid_in_batches_owed_and_expected(cast: Cast, registration: Registration) -> None:
    """A payment moves from expected to paid and is counted once at any time."""
    ends = _planned(registration)
    second = {("2027-28", ends, "expected"): 100_000}
    assert found(NOW) == {("2026-27", SEPTEMBER, "owed"): 100_000} | second
    batch = make.ready(cast, now=NOW)
    assert found(NOW) == {("2026-27", SEPTEMBER, "in_batches"): 100_000} | second
    make.batches.mark_handed_over(batch, by=cast.omar, now=NOW, seen_sha256=batch.content_sha256)
    make.responses.import_file(make.response((batch.lines.get(), "paid", ""), on=TODAY), by=cast.omar, now=NOW)
    assert found(NOW) == {("2026-27", SEPTEMBER, "paid"): 100_000} | second
    make.completed(_fresh(registration), "pass", cast, now=NOW + timedelta(days=1))
    assert found(NOW + timedelta(days=1)) == {
        ("2026-27", SEPTEMBER, "paid"): 100_000,
        ("2026-27", SEPTEMBER, "owed"): 100_000,
    }


def test_what_is_expected_follows_the_planned_end(cast: Cast, registration: Registration) -> None:
    """An extension moves it; once the day has passed it is expected this month; a withdrawal ends it."""
    before = _planned(registration)
    changes.extend(_fresh(registration), 60, "Part time.", by=cast.amira, now=NOW)
    after = _planned(registration)
    assert after > before
    assert ("2027-28", after, "expected") in found(NOW)
    late = datetime(2028, 2, 3, 9, tzinfo=UTC)
    assert ("2027-28", date(2028, 2, 1), "expected") in found(late)
    make_registrations.withdrawn(_fresh(registration), by=cast.amira, now=NOW + timedelta(days=1))
    assert not [key for key in found(NOW + timedelta(days=1)) if key[2] == "expected"]


def test_the_final_year_advance_brings_it_forward(cast: Cast, registration: Registration) -> None:
    """And nobody gets two: on the day it is owed instead of expected (P6)."""
    GrantYear.objects.filter(code="2026-27").update(final_year_advance_on=date(2027, 3, 15))
    expected = [key for key in found(NOW) if key[2] == "expected"]
    assert expected == [("2026-27", date(2027, 3, 1), "expected")]
    the_day = datetime(2027, 3, 15, 9, tzinfo=UTC)
    march = {key: pence for key, pence in found(the_day).items() if key[1] != SEPTEMBER}
    assert march == {("2026-27", date(2027, 3, 1), "owed"): 100_000}


def test_an_advance_that_was_recovered_is_expected_at_the_end_of_the_year(
    cast: Cast, registration: Registration
) -> None:
    """It is owed again for an outcome, and never as an advance."""
    GrantYear.objects.filter(code="2026-27").update(final_year_advance_on=date(2026, 9, 20))
    at = NOW + timedelta(days=10)
    advance = make.confirmed(cast, now=at).lines.get(reason="final_year_advance")
    assert not [key for key in found(at) if key[2] == "expected"]
    back.received(back.invoiced(advance, cast, now=at), cast, 100_000, now=at)
    make.grant_year(2027, final_year_advance_on=date(2027, 4, 2))
    assert [key for key in found(at) if key[2] == "expected"] == [("2027-28", _planned(registration), "expected")]


def test_what_was_paid_elsewhere_or_is_not_funded_is_not_expected(cast: Cast, registration: Registration) -> None:
    Entitlement.objects.create(
        person=registration.nqsw, milestone="completion", paid_elsewhere_source="Portal", paid_elsewhere_reference="7"
    )
    make_registrations.registered(
        cast.northshire,
        by=cast.amira,
        caseworker=cast.erin,
        assessor=cast.ben,
        now=NOW,
        number=1,
        qualified_on=date(2019, 6, 1),
    )
    assert found(NOW) == {("2026-27", SEPTEMBER, "owed"): 100_000}


def test_two_records_of_one_person_are_expected_once(cast: Cast, registration: Registration) -> None:
    second = make.registered(cast, now=NOW, number=1, at="southmouth")
    second.nqsw.merged_into = registration.nqsw
    second.nqsw.save(update_fields=["merged_into"])
    assert sum(pence for key, pence in found(NOW).items() if key[2] == "expected") == 100_000


def test_a_year_of_which_nobody_has_set_up_the_budget(cast: Cast, registration: Registration) -> None:
    """Money of years to come is shown all the same."""
    year = _year(NOW, "2027-28")
    assert (year.budget_pence, year.left_pence, year.is_over, year.total_pence) == (None, None, False, 100_000)
    shown = text_of(_at(cast.omar, "/payments/forecast"))
    assert "2027-28 by month £0 £0 £0 £1,000" in shown.replace("Not set up ", "")


def _at(user: User, url: str, now: datetime = NOW) -> object:
    with clock.moved_to(now):
        return _as(user).get(url)


WARNING = (
    "The budget of 2026-27 is exceeded: what is paid, in batches, owed and expected comes to £2,000, which is £500 "
    "more than the budget of £1,500."
)


def test_more_than_the_budget_is_said_wherever_money_is_decided(cast: Cast, registration: Registration) -> None:
    make.registered(cast, now=NOW, number=1)
    GrantYear.objects.update(budget_pence=200_000)
    assert over_budget(NOW) == []
    GrantYear.objects.update(budget_pence=150_000)
    (year,) = over_budget(NOW)
    assert (year.code, year.left_pence) == ("2026-27", -50_000)
    for url in ("/payments", "/payments/forecast", "/payments/prepare"):
        assert WARNING in text_of(_at(cast.omar, url)), url
    batch = make.draft(cast, now=NOW)
    assert WARNING in text_of(_at(cast.omar, reverse("batch_submit", args=[batch.pk])))
    batch = make.batches.submit(batch, by=cast.omar, now=NOW, seen_version=batch.version)
    assert WARNING in text_of(_at(cast.priya, reverse("batch_approve", args=[batch.pk])))
    GrantYear.objects.update(budget_pence=200_000)
    assert WARNING not in text_of(_at(cast.priya, reverse("batch_approve", args=[batch.pk])))


def test_blocked_money_counts_as_owed(cast: Cast, registration: Registration) -> None:
    Payee.objects.update(ended_at=NOW)
    assert found(NOW)["2026-27", SEPTEMBER, "owed"] == 100_000


def test_the_page_shows_the_year_that_is_asked_for(cast: Cast, registration: Registration) -> None:
    shown = text_of(_at(cast.udo, "/payments/forecast"))
    assert "2026-27 by month" in shown
    assert "September 2026 None None £1,000 (1) None £1,000" in shown
    later = text_of(_at(cast.udo, "/payments/forecast?year=2027-28"))
    ends = _planned(registration)
    assert f"{ends:%B} {ends.year} None None None £1,000 (1) £1,000" in later
    for wrong in ("1999-00", "x", "2027"):
        assert "2026-27 by month" in text_of(_at(cast.udo, f"/payments/forecast?year={wrong}"))


@pytest.mark.parametrize(
    ("instant", "code", "month"),
    [
        (datetime(2027, 3, 31, 22, 59, 30, tzinfo=UTC), "2026-27", date(2027, 3, 1)),  # 23:59:30 in London
        (datetime(2027, 3, 31, 23, 0, 10, tzinfo=UTC), "2027-28", date(2027, 4, 1)),
    ],
)
def test_the_year_turns_at_midnight_in_london(
    cast: Cast, open_year: None, instant: datetime, code: str, month: date
) -> None:
    make.grant_year(2027)
    waiting = make_registrations.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    make_registrations.approved(waiting, by=cast.erin, now=instant)
    assert found(instant)[code, month, "owed"] == 100_000


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, open_year: None, count: int) -> None:
    for number in range(count):
        make.registered(cast, now=NOW, number=number)
        make.registered(cast, now=NOW + timedelta(hours=1), number=10 + number, at="southmouth")
    client = _as(cast.omar)
    with clock.moved_to(NOW + timedelta(hours=2)), CaptureQueriesContext(connection) as page_queries:
        assert client.get("/payments/forecast").status_code == 200
    with CaptureQueriesContext(connection) as own:
        forecast(NOW + timedelta(hours=2))
    assert (len(own), len(page_queries)) == (2, 13)


def test_what_the_programme_year_no_longer_pays_is_not_expected(cast: Cast) -> None:
    make.setting(cast, now=NOW, last_completion_on=date(2027, 3, 31))
    make.registered(cast, now=NOW)
    assert not [key for key in found(NOW) if key[2] == "expected"]


def test_an_empty_forecast(cast: Cast) -> None:
    shown = text_of(_at(cast.omar, "/payments/forecast"))
    assert "No payment has become due or is expected in this financial year." in shown
