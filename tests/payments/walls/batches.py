"""Impossible batches and hands: each with the wall that alone keeps it out."""

from tests.payments.walls.attempt import add, run

CANCEL = (
    "UPDATE payments_batch SET state = 'cancelled', cancelled_by_id = {omar}, cancelled_at = now(), "
    "cancelled_because = 'x'"
)
HAND_OVER = "UPDATE payments_batch SET handed_over_by_id = {omar}, handed_over_at = now()"
WHEN = "2026-09-14T12:00:00Z"  # the day from which the details of Northshire are used
DAY_BEFORE = "2026-09-13T12:00:00Z"
FACTS = f"submitted_by_id = {{omar}}, submitted_at = '{WHEN}'"
SUBMIT = f"UPDATE payments_batch SET state = 'submitted', {FACTS}, content_sha256 = repeat('0', 64)"
COUNTED = (
    "line_count = (SELECT count(*) FROM payments_line WHERE batch_id = {draft}), sum_pence = (SELECT sum(CASE kind "
    "WHEN 'payment' THEN amount_pence ELSE -amount_pence END) FROM payments_line WHERE batch_id = {draft})"
)
APPROVE = f"UPDATE payments_batch SET state = 'approved', approved_at = '{WHEN}'"
BY_PRIYA = ", approved_by_id = {priya}, approved_human_id = {priya_human}"
HER_HAND = ("hand", {"batch_id": "{submitted}", "human_id": "{priya_human}", "user_id": "{priya}", "hand": "approver"})
OMARS = [  # a batch that Omar alone made, without a maker's hand in it
    ("batch", {"id": 900, "prepared_by_id": None}),
    ("free", {"batch_id": 900, "made_by_id": None}),
    f"{SUBMIT}, line_count = 1, sum_pence = 100000 WHERE id = 900",
    ("hand", {"batch_id": 900, "human_id": "{omar_human}", "user_id": "{omar}", "hand": "approver"}),
]
MOVES = "payments_batch_moves: "
READY = "payments_batch_payees_ready: "
WAITS = "payments_payee_waits: "
SHARES_THE_NUMBER = ("verified", {"vendor_number": "VN80000"})  # another employer with the number of Northshire

