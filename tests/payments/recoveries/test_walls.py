"""What the database itself refuses of recoveries, to the application's role and to the owner of the tables."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from accounts.models import User
from payments.models import Batch, Line, Recovery
from payments.services import recoveries, recovering
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.built_once import built_once
from tests.payments.test_walls import ENTRY, clone

Refuses = Callable[..., None]
LATER = NOW + timedelta(days=30)
TWO = {"id": 900_002, "reference": "L0000000000000000002"}
CLOSE = "UPDATE payments_line SET closed_as = %s, closed_because = 'x', closed_at = now() WHERE id = %s"
APPROVE = """
    UPDATE payments_recovery SET approved_by_id = %s, approved_human_id = %s, approved_at = now() WHERE id = %s
"""
STOP = """
    UPDATE payments_recovery SET stopped_as = %s, stopped_by_id = %s, stopped_at = now(), stopped_because = 'x'
    WHERE id = %s
"""
INVOICE = """
    UPDATE payments_recovery SET invoice_reference = 'INV1', invoiced_on = '2026-09-14',
        invoiced_by_id = proposed_by_id, invoiced_at = now() WHERE id = %s
"""
ASK = """
    UPDATE payments_recovery SET write_off_asked_by_id = %s, write_off_human_id = %s, write_off_asked_at = now(),
        write_off_because = 'x' WHERE id = %s
"""
WRITE_OFF = """
    UPDATE payments_recovery SET written_off_by_id = %s, written_off_human_id = %s, written_off_at = now(),
        written_off_pence = %s WHERE id = %s
"""
ASK_BACK = """
    INSERT INTO payments_partreversal (part_id, because, asked_by_id, asked_human_id, asked_at, refused_because)
    VALUES (%s, %s, %s, %s, now(), '')
"""
REFUSE_BACK = """
    UPDATE payments_partreversal SET refused_by_id = %s, refused_at = now(), refused_because = 'x' WHERE id = %s
"""
TAKE_BACK = """
    INSERT INTO payments_recoverypart
        (recovery_id, number, amount_pence, received_on, recorded_by_id, recorded_at, reversal_id)
    VALUES (%s, %s, %s, '2026-09-14', %s, now(), %s)
"""
PART = """
    INSERT INTO payments_recoverypart (recovery_id, number, amount_pence, received_on, recorded_by_id, recorded_at)
    VALUES (%s, %s, %s, %s, %s, now())
"""


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
def paid(cast: Cast, registration: Registration) -> Line:
    """Northshire's first payment, confirmed; another of theirs stands in the same batch."""
    make.registered(cast, now=NOW, number=1)
    return make.confirmed(cast, now=NOW).lines.order_by("id").first()


def row_of(line: Line, user: User, **changed: object) -> tuple[str, list[object]]:
    row = {
        "line_id": line.pk,
        "amount_pence": line.amount_pence,
        "cause": "judgement",
        "reason": "So.",
        "proposed_by_id": user.pk,
        "proposed_human_id": user.human_id,
        "proposed_at": NOW,
        "stopped_because": "",
        "invoice_reference": "",
        "write_off_because": "",
        **changed,
    }
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    return f"INSERT INTO payments_recovery ({names}) VALUES ({marks})", list(row.values())


