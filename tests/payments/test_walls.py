"""What the database itself refuses, to the application's role and to the owner of the tables: each wall by its name."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from payments.models import Batch, Entitlement, LedgerEntry, Line, Payee
from payments.services import batches, payees
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once

Refuses = Callable[..., None]
CLONE_LINE = """
    INSERT INTO payments_line SELECT (jsonb_populate_record(l, %s)).* FROM payments_line l WHERE l.id = %s
"""
NEW = {"id": 900_001, "reference": "L0000000000000000001"}
ENTRY = {"id": "00000000-0000-0000-0000-000000000001"}


@pytest.fixture(params=["app_sql", "owner_sql"])
def raw(request: pytest.FixtureRequest, transactional_db: None) -> psycopg.Connection:
    return request.getfixturevalue(request.param)


@pytest.fixture
def refuses(raw: psycopg.Connection) -> Refuses:
    """Runs a statement that must fail at the wall `by`: a constraint's name or a trigger's words."""

    def check(statement: str, values: object = (), *, by: str) -> None:
        with pytest.raises(psycopg.Error) as caught:
            raw.execute(statement, values)
        error = caught.value
        state = error.sqlstate or ""
        assert state.startswith("23") or state == "42501", f"not refused but broken: {error}"
        found = f"{error.diag.constraint_name or ''} {error}"
        assert by in found or state == "42501", f"refused by another wall: {found}"

    return check


@built_once
def world(cast: Cast, registration: Registration) -> Cast:
    return cast


def clone(line: Line, **changed: object) -> tuple[str, tuple[object, ...]]:
    return CLONE_LINE, (Jsonb({**NEW, **changed}), line.pk)


def _draft_beside(cast: Cast) -> tuple[Line, Batch]:
    """A line in a draft, and another draft that could take a second one."""
    line = make.draft(cast, now=NOW).lines.get()
    other = Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    return line, other


def test_nobody_is_paid_twice(world: Cast, refuses: Refuses) -> None:
    line, other = _draft_beside(world)
    refuses(*clone(line, batch_id=other.pk), by="line_one_live")
    refuses(
        "INSERT INTO payments_entitlement (person_id, milestone, paid_elsewhere_source, paid_elsewhere_reference)"
        " SELECT person_id, milestone, '', '' FROM payments_entitlement",
        by="slot_once_for_life",
    )


def test_a_payment_is_the_rate_of_its_year(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    line, _ = _draft_beside(world)
    raw.execute("DELETE FROM payments_line WHERE id = %s", [line.pk])  # a draft's line is a plan
    row = {k: v for k, v in _row(line).items() if k != "id"}
    for pence in (0, -1, 99_999, 100_001, 1_000_000):
        refuses(*insert({**row, "amount_pence": pence}), by="line_amount_is_the_rate")
        refuses(*insert({**row, "amount_pence": pence, "rate_pence": pence}), by="line_rate_is_the_years")
    refuses(*insert({**row, "milestone": "completion"}), by="line_reason_with_its_facts")
    refuses(*insert({**row, "slot_open": False}), by="line_slot_open")
    refuses(*insert({**row, "payee_verified": False}), by="line_slot_open")
    refuses(*insert({**row, "sentence": ""}), by="line_explained")
    refuses(*insert({**row, "closed_as": "failed", "closed_because": "x", "closed_at": NOW}), by="not born closed")
    refuses(*insert({**row, "employer_id": world.southmouth.pk}), by="never placed with this employer")
    for column in ("programme_year_id", "rate_pence", "amount_pence", "grant_year_id", "batch_id"):
        refuses(*insert({**row, column: None}), by="null value" if column != "batch_id" else "cannot be added")
    for column in ("slot_id", "payee_id", "registration_id"):
        refuses(*insert({**row, column: None}), by="")
    raw.execute(*insert(row))  # and the right one goes in


def _row(line: Line) -> dict[str, object]:
    return {field.column: getattr(line, field.attname) for field in Line._meta.concrete_fields}


def insert(row: dict[str, object]) -> tuple[str, list[object]]:
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    return f"INSERT INTO payments_line ({names}) VALUES ({marks})", list(row.values())


def test_a_slot_paid_elsewhere_takes_no_line(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    line, _ = _draft_beside(world)
    row = {k: v for k, v in _row(line).items() if k != "id"}
    paid = (
        "UPDATE payments_entitlement SET paid_elsewhere_source = 'SfC', paid_elsewhere_reference = '77' WHERE id = %s"
    )
    refuses(paid, [line.slot_id], by="line_slot_is_open")
    raw.execute("DELETE FROM payments_line WHERE id = %s", [line.pk])
    raw.execute(paid, [line.slot_id])
    refuses(*insert(row), by="line_slot_is_open")
    again = "UPDATE payments_entitlement SET paid_elsewhere_source = '', paid_elsewhere_reference = '' WHERE id = %s"
    refuses(again, [line.slot_id], by="paid elsewhere stays so")


def test_a_line_is_of_its_own_person_year_and_outcome(world: Cast, refuses: Refuses) -> None:
    other = make.registered(world, now=NOW, number=1, at="southmouth")
    batch = make.draft(world, now=NOW)
    line = batch.lines.get(employer=world.northshire)
    theirs = batch.lines.get(employer=world.southmouth)
    draft = Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    refuses(*clone(line, batch_id=draft.pk, slot_id=theirs.slot_id), by="another person")
    refuses(*clone(line, batch_id=draft.pk, registration_id=other.pk), by="another person")
    refuses(*clone(line, batch_id=draft.pk, payee_id=theirs.payee_id, slot_id=line.slot_id), by="line_")
    refuses(
        *clone(
            line, batch_id=draft.pk, reason="completed", milestone="completion", outcome_id=999, outcome_result="pass"
        ),
        by="line_",
    )


def test_an_unverified_payee_is_not_paid(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    line, other = _draft_beside(world)
    raw.execute("DELETE FROM payments_line WHERE id = %s", [line.pk])
    proposed = payees.propose(world.northshire, "VN99999", by=world.omar, now=NOW)
    row = {k: v for k, v in _row(line).items() if k != "id"} | {"batch_id": other.pk}
    refuses(*insert({**row, "payee_id": proposed.pk}), by="line_payee_is_verified")
    verify = """
        UPDATE payments_payee SET verified_by_id = %s, verified_human_id = %s, verified_at = now(),
            called_back_on = '2026-09-14', called_back_note = 'x', called_person_id = %s, spoke_to = 'Head of finance',
            used_from = '2100-01-01' WHERE id = %s
    """
    omar, priya, amira = world.omar, world.priya, world.amira.pk
    refuses(verify, [omar.pk, omar.human_id, amira, proposed.pk], by="nobody verifies what they proposed")
    refuses(verify, [omar.pk, priya.human_id, amira, proposed.pk], by="nobody verifies what they proposed")
    refuses(verify, [priya.pk, priya.human_id, amira, proposed.pk], by="payee_one_in_use")
    half = "verified_at = now(), spoke_to = 'x', called_person_id = %s, used_from = '2100-01-01'"
    refuses(f"UPDATE payments_payee SET {half} WHERE id = %s", [amira, proposed.pk], by="payee_verified_with")
    refuses(
        "UPDATE payments_payee SET vendor_number = 'VN66666' WHERE id = %s", [line.payee_id], by="cannot be changed"
    )
    refuses("DELETE FROM payments_payee", by="append-only")
    make.verified(proposed, world, now=NOW)
    refuses(*insert(row), by="no longer in use")
    assert Payee.objects.filter(employer=world.northshire, ended_at__isnull=True).count() == 1


def test_a_submitted_batch_is_frozen(world: Cast, refuses: Refuses) -> None:
    make.registered(world, now=NOW, number=1)
    batch = make.submitted(world, now=NOW)
    line, other = batch.lines.all()[:2]
    refuses(*clone(line), by="cannot be added")
    refuses("DELETE FROM payments_line WHERE id = %s", [line.pk], by="cannot be added to or taken out")
    for change in (
        "amount_pence = 1",
        "employer_id = employer_id + 1",
        "payee_id = payee_id + 1",
        "sentence = 'x'",
        f"slot_id = {other.slot_id}",
        "batch_id = batch_id + 1",
        "closed_as = 'failed', closed_because = 'x', closed_at = now()",
    ):
        refuses(f"UPDATE payments_line SET {change} WHERE id = %s", [line.pk], by="line")
    for change in ("sum_pence = 5", "line_count = 1", f"content_sha256 = '{'0' * 64}'", "submitted_at = now()"):
        refuses(f"UPDATE payments_batch SET {change}", by="cannot")
    refuses("UPDATE payments_batch SET period = '2026-10'", by="cannot go from submitted to submitted")
    refuses("TRUNCATE payments_line CASCADE", by="append-only")
    refuses("DELETE FROM payments_batch", by="append-only")


APPROVE = """
    UPDATE payments_batch SET state = 'approved', approved_by_id = %s, approved_human_id = %s, approved_at = now(),
        approved_hand = %s
