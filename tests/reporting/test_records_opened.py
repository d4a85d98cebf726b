"""The log of who opened which record: for whom, narrowed, in pages, and itself logged."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import SensitiveRead
from accounts.services import reads
from asye import clock
from registrations.finding import Criteria
from registrations.models.finding import Ending
from registrations.services import exporting
from reporting.queries import reads as kinds
from tests.cast import NOW
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
LOG = "/records-opened"


@pytest.fixture(autouse=True)
def at_now(cast):
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def sent(cast):
    return [
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=number, last_name=last)
        for number, last in enumerate(("Smith", "Jones"))
    ]


def said(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


def opened(one, by, at=NOW) -> None:
    reads.log([("registrations.registration", one.pk)], by=by, now=at)


def found(client, **asked) -> list[tuple[str, str]]:
    shown = client.post(LOG, asked, follow=True)
    assert not any(str(each) in shown.request["QUERY_STRING"] for each in asked.values() if len(str(each)) > 2)
    return [(row[1].split(",")[0], row[2].split(" ")[-1]) for row in shown.context["cells"]]


def test_by_person_by_record_and_by_day(client, cast, sent):
    smith, jones = sent
    opened(smith, cast.amira, NOW - timedelta(days=3))
    opened(jones, cast.amira)
    opened(smith, cast.erin)
    client.force_login(cast.udo)
    assert found(client, person="aslan") == [("Amira Aslan", "Jones"), ("Amira Aslan", "Smith")]
    assert found(client, record="smith") == [("Erin Doyle", "Smith"), ("Amira Aslan", "Smith")]
    day = NOW - timedelta(days=3)
    boxes = {f"{name}_{part}": getattr(day, part) for name in ("first", "last") for part in ("day", "month", "year")}
    assert found(client, **boxes) == [("Amira Aslan", "Smith")]
    assert found(client, person="aslan", record="smith") == [("Amira Aslan", "Smith")]
    assert found(client, person="nobody at all") == []
    assert "Nothing was opened that fits" in said(client.post(LOG, {"person": "xyz"}, follow=True))


def test_a_file_counts_for_everybody_in_it(client, cast, sent):
    made = exporting.export([each.pk for each in sent], Criteria(), Ending.CSV, by=cast.erin, now=NOW)
    reads.log([("registrations.export", made.pk)], by=cast.erin, now=NOW)
    client.force_login(cast.adele)
    assert "File with 2 registrations" in said(client.post(LOG, {"record": "jones"}, follow=True))


@pytest.mark.parametrize("name", list(kinds.KINDS))
def test_each_kind_is_found_by_what_it_is_about(db, name):
    kind = kinds.KINDS[name]
    assert kind.found.model is apps.get_model(name)
    assert not kind.about or not kind.found.filter(**{kind.about: [1]}).exists()


def test_reading_it_is_logged(client, cast):
    client.force_login(cast.udo)
    assert "Nothing has been opened yet." in said(client.get(LOG))
    assert SensitiveRead.objects.get().actor == cast.udo
    assert "This log" in said(client.get(LOG))


def test_who_reads_it(client, cast):
    for who in cast.everybody():
        client.force_login(who)
        assert client.get(LOG).status_code == (200 if who in (cast.udo, cast.adele, cast.zora) else 403)


def test_days_in_the_wrong_order(client, cast):
    client.force_login(cast.udo)
    boxes = {f"{name}_{part}": each for name, each in (("first", 2), ("last", 1)) for part in ("day", "month")}
    shown = said(client.post(LOG, {**boxes, "first_year": 2026, "last_year": 2026}))
    assert "The last day must be the same as or after the first day" in shown


def test_costs_the_same_at_one_and_three(client, cast, sent):
    client.force_login(cast.udo)

    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            assert client.get(LOG).status_code == 200
        return len(made)

    opened(sent[0], cast.amira)
    cost()
    one = cost()
    opened(sent[0], cast.erin)
    opened(sent[1], cast.lena)
    assert (one, cost()) == (13, 13)
