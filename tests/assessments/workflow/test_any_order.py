"""Agreed means that every part that must sign has signed what the record says now, in whatever order things happen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from assessments.models import Record, Signature, StandardLink
from assessments.services import records, signing
from assessments.states import Part, RecordState
from asye.refusals import NotAllowed, Refused, Stale
from moderation.models import PopulationItem
from moderation.services import confirming
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.factories import moderation as moderate
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"


@built_once
def ready(year: Registration) -> Record:
    return make.submitted(year, OBSERVATION, now=NOW)


def steps(cast: Cast) -> dict[str, Callable[[Record], object]]:
    def sign(by: User, earlier: int = 0) -> Callable[[Record], object]:
        return lambda r: signing.sign(r, seen_revision=r.current_revision.number - earlier, by=by, now=NOW)

    def write(part: Part, by: User, words: str) -> Callable[[Record], object]:
        changed = {"reflection": words} if part == Part.NQSW else {"seen": words}
        return lambda r: make.finish(r, part, by=by, now=NOW, **changed)

    return {
        "Noor signs": sign(cast.noor),
        "Ben signs": sign(cast.ben),
        "Ben signs what he read before": sign(cast.ben, earlier=1),
        "Noor writes": write(Part.NQSW, cast.noor, "Other words."),
        "Noor writes the same": write(Part.NQSW, cast.noor, "About what went well and what you would do differently."),
        "Ben writes": write(Part.ASSESSOR, cast.ben, "He saw more."),
        "Ben returns": lambda r: records.return_(r, reason="Why.", seen_version=r.version, by=cast.ben, now=NOW),
        "Amira reopens": lambda r: records.reopen(r, reason="Why.", seen_version=r.version, by=cast.amira, now=NOW),
        "Ben locks": lambda r: records.lock(r, seen_version=r.version, by=cast.ben, now=NOW),
    }


NAMES = [
    "Noor signs", "Ben signs", "Noor signs", "Ben signs", "Ben signs what he read before", "Noor writes",
    "Noor writes the same", "Ben writes", "Ben returns", "Amira reopens", "Ben locks",
]  # fmt: skip


@settings(
    derandomize=True,
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.lists(st.sampled_from(NAMES), min_size=3, max_size=12))
@example(order=["Ben signs", "Ben returns", "Noor writes the same", "Noor signs"])
@example(order=["Ben signs", "Ben returns", "Noor writes", "Noor signs", "Ben signs"])
@example(order=["Ben signs", "Noor signs", "Amira reopens", "Noor writes the same", "Noor signs", "Ben signs"])
def test_fault_t19_agreed_means_signed_as_it_stands(ready: Record, cast: Cast, order: list[str]) -> None:
    """Never a signature of another version, whatever the clock says: every step here has the same instant."""
    acts = steps(cast)
    with transaction.atomic():
        for name in order:
            record = Record.objects.get(pk=ready.pk)
            before = record.current_revision.content
            try:
                with transaction.atomic():
                    acts[name](record)
            except (Refused, NotAllowed):
                continue
            record = Record.objects.get(pk=ready.pk)
            now = record.current_revision
            signed = set(Signature.objects.filter(revision=now).values_list("part", flat=True))
            assert record.is_done == (set(record.signers) <= signed), f"after {name} in {order}"
            if now.content != before:
                assert not signed
            assert list(record.revisions.values_list("number", flat=True)) == list(range(1, now.number + 1))
        connection.check_constraints()
        transaction.set_rollback(True)


def test_the_orders_reach_what_they_are_about(ready: Record, cast: Cast) -> None:
    """Otherwise the test above could pass by doing nothing."""
    acts = steps(cast)
    for name in ("Ben signs", "Noor signs", "Amira reopens", "Noor writes", "Ben signs", "Noor signs", "Ben locks"):
        acts[name](Record.objects.get(pk=ready.pk))
    assert Record.objects.get(pk=ready.pk).state == RecordState.LOCKED
    with pytest.raises(Stale), transaction.atomic():
        acts["Ben signs what he read before"](Record.objects.get(pk=ready.pk))


def test_fault_t40_agreeing_twice_links_once(ready: Record, cast: Cast) -> None:
    """One link for each standard, none lost by agreeing again, and another only while the record is open."""
    first = {link.standard: link.pk for link in ready.standard_links.filter(ended_at=None)}
    assert set(first) == {"pqs-1", "pqs-7"}
    make.sign_all(ready, now=NOW)
    records.reopen(ready, reason="Again.", seen_version=ready.version, by=cast.amira, now=NOW)
    records.submit(ready, by=cast.ben, now=NOW)
    ready.refresh_from_db()
    make.sign_all(ready, now=NOW)
    assert {link.standard: link.pk for link in StandardLink.objects.filter(ended_at=None)} == first
    assert StandardLink.objects.count() == 2
    with pytest.raises(IntegrityError, match="standard_link_once"), transaction.atomic():
        StandardLink.objects.create(record=ready, standard="pqs-1", linked_by=cast.ben, linked_at=NOW)


def test_fault_t3_a_judgement_of_an_earlier_version_does_not_count(cast: Cast, as_: Any) -> None:
    """What moderators said stays with the version they read; the outcome waits until what it says now is moderated."""
    moderate.round_of(cast, now=NOW, results=["pass"])
    moderate.completed(moderate.held_by(cast.dev), by=cast.dev, now=NOW, judgement="pass")
    item = PopulationItem.objects.select_related("final_revision__record", "sampled").get()
    read = item.final_revision
    record = read.record
    records.reopen(record, reason="A date was wrong.", seen_version=record.version, by=cast.amira, now=NOW)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW, accurate="Said in other words.")
    record.refresh_from_db()
    make.sign_all(record, now=NOW)
    assert record.current_revision.number > read.number
    client = as_(cast.amira)
    page = client.get(f"/moderation/items/{item.sampled.pk}").content.decode()
    assert f"For an earlier version: everything here is about version {read.number} of the recommendation" in page
    assert not PopulationItem.objects.ready().exists()
    with pytest.raises(Refused, match="not been in a moderation round"):
        confirming.confirm_outcome(item.registration, "pass", by=cast.lena, now=NOW)
