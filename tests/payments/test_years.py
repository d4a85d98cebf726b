"""What an administrator sets of a grant year: who may, what follows, and what stays."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Notice
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from payments.models import GrantYear
from payments.queries import owed
from payments.queries.contacts import waits_on_day
from payments.rules.years import seen_of
from payments.services import payees, years
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.payments.test_changes import text_of

pytestmark = pytest.mark.django_db
ADVANCE = date(2027, 3, 15)
SAME: dict[str, Any] = {"cool_off_days": 10, "contact_settled_days": 30, "final_year_advance_on": None}


@pytest.fixture
def year() -> GrantYear:
    return GrantYear.objects.get(pk=make.grant_year().pk)


def change(year: GrantYear, cast: Cast, *, on: date = TODAY, **changed: Any) -> GrantYear:
    fresh = GrantYear.objects.get(pk=year.pk)
    now = NOW + (on - TODAY)
    return years.change_settings(fresh, **{**SAME, "seen": seen_of(fresh), "by": cast.adele, "now": now, **changed})


def test_it_works(cast: Cast, year: GrantYear) -> None:
    change(year, cast, cool_off_days=5, contact_settled_days=14, final_year_advance_on=ADVANCE)
    assert (waits_on_day(TODAY).cool_off, waits_on_day(TODAY).settled) == (5, 14)
    assert GrantYear.objects.get().final_year_advance_on == ADVANCE
    event = AuditEvent.objects.get(act="payments.change_year")
    assert event.codes == ["cool_off_days:10>5", "contact_settled_days:30>14", "final_year_advance_on:none>2027-03-15"]
    told = Notice.objects.filter(kind="payments.grant_year_changed")
    assert {one.user for one in told} == {cast.omar, cast.priya}
    assert "Day of the final-year advance: 15 March 2027" in told[0].body
    assert f"{reverse('grant_years')}\n" in told[0].body


def test_only_an_administrator_who_pays_nobody(cast: Cast, year: GrantYear) -> None:
    for user in cast.everybody():
        if user not in (cast.adele, cast.zora):
            with pytest.raises(NotAllowed):
                change(year, cast, cool_off_days=0, by=user)


def test_what_was_verified_keeps_its_day(cast: Cast, year: GrantYear) -> None:
    first = make.payee(cast.northshire, cast, now=NOW)
    changed = make.verified(payees.propose(cast.northshire, "VN66666", by=cast.omar, now=NOW), cast, now=NOW)
    assert (first.used_from, changed.used_from) == (TODAY, TODAY + timedelta(days=10))
    change(year, cast, cool_off_days=0)
    changed.refresh_from_db()
    assert changed.used_from == TODAY + timedelta(days=10)
    again = make.verified(payees.propose(cast.northshire, "VN77777", by=cast.omar, now=NOW), cast, now=NOW)
    assert again.used_from == TODAY


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({}, "", "These are the settings that the year has already"),
        ({"cool_off_days": -1}, "cool_off_days", "must be between 0 and 90"),
        ({"cool_off_days": 91}, "cool_off_days", "must be between 0 and 90"),
        ({"contact_settled_days": 366}, "contact_settled_days", "must be between 0 and 365"),
        ({"final_year_advance_on": TODAY}, "final_year_advance_on", "must be in the future"),
        (
            {"final_year_advance_on": date(2027, 4, 1)},
            "final_year_advance_on",
            "between 1 April 2026 and 31 March 2027",
        ),
        ({"final_year_advance_on": date(2026, 3, 31)}, "final_year_advance_on", "between 1 April 2026 and"),
    ],
)
def test_what_cannot_be_set(cast: Cast, year: GrantYear, changed: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as caught:
        change(year, cast, **changed)
    assert (caught.value.field or "") == field
    assert not AuditEvent.objects.filter(act="payments.change_year").exists()


def test_an_old_page_changes_nothing(cast: Cast, year: GrantYear) -> None:
    old = seen_of(year)
    change(year, cast, cool_off_days=5)
    with pytest.raises(Stale):
        change(year, cast, cool_off_days=7, seen=old)


def test_a_year_that_is_over_stays(cast: Cast, year: GrantYear) -> None:
    with pytest.raises(Refused, match="ended on 31 March 2027, so it stays"):
        change(year, cast, on=date(2027, 4, 1), cool_off_days=5)
    change(year, cast, on=date(2027, 3, 31), cool_off_days=5)


def test_the_advance_stays_once_it_is_due_or_used(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    year = GrantYear.objects.get()
    for day in (ADVANCE, ADVANCE + timedelta(days=1), ADVANCE):
        change(year, cast, final_year_advance_on=day)
    later = NOW + (ADVANCE - TODAY)
    (due,) = owed(later)
    assert (due.reason, due.due_on) == ("final_year_advance", ADVANCE)
    for day in (None, ADVANCE + timedelta(days=1)):
        with pytest.raises(Refused, match="The final-year advance of 15 March 2027 has become due, so its day stays"):
            change(year, cast, on=ADVANCE, final_year_advance_on=day)
    change(year, cast, on=ADVANCE, cool_off_days=5, final_year_advance_on=ADVANCE)
    make.draft(cast, now=later)
    with pytest.raises(Refused, match="has become due, so its day stays"):  # were the day still to come, too
        change(year, cast, cool_off_days=5, final_year_advance_on=None)


@pytest.fixture
def sent(cast: Cast) -> Callable[..., str]:
    def send(**data: Any) -> str:
        client = Client()
        client.force_login(cast.adele)
        with clock.moved_to(NOW):
            url = reverse("grant_year_change", args=["2026-27"])
            answer = client.post(url, data, follow=True) if data else client.get(url)
            return text_of(answer)

    return send


def test_what_it_does_is_shown_before_it_is_done(cast: Cast, sent: Callable[..., str]) -> None:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    year = GrantYear.objects.get()
    assert "For how many days do changed vendor details rest?" in sent()
    day = {"final_year_advance_on_day": "15", "final_year_advance_on_month": "3", "final_year_advance_on_year": "2027"}
    given = {"cool_off_days": "5", "contact_settled_days": "14", **day, "seen": seen_of(year)}
    page = sent(**given)
    for words in (
        "From now on changed vendor details are used 5 days after they are verified.",
        "called back on a contact that had stood for 14 days when the change was proposed",
        "On 15 March 2027 the second payment becomes due to everyone still on programme.",
        "March 2027: 1 payment of £1,000 in all, instead of none.",
        "Payments officers and approvers are told.",
    ):
        assert words in page
    assert seen_of(year) not in page
    assert GrantYear.objects.get().cool_off_days == 10
    page = sent(**given, confirmed="yes")
    assert "Grant year 2026-27 is changed." in page
    assert "Day of the final-year advance: 15 March 2027, before none" in page
    assert GrantYear.objects.get().final_year_advance_on == ADVANCE
    assert "changed since you opened the page" in sent(**given, confirmed="yes")


def test_who_reads_it_and_when_there_is_nothing(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.udo)
    with clock.moved_to(NOW):
        assert "There is no grant year yet." in text_of(client.get(reverse("grant_years")))
        make.grant_year(2024)
        make.grant_year()
        page = text_of(client.get(reverse("grant_years")))
    assert "Nobody has changed a setting." in page
    assert "2024-25" in page
    assert page.count("Ended") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, year: GrantYear, count: int) -> None:
    for number in range(count):
        make.grant_year(2023 + number)
        change(year, cast, cool_off_days=number)
    client = Client()
    client.force_login(cast.adele)
    with clock.moved_to(NOW):
        client.get(reverse("grant_years"))
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(reverse("grant_years")))
    assert page.count("Days that changed vendor details rest: ") == count
    assert len(queries) == 12
