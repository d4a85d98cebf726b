"""Each of fourteen rules of the money is taken away in turn: what it refuses then happens, or the database refuses.

With the rule the act is refused in the rule's own words. Without it either the act goes through, so nothing else would
have stopped it, or it meets a wall of the database: those are double walls.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Employer, Human
from asye import embedded
from asye.refusals import Refused
from payments import rules
from payments.models import Batch
from payments.rules.response import BadFile
from payments.services import batches, files, payees, preparing, responses
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.ground import cluster
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
Act = Callable[[], Any]


@built_once
def world(cast: Cast) -> Cast:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    return cast


def own_batch_approved(cast: Cast) -> Act:
    """Priya, who may approve, turns out to be the same human as Omar, who made it."""
    batch = make.submitted(cast, now=NOW)
    cast.priya.human = Human.objects.get(pk=cast.omar.human_id)
    cast.priya.save(update_fields=["human"])
    return lambda: make.approve(batch, cast, now=NOW)


def other_content_approved(cast: Cast) -> Act:
    batch = make.submitted(cast, now=NOW)
    seen = {"seen_count": 2, "seen_sum_pence": 200_000, "seen_sha256": "0" * 64}
    return lambda: batches.approve(batch, by=cast.priya, now=NOW, **seen)


def tampered_content_approved(cast: Cast) -> Act:
    batch = make.submitted(cast, now=NOW)
    _tampered(batch)
    return lambda: make.approve(batch, cast, now=NOW)


def tampered_content_written(cast: Cast) -> Act:
    batch = make.approved(cast, now=NOW)
    _tampered(batch)
    return lambda: files._write_one(batch.pk, NOW)


def paid_a_second_time(cast: Cast) -> Act:
    make.confirmed(cast, now=NOW)
    return lambda: preparing.prepare_batch(by=cast.omar, now=LATER)


def paid_to_a_closed_employer(cast: Cast) -> Act:
    batch = make.ready(cast, now=NOW)
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=TODAY)
    return lambda: batches.mark_handed_over(batch, by=cast.omar, now=NOW, seen_sha256=batch.content_sha256)


def a_stale_page_submitted(cast: Cast) -> Act:
    batch = make.draft(cast, now=NOW)
    seen = batch.version
    batches.hold_line(batch.lines.first(), "Check the address.", by=cast.omar, now=NOW)
    return lambda: batches.submit(batch, by=cast.omar, now=NOW, seen_version=seen)


def cancelled_after_the_download(cast: Cast) -> Act:
    batch = make.ready(cast, now=NOW)
    batches.download_file(batch, by=cast.omar, now=NOW)
    return lambda: batches.cancel(batch, "Made by mistake.", by=cast.omar, now=NOW)


def held_after_the_approval(cast: Cast) -> Act:
    line = make.approved(cast, now=NOW).lines.first()
    return lambda: batches.hold_line(line, "Check the address.", by=cast.omar, now=NOW)


def answered_with_another_amount(cast: Cast) -> Act:
    line = make.released(cast, now=NOW).lines.first()
    line.amount_pence += 1
    return _import(cast, line.batch, make.response((line, "paid", ""), on=TODAY))


def answered_for_another_batch(cast: Cast) -> Act:
    first = make.released(cast, now=NOW)
    make.registered(cast, now=NOW, number=2)
    second = make.released(cast, now=NOW)
    lines = [(first.lines.first(), "paid", ""), (second.lines.get(), "paid", "")]
    return _import(cast, first, make.response(*lines, on=TODAY))


def returned_before_it_was_paid(cast: Cast) -> Act:
    batch = make.released(cast, now=NOW)
    return _import(cast, batch, make.response((batch.lines.first(), "returned", "Account closed"), on=TODAY))


def no_longer_owed_and_submitted(cast: Cast) -> Act:
    batch = make.draft(cast, now=NOW)
    registration = batch.lines.first().registration
    type(registration).objects.filter(pk=registration.pk).update(ended_on=TODAY, end_reason="never_started")
    return lambda: batches.submit(batch, by=cast.omar, now=NOW, seen_version=batch.version)


def own_proposal_verified(cast: Cast) -> Act:
    proposed = payees.propose(cast.northshire, "VN77777", by=cast.omar, now=NOW)
    cast.priya.human = Human.objects.get(pk=cast.omar.human_id)
    cast.priya.save(update_fields=["human"])
    return lambda: make.verified(proposed, cast, now=NOW)


def _import(cast: Cast, batch: Batch, content: bytes) -> Act:
    return lambda: responses.import_file(content, batch=batch, by=cast.omar, now=LATER)


def _tampered(batch: Batch) -> None:
    """Past every wall, as only a superuser could: the file would name another employer than what was submitted."""
    with psycopg.connect(cluster.url(embedded.SUPERUSER)) as door:
        door.execute("SET session_replication_role = replica")
        door.execute("UPDATE payments_line SET employer_name = 'Elsewhere' WHERE batch_id = %s", [batch.pk])


def without(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Takes away a check of `payments.rules`."""
    return lambda patch: patch.setattr(rules, name, lambda *_, **__: None)