BATCH = [
    add("payments_batch_begins: a batch begins as a draft", "batch", state="submitted", submitted_by_id="{omar}",
        submitted_at="2026-09-14T10:00:00Z", line_count=1, sum_pence=1, content_sha256="0" * 64),
    add("payments_batch.batch_approved_by_approver_hand", "batch", approved_hand="maker"),
    run("payments_batch.batch_approved_with_its_facts",
        "UPDATE payments_batch SET state = 'approved' WHERE id = {submitted}"),
    run("payments_batch.batch_approver_has_the_hand", f"{APPROVE}{BY_PRIYA} WHERE id = {{submitted}}"),
    run("payments_batchhand.hand_referable", f"{APPROVE}{BY_PRIYA} WHERE id = {{submitted}}"),
    run("payments_batch_approver: the approver is another person than the hand says",
        f"{APPROVE}, approved_by_id = {{omar}}, approved_human_id = {{priya_human}} WHERE id = {{submitted}}",
        HER_HAND),
    run("payments_batch.batch_cancelled_with_reason",
        "UPDATE payments_batch SET state = 'cancelled', cancelled_by_id = {omar}, cancelled_at = now() "
        "WHERE id = {draft}"),
    run("payments_batch.batch_frozen_when_submitted",
        f"UPDATE payments_batch SET state = 'submitted', {FACTS}, {COUNTED}, content_sha256 = 'x' "
        "WHERE id = {draft}"),
    run("payments_batch.batch_handed_over_once_approved",
        "UPDATE payments_batch SET handed_over_at = now() WHERE id = {ready}"),
    run("payments_batch(approved_by_id)",
        f"{APPROVE}, approved_by_id = {{nobody}}, approved_human_id = {{priya_human}} WHERE id = {{submitted}}",
        HER_HAND),
    run("payments_batch(approved_human_id)",
        f"{APPROVE}, approved_by_id = {{priya}}, approved_human_id = {{nobody}} WHERE id = {{submitted}}", HER_HAND),
    run("payments_batch(cancelled_by_id)", CANCEL.replace("{omar}", "{nobody}") + " WHERE id = {draft}"),
    run("payments_batch(handed_over_by_id)", HAND_OVER.replace("{omar}", "{nobody}") + " WHERE id = {ready}"),
    add("payments_batch(prepared_by_id)", "batch", prepared_by_id="{nobody}"),
    run("payments_batch(submitted_by_id)",
        f"{SUBMIT.replace('{omar}', '{nobody}')}, {COUNTED} WHERE id = {{draft}}"),
    add("payments_batch.payments_batch_file_version_check", "batch", file_version=-1),
    add("payments_batch.payments_batch_version_check", "batch", version=-1),
    add("payments_batch.payments_batch_line_count_check", "batch", line_count=-1),
    add("payments_batch.payments_batch_pkey", "batch", id="{draft}"),
    run(f"{MOVES}a batch cannot go from % to %", "UPDATE payments_batch SET state = 'draft', cancelled_by_id = NULL, "
        "cancelled_at = NULL, cancelled_because = '' WHERE id = {cancelled}"),
    run(f"{MOVES}how a batch began cannot be changed",
        "UPDATE payments_batch SET period = '2020-01' WHERE id = {draft}"),
    run(f"{MOVES}an approved batch can only be handed over, once",
        "UPDATE payments_batch SET version = 99 WHERE id = {ready}"),
    run(f"{MOVES}an approved batch can only be handed over, once",
        "UPDATE payments_batch SET handed_over_at = now() WHERE id = {sent}"),
    run(f"{MOVES}there is no file to hand over", f"{HAND_OVER} WHERE id = {{approved}}"),
    run(f"{MOVES}a batch that was handed over cannot be cancelled",
        f"{CANCEL}, handed_over_by_id = NULL, handed_over_at = NULL WHERE id = {{sent}}"),
    run(f"{MOVES}what was submitted cannot be changed",
        f"{APPROVE}{BY_PRIYA}, submitted_at = now() WHERE id = {{submitted}}", HER_HAND),
    run(f"{MOVES}who approved cannot be changed", f"{CANCEL}, approved_by_id = {{omar}} WHERE id = {{ready}}"),
    run(f"{MOVES}the batch has % lines of % pence",
        f"{SUBMIT}, line_count = 1, sum_pence = 100000 WHERE id = {{draft}}"),
    run(f"{MOVES}the payee details of a line are no longer in use",
        f"UPDATE payments_payee SET ended_at = now() WHERE id = {{payee}}; {SUBMIT}, {COUNTED} WHERE id = {{draft}}"),
    run(f"{MOVES}nobody approves what they made",
        f"{APPROVE}, approved_by_id = {{omar}}, approved_human_id = {{omar_human}} WHERE id = 900", *OMARS),
    run("payments_batch_nets: more would be taken off than an employer is paid",
        f"{SUBMIT}, line_count = 1, sum_pence = -60000 WHERE id = 900", ("batch", {"id": 900}),
        ("recovery", {"batch_id": 900})),
    run(f"{READY}%", f"{SUBMIT}, {COUNTED} WHERE id = {{draft}}", SHARES_THE_NUMBER),
    run(f"{READY}%", f"{APPROVE}{BY_PRIYA} WHERE id = {{submitted}}", HER_HAND, SHARES_THE_NUMBER),
    run(f"{WAITS}another employer has the same vendor number", f"{SUBMIT}, {COUNTED} WHERE id = {{draft}}",
        SHARES_THE_NUMBER),
    run(f"{WAITS}new vendor details are used from",
        f"{SUBMIT.replace(WHEN, DAY_BEFORE)}, {COUNTED} WHERE id = {{draft}}"),
    add("payments_batchhand.hand_one_each", "hand", batch_id="{submitted}", human_id="{omar_human}", user_id="{omar}",
        hand="approver"),
    add("payments_batchhand(batch_id)", "hand", batch_id="{nobody}"),
    add("payments_batchhand(human_id)", "hand", human_id="{nobody}"),
    add("payments_batchhand(user_id)", "hand", user_id="{nobody}"),
    add("payments_batchhand.payments_batchhand_pkey", "hand", ("hand", {"id": 900}), id=900, human_id="{priya_human}",
        user_id="{priya}"),
    add("payments_hand_human: the hand is not that person''s", "hand", user_id="{priya}"),
]  # fmt: skip
