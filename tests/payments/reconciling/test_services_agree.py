"""What the services leave behind agrees, is read with as many queries for one batch as for five, and streams."""

import ast
import gc
import weakref
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

import payments
from payments.models import Batch
from payments.queries import reconciling
from payments.queries.reconciling import batch_ids, load, reconciled
from payments.rules.reconciling import reconcile
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once
from tests.payments.reconciling.faults import FAULTS, NEED_RECOVERIES
from tests.payments.reconciling.planting import trials
from tests.payments.reconciling.world import build

pytestmark = pytest.mark.django_db
QUERIES = 11
SHARES_NOTHING_WITH = (
    "payments.queries.lines",
    "payments.queries.ledger",
    "payments.rules.response",
    "payments.services",
)


@built_once
def world(cast: Cast) -> dict[str, Batch]:
    return build(cast)


def test_nothing_is_said_of_what_the_services_made(world: dict[str, Batch]) -> None:
    said = {one.batch: one.differences for one in reconciled(batch_ids())}
    assert said == {batch.reference: () for batch in world.values()}
    facts = {one.pk: one for one in load(batch_ids())}
    answered = facts[world["answered"].pk]
    assert sorted(row.result for row in answered.rows) == ["paid", "paid", "rejected", "returned"]
    assert {line.closed_as for line in answered.lines} == {None, "failed", "returned"}
    again = facts[world["again"].pk]
    assert len(again.attempts) == 6  # what came back, what was cancelled and what pays it at last, of two people
    assert facts[world["cancelled"].pk].cancelled_on is not None


def test_as_many_queries_for_one_batch_as_for_five(world: dict[str, Batch]) -> None:
    for ids in (batch_ids()[:1], batch_ids()):
        with CaptureQueriesContext(connection) as queries:
            list(reconciled(ids, at_once=5))
        assert len(queries) == QUERIES - 1  # and one more where something names a line of another batch


def test_what_was_read_of_a_batch_does_not_stay(world: dict[str, Batch], monkeypatch: pytest.MonkeyPatch) -> None:
    """A run over all holds no more batches at once than it is told to."""
    seen: list[weakref.ref[object]] = []
    read = reconciling.load
    most = 0

    def watched(ids: list[int]) -> list[object]:
        found = read(ids)
        seen.extend(weakref.ref(one) for one in found)
        return found

    monkeypatch.setattr(reconciling, "load", watched)
    for _ in reconciled(batch_ids()):
        gc.collect()
        most = max(most, sum(one() is not None for one in seen))
    assert len(seen) == 5
    assert most <= 2


def test_faults_in_what_the_services_made_are_named(world: dict[str, Batch]) -> None:
    count = 2 * (len(FAULTS) - len(NEED_RECOVERIES))
    found = list(trials(load(batch_ids()), count, first_seed=7, leaving_out=NEED_RECOVERIES))
    assert [(one.fault, one.seed) for one in found if not one.named() or one.accused()] == []


def test_a_draft_in_a_later_month_and_an_empty_service(cast: Cast) -> None:
    assert batch_ids() == []
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.draft(cast, now=NOW + timedelta(days=40))
    (one,) = reconciled(batch_ids())
    assert (one.line_count, one.sum_pence, one.differences) == (1, 100_000, ())


def test_the_command_says_that_everything_agrees(world: dict[str, Batch], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reconcile")
    assert capsys.readouterr().out == "Everything agrees: 5 batches, 10 lines, £10,000.\n"
    call_command("reconcile", world["answered"].reference)
    assert capsys.readouterr().out == "Everything agrees: 1 batch, 4 lines, £4,000.\n"
    with pytest.raises(CommandError, match="There is no batch B99999"):
        call_command("reconcile", "B99999")


def test_a_difference_that_passes_is_not_said(world: dict[str, Batch], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody moves the batch on between two reads: what differs is read again."""
    times = []

    def once(facts: object) -> object:
        times.append(facts)
        return ["a difference"] if len(times) == 1 else []

    monkeypatch.setattr(reconciling, "reconcile", once)
    (one,) = reconciled([world["answered"].pk])
    assert (one.differences, len(times)) == ((), 2)


def test_it_shares_nothing_with_what_it_checks() -> None:
    """Neither the reconciler nor what reads for it imports the writers of file and ledger, or the importer."""
    root = Path(payments.__file__).parent
    own = [*(root / "rules/reconciling").glob("*.py"), root / "queries/reconciling.py"]
    imported = {
        name
        for path in own
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [f"{node.module}.{one.name}" for one in node.names]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in node.names]
        )
    }
    assert [name for name in imported if name.startswith(SHARES_NOTHING_WITH)] == []
    assert not any(name.partition(".")[0] == "csv" for name in imported)
    assert reconcile.__module__ == "payments.rules.reconciling"
