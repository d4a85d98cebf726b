"""What each assessor has: whose it is to see, in which order, found how, and in how many queries."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import User
from assessments.queries.load import loads_at
from asye import clock
from registrations.models import Registration
from registrations.services import assessors, changes
from registrations.states import DeferralReason
from tests.assessments.outstanding.conftest import APPROVED, START
from tests.assessments.outstanding.telling import morning
from tests.cast import CAST_JOINED, Cast
from tests.factories import accounts as people
from tests.factories import assessments as make
from tests.factories import registrations as register
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LATE = date(2026, 10, 11)  # 12 days after the agreement was due


@built_once
def team(cast: Cast, began: Registration) -> dict[str, User]:
    """Ben has Noor and one who is paused, Bea one who has agreed what was due, Bo nobody; one has no assessor."""
    bea, bo = (
        people.person(f"{name.lower()}@northshire.example", name, last, by=cast.adele, now=CAST_JOINED)
        for name, last in (("Bea", "Lund"), ("Bo", "Åkesson"))
    )
    for person in (bea, bo):
        people.in_role(person, roles.ASSESSOR, cast.northshire, by=cast.adele, now=CAST_JOINED)

    def year(number: int, assessor: User, at: str = "northshire", by: User = cast.amira) -> Registration:
        return register.registered(
            getattr(cast, at), by=by, caseworker=cast.erin, assessor=assessor, number=number, now=APPROVED,
            asye_start=START, employment_start=START, nqsw_user=cast.nils if number == 2 else None,
        )  # fmt: skip

    paused, done = year(1, cast.ben), year(2, bea)
    year(3, cast.cal, "southmouth", cast.cora)
    on = morning(date(2026, 9, 20))
    changes.defer(paused, date(2026, 9, 20), DeferralReason.SICKNESS, agreed=register.agreed(on), by=cast.amira, now=on)
    for kind, point in (("agreement", ""), ("self_assessment", "start"), ("development_plan", "start")):
        make.agreed(done, kind, review_point=point, now=on)
    return {"bea": bea, "bo": bo}


@pytest.fixture(autouse=True)
def twelve_days_late() -> Iterator[None]:
    with clock.moved_to(morning(LATE)):
        yield


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    def read(user: User, address: str = "/assessors", **typed: object) -> str:
        client.force_login(user)
        answer = client.post(address, typed, follow=True) if typed else client.get(address, follow=True)
        assert answer.status_code == 200
        main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))

    return read


def test_a_coordinator_sees_every_assessor_of_theirs_whoever_is_late_first(
    cast: Cast, team: dict[str, User], read: Callable[..., str]
) -> None:
    page = read(cast.amira)
    ben = (
        "Ben Okafor 2 1 on the programme, 1 deferred 3 3 12 days late "
        "3-month review, Noor Ashdown 1 December 2026, due in 51 days"
    )
    assert ben in page
    assert "Bea Lund 1 1 on the programme 0 0 Nothing late 3-month review" in page
    assert "Bo Åkesson 0 None 0 0 Nothing late Nothing with a day" in page
    assert page.index("Ben Okafor") < page.index("Bea Lund") < page.index("Bo Åkesson")
    assert "Cal Penrose" not in page  # of Southmouth
    assert "Cal Penrose" in read(cast.cora)


def test_years_without_an_assessor_stand_first(cast: Cast, team: dict[str, User], read: Callable[..., str]) -> None:
    cast.ben.memberships.update(ends_on=LATE)
    page = read(cast.amira)
    assert "No assessor at the moment 2 1 on the programme, 1 deferred 3 3 12 days late" in page
    assert page.index("No assessor at the moment") < page.index("Bea Lund")
    assert "Ben Okafor" not in page


def test_whoever_covers_and_then_takes_over_has_the_year_once(cast: Cast, team: dict[str, User]) -> None:
    bo = team["bo"]
    (noors,) = Registration.objects.filter(nqsw__user=cast.noor)
    on = morning(LATE)
    assessors.cover_assessor(noors, bo, LATE, date(2026, 12, 1), "Ben is ill.", by=cast.amira, now=on)
    assessors.assign_assessor(noors, bo, LATE, by=cast.amira, now=on)
    found = {load.assessor: load for load in loads_at([cast.northshire.pk], LATE, seen_by=cast.amira)}
    assert (len(found[bo].years), found[bo].covered, len(found[bo].waiting)) == (1, 0, 3)


def test_found_by_name_and_by_what_is_late_and_taken_out_as_shown(
    cast: Cast, team: dict[str, User], read: Callable[..., str], client: Client
) -> None:
    """T8: the file holds exactly the assessors of the list that it was asked for from, no NQSW’s name, no formula."""
    assert "1 assessor " in read(cast.amira, name="LUND be")
    assert "No assessor fits what you selected." in read(cast.amira, name="Nobody")
    answer = client.post("/assessors", {"late": "late"})
    assert "Ben" not in answer.headers["Location"]
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "Ben Okafor" in shown
    assert "Bea Lund" not in shown
    query = answer.headers["Location"].split("?")[1]
    assert f'action="/assessors/file?{query}"' in shown
    taken = client.post(f"/assessors/file?{query}")
    rows = list(csv.DictReader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert [row["Assessor"] for row in rows] == ["Ben Okafor"]
    assert rows[0] == {
        "Assessor": "Ben Okafor", "Employer": "Northshire", "NQSWs": "2", "On the programme": "1", "Deferred": "1",
        "Not started yet": "0", "Standing in": "0", "Waiting for the assessor": "3", "Late": "3",
        "Days late of the oldest": "12", "Due next": "3-month review", "Due next on": "2026-12-01",
    }  # fmt: skip
    every = client.post("/assessors/file").content.decode("utf-8-sig")
    assert every.count("\r\n") == 4
    assert "Noor" not in every


def test_one_assessor_year_by_year(cast: Cast, team: dict[str, User], read: Callable[..., str]) -> None:
    address = f"/assessors/{cast.ben.pk}"
    page = read(cast.amira, address)
    assert "Ben Okafor Northshire 2 NQSWs. 3 things wait, 3 late." in page
    assert re.search(r"Noor Ashdown Start: .* On the programme ", page)
    assert "Start: Support and assessment agreement, 12 days late" in page
    assert "Nothing No day while the year is paused Deferred" in page
    assert "The NQSWs you assess" in read(cast.ben)  # led on to their own
    bo = read(team["bo"])
    assert "0 NQSWs. Nothing waits for the assessor." in bo
    assert "You assess nobody here at the moment." in bo


def test_nobody_else_is_shown_it(cast: Cast, team: dict[str, User], client: Client) -> None:
    address = f"/assessors/{cast.ben.pk}"
    for who, found in (("cora", 404), ("cal", 404), ("noor", 404), ("lena", 404), ("dev", 404)):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == found, who
    for who in ("noor", "lena", "dev", "erin", "udo"):
        client.force_login(getattr(cast, who))
        assert client.get("/assessors").status_code == 403, who
    client.force_login(cast.ben)
    assert client.post("/assessors/file").status_code == 403  # not all of them


def test_an_employer_without_assessors_is_told_what_to_do(cast: Cast, read: Callable[..., str]) -> None:
    cast.cal.memberships.update(ends_on=LATE)
    assert "You have no assessor yet. Invite one" in read(cast.cora)


@pytest.mark.parametrize("count", [1, 3])
def test_queries(cast: Cast, began: Registration, count: int) -> None:
    for number in range(1, count):
        register.registered(
            cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, number=number, now=APPROVED,
            asye_start=START, employment_start=START,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as made:
        (load,) = loads_at([cast.northshire.pk], LATE, seen_by=cast.amira)
    assert (len(load.years), len(load.waiting)) == (count, 3 * count)
    assert len(made) == 9
