"""When two records may be made one."""

from typing import Final

from asye.refusals import Refused

REASON: Final = "Enter why"
BOTH_REGISTERED: Final = (
    "Both records have a registration that has not ended, and one person can have only one. Ask the employers which of "
    "the two is right, have the other one withdrawn (or refuse it, if it is still being checked), and then come back."
)
STANDS_FOR_OTHERS: Final = (
    "Another record has been merged into the one that would go, so it has to stay. Keep that one instead."
)
ONLY_ACCOUNT: Final = (
    "The person signs in with the account of the record that would go, and the other one has none. Keep the record "
    "with the account."
)


def check_reason(because: str) -> None:
    """Raises Refused (field `because`) where there is no reason."""
    if not because.strip():
        raise Refused(REASON, field="because")


def check_can_merge(*, stands_for_others: bool, only_account: bool, both_registered: bool) -> None:
    """Raises Refused with what to do: `stands_for_others` and `only_account` are said of the record that goes."""
    if both_registered:
        raise Refused(BOTH_REGISTERED)
    if stands_for_others:
        raise Refused(STANDS_FOR_OTHERS, field="keep")
    if only_account:
        raise Refused(ONLY_ACCOUNT, field="keep")
