"""What may be done to an amount that was recorded as received on an invoice. Amounts are pence."""

from typing import TYPE_CHECKING

from asye.dates import long_date
from asye.money import pounds
from asye.refusals import Refused
from payments.rules import refusal

if TYPE_CHECKING:
    from payments.models import Line, PartReversal, Recovery, RecoveryPart


def check_can_ask(
    part: "RecoveryPart", recovery: "Recovery", asked: "PartReversal | None", again: "Line | None"
) -> None:
    """What was received can be taken back while nothing stands on it. `asked` is the request for it that stands,
    approved or not; `again` is a line that pays once more what had come back."""
    if part.reversal_id is not None:
        raise Refused("This takes back an amount. If the money was received after all, record it again.")
    if asked is not None:
        check_not_done(asked)
        raise Refused(f"Taking back {pounds(part.amount_pence)} already waits for a payments approver.")
    check_nothing_stands_on_it(recovery, again)


def can_ask(part: "RecoveryPart", recovery: "Recovery", asked: "PartReversal | None", again: "Line | None") -> bool:
    """Whether `check_can_ask` would let it pass."""
    return not refusal(lambda: check_can_ask(part, recovery, asked, again))


def check_nothing_stands_on_it(recovery: "Recovery", again: "Line | None") -> None:
    """Neither was the rest given up, nor has what came back been made once more."""
    if recovery.written_off_at:
        raise Refused(
            f"The rest of recovery {recovery.reference} has been written off, so what was received on it stays."
        )
    if again is not None:
        raise Refused(
            f"All of the payment had come back, and line {again.reference} has been made for the same person since, so "
            "what was received stays. If less was received, propose to recover what was paid again."
        )


def check_not_done(asked: "PartReversal") -> None:
    """It has not been taken back already: once is enough."""
    done = getattr(asked, "done", None)
    if done is not None:
        raise Refused(f"This amount was taken back on {long_date(done.received_on)}. It is taken back once.")


def check_waits(asked: "PartReversal") -> None:
    """The request waits to be decided."""
    check_not_done(asked)
    if asked.refused_at:
        raise Refused("Taking this amount back was refused. A payments officer can ask for it again.")


def check_can_approve(asked: "PartReversal", recovery: "Recovery", again: "Line | None", human_id: int) -> None:
    """Another human than the one who asked for it takes the amount back, while nothing stands on it."""
    check_waits(asked)
    check_nothing_stands_on_it(recovery, again)
    if human_id in (asked.asked_human_id, asked.asked_by.human_id):
        raise Refused("You asked for this, so somebody else has to approve it.")