def test_a_recovery_begins_as_a_proposal_of_what_was_paid(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    omar, priya = cast.omar, cast.priya
    for pence in (0, -1):
        refuses(*row_of(paid, omar, amount_pence=pence), by="recovery_positive")
    refuses(*row_of(paid, omar, amount_pence=100_001), by="more would be recovered than was paid")
    refuses(*row_of(paid, omar, reason=""), by="recovery_has_reason")
    refuses(*row_of(paid, omar, proposed_human_id=priya.human_id), by="the proposal is not that person's")
    already = {"approved_by_id": priya.pk, "approved_human_id": priya.human_id, "approved_at": NOW}
    refuses(*row_of(paid, omar, **already), by="a recovery begins as a proposal")
    stopped = {"stopped_as": "withdrawn", "stopped_by_id": omar.pk, "stopped_at": NOW, "stopped_because": "x"}
    refuses(*row_of(paid, omar, **stopped), by="a recovery begins as a proposal")
    raw.execute(*row_of(paid, omar, amount_pence=60_000))
    refuses(*row_of(paid, omar, amount_pence=40_001), by="more would be recovered than was paid")
    raw.execute(*row_of(paid, omar, amount_pence=40_000))
    refuses(*row_of(paid, omar, amount_pence=1), by="more would be recovered than was paid")
    make.registered(cast, now=NOW, number=2)
    unpaid = make.released(cast, now=NOW).lines.get()
    refuses(*row_of(unpaid, omar), by="only what was paid can be recovered")


def test_two_people_approve(cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection) -> None:
    omar, priya = cast.omar, cast.priya
    one = back.proposed(paid, cast, now=NOW)
    refuses(APPROVE, [omar.pk, omar.human_id, one.pk], by="")
    refuses(APPROVE, [omar.pk, priya.human_id, one.pk], by="nobody approves what they proposed")
    refuses(APPROVE, [priya.pk, omar.human_id, one.pk], by="")
    refuses("UPDATE payments_recovery SET approved_by_id = proposed_by_id", by="recovery_approved_with_its_facts")
    User.objects.filter(pk=priya.pk).update(human=omar.human_id)  # they turn out to be one person
    refuses(APPROVE, [priya.pk, omar.human_id, one.pk], by="")
    User.objects.filter(pk=priya.pk).update(human=priya.human_id)
    User.objects.filter(pk=omar.pk).update(human=priya.human_id)  # or the other way round
    refuses(APPROVE, [priya.pk, priya.human_id, one.pk], by="nobody approves what they proposed")
    User.objects.filter(pk=omar.pk).update(human=omar.human_id)
    raw.execute(APPROVE, [priya.pk, priya.human_id, one.pk])
    refuses(APPROVE, [priya.pk, priya.human_id, one.pk], by="what was decided of a recovery cannot be changed")


def test_the_constraint_alone_tells_the_two_apart(cast: Cast, paid: Line, bootstrap_sql: psycopg.Connection) -> None:
    """Were the trigger gone, the same human would still be refused."""
    one = back.proposed(paid, cast, now=NOW)
    bootstrap_sql.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.errors.CheckViolation, match="recovery_two_people"):
        bootstrap_sql.execute(APPROVE, [cast.omar.pk, cast.omar.human_id, one.pk])


def test_what_was_decided_stays(cast: Cast, paid: Line, refuses: Refuses) -> None:
    one = back.invoiced(paid, cast, now=NOW)
    for change in (
        "amount_pence = amount_pence - 1",
        "line_id = (SELECT max(id) FROM payments_line)",
        "cause = 'withdrawn'",
        "reason = 'Other.'",
        "proposed_at = now()",
        "invoice_reference = 'INV2'",
        "invoiced_on = '2026-09-15'",
        "approved_at = now()",
    ):
        refuses(f"UPDATE payments_recovery SET {change}", by="cannot be changed")
    refuses("DELETE FROM payments_recovery", by="append-only")
    refuses("TRUNCATE payments_recovery CASCADE", by="append-only")
    refuses(STOP, ["called_off", cast.priya.pk, one.pk], by="recovery_stopped_with_reason")


