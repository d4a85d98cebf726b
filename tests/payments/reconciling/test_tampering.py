"""What the database was made to hold, past every wall, is named: what is wrong, of which line, with both values."""

from dataclasses import dataclass

import psycopg
import pytest

from payments.models import Batch
from payments.queries.reconciling import batch_ids, reconciled
from payments.rules.reconciling import Difference, Kind
from tests.cast import Cast
from tests.ground.built_once import built_once
from tests.payments.reconciling.world import build

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Done:
    """What a superuser does to {line} (paid), {rejected} or {open} (unanswered) of {batch}; the kind of difference that
    is said, of which of them ("" of the batch), and words that its sentence has."""

    statements: str
    kind: Kind
    whose: str
    words: str


DONE = [
    Done(
        "UPDATE payments_line SET amount_pence = 200000, rate_pence = 200000 WHERE id = {line}",
        Kind.AMOUNT,
        "line",
        "has £1,000 for line {reference_of_line}, but the line is of £2,000",
    ),
    Done(
        "UPDATE payments_line SET employer_name = 'Elsewhere' WHERE id = {line}",
        Kind.EMPLOYER,
        "line",
        "“Northshire” for line {reference_of_line}, but the line has “Elsewhere”",
    ),
    Done(
        "UPDATE payments_payee SET vendor_number = 'X9999' WHERE id = (SELECT payee_id FROM "
        "payments_line WHERE id = {line})",
        Kind.VENDOR,
        "line",
        "but the line has “X9999”",
    ),
    Done(
        "UPDATE payments_line SET employer_id = {southmouth} WHERE id = {line}",
        Kind.ENTRY_ACCOUNTS,
        "line",
        "from account owed_to_employer:",
    ),
    Done(
        "UPDATE payments_entitlement SET milestone = 'completion' WHERE id = {slot}",
        Kind.MILESTONE,
        "line",
        "“completion”",
    ),
    Done(
        "UPDATE payments_line SET due_on = '2027-04-01' WHERE id = {line}",
        Kind.YEAR,
        "line",
        "due on 1 April 2027",
    ),
    Done(
        "UPDATE payments_line SET batch_id = {draft} WHERE id = {line}",
        Kind.UNKNOWN,
        "line",
        "belongs to batch",
    ),
    Done(
        "DELETE FROM payments_line WHERE id = {line}",
        Kind.UNKNOWN,
        "line",
        "there is no such line",
    ),
    Done(
        "UPDATE payments_line SET closed_as = 'failed', closed_because = 'So', closed_at = now() WHERE id = {open}",
        Kind.CLOSED,
        "open",
        "was closed as rejected, but no response file gives a reason",
    ),
    Done(
        "DELETE FROM payments_line WHERE follows_id = {rejected} OR slot_id = {slot_of_rejected} "
        "AND closed_as IS NULL; UPDATE payments_line SET closed_as = NULL, closed_because = '', "
        "closed_at = NULL WHERE id = {rejected}",
        Kind.WITHOUT_EFFECT,
        "rejected",
        "the line still counts as one that pays",
    ),
    Done(
        "UPDATE payments_ledgerentry SET pence = pence + 1 WHERE line_id = {line} AND event = 'paid'",
        Kind.ENTRY_AMOUNT,
        "line",
        "with £1,000.01, but the line is of £1,000",
    ),
    Done(
        "UPDATE payments_ledgerentry SET debit = 'paid', credit = 'owed_to_employer:1' WHERE "
        "line_id = {line} AND event = 'paid'",
        Kind.ENTRY_ACCOUNTS,
        "line",
        "from account owed_to_employer:1 to paid",
    ),
    Done(
        "UPDATE payments_ledgerentry SET happened_on = happened_on + 1 WHERE line_id = {line} AND event = 'paid'",
        Kind.ENTRY_DAY,
        "line",
        "as paid on 16 September 2026",
    ),
    Done(
        "DELETE FROM payments_ledgerentry WHERE line_id = {line} AND event = 'paid'",
        Kind.ENTRY_MISSING,
        "line",
        "says paid on 15 September 2026, but the ledger does not have line {reference_of_line} as paid with £1,000",
    ),
    Done(
        "INSERT INTO payments_ledgerentry (id, seal_id, batch_id, line_id, grant_year_id, event, "
        "debit, credit, pence, happened_on, entered_at) SELECT gen_random_uuid(), seal_id, "
        "batch_id, line_id, grant_year_id, 'paid', credit, 'paid', pence, happened_on, entered_at"
        " FROM payments_ledgerentry WHERE line_id = {open}",
        Kind.ENTRY_UNCAUSED,
        "open",
        "but neither a file nor a response says so",
    ),
    Done(
        "UPDATE payments_seal SET digest = repeat('0', 64) WHERE batch_id = {batch} AND number = 1",
        Kind.SEAL,
        "",
        "it says 0000000000000000…",
    ),
    Done(
        "DELETE FROM payments_responserow WHERE line_id = {line}",
        Kind.WITHOUT_EFFECT,
        "line",
        "nothing was noted of it",
    ),
    Done(
        "UPDATE payments_responserow SET happened_on = '2026-10-01' WHERE line_id = {line}",
        Kind.DAY,
        "line",
        "on 15 September 2026, but 1 October 2026 was noted",
    ),
    Done(
        "INSERT INTO payments_responserow (response_id, batch_id, line_id, result, because, "
        "amount_pence, happened_on) SELECT max(response_id), {batch}, {open}, 'paid', '', 100000,"
        " '2026-09-20' FROM payments_responserow WHERE batch_id = {batch}",
        Kind.WITHOUT_ANSWER,
        "open",
        "but no response file of the payer says so",
    ),
    Done(
        "UPDATE payments_payerresponse SET content = convert_to(replace(convert_from(content, "
        "'UTF8'), 'such', 'big'), 'UTF8') WHERE batch_id = {batch}",
        Kind.RESPONSE_HASH,
        "",
        "was noted when it was imported",
    ),
    Done(
        "UPDATE payments_payerfile SET content = convert_to(replace(convert_from(content, "
        "'UTF8'), '{reference_of_line}', '{reference_of_open}'), 'UTF8') WHERE batch_id = {batch}",
        Kind.DROPPED,
        "line",
        "but not in its payment file",
    ),
    Done(
        "UPDATE payments_payerfile SET content = content || '\\x0a' WHERE batch_id = {batch}",
        Kind.HASH,
        "",
        "approved",
    ),
    Done(
        "DELETE FROM payments_payerfile WHERE batch_id = {batch}",
        Kind.NO_FILE,
        "",
        "there is no payment file",
    ),
    Done(
        "UPDATE payments_batch SET line_count = 5 WHERE id = {batch}",
        Kind.COUNT,
        "",
        "has 4 lines, but 5 were approved",
    ),
    Done(
        "UPDATE payments_batch SET sum_pence = 400001 WHERE id = {batch}",
        Kind.SUM,
        "",
        "£4,000, but £4,000.01",
    ),
    Done(
        "UPDATE payments_batch SET state = 'submitted', approved_at = NULL, approved_by_id = "
        "NULL, approved_human_id = NULL, handed_over_at = NULL, handed_over_by_id = NULL WHERE id"
        " = {batch}",
        Kind.NOT_APPROVED,
        "",
        "nobody approved it",
    ),
    Done(
        "UPDATE payments_batch SET handed_over_at = '2026-09-30T12:00Z' WHERE id = {batch}",
        Kind.TOO_EARLY,
        "line",
        "but the batch was handed over on 30 September 2026",
    ),
    Done(
        "UPDATE payments_entitlement SET paid_elsewhere_source = 'x', paid_elsewhere_reference = 'y' WHERE id = {slot}",
        Kind.ELSEWHERE,
        "line",
        "that was paid before this service already",
    ),
    Done(
        "UPDATE payments_line SET closed_at = '2027-01-01' WHERE id = {rejected}",
        Kind.PAID_TWICE,
        "rejected",
        "are on two payment files for the same thing",
    ),
    Done(
        "DELETE FROM payments_batch WHERE id = {batch}",
        Kind.GONE,
        "",
        "but no such batch",
    ),
]


