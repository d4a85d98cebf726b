"""Whether a letter that waits to be sent is still for whoever it is addressed to: the app that wrote it says so."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from accounts.models import Notice

Check = Callable[[Notice, datetime], bool]
CHECKS: Final[dict[str, Check]] = {}


def ask(app: str, check: Check) -> None:
    """From now on `check` is asked about each letter of an app before it leaves; called once, when the app is ready."""
    CHECKS[app] = check


def is_wanted(notice: Notice, now: datetime) -> bool:
    """Whether a letter is to leave. One of an app that has not said otherwise always is."""
    check = CHECKS.get(notice.kind.split(".", 1)[0])
    return check is None or check(notice, now)
