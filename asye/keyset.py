"""Pages of a long list by the place of their first or last row: as fast at the end as at the start, and no row is
shown twice or left out when others come in between.

    page = keyset.page(queryset, request.GET, keyset.Order("submitted_at", "id", newest_first=True), 25)

The address holds `after=<place>` or `before=<place>`. A place that cannot be read, or beyond which nothing is left, is
the beginning.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PLACE: Final = re.compile(r"[0-9]{1,18}(-[0-9]{1,18})?")


@dataclass(frozen=True)
class Order:
    """By an instant and then by id, or by `id` alone. Both fields are never null, and go the same way."""

    first: str
    second: str = ""
    newest_first: bool = True

    @property
    def fields(self) -> list[str]:
        """The names of the fields, the deciding one first."""
        return [self.first, self.second] if self.second else [self.first]

    def names(self, *, backwards: bool = False) -> list[str]:
        """As QuerySet.order_by takes them."""
        sign = "-" if self.newest_first != backwards else ""
        return [sign + field for field in self.fields]

    def place(self, row: Model) -> str:
        """Where a row stands, as it is written into an address."""
        return "-".join(str(_number(getattr(row, field))) for field in self.fields)

    def beyond(self, place: str, *, backwards: bool) -> Q | None:
        """The rows after a place, or before it; None for a place that cannot be read."""
        values = self._read(place)
        if values is None:
            return None
        way = "lt" if self.newest_first != backwards else "gt"
        if not self.second:
            return Q((f"{self.first}__{way}", values[0]))
        further = Q((f"{self.first}__{way}", values[0])) | Q((f"{self.second}__{way}", values[1]))
        return Q((f"{self.first}__{way}e", values[0])) & further

    def _read(self, place: str) -> list[Any] | None:
        if not PLACE.fullmatch(place):
            return None
        numbers = [int(part) for part in place.split("-")]
        if len(numbers) != len(self.fields):
            return None
        if not self.second:
            return numbers
        try:
            return [EPOCH + timedelta(microseconds=numbers[0]), numbers[1]]
        except OverflowError:
            return None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in their order; `after` and `before` are the places the links lead on from, empty where none do."""

    rows: list[Row]
    after: str
    before: str

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page(queryset: QuerySet[Row], address: Mapping[str, str], order: Order, size: int) -> Page[Row]:
    """The page that an address asks for, in one query (two where its place lies beyond the end)."""
    for way in ("after", "before"):
        place = address.get(way, "")
        beyond = order.beyond(place, backwards=way == "before") if place else None
        if beyond is not None:
            found = _beside(queryset.filter(beyond), order, size, backwards=way == "before")
            if found.rows:
                return found
            break
    rows = list(queryset.order_by(*order.names())[: size + 1])
    return Page(rows[:size], order.place(rows[size - 1]) if len(rows) > size else "", "")


def _beside(queryset: QuerySet[Row], order: Order, size: int, *, backwards: bool) -> Page[Row]:
    rows = list(queryset.order_by(*order.names(backwards=backwards))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], "", "")
    return Page(
        rows,
        after=order.place(rows[-1]) if backwards or more else "",
        before=order.place(rows[0]) if not backwards or more else "",
    )


def _number(value: Any) -> int:
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else int(value)