"""
HAND = "INSERT INTO payments_batchhand (batch_id, human_id, user_id, hand, at) VALUES (%s, %s, %s, 'approver', now())"


def test_nobody_approves_their_own(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    batch = make.submitted(world, now=NOW)
    omar, priya = world.omar, world.priya
    refuses(HAND, [batch.pk, omar.human_id, omar.pk], by="hand_one_each")
    refuses(HAND, [batch.pk, priya.human_id, omar.pk], by="not that person's")
    refuses(APPROVE, [omar.pk, omar.human_id, "approver"], by="nobody approves what they made")
    refuses(APPROVE, [omar.pk, omar.human_id, "maker"], by="")
    refuses(APPROVE, [priya.pk, priya.human_id, "approver"], by="batch_approver_has_the_hand")
    refuses(APPROVE, [priya.pk, priya.human_id, "maker"], by="batch_approved_by_approver_hand")
    refuses("UPDATE payments_batchhand SET hand = 'approver'", by="append-only")
    refuses("DELETE FROM payments_batchhand", by="append-only")
    refuses("UPDATE payments_batch SET state = 'approved'", by="batch_approved_with_its_facts")
    refuses(
        "INSERT INTO payments_batch (state, version, period, file_version, prepared_at, content_sha256, approved_hand,"
        " cancelled_because) VALUES ('approved', 1, '2026-09', 1, now(), '', 'approver', '')",
        by="begins as a draft",
    )
    raw.execute(HAND, [batch.pk, priya.human_id, priya.pk])
    refuses(APPROVE, [omar.pk, priya.human_id, "approver"], by="another person than the hand says")
    raw.execute(APPROVE, [priya.pk, priya.human_id, "approver"])
    refuses("UPDATE payments_batch SET approved_by_id = %s", [omar.pk], by="an approved batch can only be handed over")


END_PAYEE = "UPDATE payments_payee SET ended_at = now() WHERE id = %s"
SUBMIT = """
    UPDATE payments_batch SET state = 'submitted', line_count = 1, sum_pence = 100000,
        content_sha256 = repeat('0', 64), submitted_by_id = %s, submitted_at = now() WHERE id = %s
