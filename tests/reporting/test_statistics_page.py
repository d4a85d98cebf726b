"""Who may see the statistics, and what page and file hold."""

import csv
import io

import pytest

from asye import clock
from tests.cast import NOW
from tests.factories import registrations as make
from tests.ground.built_once import built_once

ALLOWED = {"ana", "udo"}
PEOPLE = ["amira", "lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils"]


@pytest.fixture(autouse=True)
def at_now():
    with clock.moved_to(NOW):
        yield


@built_once
def fifteen(cast):
    """Fourteen NQSWs at Northshire, one at Southmouth."""
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    for number in range(14):
        make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, number=number)
    make.registered(cast.southmouth, by=cast.cora, caseworker=cast.erin, assessor=cast.cal, now=NOW, number=14)
    return cast


@pytest.mark.parametrize("who", PEOPLE)
def test_only_analysts_and_auditors_may_see_them(who, cast, client):
    client.force_login(getattr(cast, who))
    expected = 200 if who in ALLOWED else 403
    assert client.get("/statistics").status_code == expected
    assert client.post("/statistics/file").status_code == expected


def test_signed_out_is_sent_to_sign_in(db, client):
    assert client.get("/statistics").headers["Location"] == "/sign-in?next=/statistics"
    assert client.post("/statistics/file").headers["Location"] == "/sign-in?next=/statistics/file"


def test_the_file_is_not_given_to_a_get(cast, client):
    client.force_login(cast.ana)
    assert client.get("/statistics/file").status_code == 405


def test_nobody_registered(cast, client):
    client.force_login(cast.ana)
    page = client.get("/statistics").content.decode()
    assert "Nobody is registered yet." in page
    assert "Download" not in page


def test_an_analyst_sees_every_table_with_its_rule_and_definitions(fifteen, client):
    client.force_login(fifteen.ana)
    page = client.get("/statistics").content.decode()
    assert "As at 14 September 2026 at 11am. Number of registrations: 15." in page
    assert "Counts under 10 are hidden, shown as c" in page
    assert "Registrations that the Department has approved, each counted once." in page
    for table in ("By cohort", "By kind of employer", "By region", "By sex", "By ethnic group"):
        assert table in page
    assert _figures(page) == {"c", "15"}


def test_an_auditor_does_not_see_protected_characteristics(fifteen, client):
    client.force_login(fifteen.udo)
    for answer in (client.get("/statistics"), client.post("/statistics/file")):
        text = answer.content.decode()
        assert "By region" in text
        assert "By sex" not in text
        assert "By ethnic group" not in text
        assert "Prefer not to say" not in text


def test_the_file(fifteen, client):
    client.force_login(fifteen.ana)
    answer = client.post("/statistics/file")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="asye-statistics-2026-09-14.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    by_region = {row[1]: row[2:] for row in rows if row[:1] == ["By region"]}
    assert by_region["North East"] == ["15", "c", "c", "c", "c", "15"]  # 14 of 15; no share of so few
    assert by_region["South West"] == ["c"] * 6  # 1
    assert by_region["All"] == ["15", "c", "c", "c", "c", "15"]


@pytest.mark.parametrize("people", [1, 3])
def test_queries(people, cast, client, django_assert_num_queries):
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    for number in range(people):
        make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, number=number)
    client.force_login(cast.ana)
    with django_assert_num_queries(13):
        client.get("/statistics")


def _figures(page: str) -> set[str]:
    """What stands in the cells of the tables."""
    return {part.split("<", 1)[0].strip() for part in page.split('govuk-table__cell--numeric">')[1:]}
