"""Impossible lines: each with the wall that alone keeps it out."""

from tests.payments.walls.attempt import add, run
from tests.payments.walls.batches import CANCEL, DAY_BEFORE, SHARES_THE_NUMBER
from tests.payments.walls.recoveries import APPROVE, APPROVED, STOP

CLOSE = "UPDATE payments_line SET closed_at = now(), closed_because = 'x', closed_as = "
OPEN = """
    UPDATE payments_line SET closed_as = NULL, closed_because = '', closed_at = NULL WHERE id = {recovered_line}
"""
FROZEN = "payments_line_frozen: "
PERSON = "payments_line_person: "
CAP = "payments_recovery_cap: "
READY = "payments_line_payee_ready: "
WAITS = "payments_payee_waits: "
EARLY = {"made_at": DAY_BEFORE}
MERGED = {  # of what was paid to the record that is another's by now
    "recovers_id": "{merged_line}", "registration_id": "{merged_registration}", "amount_pence": 10_000,
    "recovery_id": "{merged_recovery}",
}  # fmt: skip
SENT_IS_ASKED_BACK = f"""
    INSERT INTO payments_recovery SELECT (jsonb_populate_record(r, jsonb_build_object(
        'id', 900, 'line_id', {{sent_line}}, 'amount_pence', 10000))).*
        FROM payments_recovery r WHERE id = {{proposed_recovery}};
    {APPROVE} WHERE id = 900
"""
IT_IS_TAKEN_OFF = """
    INSERT INTO payments_line SELECT (jsonb_populate_record(l, jsonb_build_object(
        'id', 900, 'reference', 'L0000000000000000009', 'kind', 'recovery', 'batch_id', {draft}, 'recovery_id', 900,
        'recovers_id', l.id, 'amount_pence', 10000))).*
        FROM payments_line l WHERE id = {sent_line}
"""

