"""For how long what is owed has been owed, by what blocks it; and where everything else stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from payments.models import Line, RecoveryPart, ResponseRow
from payments.queries.owed import COLUMNS, Owed, owed_sql, read_owed, rows_of
from payments.states import Age, BatchState, LineKind, Result

# Days since the London day on which it became due: that day itself is none.
AGE = """CASE WHEN %(today)s - due_on <= 30 THEN '30' WHEN %(today)s - due_on <= 60 THEN '60'
    WHEN %(today)s - due_on <= 90 THEN '90' ELSE 'over' END"""
IN_BATCH = {
    "draft": "Being prepared",
    "submitted": "Waiting for approval",
    "approved": "Approved, to be handed over",
    "sent": "Handed over, no answer of the payer yet",
    "paid": "Paid",
}


@dataclass(frozen=True)
class Aged:
    """How many payments of one age are owed for one reason of blocking (empty: none), and their sum in pence."""

    blocked: str
    age: Age
    count: int
    sum_pence: int


def ageing(on: date) -> list[Aged]:
    """Everything owed and in no batch, by reason of blocking and by age: one query."""
    with_clause, values = owed_sql(on)
    query = f"{with_clause} SELECT blocked, {AGE}, count(*), sum(amount_pence)::bigint FROM owed GROUP BY 1, 2"  # noqa: S608
    return [Aged(blocked, Age(age), count, pence) for blocked, age, count, pence in rows_of(query, values)]


class OwedRows:
    """What is owed on a day, oldest first, for one reason of blocking and one age (None: any; an empty reason is what
    can be paid). Read slice by slice, so that a page costs two queries whatever the number: for a Paginator."""

    def __init__(self, on: date, *, why: str | None = None, age: str | None = None, only_blocked: bool = False) -> None:
        self._with, values = owed_sql(on)
        self._values = {**values, "why": why, "age": age, "blocked": only_blocked}
        self._where = f"""WHERE (%(why)s::text IS NULL OR blocked = %(why)s)
            AND (%(age)s::text IS NULL OR {AGE} = %(age)s) AND (blocked <> '' OR NOT %(blocked)s)"""

    def count(self) -> int:
        """How many there are."""
        return int(rows_of(f"{self._with} SELECT count(*) FROM owed {self._where}", self._values)[0][0])  # noqa: S608

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[Owed]:
        return iter(self[:])

    def __getitem__(self, wanted: slice) -> list[Owed]:
        first, last = wanted.start or 0, wanted.stop
        order = "ORDER BY due_on, registration_id, milestone LIMIT %(limit)s OFFSET %(first)s"
        query = f"{self._with} SELECT {COLUMNS} FROM owed {self._where} {order}"  # noqa: S608
        values = {**self._values, "limit": None if last is None else last - first, "first": first}
        return [read_owed(row) for row in rows_of(query, values)]


def in_batches() -> dict[str, tuple[int, int]]:
    """Live payments by where their batch stands (each key of IN_BATCH): how many, and their sum in pence; of those that
    were paid without what has come back, as the ledger has it. One query."""
    paid = Exists(ResponseRow.objects.filter(line=OuterRef("pk"), result=Result.PAID))
    stands = Case(
        When(paid, then=Value("paid")),
        When(batch__handed_over_at__isnull=False, then=Value("sent")),
        When(batch__state=BatchState.APPROVED, then=Value("approved")),
        When(batch__state=BatchState.SUBMITTED, then=Value("submitted")),
        default=Value("draft"),
        output_field=CharField(),
    )
    live = Line.objects.filter(kind=LineKind.PAYMENT, closed_as__isnull=True).annotate(stands=stands).order_by()
    taken = Line.objects.filter(kind=LineKind.RECOVERY, closed_as__isnull=True)
    off = taken.filter(recovers__closed_as__isnull=True, responses__result=Result.PAID)
    parts = RecoveryPart.objects.filter(recovery__line__closed_as__isnull=True)
    found = live.values("stands").annotate(
        count=Count("pk"), pence=Sum("amount_pence"), back=_sum_of(off) + _sum_of(parts)
    )
    none = dict.fromkeys(IN_BATCH, (0, 0))
    return none | {
        row["stands"]: (row["count"], row["pence"] - (row["back"] if row["stands"] == "paid" else 0)) for row in found
    }


def _sum_of(rows: QuerySet[Any]) -> Coalesce:
    """The sum of their `amount_pence`, once for the whole query; 0 where there is none."""
    alike = rows.order_by().annotate(alike=Value(1)).values("alike")
    return Coalesce(
        Subquery(alike.annotate(pence=Sum("amount_pence")).values("pence")), 0, output_field=BigIntegerField()
    )
