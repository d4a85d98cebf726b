"""The two lists of tasks and the file of statistics cost the same number of queries at one row and at three."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import User
from asye import clock
from registrations.models import Registration
from reporting.queries import waiting
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as assess
from tests.factories import payments as pay
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=120)
FOR_ME = {"amira": 8, "ben": 15, "noor": 15, "erin": 8, "omar": 14, "priya": 14}
ON_OTHERS = {"amira": 16, "ben": 15, "noor": 15, "erin": 8, "omar": 9, "priya": 7}
FILE = 5


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def _in_every_state(cast: Cast, number: int, **own: User) -> Registration:
    """Somebody in every state that puts a task on somebody's list."""
    mine = make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=BEFORE, number=number, **own
    )
    sent = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    make.submitted(cast.northshire, number=10 + number, **sent)
    make.queried(make.submitted(cast.northshire, number=20 + number, **sent), by=cast.erin, now=NOW)
    return mine


@built_once
def one_of_each(cast: Cast) -> None:
    """Noor, and somebody in every other state."""
    pay.setting(cast, now=BEFORE)
    assess.agreed(_in_every_state(cast, 0, nqsw_user=cast.noor), "agreement", now=BEFORE)


@pytest.fixture(params=[1, 3])
def crowd(cast: Cast, one_of_each: None, request: pytest.FixtureRequest) -> Cast:
    """So many people in every state, and a batch of payments that waits for its approval."""
    for number in range(1, request.param):
        _in_every_state(cast, number)
    pay.submitted(cast, now=NOW)
    return cast


def _cost(user: User, ask: Callable[[Client], HttpResponse]) -> int:
    client = Client()
    client.force_login(user)
    assert ask(client).status_code == 200  # the session is written and the statements are prepared once
    with CaptureQueriesContext(connection) as made:
        ask(client)
    return len(made)


@pytest.mark.parametrize(("address", "expected"), [("/waiting", FOR_ME), ("/waiting/others", ON_OTHERS)])
def test_lists_of_tasks(crowd: Cast, address: str, expected: dict[str, int]) -> None:
    made = {who: _cost(getattr(crowd, who), lambda client: client.get(address)) for who in expected}
    assert made == expected


def test_the_file_of_statistics(crowd: Cast) -> None:
    assert _cost(crowd.ana, lambda client: client.post("/statistics/file")) == FILE


def test_the_list_asks_once_for_the_employers_where_the_person_holds_a_role(cast: Cast) -> None:
    """Its SELECT holds some forty kinds, most of which are found by them."""
    with CaptureQueriesContext(connection) as made, transaction.atomic():
        waiting.both(cast.amira, roles.ALL, TODAY, upto=10)
    (name,) = (found[1] for one in made if (found := re.search(r"EXECUTE (read_\w+) .*, 10\)$", one["sql"])))
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [name])
        ((sql,),) = cursor.fetchall()
    assert re.findall(r'IN \(SELECT \w+\."employer_id"', sql) == []
    assert sql.count("AS MATERIALIZED (SELECT ARRAY(") == 5
    assert sql.count("= ANY((SELECT employers FROM held_") == 43
