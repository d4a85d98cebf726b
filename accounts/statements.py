"""Reads about one person on one day that a busy page makes on every visit.

The ORM takes longer to write such a SELECT, and PostgreSQL to plan it, than the rows take to find (ADR 0008). So each
is written once, about a person and a day that stand in for the real ones, and prepared once on every connection.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User

# Numbers and a day that no row and no rule holds; `sql` refuses a statement that counts on from them.
PERSON: Final = 9_100_000_000_000_000_001
HUMAN: Final = 9_100_000_000_000_000_002
NUMBER: Final = 9_100_000_000_000_000_003
DAY: Final = date(1001, 1, 1)
_PLACES: Final = {
    str(PERSON): "%(person)s::bigint",
    str(HUMAN): "%(human)s::bigint",
    str(NUMBER): "%(number)s::bigint",
    f"'{DAY}'::date": "%(day)s::date",
}


def written(queryset: QuerySet[Any, Any]) -> str:
    """The SELECT of a queryset with its values in it, each % of them doubled."""
    sql, params = queryset.query.sql_with_params()
    return str(connection.ops.compose_sql(sql, params)).replace("%", "%%")  # type: ignore[attr-defined]  # PostgreSQL's


class Statement:
    """One SELECT about a person on a day. `write` makes its text from querysets, by `written`; it is called once.

    The text may hold `%(number)s`, or a queryset NUMBER: a number given to `rows`. `%(day)s` is the day.
    """

    def __init__(self, write: Callable[[User, date], str]) -> None:
        self._write = write

    @cached_property
    def sql(self) -> str:
        """The text with a named place for the person, the human being, the day and the number.

        Raises ValueError where it holds something worked out from the stand-ins, which no visit could fill in.
        """
        text = self._write(User(pk=PERSON, human_id=HUMAN, is_active=True), DAY)
        for stand_in, place in _PLACES.items():
            text = text.replace(stand_in, place)
        if "9100000000000" in text or f"'{DAY.year}-" in text:
            raise ValueError(f"A prepared SELECT takes the person and the day as they are: {text}")
        return text

    def rows(self, user: User, on: date, number: int = 0) -> list[tuple[Any, ...]]:
        """What it finds for a person on a day; nothing for somebody who may not sign in."""
        if not user.is_active:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, {"person": user.pk, "human": user.human_id, "day": on, "number": number})
            return cursor.fetchall()
