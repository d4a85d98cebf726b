"""The rows of the whole database: emptied, taken as they stand and put back, by the superuser, past every trigger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from asye import embedded
from tests.ground import cluster

KEPT = ("django_migrations", "django_content_type", "auth_permission")  # what migrations wrote
TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL(%s) ORDER BY c.relname
"""
START_NUMBERS_AGAIN = """
    SELECT setval(format('public.%%I', sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> ALL(%s)
"""
NUMBERS = """
    SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> ALL(%s)
"""
KEPT_NUMBERS = [f"{name}_id_seq" for name in KEPT]


@dataclass(frozen=True)
class Rows:
    """Everything that stood in the database: the text of each table, and how far each sequence had counted."""

    tables: dict[str, bytes]
    numbers: dict[str, int]


def take() -> Rows:
    """What stands in every table that holds a row, but for KEPT."""
    with _door() as door:
        tables = {}
        for name in _with_rows(door):
            with door.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as out:
                tables[name] = b"".join(out)
        return Rows(tables, dict(door.execute(NUMBERS, [KEPT_NUMBERS]).fetchall()))


def put_back(rows: Rows) -> None:
    """Writes them into an empty database. They stood there before, so no trigger is asked."""
    with _door() as door:
        for name, text in rows.tables.items():
            with door.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as into:
                into.write(text)
        for name, last in rows.numbers.items():
            door.execute("SELECT setval(format('public.%%I', %s::text)::regclass, %s)", [name, last])


def empty_every_table() -> None:
    """Empties every table that holds a row, but for KEPT, and starts its numbers again.

    Row by row: a test leaves few, and TRUNCATE makes new files for every table, its indexes and all that refer to it.
    """
    with _door() as door:
        for name in _with_rows(door):
            door.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        door.execute(START_NUMBERS_AGAIN, [KEPT_NUMBERS])


def _with_rows(door: psycopg.Connection) -> list[str]:
    tables = [name for (name,) in door.execute(TABLES, [list(KEPT)]).fetchall()]
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    ]
    return [name for (name,) in door.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()]


@contextmanager
def _door() -> Iterator[psycopg.Connection]:
    """A transaction of the superuser in replica mode, which silences the triggers of the append-only tables."""
    with psycopg.connect(cluster.url(embedded.SUPERUSER), autocommit=True) as door, door.transaction():
        door.execute("SET LOCAL session_replication_role = replica")
        door.execute("SET LOCAL lock_timeout = '60s'")
        yield door