def _no_problems(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(responses, "_problems", lambda *_: iter(()))


def _nothing_settled(patch: pytest.MonkeyPatch) -> None:
    owed = import_module("payments.queries.owed")  # its package has a function of the same name
    query = owed.OWED_SQL.replace("WHERE (NOT e.open OR l.id IS NOT NULL)", "WHERE (false)")
    assert query != owed.OWED_SQL
    patch.setattr(owed, "OWED_SQL", query)
    patch.setattr(preparing, "MAKE_LINES", preparing.MAKE_LINES.rpartition("ON CONFLICT")[0])


# The act, the rule and how it is taken away, what it says, and the wall behind it where there is one.
RULES: dict[str, tuple[Callable[[Cast], Act], Callable[[pytest.MonkeyPatch], None], str, str]] = {
    "approver is not a maker": (
        own_batch_approved, without("check_can_approve"), "somebody else has to approve it", "hand_one_each"),
    "what was seen": (other_content_approved, without("check_seen"), "is no longer what you saw", ""),
    "frozen content, approved": (
        tampered_content_approved, without("check_frozen"), "are not what was submitted", ""),
    "frozen content, written": (
        tampered_content_written, without("check_frozen"), "are not what was submitted", "not what was approved"),
    "one live line": (paid_a_second_time, _nothing_settled, "Nothing is owed", "line_one_live"),
    "closed employer": (paid_to_a_closed_employer, without("check_employers_open"), "closed after batch", ""),
    "version": (a_stale_page_submitted, without("check_version"), "has changed since you opened", ""),
    "cancel after download": (cancelled_after_the_download, without("check_can_cancel"), "could still be paid", ""),
    "hold after approval": (
        held_after_the_approval, without("check_can_change_lines"), "can no longer be changed",
        "cannot go from approved"),
    "response amount": (answered_with_another_amount, _no_problems, "was sent with", "row_amount_is_the_lines"),
    "response batch": (answered_for_another_batch, _no_problems, "belongs to batch", "row_amount_is_the_lines"),
    "returned after paid": (
        returned_before_it_was_paid, _no_problems, "has not been paid", "only what was paid can be returned"),
    "still owed": (no_longer_owed_and_submitted, without("check_still_owed"), "is no longer owed as they say", ""),
    "verifier is not the proposer": (
        own_proposal_verified, without("check_can_verify"), "somebody else has to verify them", "nobody verifies"),
}  # fmt: skip
COMMITS = ("frozen content, approved", "frozen content, written")  # another connection tampers with what is there
NAMES = [
    pytest.param(name, marks=pytest.mark.django_db(transaction=True)) if name in COMMITS else name for name in RULES
]


def refused(act: Act) -> str:
    """The words of the refusal, with every problem of a file; nothing where the act went through."""
    try:
        with transaction.atomic():
            act()
            connection.check_constraints()
    except BadFile as error:
        return f"{error} {' '.join(problem.sentence for problem in error.problems)}"
    except (Refused, IntegrityError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_taken_away_is_missed(name: str, world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared, take_away, says, wall = RULES[name]
    act = prepared(world)
    assert says in refused(act)
    take_away(monkeypatch)
    assert wall in refused(act) if wall else refused(act) == ""
