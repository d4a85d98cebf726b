"""What must never be in the tables of payments. docs/adr/0007-ledger.md gives the reasons.

A wall that others stand behind is in `DOUBLE`: it can be taken away unnoticed, and only with those others is the
attempt let in.
"""

from tests.payments.walls.batches import BATCH
from tests.payments.walls.for_good import APPEND_ONLY, FOR_GOOD
from tests.payments.walls.grants import GRANTS, PAYEES
from tests.payments.walls.ledger import FILES, LEDGER
from tests.payments.walls.lines import LINES

ATTEMPTS = [*BATCH, *GRANTS, *PAYEES, *LINES, *FILES, *LEDGER, *FOR_GOOD]

# Walls behind which others stand, with those others.
DOUBLE: dict[str, tuple[str, ...]] = {
    "payments_batch.batch_approver_has_the_hand": ("payments_batch.zz_approver",),
    "payments_batchhand.hand_referable": ("payments_batch.zz_approver",),
    "payments_batch(approved_by_id)": ("payments_batch.zz_approver",),
    "payments_batch(approved_human_id)": ("payments_batch.zz_approver", "payments_batch.batch_approver_has_the_hand"),
    "payments_batch.payments_batch_line_count_check": ("payments_batch.batch_frozen_when_submitted",),
    "payments_batchhand(human_id)": ("payments_batchhand.human",),
    "payments_batchhand(user_id)": ("payments_batchhand.human",),
    "payments_payee.payee_two_people": ("payments_payee.human",),
    "payments_payee(proposed_by_id)": ("payments_payee.human",),
    "payments_payee(proposed_human_id)": ("payments_payee.human",),
    "payments_payee(verified_by_id)": ("payments_payee.human",),
    "payments_payee(verified_human_id)": ("payments_payee.human",),
    "payments_line(batch_id)": ("payments_line.frozen",),
    "payments_line(employer_id)": ("payments_line.line_payee_is_verified", "payments_line.person"),
    "payments_line(follows_id)": ("payments_line.line_follows_its_slot",),
    "payments_line(outcome_id)": ("payments_line.line_outcome_is_registrations",),
    "payments_line(payee_id)": ("payments_line.line_payee_is_verified", "payments_line.person"),
    "payments_line(programme_year_id)": (
        "payments_line.line_year_is_registrations", "payments_line.line_rate_is_the_years"),
    "payments_line(recovers_id)": ("payments_line.line_recovers_its_slot", "payments_line.recovery_cap"),
    "payments_line(registration_id)": ("payments_line.line_year_is_registrations", "payments_line.person"),
    "payments_line(slot_id)": ("payments_line.line_slot_is_open", "payments_line.person"),
    "payments_payerfile(batch_id)": ("payments_payerfile.approved",),
    "payments_payerfile.payments_payerfile_line_count_check": ("payments_payerfile.approved",),
    "payments_responserow(batch_id)": (
        "payments_responserow.released", "payments_responserow.row_of_its_response",
        "payments_responserow.row_amount_is_the_lines"),
    "payments_responserow(line_id)": ("payments_responserow.row_amount_is_the_lines",),
    "payments_responserow(response_id)": ("payments_responserow.row_of_its_response",),
    "payments_ledgerentry.entry_between_two_accounts": ("payments_ledgerentry.of_its_line",),
    "payments_ledgerentry.entry_positive": ("payments_ledgerentry.entry_amount_is_the_lines",),
    "payments_ledgerentry(batch_id)": (
        "payments_ledgerentry.entry_amount_is_the_lines", "payments_ledgerentry.entry_of_its_seal"),
    "payments_ledgerentry(grant_year_id)": ("payments_ledgerentry.of_its_line",),
    "payments_ledgerentry(line_id)": (
        "payments_ledgerentry.entry_amount_is_the_lines", "payments_ledgerentry.of_its_line"),
    "payments_ledgerentry(reverses_id)": ("payments_ledgerentry.reverses",),
    "payments_ledgerentry(seal_id)": ("payments_ledgerentry.entry_of_its_seal",),
    "payments_ledgerentry.payments_ledgerentry_reverses_id_key": ("payments_ledgerentry.entry_once",),
    # A right that is given back meets the trigger that stops the owner too.
    **{f"payments_{table} {right}": (f"payments_{table}.append_only",)
       for table in APPEND_ONLY for right in ("UPDATE", "DELETE")},
    **{f"payments_{table} DELETE": (f"payments_{table}.never_deleted",)
       for table in ("batch", "entitlement", "grantyear", "payee")},
}  # fmt: skip

# Columns that have to be there, and the trigger that would miss them too.
DOUBLE_NOT_NULL = {
    "payments_batchhand.human": ("human_id", "user_id"),
    "payments_ledgerentry.of_its_line": ("event", "debit", "credit", "line_id"),
    "payments_line.frozen": ("batch_id",),
    "payments_line.person": ("employer_id", "registration_id", "slot_id", "payee_id"),
    "payments_payee.human": ("proposed_by_id", "proposed_human_id"),
    "payments_payerfile.approved": ("sha256", "line_count", "sum_pence"),
    "payments_responserow.released": ("batch_id",),
}

# Raw SQL is refused by these in tests/payments/recoveries/test_walls.py, test_payee_walls.py and test_forecast.py.
# That something is let in without each of them has not been tried.
NOT_TRIED = (
    "payments_batch.nets",
    "payments_batch.zz_payees_ready",
    "payments_batch_nets: ",
    "payments_batch_payees_ready: ",
    "payments_entry_accounts: an entry of a recovery",
    "payments_grantyear.payments_grantyear_contact_settled_days_check",
    "payments_grantyear.payments_grantyear_cool_off_days_check",
    "payments_ledgerentry(part_id)",
    "payments_ledgerentry(recovery_id)",
    "payments_ledgerentry.entry_of_line_or_recovery",
    "payments_ledgerentry.entry_once_of_recovery",
    "payments_line(recovers_id)",
    "payments_line(recovery_id)",
    "payments_line.line_one_offset",
    "payments_line.line_recovers_",
    "payments_line.line_recovery_decided",
    "payments_line.ready",
    "payments_line.recovery_cap",
    "payments_line.zzz_asked_back",
    "payments_line_asked_back: ",
    "payments_line_payee_ready: ",
    "payments_part_received: ",
    "payments_part_reversal: ",
    "payments_partreversal",
    "payments_payee(called_person_id)",
    "payments_payee.payee_called_one_contact",
    "payments_payee.payee_one_in_use",
    "payments_payee.payee_used_once_verified",
    "payments_payee.zz_",
    "payments_payee_called: ",
    "payments_payee_stays: ",
    "payments_recovery",
    "payments_responserow.zz_recovery",
    "payments_row_of_recovery: ",
    "payments_shared",
)