"""


def test_no_batch_goes_on_to_a_payee_that_has_ended(
    world: Cast, refuses: Refuses, raw: psycopg.Connection, owner_sql: psycopg.Connection
) -> None:
    """Behind the wall that keeps a payee from ending while its lines are in a live batch: that is taken away."""
    make.registered(world, now=NOW, number=1, at="southmouth")
    batch = make.draft(world, now=NOW)
    theirs = batch.lines.get(employer=world.southmouth)
    batches.hold_line(theirs, "In the next one.", by=world.omar, now=NOW)
    later = make.preparing.prepare_month(NOW + timedelta(days=20))
    assert later is not None
    raw.execute(SUBMIT, [world.omar.pk, later.pk])
    for payee in (theirs.payee_id, batch.lines.get().payee_id):
        refuses(END_PAYEE, [payee], by="in a live batch")
    owner_sql.execute("ALTER TABLE payments_payee DISABLE TRIGGER zz_stays")
    try:
        raw.execute(END_PAYEE, [theirs.payee_id])
        raw.execute(END_PAYEE, [batch.lines.get().payee_id])
    finally:
        owner_sql.execute("ALTER TABLE payments_payee ENABLE TRIGGER zz_stays")
    refuses(SUBMIT, [world.omar.pk, batch.pk], by="payee details of a line are no longer in use")
    raw.execute(HAND, [later.pk, world.priya.human_id, world.priya.pk])
    approve = f"{APPROVE} WHERE id = {later.pk}"
    refuses(approve, [world.priya.pk, world.priya.human_id, "approver"], by="payee details of a line are no longer")


def test_only_the_approved_bytes_are_the_file(world: Cast, refuses: Refuses) -> None:
    batch = make.approved(world, now=NOW)
    file = """
        INSERT INTO payments_payerfile (batch_id, name, content, sha256, line_count, sum_pence, written_at)
        VALUES (%s, 'x.csv', %s, %s, %s, %s, now())
    """
    refuses(file, [batch.pk, b"forged", batch.content_sha256, 1, 100_000], by="not what was approved")
    refuses(
        file,
        [batch.pk, b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1, 100_000],
        by="not what",
    )
    refuses(
        "UPDATE payments_batch SET handed_over_by_id = prepared_by_id, handed_over_at = now()",
        by="no file to hand over",
    )
    make.files.write_pending(NOW)
    refuses("UPDATE payments_payerfile SET content = 'x'", by="append-only")
    refuses("DELETE FROM payments_payerfile", by="append-only")


def test_the_ledger_never_changes(world: Cast, refuses: Refuses) -> None:
    make.confirmed(world, now=NOW)
    for table in ("ledgerentry", "seal", "payerresponse", "responserow", "payerfile", "batchhand", "hold"):
        refuses(f"TRUNCATE payments_{table} CASCADE", by="append-only")
    for table in ("ledgerentry", "seal", "payerresponse", "responserow", "payerfile", "batchhand"):
        refuses(f"DELETE FROM payments_{table}", by="append-only")
    refuses("UPDATE payments_ledgerentry SET pence = pence + 1", by="append-only")
    again = """
        INSERT INTO payments_ledgerentry SELECT (jsonb_populate_record(e, %s)).*
        FROM payments_ledgerentry e WHERE e.event = 'sent'
    """
    refuses(again, [Jsonb(ENTRY)], by="entry_once")
    refuses(again, [Jsonb({**ENTRY, "event": "paid"})], by="entry_once")
    mirrored = {**ENTRY, "event": "sent_reversed"}
    refuses(again, [Jsonb(mirrored)], by="entry_reversal_names_what")
    entry = LedgerEntry.objects.get(event="sent")
    back = {**mirrored, "reverses_id": str(entry.pk), "debit": entry.credit, "credit": entry.debit}
    refuses(again, [Jsonb({**back, "debit": "paid"})], by="a reversal mirrors")
    refuses(again, [Jsonb({**back, "pence": 1})], by="a reversal mirrors")
    refuses(again, [Jsonb({**ENTRY, "event": "other"})], by="entry_reversal_names_what")


def test_an_entry_moves_money_between_the_accounts_of_its_line(world: Cast, refuses: Refuses) -> None:
    """Each event once more, for a line that has none of them yet: its own accounts alone are taken."""
    make.registered(world, now=NOW, number=1)
    make.grant_year(2025)
    batch = make.released(world, now=NOW)
    line = batch.lines.first()
    entry = """
        INSERT INTO payments_ledgerentry (id, seal_id, batch_id, line_id, grant_year_id, event, debit, credit, pence,
            happened_on, entered_at) SELECT %s, e.seal_id, e.batch_id, e.line_id,
            (SELECT id FROM payments_grantyear WHERE code = %s), 'paid', %s, %s, e.pence, e.happened_on, e.entered_at
        FROM payments_ledgerentry e WHERE e.line_id = %s
    """
    own, theirs = (f"owed_to_employer:{employer.pk}" for employer in (world.northshire, world.southmouth))
    for year, debit, credit in (
        ("2026-27", theirs, "paid"),
        ("2026-27", "paid", own),
        ("2026-27", own, "grant_budget:2026-27"),
        ("2026-27", own, "elsewhere"),
        ("2025-26", own, "paid"),
    ):
        refuses(entry, [ENTRY["id"], year, debit, credit, line.pk], by="between the accounts of its line")


def test_a_line_is_closed_by_the_payers_own_answer(world: Cast, refuses: Refuses) -> None:
    batch = make.confirmed(world, now=NOW)
    close = "UPDATE payments_line SET closed_as = %s, closed_because = 'x', closed_at = now() WHERE id = %s"
    line = batch.lines.get()
    refuses(close, ["failed", line.pk], by="not said that this line was rejected")
    refuses(close, ["returned", line.pk], by="not said that this line was returned")
    refuses(close, ["cancelled", line.pk], by="a line of a batch that is approved cannot be closed as cancelled")
    content = make.response((line, "returned", "Account closed"), on=NOW.date())
    make.responses.import_file(content, by=world.omar, now=NOW + timedelta(hours=2))
    line.refresh_from_db()
    assert line.closed_as == "returned"


def test_a_response_is_about_what_was_sent(world: Cast, refuses: Refuses) -> None:
    make.registered(world, now=NOW, number=1)
    batch = make.confirmed(world, now=NOW)
    line = batch.lines.first()
    row = """
        INSERT INTO payments_responserow (response_id, batch_id, line_id, result, because, amount_pence, happened_on)
        SELECT id, batch_id, %s, %s, %s, %s, '2026-09-14' FROM payments_payerresponse
    """
    refuses(row, [line.pk, "paid", "", 100_000], by="response_once")
    refuses(row, [line.pk, "rejected", "No such account", 100_000], by="response_paid_or_rejected")
    refuses(row, [line.pk, "returned", "Account closed", 5], by="row_amount_is_the_lines")
    refuses(row, [line.pk, "returned", "", 100_000], by="response_not_paid_has_reason")


def test_two_records_of_one_person_are_paid_once(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    """Merged after the first payment: the other record's registration can never be paid for the same milestone."""
    twin = make_registrations.registered(
        world.southmouth, by=world.cora, caseworker=world.erin, assessor=world.cal, now=NOW, number=1
    )
    batch = make.draft(world, now=NOW)
    theirs, mine = batch.lines.get(registration=twin), batch.lines.exclude(registration=twin).get()
    batches.hold_line(theirs, "Is this the same person?", by=world.omar, now=NOW)
    twin.nqsw.merged_into = mine.registration.nqsw
    twin.nqsw.save(update_fields=["merged_into"])
    row = {k: v for k, v in _row(theirs).items() if k != "id"}
    refuses(*insert(row), by="paid under another record")
    refuses(
        "INSERT INTO payments_entitlement (person_id, milestone, paid_elsewhere_source, paid_elsewhere_reference)"
        " VALUES (%s, 'completion', '', '')",
        [twin.nqsw_id],
        by="surviving person",
    )
    assert make.preparing.prepare_month(NOW + timedelta(days=40)) is None
    assert Entitlement.objects.count() == 2
