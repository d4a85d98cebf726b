"""What may be done to a recovery, whoever asks. Each is read `with_stage`; amounts are pence."""

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from asye.dates import long_date
from asye.money import pounds
from asye.refusals import Refused, Stale
from payments.rules import NAMED, refusal
from payments.states import BatchState, LineKind, LineStage, RecoveryStage

if TYPE_CHECKING:
    from accounts.models import Employer
    from payments.models import Batch, Line, Recovery

SAID: Final = {
    RecoveryStage.PROPOSED: "waits for approval",
    RecoveryStage.APPROVED: "is approved and has not been asked for yet",
    RecoveryStage.IN_BATCH: "is on a batch that is being prepared",
    RecoveryStage.OFFSET: "has been sent to be taken off a payment",
    RecoveryStage.INVOICED: "has been asked for with an invoice",
    RecoveryStage.PART_RECOVERED: "has partly been paid back",
    RecoveryStage.RECOVERED: "has been recovered",
    RecoveryStage.WRITTEN_OFF: "has been written off",
    RecoveryStage.WITHDRAWN: "was withdrawn",
    RecoveryStage.DECLINED: "was declined",
    RecoveryStage.CALLED_OFF: "was called off",
}
OUTSTANDING: Final = (RecoveryStage.INVOICED, RecoveryStage.PART_RECOVERED)
ENDED: Final = (
    RecoveryStage.RECOVERED,
    RecoveryStage.WRITTEN_OFF,
    RecoveryStage.WITHDRAWN,
    RecoveryStage.DECLINED,
    RecoveryStage.CALLED_OFF,
)
REFERENCE: Final = re.compile(r"[A-Z0-9][A-Z0-9/-]{2,39}")


def stage_of(recovery: "Recovery") -> RecoveryStage:
    """Where a recovery that was read `with_stage` stands."""
    return RecoveryStage(recovery.stage)  # type: ignore[attr-defined]


def remaining(recovery: "Recovery") -> int:
    """What has not come back of it, in pence."""
    return recovery.amount_pence - int(recovery.received_pence)  # type: ignore[attr-defined]


def check_can_ask_back(line: "Line", room_pence: int) -> None:
    """Only a payment that the payer has made, and only what no other recovery asks back already."""
    if line.kind != LineKind.PAYMENT:
        raise Refused("This line takes money back. Only a payment can be recovered.")
    if line.stage != LineStage.PAID:  # type: ignore[attr-defined]
        raise Refused("Only a payment that has been made, and has not come back, can be recovered.")
    if room_pence < 1:
        raise Refused("All of this payment is being recovered or has been.")


def can_ask_back(line: "Line", room_pence: int) -> bool:
    """Whether `check_can_ask_back` would let it pass."""
    return not refusal(lambda: check_can_ask_back(line, room_pence))


def check_seen_room(line: "Line", room_pence: int, seen_pence: int | None) -> None:
    """Raises Stale where another recovery of the line was proposed or stopped since the page was shown."""
    if seen_pence is not None and seen_pence != room_pence:
        raise Stale(f"What can be asked back of line {line.reference} has changed since you opened the page.")


def check_amount(amount_pence: int, room_pence: int, field: str = "amount") -> None:
    """A recovery is of at least a penny and never of more than was paid, in total over all recoveries of a line."""
    if amount_pence < 1:
        raise Refused("The amount must be more than nothing", field)
    if amount_pence > room_pence:
        raise Refused(f"The amount must be {pounds(room_pence)} or less: more would be asked back than was paid", field)


def _check_at(recovery: "Recovery", *stages: RecoveryStage) -> None:
    stage = stage_of(recovery)
    if stage not in stages:
        raise Refused(f"Recovery {recovery.reference} {SAID[stage]}, so this cannot be done to it now.")


def proposers_of(recovery: "Recovery") -> set[int]:
    """The human who proposed it, as then and as their account says now: two accounts may be one person's since."""
    return {recovery.proposed_human_id, recovery.proposed_by.human_id}