def test_it_is_stopped_in_its_time_and_for_good(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    one = back.proposed(paid, cast, now=NOW, pence=1)
    refuses(STOP, ["called_off", cast.priya.pk, one.pk], by="recovery_stopped_in_its_time")
    refuses("UPDATE payments_recovery SET stopped_as = 'declined'", by="recovery_stopped_with_reason")
    refuses(INVOICE, [one.pk], by="recovery_invoiced_with_its_facts")
    raw.execute(STOP, ["declined", cast.priya.pk, one.pk])
    refuses(APPROVE, [cast.priya.pk, cast.priya.human_id, one.pk], by="a recovery that has ended cannot be changed")
    two = back.approved(paid, cast, now=NOW, pence=1)
    refuses(STOP, ["declined", cast.priya.pk, two.pk], by="recovery_stopped_in_its_time")
    refuses(STOP, ["called_off", cast.omar.pk, two.pk], by="nobody calls off what they proposed")
    raw.execute(STOP, ["called_off", cast.priya.pk, two.pk])


def test_parts_are_of_an_invoice_and_never_more(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    one = back.approved(paid, cast, now=NOW, pence=50_000)
    refuses(PART, [one.pk, 1, 1, NOW.date(), cast.omar.pk], by="only what an invoice asks for")
    raw.execute(INVOICE, [one.pk])
    refuses(PART, [one.pk, 1, 0, NOW.date(), cast.omar.pk], by="part_signed")
    refuses(PART, [one.pk, 1, 50_001, NOW.date(), cast.omar.pk], by="more would come back than was asked for")
    refuses(PART, [one.pk, 2, 1, NOW.date(), cast.omar.pk], by="parts are numbered in order")
    refuses(PART, [one.pk, 1, 1, NOW.date() - timedelta(days=1), cast.omar.pk], by="only what an invoice asks for")
    raw.execute(PART, [one.pk, 1, 30_000, NOW.date(), cast.omar.pk])
    refuses(PART, [one.pk, 2, 20_001, NOW.date(), cast.omar.pk], by="more would come back than was asked for")
    refuses("UPDATE payments_recoverypart SET amount_pence = 1", by="append-only")
    refuses("DELETE FROM payments_recoverypart", by="append-only")
    refuses("TRUNCATE payments_recoverypart CASCADE", by="append-only")


def test_what_was_received_is_taken_back_once_and_by_two(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    omar, priya = cast.omar, cast.priya
    one, two = (back.invoiced(paid, cast, now=NOW, pence=pence) for pence in (50_000, 50_000))
    wrong = back.received(one, cast, 30_000, now=NOW).parts.get()
    other = back.received(two, cast, 30_000, now=NOW).parts.get()
    as_omar = [omar.pk, omar.human_id]
    refuses(ASK_BACK, [wrong.pk, "", *as_omar], by="reversal_has_reason")
    refuses(ASK_BACK, [wrong.pk, "x", omar.pk, priya.human_id], by="somebody asks for a reversal first")
    born = ASK_BACK.replace(", '')", ", 'x')").replace("refused_because", "refused_at, refused_by_id, refused_because")
    born = born.replace("now(), 'x'", f"now(), now(), {priya.pk}, 'x'")
    refuses(born, [wrong.pk, "x", *as_omar], by="somebody asks for a reversal first")
    refuses(ASK_BACK, [999_999, "x", *as_omar], by="only what was received on an open invoice")
    refuses(TAKE_BACK, [one.pk, 2, -30_000, priya.pk, 999_999], by="a reversal takes back the part")
    raw.execute(ASK_BACK, [wrong.pk, "x", *as_omar])
    asked = raw.execute("SELECT max(id) FROM payments_partreversal").fetchone()[0]
    refuses(ASK_BACK, [wrong.pk, "x", *as_omar], by="reversal_once")
    for change in ("because = 'y'", f"part_id = {other.pk}", "asked_at = now()"):
        refuses(f"UPDATE payments_partreversal SET {change}", by="a fact of payments_partreversal")
    refuses("UPDATE payments_partreversal SET refused_at = now()", by="reversal_refused_with_reason")
    refuses("DELETE FROM payments_partreversal", by="append-only")
    refuses("TRUNCATE payments_partreversal CASCADE", by="append-only")
    for pence, by in ((30_000, "part_signed"), (-29_999, "the part that it"), (-30_001, "the part that it")):
        refuses(TAKE_BACK, [one.pk, 2, pence, priya.pk, asked], by="" if pence > 0 else by)
    refuses(TAKE_BACK, [one.pk, 2, -30_000, priya.pk, None], by="part_signed")
    refuses(TAKE_BACK, [two.pk, 2, -30_000, priya.pk, asked], by="the part that it was asked for")
    refuses(TAKE_BACK, [one.pk, 2, -30_000, omar.pk, asked], by="nobody takes back alone")
    User.objects.filter(pk=omar.pk).update(human=priya.human_id)  # they turn out to be one person
    refuses(TAKE_BACK, [one.pk, 2, -30_000, priya.pk, asked], by="nobody takes back alone")
    User.objects.filter(pk=omar.pk).update(human=omar.human_id)
    raw.execute(TAKE_BACK, [one.pk, 2, -30_000, priya.pk, asked])
    refuses(TAKE_BACK, [one.pk, 3, -30_000, priya.pk, asked], by="")
    refuses(REFUSE_BACK, [priya.pk, asked], by="what was decided of a reversal")
    refuses(ASK_BACK, [wrong.pk, "x", *as_omar], by="reversal_once")
    reversal = raw.execute("SELECT max(id) FROM payments_recoverypart").fetchone()[0]
    refuses(ASK_BACK, [reversal, "x", *as_omar], by="only what was received on an open invoice")
    raw.execute(ASK_BACK, [other.pk, "x", *as_omar])
    second = raw.execute("SELECT max(id) FROM payments_partreversal").fetchone()[0]
    raw.execute(REFUSE_BACK, [priya.pk, second])
    refuses(TAKE_BACK, [two.pk, 2, -30_000, priya.pk, second], by="a reversal takes back the part")
    refuses(REFUSE_BACK, [priya.pk, second], by="what was decided of a reversal")
    raw.execute(ASK, [omar.pk, omar.human_id, two.pk])
    raw.execute(WRITE_OFF, [priya.pk, priya.human_id, 20_000, two.pk])
    refuses(ASK_BACK, [other.pk, "x", *as_omar], by="only what was received on an open invoice")


def test_a_recovered_line_stands_again_only_once_what_came_back_was_taken_back(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    opened = "UPDATE payments_line SET closed_as = NULL, closed_because = '', closed_at = NULL WHERE id = %s"
    wrong = back.received(back.invoiced(paid, cast, now=NOW), cast, 100_000, now=NOW).parts.get()
    refuses(opened, [paid.pk], by="a line that is recovered stays so")
    omar, priya = cast.omar, cast.priya
    raw.execute(ASK_BACK, [wrong.pk, "x", omar.pk, omar.human_id])
    asked = raw.execute("SELECT max(id) FROM payments_partreversal").fetchone()[0]
    raw.execute(TAKE_BACK, [wrong.recovery_id, 2, -100_000, priya.pk, asked])
    refuses(opened.replace("NULL WHERE", "NULL, sentence = 'x' WHERE"), [paid.pk], by="a line cannot be changed")
    refuses(CLOSE, ["returned", paid.pk], by="a line cannot be changed")
    again = """
        INSERT INTO payments_ledgerentry SELECT (jsonb_populate_record(e, %s)).*
        FROM payments_ledgerentry e WHERE e.event = 'received'
    """
    (part,) = raw.execute("SELECT max(id) FROM payments_recoverypart").fetchone()
    (entry,) = raw.execute("SELECT id::text FROM payments_ledgerentry WHERE event = 'received'").fetchone()
    debtor = f"owed_by_employer:{cast.northshire.pk}"
    mirrored = {**ENTRY, "event": "received_reversed", "debit": debtor, "credit": "paid", "reverses_id": entry}
    mirrored["part_id"] = part
    for change, by in (
        ({"reverses_id": None}, "entry_reversal_names_what"),
        ({"part_id": wrong.pk}, "a reversal mirrors the entry it reverses"),
        ({"pence": 99_999}, "a reversal mirrors the entry it reverses"),
        ({"debit": "paid", "credit": debtor}, "a reversal mirrors the entry it reverses"),
        ({"part_id": None}, ""),
        ({"event": "paid_reversed"}, ""),
    ):
        refuses(again, [Jsonb({**mirrored, **change})], by=by)
    raw.execute(again, [Jsonb(mirrored)])
    raw.execute(opened, [paid.pk])
    refuses(CLOSE, ["recovered", paid.pk], by="recovered only when all of it is")


def test_nobody_writes_off_alone(cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection) -> None:
    omar, priya = cast.omar, cast.priya
    one = back.approved(paid, cast, now=NOW)
    refuses(ASK, [omar.pk, omar.human_id, one.pk], by="recovery_write_off_asked_with_reason")
    raw.execute(INVOICE, [one.pk])
    raw.execute(PART, [one.pk, 1, 30_000, NOW.date(), omar.pk])
    refuses(WRITE_OFF, [priya.pk, priya.human_id, 70_000, one.pk], by="recovery_written_off_by_two")
    refuses(ASK, [omar.pk, priya.human_id, one.pk], by="the request is not that person's")
    raw.execute(ASK, [omar.pk, omar.human_id, one.pk])
    refuses(WRITE_OFF, [omar.pk, omar.human_id, 70_000, one.pk], by="nobody writes off alone")
    refuses(WRITE_OFF, [omar.pk, priya.human_id, 70_000, one.pk], by="nobody writes off alone")
    refuses(WRITE_OFF, [priya.pk, priya.human_id, 69_999, one.pk], by="what is written off is what has not come back")
    refuses(WRITE_OFF, [priya.pk, priya.human_id, 0, one.pk], by="")
    swapped = WRITE_OFF.replace("WHERE", ", write_off_asked_by_id = %s, write_off_human_id = %s WHERE")
    refuses(swapped, [omar.pk, omar.human_id, 70_000, priya.pk, priya.human_id, one.pk], by="nobody writes off alone")
    raw.execute(WRITE_OFF, [priya.pk, priya.human_id, 70_000, one.pk])
    refuses(PART, [one.pk, 2, 1, NOW.date(), omar.pk], by="only what an invoice asks for")
    refuses("UPDATE payments_recovery SET written_off_pence = 1", by="has ended")


def test_the_same_human_never_writes_off_were_the_trigger_gone(
    cast: Cast, paid: Line, bootstrap_sql: psycopg.Connection
) -> None:
    one = back.invoiced(paid, cast, now=NOW)
    recovering.ask_write_off(one, "Gone.", by=cast.omar, now=NOW)
    bootstrap_sql.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.errors.CheckViolation, match="recovery_written_off_by_two"):
        bootstrap_sql.execute(WRITE_OFF, [cast.omar.pk, cast.omar.human_id, 100_000, one.pk])


def test_a_line_takes_back_as_was_decided(cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection) -> None:
    other = paid.batch.lines.exclude(pk=paid.pk).get()
    proposed = back.proposed(paid, cast, now=NOW, pence=50_000)
    draft = Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    off = {"batch_id": draft.pk, "kind": "recovery", "recovers_id": paid.pk, "amount_pence": 50_000}
    refuses(*clone(paid, **off), by="only an approved recovery")
    refuses(*clone(paid, **off, recovery_id=proposed.pk), by="only an approved recovery is taken off")
    recoveries.approve(proposed, by=cast.priya, now=NOW)
    off["recovery_id"] = proposed.pk
    refuses(*clone(paid, **off | {"amount_pence": 50_001}), by="line_recovers_as_decided")
    refuses(*clone(other, **off | {"recovers_id": other.pk}), by="line_recovers_as_decided")
    refuses(*clone(other, **off), by="a recovery is of the employer and the year")
    refuses(*clone(paid, **off | {"recovery_id": None}), by="only an approved recovery")
    refuses(*clone(paid, **off | {"kind": "payment"}), by="line_")
    make.grant_year(2025)
    year = raw.execute("SELECT id FROM payments_grantyear WHERE code = '2025-26'").fetchone()[0]
    refuses(*clone(paid, **off | {"grant_year_id": year}), by="a recovery is of the employer and the year")
    raw.execute(*clone(paid, **off))
    refuses(*clone(paid, **off | TWO), by="line_one_offset")
    refuses(STOP, ["called_off", cast.priya.pk, proposed.pk], by="it is being taken off a payment")
    refuses(INVOICE, [proposed.pk], by="it is being taken off a payment")
    submit = """
        UPDATE payments_batch SET state = 'submitted', line_count = 1, sum_pence = -50000,
            content_sha256 = repeat('0', 64), submitted_by_id = %s, submitted_at = now() WHERE id = %s
    """
    refuses(submit, [cast.omar.pk, draft.pk], by="more would be taken off than an employer is paid")


def test_a_line_without_its_decision_is_none(cast: Cast, paid: Line, refuses: Refuses) -> None:
    """Also where no trigger looks: a payment names no recovery."""
    one = back.approved(paid, cast, now=NOW)
    make.registered(cast, now=NOW, number=2)
    draft = make.draft(cast, now=NOW)
    line = draft.lines.get()
    make.batches.hold_line(line, "So.", by=cast.omar, now=NOW)
    refuses(*clone(paid, batch_id=draft.pk, recovery_id=one.pk), by="line_")


def test_a_line_is_recovered_only_when_all_of_it_is(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    make.registered(cast, now=LATER, number=2)
    refuses(CLOSE, ["recovered", paid.pk], by="recovered only when all of it is")
    one, batch = back.offset(paid, cast, now=LATER, pence=60_000)
    refuses(CLOSE, ["recovered", paid.pk], by="recovered only when all of it is")
    refuses(CLOSE, ["returned", paid.pk], by="not said that this line was returned")
    sent = back.released(batch, cast, now=LATER)
    off, payment = batch.lines.get(kind="recovery"), batch.lines.get(kind="payment")
    back.answered(sent, cast, (payment, "paid", ""), (off, "paid", ""), now=LATER)
    refuses(CLOSE, ["recovered", paid.pk], by="recovered only when all of it is")
    two = back.invoiced(paid, cast, now=LATER, pence=40_000)
    refuses(CLOSE, ["recovered", paid.pk], by="recovered only when all of it is")
    back.received(two, cast, 40_000, now=LATER)
    assert Line.objects.get(pk=paid.pk).closed_as == "recovered"
    refuses(CLOSE, ["recovered", paid.pk], by="cannot be changed")
    refuses(CLOSE, ["failed", off.pk], by="not said that this line was rejected")
    refuses(*row_of(paid, cast.omar, amount_pence=1), by="only what was paid can be recovered")
    row = """
        INSERT INTO payments_responserow (response_id, batch_id, line_id, result, because, amount_pence, happened_on)
        SELECT response_id, batch_id, line_id, 'returned', 'x', amount_pence, happened_on
        FROM payments_responserow WHERE line_id = %s
    """
    refuses(row, [off.pk], by="a recovery is returned with all that it was taken off")
    assert Recovery.objects.count() == 2
    assert one.pk


def test_what_has_brought_a_payment_back_stays_were_the_payers_word_not_needed(
    cast: Cast, paid: Line, bootstrap_sql: psycopg.Connection
) -> None:
    make.registered(cast, now=LATER, number=2)
    _, batch = back.offset(paid, cast, now=LATER)
    sent = back.released(batch, cast, now=LATER)
    back.answered(sent, cast, *[(line, "paid", "") for line in batch.lines.all()], now=LATER)
    off = batch.lines.get(kind="recovery")
    both = "ALTER TABLE payments_line DISABLE TRIGGER zz_closes;" + CLOSE % ("'failed'", off.pk)
    with pytest.raises(psycopg.Error, match="what this recovers is closed as recovered"), bootstrap_sql.transaction():
        bootstrap_sql.execute(both)


def test_what_is_asked_back_is_not_returned(cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection) -> None:
    back.proposed(paid, cast, now=NOW)
    raw.execute(
        """
        INSERT INTO payments_responserow (response_id, batch_id, line_id, result, because, amount_pence, happened_on)
        SELECT response_id, batch_id, line_id, 'returned', 'x', amount_pence, happened_on
        FROM payments_responserow WHERE line_id = %s
        """,
        [paid.pk],
    )
    refuses(CLOSE, ["returned", paid.pk], by="this payment is being recovered")


def test_an_entry_of_a_recovery_is_what_was_decided_of_it(
    cast: Cast, paid: Line, refuses: Refuses, raw: psycopg.Connection
) -> None:
    one = back.invoiced(paid, cast, now=NOW)
    back.received(one, cast, 30_000, now=NOW)
    again = """
        INSERT INTO payments_ledgerentry SELECT (jsonb_populate_record(e, %s)).*
        FROM payments_ledgerentry e WHERE e.event = %s
    """
    refuses(again, [Jsonb(ENTRY), "invoiced"], by="entry_once_of_recovery")
    refuses(again, [Jsonb(ENTRY), "received"], by="entry_once_of_recovery")
    refuses(again, [Jsonb({**ENTRY, "part_id": None}), "received"], by="entry_of_line_or_recovery")
    refuses(again, [Jsonb({**ENTRY, "line_id": paid.pk}), "invoiced"], by="entry_of_line_or_recovery")
    refuses(again, [Jsonb({**ENTRY, "recovery_id": None}), "invoiced"], by="entry_of_line_or_recovery")
    budget, debtor = "grant_budget:2026-27", f"owed_by_employer:{cast.northshire.pk}"
    given_up = {**ENTRY, "event": "written_off", "debit": budget, "credit": debtor}
    refuses(again, [Jsonb(given_up), "invoiced"], by="what was decided of it")
    refuses(again, [Jsonb({**given_up, "debit": debtor, "credit": budget}), "invoiced"], by="between the accounts")
    recovering.ask_write_off(one, "Gone.", by=cast.omar, now=NOW)
    raw.execute(WRITE_OFF, [cast.priya.pk, cast.priya.human_id, 70_000, one.pk])
    refuses(again, [Jsonb({**given_up, "pence": 69_999}), "invoiced"], by="what was decided of it")
    elsewhere = Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    refuses(again, [Jsonb({**given_up, "pence": 70_000, "batch_id": elsewhere.pk}), "invoiced"], by="")
    raw.execute(again, [Jsonb({**given_up, "pence": 70_000}), "invoiced"])