@built_once
def world(cast: Cast) -> dict[str, Batch]:
    return build(cast)


def _facts(world: dict[str, Batch], cast: Cast) -> dict[str, object]:
    batch = world["answered"]
    lines = list(batch.lines.order_by("id"))
    paid = next(one for one in lines if [row.result for row in one.responses.all()] == ["paid"])
    rejected = next(one for one in lines if one.closed_as == "failed")
    open_one = next(one for one in lines if not one.responses.exists())
    return {
        "batch": batch.pk,
        "draft": world["draft"].pk,
        "line": paid.pk,
        "slot": paid.slot_id,
        "rejected": rejected.pk,
        "open": open_one.pk,
        "southmouth": cast.southmouth.pk,
        "slot_of_rejected": rejected.slot_id,
        "reference_of_line": paid.reference,
        "reference_of_open": open_one.reference,
        "reference_of_rejected": rejected.reference,
    }


@pytest.mark.parametrize("done", DONE, ids=[f"{number}-{one.kind}" for number, one in enumerate(DONE)])
def test_it_is_named(done: Done, world: dict[str, Batch], bootstrap_sql: psycopg.Connection, cast: Cast) -> None:
    facts = _facts(world, cast)
    with bootstrap_sql.transaction():
        bootstrap_sql.execute("SET LOCAL session_replication_role = replica")
        for statement in done.statements.split("; "):
            bootstrap_sql.execute(statement.format(**facts))
    said = [one for each in reconciled(batch_ids()) for one in each.differences]
    line = facts[f"reference_of_{done.whose}"] if done.whose else ""
    own = [one for one in said if (one.kind, one.line, one.batch_id) == (done.kind, line, facts["batch"])]
    assert own, _shown(said)
    assert any(done.words.format(**facts) in one.sentence for one in own), _shown(own)


def _shown(said: list[Difference]) -> str:
    return "\n".join(f"{one.kind} {one.line} {one.sentence}" for one in said)
