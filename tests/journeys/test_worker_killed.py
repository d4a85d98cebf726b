"""The worker dies by SIGKILL in the middle of its three great jobs; after its return each has been done once.

A held table shows that it is in the middle. The message that died with it comes back after five minutes, which are
made to have passed, and meets the ticks that come meanwhile: neither may do what the other has done.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import psycopg
import pytest
from django.conf import settings

from assessments.models import Certificate
from asye import embedded
from asye.celery import app
from payments.models import Batch, LedgerEntry, Line, PayerFile
from payments.queries.ledger import verify
from payments.services import batches
from tests.cast import NOW
from tests.factories import payments as make
from tests.ground import cluster

NEXT_RUN = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
SECONDS = 30
VISIBILITY_SECONDS = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] + 1


@pytest.fixture
def killed_on_the_way(stack, bootstrap_sql):
    """`killed_on_the_way(into, act)` lets the worker come as far as a table after `act` and kills it there.

    It returns the ids of the messages that the worker had taken, each with how often the worker has said so (of the
    very last it had no time to), and makes it time for them to come back.
    """

    def killed(into: str, act: Callable[[], object]) -> dict[str, int]:
        with psycopg.connect(cluster.url(embedded.SUPERUSER)) as door:
            door.execute(f"LOCK TABLE {into} IN SHARE MODE")
            act()
            _until(lambda: bootstrap_sql.execute(WAITING, [cluster.DATABASE]).fetchone()[0], "It never came there.")
            stack.kill("worker")
        for tag, taken_at in stack.broker.zrange("unacked_index", 0, -1, withscores=True):
            stack.broker.zadd("unacked_index", {tag: taken_at - VISIBILITY_SECONDS})
        stack.broker.delete("unacked_mutex")  # which a worker killed while it looked for the lost held
        taken = [json.loads(message)[0]["headers"]["id"] for message in stack.broker.hvals("unacked")]
        return {message: stack.times_received(message) for message in taken}

    yield killed
    stack.broker.delete("unacked", "unacked_index")


@pytest.fixture
def comes_back(stack):
    """`comes_back(job, done, taken)` starts the worker again and lets ticks come, one at the least after all else.

    It goes on until the job is done and every message of `taken` has come back.
    """

    def back(job: str, done: Callable[[], bool], taken: dict[str, int]) -> None:
        assert taken, "the worker had acknowledged what it had not finished"
        assert not done(), "what was cut off left something"
        stack.start("worker")

        def ticked() -> bool:
            app.send_task(job)
            time.sleep(0.3)
            return done() and all(stack.times_received(message) > before for message, before in taken.items())

        _until(ticked, f"{job} was never done, or {taken} did not come back")
        stack.run_task(job)

    return back


def test_killed_in_each_of_its_jobs(everybody, stack, killed_on_the_way, comes_back):
    make.payee(everybody.northshire, everybody, now=NOW)
    registration = make.registered(everybody, now=NOW)
    stack.set_clock(NEXT_RUN)

    taken = killed_on_the_way("payments_line", lambda: app.send_task("payments.prepare_month"))
    comes_back("payments.prepare_month", lambda: Line.objects.exists() or Batch.objects.exists(), taken)
    batch = Batch.objects.get()
    assert Line.objects.get().batch == batch

    batches.submit(batch, by=everybody.omar, now=NEXT_RUN, seen_version=batch.version)
    batch.refresh_from_db()
    taken = killed_on_the_way("payments_ledgerentry", lambda: make.approve(batch, everybody, now=NEXT_RUN))
    comes_back("payments.write_files", lambda: PayerFile.objects.exists() or LedgerEntry.objects.exists(), taken)
    assert bytes(PayerFile.objects.get().content).count(Line.objects.get().reference.encode()) == 1
    assert LedgerEntry.objects.count() == 1

    certify = partial(make.completed, registration, "pass", everybody, now=NEXT_RUN)
    taken = killed_on_the_way("assessments_certificate", certify)
    comes_back("assessments.render_certificates", Certificate.objects.exists, taken)
    assert bytes(Certificate.objects.get().pdf).startswith(b"%PDF")
    assert (Batch.objects.count(), Line.objects.count(), PayerFile.objects.count()) == (1, 1, 1)
    assert verify() == []


def _until(true: Callable[[], object], sentence: str) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until, sentence
        time.sleep(0.05)
