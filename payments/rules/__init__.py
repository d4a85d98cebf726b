"""What may be done to batches, lines and payees, whoever asks; plain Python on values and instances."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from asye.dates import long_date, long_datetime
from asye.refusals import Refused, Stale
from payments.states import MOVES, BatchState, Hand, LineKind

if TYPE_CHECKING:
    from accounts.models import AuditEvent
    from payments.models import Batch, BatchHand, Line, Payee, SharedNumber

VENDOR_NUMBER = re.compile(r"[A-Z0-9]{4,12}")
NAMED = 20  # lines that a sentence names
WORD = {
    BatchState.DRAFT: "is a draft",
    BatchState.SUBMITTED: "is waiting for approval",
    BatchState.APPROVED: "has been approved",
    BatchState.CANCELLED: "has been cancelled",
}


def check_move(batch: "Batch", to: BatchState) -> None:
    """A batch moves only along the arrows of `states.MOVES`; Refused names where it stands."""
    if to not in MOVES[BatchState(batch.state)]:
        raise Refused(f"Batch {batch.reference} {WORD[BatchState(batch.state)]}, so this cannot be done to it now.")


def can_move(batch: "Batch", to: BatchState) -> bool:
    """Whether `check_move` would let it pass."""
    return to in MOVES[BatchState(batch.state)]


def refusal(check: Callable[[], None]) -> str:
    """The sentence with which a check refuses, or nothing."""
    try:
        check()
    except Refused as error:
        return str(error)
    return ""


def check_version(batch: "Batch", seen_version: int) -> None:
    """Raises Stale where the batch has changed since the person opened the page."""
    if batch.version != seen_version:
        raise Stale(f"Batch {batch.reference} has changed since you opened the page. Look at it again.")


def check_can_submit(batch: "Batch", line_count: int) -> None:
    """A draft with at least one line can be submitted."""
    check_move(batch, BatchState.SUBMITTED)
    if line_count == 0:
        raise Refused(f"Batch {batch.reference} has no lines. Cancel it, or prepare another when something is owed.")


def can_submit(batch: "Batch", line_count: int) -> bool:
    """Whether `check_can_submit` would let it pass."""
    return not refusal(lambda: check_can_submit(batch, line_count))


def check_still_owed(batch: "Batch", gone: list[tuple[str, str, str]], then: str) -> None:
    """Every line still pays what is owed and can be paid (D3). `gone` are references of lines and registrations of
    which that is no longer so, with what blocks them."""
    if gone:
        named = ", ".join(
            f"{line} of {registration}{f' ({blocked})' if blocked else ''}"
            for line, registration, blocked in gone[:NAMED]
        )
        more = f" and {len(gone) - NAMED} more" if len(gone) > NAMED else ""
        raise Refused(
            f"What these lines of batch {batch.reference} pay is no longer owed as they say, or cannot be paid now: "
            f"{named}{more}. "
            f"A payments officer has to hold them. {then}"
        )


def makers_of(hands: Iterable["BatchHand"]) -> set[int]:
    """The humans who prepared or changed a batch, as its hands say and as their accounts say now (hands with their
    user): two accounts may have turned out to be one person since."""
    return {human for hand in hands if hand.hand == Hand.MAKER for human in (hand.human_id, hand.user.human_id)}


def check_can_approve(batch: "Batch", hands: Iterable["BatchHand"], human_id: int) -> None:
    """A submitted batch is approved by somebody with no hand in it (compared by human, not by account or role)."""
    if batch.state == BatchState.APPROVED and batch.approved_by and batch.approved_at:
        raise Refused(
            f"Batch {batch.reference} was approved by {batch.approved_by.full_name} "
            f"on {long_datetime(batch.approved_at)}. It is approved once."
        )
    check_move(batch, BatchState.APPROVED)
    if human_id in makers_of(hands):
        raise Refused("You prepared or changed this batch, so somebody else has to approve it.")


def can_approve(batch: "Batch", hands: Iterable["BatchHand"], human_id: int) -> bool:
    """Whether `check_can_approve` would let this human pass."""
    return not refusal(lambda: check_can_approve(batch, hands, human_id))


def check_seen(batch: "Batch", seen_count: int, seen_sum_pence: int, seen_sha256: str) -> None:
    """The approver approves what they saw: count, sum in pence and hash. Raises Stale where the batch has moved on."""
    if (seen_count, seen_sum_pence, seen_sha256) != (batch.line_count, batch.sum_pence, batch.content_sha256):
        raise Stale(f"Batch {batch.reference} is no longer what you saw. Look at it again before you approve it.")


def check_frozen(batch: "Batch", count: int, sum_pence: int, sha256: str) -> None:
    """The lines as they stand are what was submitted. A difference means tampering: nothing goes on."""
    if (count, sum_pence, sha256) != (batch.line_count, batch.sum_pence, batch.content_sha256):
        raise Refused(
            f"The lines of batch {batch.reference} are not what was submitted. Nothing was paid. "
            "Cancel the batch and report this."
        )


def check_can_cancel(batch: "Batch", taken: "AuditEvent | None") -> None:
    """A batch can be cancelled until its file has been handed over, or `taken` by somebody, who could still pay it."""
    if batch.handed_over_at:
        raise Refused(
            f"Batch {batch.reference} was handed over on {long_datetime(batch.handed_over_at)} "
            "and can no longer be cancelled."
        )
    check_move(batch, BatchState.CANCELLED)
    if taken is not None:
        who = taken.actor.full_name if taken.actor else "somebody"
        raise Refused(
            f"{who} downloaded the file of batch {batch.reference} on {long_datetime(taken.at)}, so it could still be "
            "paid. Mark the batch handed over, and import the payer’s response with its lines rejected."
        )


def can_cancel(batch: "Batch", taken: "AuditEvent | None") -> bool:
    """Whether `check_can_cancel` would let it pass."""
    return not refusal(lambda: check_can_cancel(batch, taken))


def check_can_change_lines(batch: "Batch") -> None:
    """Lines can be taken out of a draft, and out of a submitted batch, which goes back to draft."""
    if batch.state not in (BatchState.DRAFT, BatchState.SUBMITTED):
        raise Refused(f"Batch {batch.reference} {WORD[BatchState(batch.state)]}. Its lines can no longer be changed.")


def can_change_lines(batch: "Batch") -> bool:
    """Whether `check_can_change_lines` would let it pass."""
    return batch.state in (BatchState.DRAFT, BatchState.SUBMITTED)


def check_can_hold(line: "Line", net_pence: int) -> None:
    """A payment is held; not what is taken back, nor what that is taken off. `net_pence` is what its employer gets."""
    if line.kind != LineKind.PAYMENT:
        raise Refused(f"Line {line.reference} takes back what was paid. Take its recovery off the batch instead.")
    if line.amount_pence > net_pence:
        raise Refused(
            f"A recovery is taken off what {line.employer_name} gets in this batch, and without line {line.reference} "
            "that is not enough. Take the recovery off the batch first."
        )


def check_has_file(batch: "Batch") -> None:
    """Only an approved batch has a file to take or hand over: what was written of a cancelled one must not be paid."""
    if batch.state != BatchState.APPROVED:
        raise Refused(f"Batch {batch.reference} {WORD[BatchState(batch.state)]}. Only an approved batch has a file.")


def check_can_hand_over(batch: "Batch", has_file: bool) -> None:
    """An approved batch whose file has been written is handed over, once."""
    check_has_file(batch)
    if not has_file:
        raise Refused(f"The file of batch {batch.reference} is still being written. Try again in a minute.")
    if batch.handed_over_at:
        raise Refused(f"Batch {batch.reference} was already handed over on {long_datetime(batch.handed_over_at)}.")


def can_hand_over(batch: "Batch", has_file: bool) -> bool:
    """Whether `check_can_hand_over` would let it pass."""
    return not refusal(lambda: check_can_hand_over(batch, has_file))


def check_employers_open(batch: "Batch", closed: list[str]) -> None:
    """No line of a batch that is still in our hands goes to an employer that has closed since it was approved."""
    if closed:
        raise Refused(
            f"{', '.join(closed[:NAMED])} closed after batch {batch.reference} was prepared. Cancel the batch and "
            "prepare another: what is owed goes to the successor once its vendor details are verified."
        )


def check_file_seen(batch: "Batch", seen_sha256: str) -> None:
    """The file that was handed over is the one that was approved. Raises Stale where the page showed another."""
    if batch.content_sha256 != seen_sha256:
        raise Stale(f"The file of batch {batch.reference} is not the one you saw. Look at the batch again.")


def check_reason(text: str, field: str = "reason") -> str:
    """The reason without space around it; Refused where there is none or it is longer than 500 characters."""
    tidy = text.strip()
    if not tidy:
        raise Refused("Enter a reason", field)
    if len(tidy) > 500:
        raise Refused("The reason must be 500 characters or fewer", field)
    return tidy


def canonical_vendor_number(typed: str) -> str:
    """A vendor number as it is stored (D7): capitals and digits without spaces. Refused where it is none."""
    bare = re.sub(r"\s", "", typed).upper()
    if not VENDOR_NUMBER.fullmatch(bare):
        raise Refused(
            "The vendor number must be 4 to 12 letters A to Z and digits 0 to 9, like AB12345", "vendor_number"
        )
    return bare


def check_can_refuse(payee: "Payee") -> None:
    """Vendor details that still wait can be turned down."""
    if payee.verified_at:
        raise Refused("These details have already been verified.")
    if payee.refused_at:
        raise Refused("These details were refused. Propose them again if they are right after all.")


def check_can_verify(payee: "Payee", human_id: int) -> None:
    """Vendor details wait for verification by another human than the one who proposed them."""
    check_can_refuse(payee)
    if human_id in (payee.proposed_human_id, payee.proposed_by.human_id):
        raise Refused("You proposed these details, so somebody else has to verify them.")


def can_verify(payee: "Payee", human_id: int) -> bool:
    """Whether `check_can_verify` would let this human pass."""
    return not refusal(lambda: check_can_verify(payee, human_id))


def check_call_back(on: date, proposed: date, today: date) -> None:
    """The call back was made between the day of the proposal and today."""
    if on > today:
        raise Refused("The date you called back must be today or in the past", "called_back_on")
    if on < proposed:
        raise Refused(
            f"The date you called back must be on or after {long_date(proposed)}, when the details were proposed",
            "called_back_on",
        )


def check_spoke_to(text: str) -> str:
    """Whom the approver spoke to, by their role; Refused where nothing is said or it is longer than 100 characters."""
    tidy = text.strip()
    if not tidy:
        raise Refused("Enter the role of the person you spoke to", "spoke_to")
    if len(tidy) > 100:
        raise Refused("The role of the person you spoke to must be 100 characters or fewer", "spoke_to")
    return tidy


def check_not_in_batch(employer: str, batch: "Batch | None") -> None:
    """The details of an employer stay as they are while a batch that has not been handed over pays under them."""
    if batch is not None:
        raise Refused(
            f"{employer} has payments in batch {batch.reference}, which has not been handed over, so its vendor "
            "details cannot change now. Verify the new ones when the batch has been handed over or cancelled."
        )


def first_day_of_use(verified: date, *, changed: bool, cool_off_days: int) -> date:
    """From when vendor details are paid under: at once where they are the first that the employer ever had, else
    after the days in which somebody who knows the old ones can object."""
    return verified + timedelta(days=cool_off_days) if changed else verified


def check_can_refuse_shared(shared: "SharedNumber") -> None:
    """What was said of two employers under one number is turned down while it waits."""
    if shared.confirmed_at:
        raise Refused("This has already been confirmed.")
    if shared.refused_at:
        raise Refused("This was turned down. A payments officer can say something else.")


def can_refuse_shared(shared: "SharedNumber") -> bool:
    """Whether `check_can_refuse_shared` would let it pass."""
    return not refusal(lambda: check_can_refuse_shared(shared))


def check_can_confirm_shared(shared: "SharedNumber", human_id: int) -> None:
    """Why two employers are paid under one number is confirmed once, by another human than the one who said it."""
    check_can_refuse_shared(shared)
    if human_id in (shared.explained_human_id, shared.explained_by.human_id):
        raise Refused("You said why this is right, so somebody else has to confirm it.")


def can_confirm_shared(shared: "SharedNumber", human_id: int) -> bool:
    """Whether `check_can_confirm_shared` would let this human pass."""
    return not refusal(lambda: check_can_confirm_shared(shared, human_id))


def safe_cell(text: str) -> str:
    """Text that a spreadsheet will not run as a formula: such a beginning gets an apostrophe before it."""
    tidy = re.sub(r"[\r\n\t]+", " ", text).strip()
    return f"'{tidy}" if tidy[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") else tidy
