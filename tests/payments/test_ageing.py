"""How long what is owed has been owed, by what blocks it, and what is held since when and by whom."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from asye import clock
from payments.models import Batch, Payee
from payments.presenters.ageing import ageing_rows, blocked_rows, pipeline_rows
from payments.queries.ageing import OwedRows, ageing, in_batches
from payments.services import batches
from payments.states import Age
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.payments.test_changes import text_of

pytestmark = pytest.mark.django_db


def _page(user: User, url: str, *, now: object = NOW) -> str:
    client = Client()
    client.force_login(user)
    with clock.moved_to(now):
        return text_of(client.get(url))


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (0, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER),
    ],
)
def test_the_age_counts_days_since_it_became_due(cast: Cast, registration: Registration, days: int, age: Age) -> None:
    (aged,) = ageing(TODAY + timedelta(days=days))
    assert (aged.blocked, aged.age, aged.count, aged.sum_pence) == ("", age, 1, 100_000)


def test_by_reason_with_sums_and_links(cast: Cast, registration: Registration) -> None:
    """Of three at Northshire the oldest is held; Southmouth has no details; each number leads to its payments."""
    batches.hold_line(make.draft(cast, now=NOW).lines.get(), "Check the address.", by=cast.omar, now=NOW)
    later = NOW + timedelta(days=15)  # 29 September: the hold lasts until October
    make.registered(cast, now=later, number=1)
    make.registered(cast, now=later, number=2)
    theirs = make.registered(cast, now=NOW, number=3, at="southmouth")
    Payee.objects.filter(employer=cast.southmouth).update(ended_at=NOW)
    rows = ageing_rows(ageing(later.date()))
    assert [row[0] for row in rows] == [
        "Nothing stands in the way: they go into the next batch",
        "Held back by a payments officer",
        "No verified payee details",
    ]
    assert [row[1].split("<")[1].split(">")[1] for row in rows] == ["2: £2,000", "1: £1,000", "1: £1,000"]
    assert [row[2] for row in rows] == ["None"] * 3
    on = later.date()
    assert "?why=no_payee&amp;age=30" in rows[2][1]
    shown = _page(cast.omar, "/payments/owed?why=no_payee&age=30", now=later)
    assert theirs.reference in shown
    assert registration.reference not in shown
    assert "No verified payee details. Up to 30 days" in shown
    assert "Nothing of this kind is owed." in _page(cast.omar, "/payments/owed?why=no_payee&age=60", now=later)
    assert len(OwedRows(on, why="")) == 2
    assert len(OwedRows(on)) == 4
    assert _page(cast.omar, "/payments/owed?why=nonsense&age=-1", now=later).count("£1,000") == 4


def test_what_is_held_says_since_when_and_by_whom(cast: Cast, registration: Registration) -> None:
    batches.hold_line(make.draft(cast, now=NOW).lines.get(), "Check the address.", by=cast.omar, now=NOW)
    (row,) = blocked_rows(OwedRows(TODAY, why="held")[:5])
    assert row[-1] == (
        "Held until 1 October 2026: Check the address. It is offered again when the hold ends. "
        "Held on 14 September 2026 by Omar Farouk."
    )
    assert len(OwedRows(date(2026, 10, 1), why="held")) == 0
    assert len(OwedRows(date(2026, 10, 1), why="")) == 1


def test_the_pipeline_from_owed_to_paid(cast: Cast, open_year: None) -> None:
    at = {}
    for number, bring in enumerate((make.confirmed, make.released, make.ready, make.submitted, make.draft)):
        make.registered(cast, now=NOW, number=number)
        at[bring.__name__] = bring(cast, now=NOW)
    make.registered(cast, now=NOW, number=7)
    make.registered(cast, now=NOW, number=8, at="southmouth")
    Payee.objects.filter(employer=cast.southmouth).update(ended_at=NOW)
    rows = pipeline_rows(ageing(TODAY), in_batches())
    assert [row[1:] for row in rows] == [["1", "£1,000"]] * 7
    shown = _page(cast.udo, "/payments")
    assert "Handed over, no answer of the payer yet" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, open_year: None, count: int) -> None:
    for number in range(count):
        make.registered(cast, now=NOW, number=number)
    for line in make.draft(cast, now=NOW).lines.all():
        batches.hold_line(line, "Check the address.", by=cast.omar, now=NOW)
    client = Client()
    client.force_login(cast.omar)
    with clock.moved_to(NOW), CaptureQueriesContext(connection) as queries:
        page = client.get("/payments/owed?why=held").content.decode()
    assert page.count("Check the address.") == count
    assert len(queries) == 13


def test_what_has_come_back_is_not_paid(cast: Cast, first_paid: Batch) -> None:
    """By either way; pipeline, budget, home page and ledger then say the same."""
    line = first_paid.lines.get()
    back.received(back.invoiced(line, cast, now=NOW, pence=300_00), cast, 250_50, now=NOW)
    make.registered(cast, now=NOW, number=1)
    _, batch = back.offset(line, cast, now=NOW, pence=400_00)
    sent = back.released(batch, cast, now=NOW)
    assert in_batches()["paid"] == (1, 749_50)
    back.answered(sent, cast, *[(each, "paid", "") for each in sent.lines.all()], now=NOW)
    stand = {name: found for name, found in in_batches().items() if found[0]}
    assert stand == {"paid": (2, 2000_00 - 250_50 - 400_00)}
    with clock.moved_to(NOW + timedelta(hours=2)), CaptureQueriesContext(connection) as queries:
        in_batches()
        assert len(queries) == 1
        client = Client()
        client.force_login(cast.omar)
        page = client.get("/payments").context
        assert "£1,349.50" in text_of(client.get("/"))
        balances = {row[0]: row[3] for row in client.get("/payments/ledger").context["rows"]}
    assert balances["Paid"] == "−£1,349.50"
    assert [row[2] for row in page["pipeline"] if row[0] == "Paid"] == ["£1,349.50"]
    assert [row[2] for row in page["budgets"] if "2026-27" in row[0]] == ["£1,349.50"]


def test_nothing_is_owed(cast: Cast) -> None:
    assert ageing(TODAY) == []
    shown = _page(cast.omar, "/payments")
    assert "Nothing is owed that is not in a batch." in shown
    assert "Nothing of this kind is owed." in _page(cast.omar, "/payments/owed")
