"""What may be made of a verdict that changed after a registration was approved."""

from typing import TYPE_CHECKING

from asye.refusals import Refused, Stale
from registrations.states import Verdict

if TYPE_CHECKING:
    from registrations.models import Evaluation


def check_can_settle(evaluation: "Evaluation", open_one: "Evaluation | None", because: str, *, take: bool) -> None:
    """Raises Stale unless the evaluation is the one that waits, and Refused without a reason or where a verdict is
    taken that no registration can have."""
    if open_one is None or open_one.pk != evaluation.pk:
        raise Stale("The facts have changed again, or somebody has settled this. Look at the registration again.")
    if not because.strip():
        raise Refused("Enter why", field="because")
    if take and evaluation.verdict == Verdict.CANNOT_REGISTER:
        raise Refused(
            "An approved registration cannot become one that was never possible. Keep the verdict, and ask the "
            "employer to withdraw the registration.",
            field="take",
        )
