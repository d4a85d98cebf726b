"""Two people at once, on two connections."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from asye.refusals import Refused
from registrations.models import NQSW, Registration
from registrations.services import checking
from tests.cast import NOW
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Runs the acts in threads that start together; answers with "done" or the refusal of each."""
    barrier = threading.Barrier(len(acts), timeout=60)
    results = [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            results[place] = "done"
        except Refused as refusal:
            results[place] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_employers_register_one_person(cast, year):
    results = at_once(
        lambda: make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, email="a@people.example"),
        lambda: make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, email="b@people.example"),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert Registration.objects.count() == NQSW.objects.count() == 1
    assert any("already registered" in result for result in results)


def test_two_caseworkers_approve_one_registration(cast, year):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    results = at_once(*[lambda: checking.approve(sent, by=cast.erin, now=NOW)] * 2)
    assert sorted(result == "done" for result in results) == [False, True]


def test_references_given_at_once_differ(cast, year):
    first = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    second = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=1)
    for each in (first, second):
        checking.check_register_entry(each, by=cast.erin, now=NOW)
    assert at_once(
        lambda: checking.approve(first, by=cast.erin, now=NOW),
        lambda: checking.approve(second, by=cast.erin, now=NOW),
    ) == ["done", "done"]
    assert Registration.objects.values("reference").distinct().count() == 2
