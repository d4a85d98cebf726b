"""Impossible recoveries and parts of them: each with the wall that alone keeps it out."""

from tests.payments.walls.attempt import add, run

RECOVERY = "UPDATE payments_recovery SET"
APPROVE = f"{RECOVERY} approved_at = now(), approved_by_id = {{priya}}, approved_human_id = {{priya_human}}"
STOP = f"{RECOVERY} stopped_at = now(), stopped_because = 'x', stopped_as ="
INVOICE = (
    f"{RECOVERY} invoice_reference = 'INV1', invoiced_on = '2026-09-14', invoiced_by_id = {{omar}}, invoiced_at = now()"
)
ASK = (
    f"{RECOVERY} write_off_asked_by_id = {{omar}}, write_off_human_id = {{omar_human}}, write_off_asked_at = now(), "
    "write_off_because = 'x'"
)
WRITE_OFF = (
    f"{RECOVERY} written_off_by_id = {{priya}}, written_off_human_id = {{priya_human}}, written_off_at = now(), "
    "written_off_pence = 10000"
)
OMARS_ACCOUNT_IS_UDOS = [  # and the account of Nils has become Omar's
    "UPDATE accounts_user SET human_id = {omar_human} WHERE id = {nils}",
    "UPDATE accounts_user SET human_id = {udo_human} WHERE id = {omar}",
]
BEGINS = "payments_recovery_begins: "
MOVES = "payments_recovery_moves: "
HUMAN = "payments_recovery_human: "
RECEIVED = "payments_part_received: "
PROPOSED, APPROVED, INVOICED, ASKED, RECEIVED_SOME, STOPPED = (
    f" WHERE id = {{{name}_recovery}}"
    for name in ("proposed", "approved", "invoiced", "asked", "received", "stopped")
)  # fmt: skip


def by_another(statement: str, who: str, whose: str = "") -> str:
    """The act as one account does it in another human's name, or as nobody does."""
    for name in ("priya", "omar"):
        statement = statement.replace(f"{{{name}}}", f"{{{who}}}")
        statement = statement.replace(f"{{{name}_human}}", f"{{{whose or f'{name}_human'}}}")
    return statement


