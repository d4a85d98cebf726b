"""What must never be in the tables of payments. docs/adr/0007-ledger.md gives the reasons.

A wall that others stand behind is in `DOUBLE`: it can be taken away unnoticed. Each of those others alone refuses the
attempt, and only with all of them away is it let in.
"""

from tests.payments.walls.batches import BATCH
from tests.payments.walls.for_good import APPEND_ONLY, FOR_GOOD
from tests.payments.walls.grants import GRANTS, PAYEES
from tests.payments.walls.ledger import FILES, LEDGER
from tests.payments.walls.lines import LINES
from tests.payments.walls.recoveries import PARTS, RECOVERIES
from tests.payments.walls.reversals import REVERSALS, TAKEN_BACK
from tests.payments.walls.shared import SHARED

ATTEMPTS = [*BATCH, *GRANTS, *PAYEES, *LINES, *FILES, *LEDGER, *RECOVERIES, *PARTS, *REVERSALS, *TAKEN_BACK]
ATTEMPTS += [*SHARED, *FOR_GOOD]

# Walls behind which others stand, with those others.
DOUBLE: dict[str, tuple[str, ...]] = {
    "payments_batch.batch_approver_has_the_hand": ("payments_batch.zz_approver",),
    "payments_batchhand.hand_referable": ("payments_batch.zz_approver",),
    "payments_batch(approved_by_id)": ("payments_batch.zz_approver",),
    "payments_batch(approved_human_id)": ("payments_batch.zz_approver", "payments_batch.batch_approver_has_the_hand"),
    "payments_batch.payments_batch_line_count_check": ("payments_batch.batch_frozen_when_submitted",),
    "payments_batch_moves: the payee details of a line are no longer in use": ("payments_payee.zz_stays",),
    "payments_batchhand(human_id)": ("payments_batchhand.human",),
    "payments_batchhand(user_id)": ("payments_batchhand.human",),
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
    "payments_line(recovers_id)": (
        "payments_line.line_recovers_as_decided", "payments_line.line_recovers_its_slot",
        "payments_line.recovery_cap"),
    "payments_line(recovery_id)": ("payments_line.line_recovers_as_decided", "payments_line.recovery_cap"),
    "payments_line(registration_id)": ("payments_line.line_year_is_registrations", "payments_line.person"),
    "payments_line(slot_id)": ("payments_line.line_slot_is_open", "payments_line.person"),
    "payments_recovery_cap: only what was paid can be recovered": (
        "payments_recovery_begins: only what was paid can be recovered",),
    "payments_line.zz_recovery_stays": ("payments_line.zz_closes",),
    "payments_recovery_stays: what this recovers is closed as recovered": ("payments_line.zz_closes",),
    "payments_payerfile(batch_id)": ("payments_payerfile.approved",),
    "payments_payerfile.payments_payerfile_line_count_check": ("payments_payerfile.approved",),
    "payments_responserow(batch_id)": (
        "payments_responserow.released", "payments_responserow.row_of_its_response",
        "payments_responserow.row_amount_is_the_lines"),
    "payments_responserow(line_id)": ("payments_responserow.row_amount_is_the_lines",),
    "payments_responserow(response_id)": ("payments_responserow.row_of_its_response",),
    "payments_ledgerentry.entry_between_two_accounts": ("payments_ledgerentry.of_its_line",),
    "payments_ledgerentry(batch_id)": (
        "payments_ledgerentry.entry_amount_is_the_lines", "payments_ledgerentry.entry_of_its_seal"),
    "payments_ledgerentry(grant_year_id)": ("payments_ledgerentry.of_its_line",),
    "payments_ledgerentry(line_id)": (
        "payments_ledgerentry.entry_amount_is_the_lines", "payments_ledgerentry.of_its_line"),
    "payments_ledgerentry(part_id)": ("payments_ledgerentry.of_its_line",),
    "payments_ledgerentry(recovery_id)": ("payments_ledgerentry.of_its_line",),
    "payments_ledgerentry(reverses_id)": ("payments_ledgerentry.reverses",),
    "payments_ledgerentry(seal_id)": ("payments_ledgerentry.entry_of_its_seal",),
    "payments_ledgerentry.payments_ledgerentry_reverses_id_key": ("payments_ledgerentry.entry_once",),
    "payments_recovery(line_id)": ("payments_recovery.begins",),
    **{f"payments_recovery({column})": ("payments_recovery.human",) for column in (
        "proposed_by_id", "proposed_human_id", "approved_by_id", "approved_human_id", "write_off_asked_by_id",
        "write_off_human_id", "written_off_by_id", "written_off_human_id")},
    "payments_recoverypart(recovery_id)": ("payments_recoverypart.received",),
    "payments_recoverypart.part_numbered": ("payments_recoverypart.received",),
    "payments_recoverypart.payments_recoverypart_number_check": ("payments_recoverypart.received",),
    "payments_recoverypart(reversal_id)": ("payments_recoverypart.received",),
    **{f"payments_partreversal({column})": ("payments_partreversal.asked",) for column in (
        "part_id", "asked_by_id", "asked_human_id")},
    **{f"payments_sharednumber({column})": ("payments_sharednumber.two_people",) for column in (
        "one_id", "two_id", "explained_by_id", "explained_human_id", "confirmed_by_id", "confirmed_human_id")},
    # A right that is given back meets the trigger that stops the owner too.
    **{f"payments_{table} {right}": (f"payments_{table}.append_only",)
       for table in APPEND_ONLY for right in ("UPDATE", "DELETE")},
    **{f"payments_{table} DELETE": (f"payments_{table}.never_deleted",)
       for table in ("batch", "entitlement", "grantyear", "payee", "recovery", "sharednumber", "partreversal")},
}  # fmt: skip

# Columns that have to be there, and the trigger that would miss them too.
DOUBLE_NOT_NULL = {
    "payments_batchhand.human": ("human_id", "user_id"),
    "payments_ledgerentry.of_its_line": ("event", "debit", "credit"),
    "payments_line.frozen": ("batch_id",),
    "payments_line.person": ("employer_id", "registration_id", "slot_id", "payee_id"),
    "payments_partreversal.asked": ("part_id", "asked_by_id", "asked_human_id"),
    "payments_payee.human": ("proposed_by_id", "proposed_human_id"),
    "payments_payerfile.approved": ("sha256", "line_count", "sum_pence"),
    "payments_recovery.begins": ("line_id",),
    "payments_recovery.human": ("proposed_by_id", "proposed_human_id"),
    "payments_recoverypart.received": ("recovery_id",),
    "payments_responserow.released": ("batch_id",),
    "payments_sharednumber.two_people": ("one_id", "two_id", "explained_by_id", "explained_human_id"),
}
