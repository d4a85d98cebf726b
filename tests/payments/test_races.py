"""Two at once, and a process killed in the middle: one approval, one file, one line."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import close_old_connections, connection, transaction

from accounts import roles
from accounts.models import JobRun, User
from accounts.services import people
from asye.refusals import Refused, Stale
from payments.models import Batch, BatchHand, LedgerEntry, Line, PayerFile, Seal
from payments.queries.ledger import verify
from payments.services import batches, files, payees, preparing, responses
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.ground import cluster
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db(transaction=True)
IN_OCTOBER = NOW + timedelta(days=20)
PATIENCE = 60  # seconds; it is met at once, and a busy machine is no fault


def together(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts at the same moment on their own connections; gives what each returned or how it was refused."""
    barrier = Barrier(len(acts), timeout=PATIENCE)

    def run(act: Callable[[], object]) -> object:
        close_old_connections()
        try:
            connection.ensure_connection()
            barrier.wait()
            return act()
        except Refused as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@built_once
def setting(cast: Cast) -> Cast:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    return cast


def test_two_approve_at_once(setting: Cast) -> None:
    people.give_role(setting.udo, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=setting.adele, now=NOW)
    batch = make.submitted(setting, now=NOW)
    seen = {"seen_count": 2, "seen_sum_pence": 200_000, "seen_sha256": batch.content_sha256}

    def approve(user: User) -> Callable[[], object]:
        return lambda: batches.approve(batch, by=user, now=NOW, **seen)

    done = together(approve(setting.priya), approve(setting.udo))
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]
    assert "was approved by" in str(next(one for one in done if isinstance(one, Refused)))
    assert BatchHand.objects.filter(hand="approver").count() == 1
    together(*[lambda: files.write_pending(NOW)] * 2)
    assert PayerFile.objects.count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_preparing_twice_at_once(setting: Cast, _round: int) -> None:
    def by_omar() -> object:
        return preparing.prepare_batch(by=setting.omar, now=NOW)

    together(by_omar, by_omar, lambda: preparing.prepare_month(NOW))
    assert Line.objects.count() == 2
    assert Batch.objects.with_progress().filter(lines_now__gt=0).count() == 1


def test_the_months_two_beats(setting: Cast) -> None:
    together(*[lambda: preparing.prepare_month(NOW)] * 3)
    assert Batch.objects.count() == 1
    assert JobRun.objects.filter(job="payments.prepare_month").count() == 1
    assert Line.objects.count() == 2


@pytest.mark.parametrize("_round", range(3))
def test_two_sweepers(setting: Cast, _round: int) -> None:
    make.approved(setting, now=NOW)
    written = together(*[lambda: files.write_pending(NOW)] * 3)
    assert sum(written) == 1  # type: ignore[arg-type]
    assert (PayerFile.objects.count(), Seal.objects.count(), LedgerEntry.objects.count()) == (1, 1, 2)


def test_a_line_is_held_while_the_batch_is_approved(setting: Cast) -> None:
    """Either it is in what was approved or the approval saw another batch: never a file that nobody approved."""
    batch = make.submitted(setting, now=NOW)
    line = batch.lines.first()
    done = together(
        lambda: make.approve(batch, setting, now=NOW),
        lambda: batches.hold_line(line, "Check the address.", by=setting.omar, now=NOW),
    )
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]
    after = Batch.objects.get(pk=batch.pk)
    assert (after.state, after.lines.count()) in (("approved", 2), ("draft", 1))


def told_soon(act: Callable[[], object]) -> str:
    """What an act says that cannot have its lock, without waiting as long as people do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        try:
            with transaction.atomic():
                act()
        except Stale as refusal:
            return str(refusal)
    return ""


def test_whoever_waits_too_long_for_a_batch_is_told(setting: Cast) -> None:
    """Not an error without words: the batch is being changed, so look again. Nothing of the act stays."""
    batch = make.released(setting, now=NOW)
    answer = make.response(*[(line, "paid", "") for line in batch.lines.all()], on=TODAY)
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_batch WHERE id = %s FOR UPDATE", [batch.pk])
        for act in (
            lambda: batches.cancel(batch, "Made by mistake.", by=setting.omar, now=NOW),
            lambda: responses.import_file(answer, batch=batch, by=setting.omar, now=NOW),
        ):
            assert told_soon(act) == batches.AT_THIS_MOMENT
    assert LedgerEntry.objects.filter(event="paid").count() == 0


def test_a_line_cannot_slip_into_a_batch_that_is_being_approved(setting: Cast) -> None:
    """The trigger's own lock: an insert that began before the approval waits for it and is refused."""
    batch = make.submitted(setting, now=NOW)
    line = batch.lines.first()
    copy = f"""
        INSERT INTO payments_line SELECT (jsonb_populate_record(l, '{{"id": 99, "reference": "L0000000000000000009",
        "closed_as": null}}')).* FROM payments_line l WHERE l.id = {line.pk}
    """
    with psycopg.connect(cluster.url("asye_app")) as first:
        first.execute("SELECT FROM payments_batch WHERE id = %s FOR UPDATE", [batch.pk])
        with (
            psycopg.connect(cluster.url("asye_app"), autocommit=True) as second,
            pytest.raises(psycopg.errors.LockNotAvailable),
        ):
            second.execute(copy)