RECOVERIES = [
    add("payments_recovery(line_id)", "asked", line_id="{nobody}"),
    add("payments_recovery(proposed_by_id)", "asked", proposed_by_id="{nobody}"),
    add("payments_recovery(proposed_human_id)", "asked", proposed_human_id="{nobody}"),
    run("payments_recovery(approved_by_id)", by_another(APPROVE, "nobody") + PROPOSED),
    run("payments_recovery(approved_human_id)", by_another(APPROVE, "priya", "nobody") + PROPOSED),
    run("payments_recovery(stopped_by_id)", f"{STOP} 'withdrawn', stopped_by_id = {{nobody}}{PROPOSED}"),
    run("payments_recovery(invoiced_by_id)", by_another(INVOICE, "nobody") + APPROVED),
    run("payments_recovery(write_off_asked_by_id)", by_another(ASK, "nobody") + INVOICED),
    run("payments_recovery(write_off_human_id)", by_another(ASK, "omar", "nobody") + INVOICED),
    run("payments_recovery(written_off_by_id)", by_another(WRITE_OFF, "nobody") + ASKED),
    run("payments_recovery(written_off_human_id)", by_another(WRITE_OFF, "priya", "nobody") + ASKED),
    add("payments_recovery.payments_recovery_pkey", "asked", id="{proposed_recovery}"),
    add("payments_recovery.recovery_amount_referable", "recovery", amount_pence=59_999),
    add("payments_recovery.recovery_positive", "asked", amount_pence=0),
    add("payments_recovery.recovery_has_reason", "asked", reason=""),
    run("payments_recovery.recovery_approved_with_its_facts", f"{RECOVERY} approved_by_id = {{priya}}{PROPOSED}"),
    run("payments_recovery.recovery_approved_with_its_facts", f"{RECOVERY} approved_human_id = {{priya_human}}"
        + PROPOSED),
    run("payments_recovery.recovery_two_people", by_another(APPROVE, "nils", "omar_human") + PROPOSED,
        *OMARS_ACCOUNT_IS_UDOS),
    run("payments_recovery.recovery_stopped_in_its_time", f"{STOP} 'called_off', stopped_by_id = {{priya}}{PROPOSED}"),
    run("payments_recovery.recovery_stopped_in_its_time", f"{STOP} 'declined', stopped_by_id = {{priya}}{APPROVED}"),
    run("payments_recovery.recovery_stopped_with_reason", f"{RECOVERY} stopped_as = 'withdrawn'{PROPOSED}"),
    run("payments_recovery.recovery_stopped_with_reason",
        f"{STOP} 'withdrawn', stopped_by_id = {{omar}}{PROPOSED}".replace("'x'", "''")),
    run("payments_recovery.recovery_stopped_with_reason",
        f"{STOP} 'called_off', stopped_by_id = {{priya}}{INVOICED}"),
    run("payments_recovery.recovery_invoiced_with_its_facts", INVOICE + PROPOSED),
    run("payments_recovery.recovery_invoiced_with_its_facts", INVOICE.replace("'INV1'", "''") + APPROVED),
    run("payments_recovery.recovery_write_off_asked_with_reason", ASK + APPROVED),
    run("payments_recovery.recovery_write_off_asked_with_reason", ASK.replace("'x'", "''") + INVOICED),
    run("payments_recovery.recovery_written_off_by_two", WRITE_OFF + INVOICED),
    run("payments_recovery.recovery_written_off_by_two", by_another(WRITE_OFF, "nils", "omar_human") + ASKED,
        *OMARS_ACCOUNT_IS_UDOS),
    run("payments_recovery.recovery_written_off_by_two", WRITE_OFF.replace("10000", "0") + RECEIVED_SOME,
        ("part", {}), ASK + RECEIVED_SOME),
    add(f"{BEGINS}only what was paid can be recovered", "asked", line_id="{sent_line}"),
    add(f"{BEGINS}only what was paid can be recovered", "asked", line_id="{returned_line}"),
    add(f"{BEGINS}only what was paid can be recovered", "asked", line_id="{recovery_line}"),
    add(f"{BEGINS}a recovery begins as a proposal", "asked", approved_by_id="{priya}",
        approved_human_id="{priya_human}", approved_at="2026-09-14T10:00:00Z"),
    add(f"{BEGINS}a recovery begins as a proposal", "asked", stopped_as="withdrawn", stopped_by_id="{omar}",
        stopped_at="2026-09-14T10:00:00Z", stopped_because="x"),
    add(f"{BEGINS}more would be recovered than was paid", "asked", amount_pence=100_001),
    add(f"{BEGINS}more would be recovered than was paid", "asked", ("asked", {}), amount_pence=60_001),
    run(f"{MOVES}a recovery that has ended cannot be changed", f"{RECOVERY} stopped_because = 'y'{STOPPED}"),
    run(f"{MOVES}a recovery that has ended cannot be changed", f"{RECOVERY} stopped_as = NULL, stopped_at = NULL, "
        f"stopped_by_id = NULL, stopped_because = ''{STOPPED}"),
    run(f"{MOVES}a recovery that has ended cannot be changed", f"{RECOVERY} written_off_at = NULL, "
        f"written_off_by_id = NULL, written_off_human_id = NULL, written_off_pence = NULL{ASKED}", WRITE_OFF + ASKED),
    *[run(f"{MOVES}what was decided of a recovery cannot be changed", f"{RECOVERY} {column} = {value}{which}")
      for column, value, which in (
          ("line_id", "{other_paid_line}", PROPOSED), ("amount_pence", "1", PROPOSED), ("cause", "'x'", PROPOSED),
          ("reason", "'y'", PROPOSED), ("proposed_by_id", "{udo}", PROPOSED),
          ("proposed_human_id", "{udo_human}", PROPOSED), ("proposed_at", "now()", PROPOSED),
          ("approved_by_id", "{udo}", APPROVED), ("approved_human_id", "{udo_human}", APPROVED),
          ("approved_at", "now()", APPROVED), ("invoice_reference", "'y'", INVOICED),
          ("invoiced_on", "'2020-01-01'", INVOICED), ("invoiced_by_id", "{udo}", INVOICED),
          ("invoiced_at", "now()", INVOICED))],
    run(f"{MOVES}it is being taken off a payment", f"{STOP} 'called_off', stopped_by_id = {{priya}}{APPROVED}",
        ("recovery", {})),
    run(f"{MOVES}it is being taken off a payment", INVOICE + APPROVED, ("recovery", {})),
    run(f"{MOVES}what is written off is what has not come back", WRITE_OFF.replace("10000", "9999") + ASKED),
    run(f"{MOVES}what is written off is what has not come back", WRITE_OFF + RECEIVED_SOME, ASK + RECEIVED_SOME),
    add(f"{HUMAN}the proposal is not that person''s", "asked", proposed_human_id="{priya_human}"),
    run(f"{HUMAN}nobody approves what they proposed", by_another(APPROVE, "omar", "priya_human") + PROPOSED),
    run(f"{HUMAN}nobody approves what they proposed", by_another(APPROVE, "udo", "udo_human") + PROPOSED,
        OMARS_ACCOUNT_IS_UDOS[1]),
    run(f"{HUMAN}nobody calls off what they proposed", f"{STOP} 'called_off', stopped_by_id = {{omar}}{APPROVED}"),
    run(f"{HUMAN}nobody calls off what they proposed", f"{STOP} 'called_off', stopped_by_id = {{udo}}{APPROVED}",
        OMARS_ACCOUNT_IS_UDOS[1]),
    run(f"{HUMAN}the request is not that person''s", by_another(ASK, "omar", "priya_human") + INVOICED),
    run(f"{HUMAN}nobody writes off alone", by_another(WRITE_OFF, "omar", "priya_human") + ASKED),
    run(f"{HUMAN}nobody writes off alone", by_another(WRITE_OFF, "udo", "udo_human") + ASKED,
        OMARS_ACCOUNT_IS_UDOS[1]),
    run(f"{HUMAN}nobody writes off alone", f"{WRITE_OFF}, write_off_asked_by_id = {{udo}}, "
        f"write_off_human_id = {{udo_human}}{ASKED}"),
]  # fmt: skip
PARTS = [
    add("payments_recoverypart(recovery_id)", "part", recovery_id="{nobody}"),
    add("payments_recoverypart(recorded_by_id)", "part", recorded_by_id="{nobody}"),
    add("payments_recoverypart.payments_recoverypart_pkey", "part", id="{part}"),
    add("payments_recoverypart.payments_recoverypart_number_check", "part", number=-1),
    add("payments_recoverypart.part_numbered", "part", number=1),
    add(f"{RECEIVED}only what an invoice asks for is paid back", "part", recovery_id="{merged_recovery}", number=1),
    add(f"{RECEIVED}only what an invoice asks for is paid back", "part", received_on="2026-09-13"),
    add(f"{RECEIVED}only what an invoice asks for is paid back", "part", WRITE_OFF + ASKED,
        recovery_id="{asked_recovery}", number=1),
    add(f"{RECEIVED}more would come back than was asked for", "part", amount_pence=6_001),
    add(f"{RECEIVED}parts are numbered in order", "part", number=3),
]  # fmt: skip
