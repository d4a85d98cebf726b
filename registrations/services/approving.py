"""Many registrations approved at once: exactly those that were shown, each by the act that approves one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale
from registrations.models import Registration
from registrations.permissions import check_may_check
from registrations.services import checking

MOST = 100
CHANGED = "It changed after the page was opened. Look at it again."


@dataclass(frozen=True)
class Result:
    """What became of one registration: approved, or the sentence that says why not."""

    registration: Registration
    refusal: str = ""


def approve_many(seen: Sequence[tuple[int, int]], *, by: User, now: datetime) -> list[Result]:
    """Approves each registration, given as id and version, if it is still as it was shown; the others are left.

    Each is an act of its own, so one that cannot be approved holds up no other, and two people who approve the same
    ones approve each once. Raises NotAllowed unless `by` is a caseworker, Refused for more than MOST.
    """
    check_may_check(by, london_date(now))
    if len(seen) > MOST:
        raise Refused(f"Approve at most {MOST} registrations at once")
    found = Registration.objects.select_related("nqsw__user", "programme_year", "submitted_by").in_bulk(
        [pk for pk, _ in seen]
    )
    return [_one(found[pk], version, by=by, now=now) for pk, version in dict(seen).items() if pk in found]


def _one(registration: Registration, version: int, *, by: User, now: datetime) -> Result:
    try:
        return Result(checking.approve(registration, by=by, now=now, seen_version=version))
    except Stale:
        return Result(registration, CHANGED)
    except (Refused, NotAllowed) as refusal:
        return Result(registration, str(refusal))
