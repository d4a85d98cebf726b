"""Tests run as the application's role on a copy of a database that its owner migrated, as in production."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

from asye import embedded
from tests.ground import cluster, template
from tests.ground.built_once import layers

KEPT = ("django_migrations", "django_content_type", "auth_permission")
TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL(%s) ORDER BY c.relname
"""
START_NUMBERS_AGAIN = """
    SELECT setval(format('public.%%I', sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> ALL(%s)
"""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[None]:
    """Replaces pytest-django's: nothing is migrated or flushed as the application's role, which may not."""
    template.make_database()
    TransactionTestCase._fixture_teardown = _empty_every_table
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _leave()


@contextmanager
def standing_on(name: str) -> Iterator[None]:
    """Until its end Django works on the database of that name; no connection to it is left open."""
    own = connection.settings_dict["NAME"]
    _leave()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        _leave()
        connection.settings_dict["NAME"] = own


def _leave() -> None:
    layers.leave()
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _empty_every_table(case: object) -> None:
    """The flush after a transactional test. Replica mode silences the triggers of the append-only tables."""
    empty_every_table()


def empty_every_table() -> None:
    """Empties every table that holds a row, but for what migrations wrote, and starts its numbers again.

    Row by row: a test leaves few, and TRUNCATE makes new files for every table, its indexes and all that refer to it.
    """
    with psycopg.connect(cluster.url(embedded.SUPERUSER), autocommit=True) as bootstrap, bootstrap.transaction():
        bootstrap.execute("SET LOCAL session_replication_role = replica")
        bootstrap.execute("SET LOCAL lock_timeout = '60s'")
        for name in _with_rows(bootstrap):
            bootstrap.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        bootstrap.execute(START_NUMBERS_AGAIN, [[f"{name}_id_seq" for name in KEPT]])


def _with_rows(bootstrap: psycopg.Connection) -> list[str]:
    tables = [name for (name,) in bootstrap.execute(TABLES, [list(KEPT)]).fetchall()]
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    ]
    return [name for (name,) in bootstrap.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()]


def _raw(role: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.url(role), autocommit=True) as connected:
        yield connected


@pytest.fixture
def app_sql(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A second connection of the application's role, outside Django; every statement commits by itself."""
    yield from _raw(embedded.APP)


@pytest.fixture
def owner_sql(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection of the role that owns the tables; every statement commits by itself."""
    yield from _raw(embedded.OWNER)


@pytest.fixture
def bootstrap_sql(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A superuser's connection; every statement commits by itself."""
    yield from _raw(embedded.SUPERUSER)