def test_vendor_details_are_verified_while_a_batch_is_prepared(setting: Cast) -> None:
    """The verification waits for the line that is being drafted under the details in use, and sees it."""
    proposed = payees.propose(setting.northshire, "VN77777", by=setting.omar, now=NOW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            batch = make.draft(setting, now=NOW)
            verifying = pool.submit(together, lambda: make.verified(proposed, setting, now=NOW))
            time.sleep(0.5)
        (done,) = verifying.result()
    assert isinstance(done, Refused)
    assert not batch.lines.filter(payee__ended_at__isnull=False).exists()


def test_two_proposals_for_one_employer_at_once(setting: Cast) -> None:
    """The second waits for the first and is told that one waits already, as if it had come later."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            payees.propose(setting.northshire, "VN77777", by=setting.omar, now=NOW)
            proposing = pool.submit(
                together, lambda: payees.propose(setting.northshire, "VN88888", by=setting.omar, now=NOW)
            )
            time.sleep(0.5)
        (done,) = proposing.result()
    assert str(done) == "Vendor details of Northshire are already waiting to be verified"


def test_the_same_response_twice_at_once(setting: Cast) -> None:
    batch = make.released(setting, now=NOW)
    content = make.response(*[(line, "paid", "") for line in batch.lines.all()], on=TODAY)
    done = together(*[lambda: responses.import_file(content, batch=batch, by=setting.omar, now=NOW)] * 2)
    assert sorted(one.already for one in done) == [False, True]  # type: ignore[attr-defined]
    assert LedgerEntry.objects.filter(event="paid").count() == 2
    assert verify() == []


@pytest.mark.parametrize(
    ("job", "table"),
    [
        ("prepare", "payments_line"),
        ("prepare", "accounts_auditevent"),
        ("write", "payments_payerfile"),
        ("write", "payments_ledgerentry"),
        ("write", "accounts_auditevent"),
    ],
)
def test_killed_in_the_middle(setting: Cast, bootstrap_sql: psycopg.Connection, job: str, table: str) -> None:
    """SIGKILL on the way into a table: what was cut off leaves nothing, the next run does all of it once."""
    if job == "write":
        make.approved(setting, now=NOW)
    with psycopg.connect(cluster.url("postgres")) as door:
        door.execute(f"LOCK TABLE {table} IN SHARE MODE")
        with _working(job) as process:
            _wait_until_it_waits(bootstrap_sql)
            process.send_signal(signal.SIGKILL)
    assert (Line.objects.count(), PayerFile.objects.count()) == ((0, 0) if job == "prepare" else (2, 0))
    assert not JobRun.objects.exists()
    _finish(job)


@contextmanager
def _working(job: str) -> "Iterator[subprocess.Popen[bytes]]":
    with subprocess.Popen(
        [sys.executable, "-m", "tests.payments.killed", job, IN_OCTOBER.isoformat()],
        cwd=cluster.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            assert said == b"ready\n", said + process.stdout.read()
            yield process
        finally:
            process.kill()


def _wait_until_it_waits(server: psycopg.Connection) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        row = server.execute(waiting, [cluster.DATABASE]).fetchone()
        if row and row[0]:
            return
        time.sleep(0.01)
    raise AssertionError("The process never came to the table.")


def _finish(job: str) -> None:
    until = time.monotonic() + PATIENCE
    while not _is_done(job) and time.monotonic() < until:  # the server may not have noticed the death yet
        preparing.prepare_month(IN_OCTOBER)
        files.write_pending(IN_OCTOBER)
        time.sleep(0.05)
    _is_whole()
    assert Line.objects.count() == 2
    assert Batch.objects.count() == 1
    assert PayerFile.objects.count() == (1 if job == "write" else 0)


def _is_done(job: str) -> bool:
    return PayerFile.objects.exists() if job == "write" else Line.objects.exists()


def _is_whole() -> None:
    """All of a job is there or none of it, from the file's own bytes."""
    assert Line.objects.count() in (0, 2)
    assert Line.objects.count() == 2 * Batch.objects.count()
    for file in PayerFile.objects.all():
        written = bytes(file.content).decode()
        assert all(written.count(line.reference) == 1 for line in Line.objects.all())
    assert LedgerEntry.objects.count() == 2 * PayerFile.objects.count()
    assert verify() == []
