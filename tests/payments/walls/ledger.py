"""Impossible files, answers and entries: each with the wall that alone keeps it out."""

from tests.payments.walls.attempt import add

# Of the payments that £1,000 was taken off one is left.
BUT_FOR_ONE = """
    INSERT INTO payments_responserow (response_id, batch_id, line_id, result, because, amount_pence, happened_on)
    SELECT {sent_response}, batch_id, id, CASE WHEN id = {sent_other_line} THEN 'returned' ELSE 'rejected' END, 'x',
        amount_pence, '2026-09-14'
    FROM payments_line l WHERE batch_id = {sent} AND kind = 'payment' AND id <> {sent_line}
        AND NOT EXISTS (SELECT FROM payments_responserow WHERE line_id = l.id AND result = 'rejected')
"""
FILES = [
    add("payments_payerfile(batch_id)", "file", batch_id="{nobody}"),
    add("payments_payerfile.payments_payerfile_line_count_check", "file", line_count=-1),
    add("payments_payerfile.payments_payerfile_pkey", "file", ("file", {})),
    add("payments_file_is_approved: the file is not what was approved", "file", content="\\x00"),
    add("payments_payerresponse(imported_by_id)", "response", imported_by_id="{nobody}"),
    add("payments_payerresponse(batch_id)", "response", batch_id="{nobody}"),
    add("payments_payerresponse.payments_payerresponse_pkey", "response", id="{sent_response}", batch_id="{ready}"),
    add("payments_payerresponse.payments_payerresponse_sha256_key", "response", ("response", {})),
    add("payments_payerresponse.response_of_batch", "row", response_id="{paid_response}"),
    add("payments_responserow(batch_id)", "row", batch_id="{nobody}"),
    add("payments_responserow(line_id)", "row", line_id="{nobody}"),
    add("payments_responserow(response_id)", "row", response_id="{nobody}"),
    add("payments_responserow.payments_responserow_pkey", "row", ("back", {"id": 900}), id=900),
    add("payments_responserow.response_not_paid_has_reason", "row", result="rejected"),
    add("payments_responserow.response_once", "back", ("back", {})),
    add("payments_responserow.row_amount_is_the_lines", "row", amount_pence=5),
    add("payments_responserow.row_of_its_response", "row", response_id="{paid_response}"),
    add("payments_responserow.response_paid_or_rejected", "back", result="rejected"),
    add("payments_row_of_released: the batch has not been handed over", "row", ("response", {"id": 900,
        "batch_id": "{ready}"}), response_id=900, batch_id="{ready}", line_id="{ready_line}"),
    add("payments_row_of_released: only what was paid can be returned", "row", result="returned", because="x"),
    add("payments_row_of_recovery: a recovery is returned with all that it was taken off", "row",
        line_id="{recovery_line}", result="returned", because="x"),
    add("payments_row_nets: more would be taken off than the employer is paid", "row", BUT_FOR_ONE, result="rejected",
        because="x"),
]  # fmt: skip
LEDGER = [
    add("payments_ledgerentry.entry_amount_is_the_lines", "entry", pence=99_999),
    add("payments_ledgerentry.entry_between_two_accounts", "entry", credit="{own_account}"),
    add("payments_ledgerentry.entry_of_its_seal", "entry", seal_id="{paid_seal}"),
    add("payments_seal.seal_of_batch", "entry", seal_id="{paid_seal}"),
    add("payments_ledgerentry.entry_once", "entry", ("entry", {"id": "00000000-0000-0000-0000-000000000002"})),
    add("payments_ledgerentry.entry_positive", "came", part_id="{undoing_part}", pence=-1_000),
    add("payments_ledgerentry.entry_reversal_names_what", "reversal", reverses_id=None),
    add("payments_ledgerentry.entry_reversal_names_what", "undone", reverses_id=None),
    *[add(f"payments_ledgerentry({column})", "entry", **{column: "{nobody}"}) for column in (
        "batch_id", "grant_year_id", "line_id", "seal_id")],
    add("payments_ledgerentry(reverses_id)", "reversal", reverses_id="00000000-0000-0000-0000-000000000009"),
    add("payments_ledgerentry.payments_ledgerentry_pkey", "entry", id="{sent_entry}"),
    add("payments_ledgerentry.payments_ledgerentry_reverses_id_key", "reversal",
        ("reversal", {"id": "00000000-0000-0000-0000-000000000002"})),
    add("payments_entry_reverses: a reversal mirrors the entry it reverses", "reversal",
        reverses_id="{other_sent_entry}"),
    add("payments_entry_reverses: a reversal mirrors the entry it reverses", "undone",
        ("came", {"id": "00000000-0000-0000-0000-000000000002"}), reverses_id="00000000-0000-0000-0000-000000000002"),
    add("payments_entry_accounts: an entry moves money between the accounts of its line", "entry",
        debit="{south_account}"),
    add("payments_ledgerentry.entry_of_line_or_recovery", "invoiced", part_id="{part}"),
    add("payments_ledgerentry.entry_once_of_recovery", "invoiced",
        ("invoiced", {"id": "00000000-0000-0000-0000-000000000002"})),
    add("payments_ledgerentry.entry_once_of_recovery", "received",
        ("received", {"id": "00000000-0000-0000-0000-000000000002"})),
    add("payments_ledgerentry(recovery_id)", "invoiced", recovery_id="{nobody}"),
    add("payments_ledgerentry(part_id)", "received", part_id="{nobody}"),
    *[add("payments_entry_accounts: an entry of a recovery is what was decided of it", row, pence=1)
      for row in ("invoiced", "received")],
    add("payments_entry_accounts: an entry of a recovery is what was decided of it", "invoiced", pence=60_000,
        recovery_id="{approved_recovery}"),
    add("payments_entry_accounts: an entry of a recovery is what was decided of it", "invoiced", batch_id="{sent}",
        seal_id="{sent_seal}"),
    add("payments_entry_accounts: an entry of a recovery is what was decided of it", "came", part_id="{undoing_part}"),
    add("payments_seal(batch_id)", "seal", batch_id="{nobody}"),
    add("payments_seal.payments_seal_entry_count_check", "seal", entry_count=-1),
    add("payments_seal.payments_seal_number_check", "seal", number=-1),
    add("payments_seal.payments_seal_pkey", "seal", id="{sent_seal}", batch_id="{ready}"),
    add("payments_seal.seal_numbered", "seal", ("seal", {})),
]  # fmt: skip