def check_can_approve(recovery: "Recovery", human_id: int) -> None:
    """A proposal is approved, once, by another human than the one who made it."""
    _check_at(recovery, RecoveryStage.PROPOSED)
    if human_id in proposers_of(recovery):
        raise Refused("You proposed this recovery, so somebody else has to approve it.")


def can_approve(recovery: "Recovery", human_id: int) -> bool:
    """Whether `check_can_approve` would let this human pass."""
    return not refusal(lambda: check_can_approve(recovery, human_id))


def check_can_stop_proposal(recovery: "Recovery") -> None:
    """A proposal is withdrawn or declined until it is approved."""
    _check_at(recovery, RecoveryStage.PROPOSED)


def can_stop_proposal(recovery: "Recovery") -> bool:
    """Whether `check_can_stop_proposal` would let it pass."""
    return not refusal(lambda: check_can_stop_proposal(recovery))


def check_can_call_off(recovery: "Recovery", human_id: int) -> None:
    """An approved recovery is called off until it has been asked for, by another human than proposed it."""
    _check_at(recovery, RecoveryStage.APPROVED)
    if human_id in proposers_of(recovery):
        raise Refused("You proposed this recovery, so somebody else has to call it off.")


def can_call_off(recovery: "Recovery", human_id: int) -> bool:
    """Whether `check_can_call_off` would let this human pass."""
    return not refusal(lambda: check_can_call_off(recovery, human_id))


def check_can_ask(recovery: "Recovery") -> None:
    """An approved recovery goes onto a batch or out with an invoice, one way at a time."""
    _check_at(recovery, RecoveryStage.APPROVED)


def can_ask(recovery: "Recovery") -> bool:
    """Whether `check_can_ask` would let it pass."""
    return not refusal(lambda: check_can_ask(recovery))


def check_not_taken_over(recovery: "Recovery", heir: "Employer") -> None:
    """Only the employer that was paid is offset: whoever took over what it owes gets an invoice."""
    if heir.pk != recovery.line.employer_id:
        raise Refused(
            f"{recovery.line.employer.name} has closed, and what it owes is not taken off what {heir.name}, which took "
            f"it over, is paid. Send {heir.name} an invoice."
        )


def check_some_batch(recovery: "Recovery", count: int) -> None:
    """There is a draft batch that pays its employer enough."""
    if count == 0:
        raise Refused(
            f"No draft batch pays {recovery.line.employer_name} {pounds(recovery.amount_pence)} or more. "
            "Prepare a batch when something is owed to it, or send an invoice."
        )


def check_fits(recovery: "Recovery", net_pence: int, batch: str) -> None:
    """What the payer sends to the employer in the batch stays nothing or more."""
    if net_pence < recovery.amount_pence:
        raise Refused(
            f"Batch {batch} pays {pounds(net_pence)} to {recovery.line.employer_name}, which is less than "
            f"{pounds(recovery.amount_pence)}. Choose another batch, or send an invoice.",
            "batch",
        )


def check_nets(batch: "Batch", short: list[tuple[str, int]]) -> None:
    """What the payer sends to each employer of a batch is nothing or more. `short` names those of whom it is not, and
    by how much, in pence."""
    if short:
        named = ", ".join(f"{pounds(pence)} from {name}" for name, pence in short[:NAMED])
        raise Refused(
            f"Batch {batch.reference} takes back more than it pays: {named}. Take a recovery of theirs off the batch "
            "on the page of the recovery, and submit the batch after that."
        )


def check_can_take_off_batch(recovery: "Recovery", batch: "Batch | None") -> None:
    """Its line comes out of the batch that it stands on while that is a draft."""
    _check_at(recovery, RecoveryStage.IN_BATCH)
    if batch is None or batch.state != BatchState.DRAFT:
        raise Refused("Its batch is no longer a draft. A payments approver can send the batch back to draft.")


