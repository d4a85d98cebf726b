"""Which of several placements, or of several assessors, counts on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Lasting(Protocol):
    """What holds from one day until another, which is not its own any more; on no day where both are the same."""

    pk: int
    starts_on: date
    ends_on: date | None


Kind = TypeVar("Kind", bound=Lasting)


def in_order(things: Iterable[Kind], on: date) -> list[Kind]:
    """The one that counts on a day comes last: what never was (an undo empties it) stands first, then what is still to
    come, the first to come last, then what has begun."""
    return sorted(things, key=lambda each: _place(each, on))


def _place(each: Lasting, on: date) -> tuple[bool, bool, int, int]:
    begun = each.starts_on <= on
    day = each.starts_on.toordinal()
    return each.ends_on != each.starts_on, begun, day if begun else -day, each.pk
