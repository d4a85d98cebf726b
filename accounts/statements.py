"""Reads about one person on one day that a busy page makes on every visit.

The ORM takes longer to write such a SELECT, and PostgreSQL to plan it, than the rows take to find (ADR 0008). So each
is written once, about a person and a day that stand in for the real ones, and prepared once on every connection.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User

# Numbers and a day that no row and no rule holds; `sql` refuses a statement that counts on from them.
PERSON: Final = 9_100_000_000_000_000_001
HUMAN: Final = 9_100_000_000_000_000_002
DAY: Final = date(1001, 1, 1)

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # what each connection knows by name


def written(queryset: QuerySet[Any, Any]) -> str:
    """The SELECT of a queryset with its values in it."""
    sql, params = queryset.query.sql_with_params()
    return str(connection.ops.compose_sql(sql, params))  # type: ignore[attr-defined]  # PostgreSQL's operations


class Statement:
    """One SELECT about a person on a day. `write` makes its text from querysets, by `written`; it is called once.

    The text may hold `$4`, a number given to `rows`.
    """

    def __init__(self, write: Callable[[User, date], str]) -> None:
        self._write = write

    @cached_property
    def sql(self) -> str:
        """The text with $1 for the person, $2 for the human being and $3 for the day.

        Raises ValueError where it holds something worked out from the stand-ins, which no visit could fill in.
        """
        text = self._write(User(pk=PERSON, human_id=HUMAN, is_active=True), DAY)
        for stand_in, place in ((str(PERSON), "$1"), (str(HUMAN), "$2"), (f"'{DAY}'::date", "$3")):
            text = text.replace(stand_in, place)
        if "9100000000000" in text or f"'{DAY.year}-" in text:
            raise ValueError(f"A prepared SELECT takes the person and the day as they are: {text}")
        return text

    @cached_property
    def _name(self) -> str:
        return f"read_{sha256(self.sql.encode()).hexdigest()[:16]}"

    def rows(self, user: User, on: date, number: int = 0) -> list[tuple[Any, ...]]:
        """What it finds for a person on a day; nothing for somebody who may not sign in."""
        if not user.is_active:
            return []
        with connection.cursor() as cursor:
            known = _prepared.setdefault(connection.connection, set())
            if self._name not in known:  # of the connection, not of the page: it counts for no page's queries
                with connection.wrap_database_errors:
                    cursor.cursor.execute(f"PREPARE {self._name} (bigint, bigint, date, bigint) AS {self.sql}")
                known.add(self._name)
            cursor.execute(f"EXECUTE {self._name} (%s, %s, %s, %s)", [user.pk, user.human_id, on, number])
            return cursor.fetchall()