def can_take_off_batch(recovery: "Recovery", batch: "Batch | None") -> bool:
    """Whether `check_can_take_off_batch` would let it pass."""
    return not refusal(lambda: check_can_take_off_batch(recovery, batch))


def canonical_invoice(typed: str) -> str:
    """An invoice's reference as it is stored: capitals, digits, hyphens and strokes. Refused where it is none."""
    bare = re.sub(r"\s", "", typed).upper()
    if not REFERENCE.fullmatch(bare):
        raise Refused(
            "The invoice reference must be 3 to 40 letters A to Z, digits, hyphens and slashes, like INV-2026-0042",
            "reference",
        )
    return bare


def check_invoiced_on(on: date, approved: date, today: date) -> None:
    """The invoice is dated between the approval and today."""
    if on > today:
        raise Refused("The date of the invoice must be today or in the past", "invoiced_on")
    if on < approved:
        raise Refused(
            f"The date of the invoice must be on or after {long_date(approved)}, when the recovery was approved",
            "invoiced_on",
        )


def check_can_receive(recovery: "Recovery", amount_pence: int, on: date, today: date) -> None:
    """Money comes back on an invoice: no more than is outstanding, between the invoice's date and today."""
    _check_at(recovery, *OUTSTANDING)
    if amount_pence < 1:
        raise Refused("The amount must be more than nothing", "amount")
    if amount_pence > remaining(recovery):
        raise Refused(
            f"The amount must be {pounds(remaining(recovery))} or less: that is what is outstanding", "amount"
        )
    if on > today:
        raise Refused("The date it was received must be today or in the past", "received_on")
    if recovery.invoiced_on and on < recovery.invoiced_on:
        raise Refused(
            f"The date it was received must be on or after {long_date(recovery.invoiced_on)}, the date of the invoice",
            "received_on",
        )


def check_is_outstanding(recovery: "Recovery") -> None:
    """An invoice is out of which something has not come back."""
    _check_at(recovery, *OUTSTANDING)


def is_outstanding(recovery: "Recovery") -> bool:
    """Whether `check_is_outstanding` would let it pass."""
    return not refusal(lambda: check_is_outstanding(recovery))


def check_seen_remaining(recovery: "Recovery", seen_pence: int) -> None:
    """Raises Stale where more has come back than the page showed, as when a form is sent twice."""
    if remaining(recovery) != seen_pence:
        raise Stale(f"More of recovery {recovery.reference} has come back than the page showed. Look at it again.")


def check_can_ask_write_off(recovery: "Recovery") -> None:
    """What is outstanding of an invoice can be proposed to be written off, once at a time."""
    _check_at(recovery, *OUTSTANDING)
    if recovery.write_off_asked_at:
        raise Refused(f"Writing off recovery {recovery.reference} already waits for a payments approver.")


def can_ask_write_off(recovery: "Recovery") -> bool:
    """Whether `check_can_ask_write_off` would let it pass."""
    return not refusal(lambda: check_can_ask_write_off(recovery))


def check_write_off_asked(recovery: "Recovery") -> None:
    """There is a request to write off to be decided."""
    _check_at(recovery, *OUTSTANDING)
    if recovery.write_off_asked_at is None or recovery.write_off_asked_by is None:
        raise Refused(f"Nobody has asked to write off recovery {recovery.reference}.")


def check_can_write_off(recovery: "Recovery", human_id: int) -> None:
    """A write-off is authorised by another human than the one who asked for it."""
    check_write_off_asked(recovery)
    asker = recovery.write_off_asked_by
    if human_id in (recovery.write_off_human_id, asker.human_id if asker else None):
        raise Refused("You asked for this write-off, so somebody else has to authorise it.")


def can_write_off(recovery: "Recovery", human_id: int) -> bool:
    """Whether `check_can_write_off` would let this human pass."""
    return not refusal(lambda: check_can_write_off(recovery, human_id))


def waits_for_write_off(recovery: "Recovery") -> bool:
    """Whether a request to write off waits to be decided."""
    return not refusal(lambda: check_write_off_asked(recovery))
