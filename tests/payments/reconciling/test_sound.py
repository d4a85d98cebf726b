"""A batch in which everything agrees has no difference, whatever its stage and however the payer writes."""

from payments.rules.reconciling import reconcile
from tests.payments.reconciling.sound import sound


def test_nothing_is_said_of_an_unharmed_batch() -> None:
    said = {seed: reconcile(sound(seed)) for seed in range(1_000)}
    assert {seed: found for seed, found in said.items() if found} == {}


def test_the_generated_batches_are_of_every_stage() -> None:
    batches = [sound(seed) for seed in range(200)]
    results = {row.result for facts in batches for row in facts.rows}
    assert results == {"paid", "rejected", "returned"}
    closed = {line.closed_as for facts in batches for line in facts.lines}
    assert closed == {None, "failed", "returned", "cancelled", "recovered"}
    assert {line.kind for facts in batches for line in facts.lines} == {"payment", "recovery"}
    assert any(line.recovery and line.closed_as == "returned" for facts in batches for line in facts.lines)
    assert max(len(facts.seals) for facts in batches) > 4
    assert {entry.event for facts in batches for entry in facts.entries if entry.recovery} == {
        "invoiced",
        "received",
        "received_reversed",
        "written_off",
    }
    assert any(one.follows for facts in batches for one in facts.attempts)
    assert any(facts.line_count is None for facts in batches)
