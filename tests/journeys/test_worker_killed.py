"""The worker dies by SIGKILL in the middle of its three great jobs; after its return each has been done once.

A held table shows that it is in the middle. The message that died with it would come back after five minutes;
the next tick is sooner, and by then the work must not be half done.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

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


@pytest.fixture
def killed_on_the_way(stack, bootstrap_sql):
    """`killed_on_the_way(into, act)` lets the worker come as far as a table after `act` and kills it there."""

    def killed(into: str, act: Callable[[], object]) -> None:
        with psycopg.connect(cluster.url(embedded.SUPERUSER)) as door:
            door.execute(f"LOCK TABLE {into} IN SHARE MODE")
            act()
            _until(lambda: bootstrap_sql.execute(WAITING, [cluster.DATABASE]).fetchone()[0], "It never came there.")
            stack.kill("worker")
        stack.broker.delete("unacked", "unacked_index")

    yield killed
    stack.broker.delete("unacked", "unacked_index")


@pytest.fixture
def comes_back(stack):
    """`comes_back(job, done)` starts the worker again and lets ticks come until the job is done, and once more."""

    def back(job: str, done: Callable[[], bool]) -> None:
        assert not done(), "what was cut off left something"
        stack.start("worker")

        def ticked() -> bool:
            app.send_task(job)
            time.sleep(0.3)
            return done()

        _until(ticked, f"{job} was never done")
        stack.run_task(job)

    return back


def test_killed_in_each_of_its_jobs(everybody, stack, killed_on_the_way, comes_back):
    make.payee(everybody.northshire, everybody, now=NOW)
    registration = make.registered(everybody, now=NOW)
    stack.set_clock(NEXT_RUN)

    killed_on_the_way("payments_line", lambda: app.send_task("payments.prepare_month"))
    comes_back("payments.prepare_month", lambda: Line.objects.exists() or Batch.objects.exists())
    batch = Batch.objects.get()
    assert Line.objects.get().batch == batch

    batches.submit(batch, by=everybody.omar, now=NEXT_RUN, seen_version=batch.version)
    batch.refresh_from_db()
    killed_on_the_way("payments_ledgerentry", lambda: make.approve(batch, everybody, now=NEXT_RUN))
    comes_back("payments.write_files", lambda: PayerFile.objects.exists() or LedgerEntry.objects.exists())
    assert bytes(PayerFile.objects.get().content).count(Line.objects.get().reference.encode()) == 1
    assert LedgerEntry.objects.count() == 1

    killed_on_the_way("assessments_certificate", lambda: make.completed(registration, "pass", everybody, now=NEXT_RUN))
    comes_back("assessments.render_certificates", Certificate.objects.exists)
    assert bytes(Certificate.objects.get().pdf).startswith(b"%PDF")
    assert (Batch.objects.count(), Line.objects.count(), PayerFile.objects.count()) == (1, 1, 1)
    assert verify() == []


def _until(true: Callable[[], object], sentence: str) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until, sentence
        time.sleep(0.05)
