"""Two people at once, on two connections."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest
from django.db import connection

from accounts import roles
from accounts.services import people
from asye.refusals import Refused
from registrations import merger_queries
from registrations.models import NQSW, Registration
from registrations.services import checking, drafts, mergers, registering
from tests.cast import NOW, TODAY
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


@dataclass
class Beside:
    sql: psycopg.Connection
    pool: ThreadPoolExecutor

    def waits(self, act: Callable[[], object]) -> Future[object]:
        """Starts the act and answers once it waits for a lock that this transaction holds."""

        def run() -> object:
            try:
                return act()
            finally:
                connection.close()

        started = self.pool.submit(run)
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        for _ in range(200):
            if self.sql.execute(waiting).fetchone() != (0,) or started.done():
                break
            time.sleep(0.005)
        return started


@pytest.fixture
def beside(app_sql: psycopg.Connection) -> Iterator[Beside]:
    """Somebody else's transaction, taken step by step."""
    app_sql.execute("BEGIN")
    with ThreadPoolExecutor(1) as pool:
        yield Beside(app_sql, pool)
        app_sql.execute("ROLLBACK")


def test_a_merger_takes_its_locks_in_the_order_of_everybody_else(beside: Beside, cast, year):
    """Whoever registers or moves somebody holds the number first and then needs the employer: no deadlock."""
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    people.give_role(cast.zora, roles.CASEWORKER, starts_on=TODAY, by=cast.adele, now=NOW)
    merger = mergers.propose(cast.northshire, cast.southmouth, TODAY, "One trust.", by=cast.erin, now=NOW)
    moving = list(merger_queries.placed_from(cast.northshire, TODAY))
    digest = mergers.digest(moving)
    number = f"nqsw {registration.nqsw.swe_number}"
    beside.sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [number])
    confirming = beside.waits(lambda: mergers.confirm(merger, by=cast.zora, now=NOW, seen_count=1, seen_sha256=digest))
    beside.sql.execute("SELECT FROM registrations_registration WHERE id = %s FOR UPDATE", [registration.pk])
    for employer in (cast.northshire, cast.southmouth):
        beside.sql.execute("SELECT FROM accounts_employer WHERE id = %s FOR SHARE", [employer.pk])
    beside.sql.execute("COMMIT")
    assert confirming.result(10) is not None
    assert registration.placements.count() == 2


def test_a_draft_is_sent_while_its_employer_merges(beside: Beside, cast, year):
    """A merger holds the employer first and then takes its drafts along."""
    draft = drafts.start(cast.northshire, by=cast.amira, now=NOW)
    given = make.answers(cast.ben, on=TODAY)
    beside.sql.execute("SELECT FROM accounts_employer WHERE id = %s FOR NO KEY UPDATE", [cast.northshire.pk])
    sending = beside.waits(lambda: registering.submit(draft, given, by=cast.amira, now=NOW, seen_version=draft.version))
    beside.sql.execute("UPDATE registrations_registrationdraft SET employer_id = %s", [cast.southmouth.pk])
    beside.sql.execute(
        "UPDATE accounts_employer SET closed_on = %s, closed_because = 'Merged' WHERE id = %s",
        [TODAY, cast.northshire.pk],
    )
    beside.sql.execute("COMMIT")
    with pytest.raises(Refused, match="Northshire closes on 14 September 2026"):
        sending.result(10)


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