LINES = [
    add("payments_line.line_amount_is_the_rate", "free", amount_pence=99_999),
    add("payments_line.line_amount_is_the_rate", "free", recovers_id="{recovered_line}", slot_id="{recovered_slot}",
        registration_id="{recovered_registration}"),
    add("payments_line.line_amount_referable", "row", amount_pence=5),
    run("payments_line.line_closed_with_reason", "UPDATE payments_line SET closed_as = 'cancelled', closed_at = now() "
        "WHERE id = {draft_line}", f"{CANCEL} WHERE id = {{draft}}"),
    add("payments_line.line_explained", "free", sentence=""),
    add("payments_line.line_follows_its_slot", "free", follows_id="{paid_line}"),
    add("payments_line.line_of_slot", "free", follows_id="{paid_line}"),
    add("payments_line.line_outcome_is_registrations", "completed", outcome_id="{other_outcome}"),
    add("payments_line.line_payee_is_verified", "free", payee_id="{own_proposed}"),
    add("payments_line.line_rate_is_the_years", "free", rate_pence=1_000_000, amount_pence=1_000_000),
    add("payments_line.line_reason_with_its_facts", "completed", reason="registered"),
    add("payments_line.line_recovers_its_slot", "recovery", slot_id="{twin_slot}", **MERGED),
    add("payments_line.line_recovers_as_decided", "recovery", amount_pence=59_999),
    add("payments_line.line_recovers_as_decided", "recovery", recovery_id="{merged_recovery}"),
    add("payments_line.line_recovery_decided", "free", recovery_id="{approved_recovery}"),
    add("payments_line.line_one_offset", "recovery", ("recovery", {"reference": "L" + "8" * 19})),
    add("payments_line.line_reference_plain", "free", reference="x"),
    add("payments_line.line_slot_is_open", "advance", slot_id="{elsewhere}", registration_id="{returned_registration}"),
    add("payments_line.line_slot_open", "advance", slot_id="{elsewhere}", slot_open=False,
        registration_id="{returned_registration}"),
    add("payments_line.line_slot_open", "free", payee_id="{own_proposed}", payee_verified=False),
    add("payments_line.line_year_is_registrations", "free", programme_year_id="{other_year}"),
    add("payments_line.payments_line_pkey", "free", id="{paid_line}"),
    add("payments_line.payments_line_reference_key", "free", ("completed", {}), reference="L0000000000000000009"),
    add("payments_line.line_one_live", "free", ("free", {"reference": "L" + "8" * 19})),
    *[add(f"payments_line({column})", row, **{column: "{nobody}"}) for row, column in (
        ("free", "batch_id"), ("free", "employer_id"), ("free", "follows_id"), ("free", "grant_year_id"),
        ("free", "made_by_id"), ("completed", "outcome_id"), ("free", "payee_id"), ("free", "programme_year_id"),
        ("recovery", "recovers_id"), ("recovery", "recovery_id"), ("free", "registration_id"), ("free", "slot_id"))],
    add(f"{FROZEN}a line cannot be added to or taken out of a batch that is %", "free", batch_id="{submitted}"),
    run(f"{FROZEN}a line cannot be added to or taken out of a batch that is %",
        "DELETE FROM payments_line WHERE id = {submitted_line}"),
    add(f"{FROZEN}a line is not born closed", "free", closed_as="failed", closed_because="x",
        closed_at="2026-09-14T10:00:00Z"),
    run(f"{FROZEN}a line cannot be changed", "UPDATE payments_line SET sentence = 'x' WHERE id = {submitted_line}"),
    run(f"{FROZEN}a line of a batch that is % cannot be closed as %", f"{CLOSE} 'cancelled' WHERE id = {{sent_line}}"),
    run(f"{FROZEN}a line is recovered only when all of it is", f"{CLOSE} 'recovered' WHERE id = {{paid_line}}"),
    run(f"{FROZEN}a line that is recovered stays so", OPEN),
    run(f"{FROZEN}what was recovered has been made again since", OPEN, f"""
        SET LOCAL session_replication_role = replica;
        DELETE FROM payments_responserow WHERE line_id = {{recovery_line}};
        UPDATE registrations_nqsw SET merged_into_id = {{recovered_person}}
            WHERE id = (SELECT person_id FROM payments_entitlement WHERE id = {{free_slot}});
        INSERT INTO payments_line SELECT (jsonb_populate_record(l, jsonb_build_object(
            'id', 7009, 'reference', 'L{'6' * 19}', 'slot_id', {{free_slot}}, 'made_at', l.closed_at,
            'closed_as', NULL, 'closed_because', '', 'closed_at', NULL))).*
            FROM payments_line l WHERE id = {{recovered_line}};
        SET LOCAL session_replication_role = origin"""),
    add(f"{PERSON}the slot is another person''s", "free", slot_id="{twin_slot}"),
    add(f"{PERSON}the person was never placed with this employer", "free", employer_id="{southmouth}",
        payee_id="{southmouth_payee}"),
    add(f"{PERSON}the payee details are no longer in use", "free", payee_id="{ended_payee}"),
    add(f"{PERSON}this programme year pays nothing after a fail", "completed", outcome_id=2, outcome_result="fail"),
    add(f"{PERSON}this person has been paid under another record", "twin"),
    run(f"{CAP}only what was paid can be recovered", f"{SENT_IS_ASKED_BACK}; {IT_IS_TAKEN_OFF}"),
    add(f"{CAP}only an approved recovery is taken off a payment", "recovery", slot_id="{merged_slot}", **MERGED
        | {"recovery_id": "{proposed_recovery}"}),
    add(f"{CAP}only an approved recovery is taken off a payment", "recovery", slot_id="{merged_slot}", **MERGED
        | {"recovery_id": "{invoiced_recovery}"}),
    add(f"{CAP}only an approved recovery is taken off a payment", "recovery",
        f"{STOP} 'called_off', stopped_by_id = {{priya}}{APPROVED}"),
    add(f"{CAP}a recovery is of the employer and the year of what was paid", "recovery", grant_year_id="{last_year}"),
    add(f"{READY}%", "free", **EARLY),
    add(f"{WAITS}new vendor details are used from", "free", **EARLY),
    add(f"{WAITS}another employer has the same vendor number", "free", SHARES_THE_NUMBER),
    run("payments_line_asked_back: this payment is being recovered", f"{CLOSE} 'returned' WHERE id = {{paid_line}}",
        ("back", {})),
    run("payments_line_closes: the payer has not said that this line was %",
        f"{CLOSE} 'failed' WHERE id = {{paid_line}}"),
    run("payments_recovery_stays: what this recovers is closed as recovered",
        f"{CLOSE} 'failed' WHERE id = {{recovery_line}}"),
]  # fmt: skip
