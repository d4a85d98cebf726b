"""Tests run as the application's role on a copy of a database that its owner migrated, as in production."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase

from asye import embedded
from tests.ground import cluster, template
from tests.ground.built_once import layers
from tests.ground.rows import empty_every_table


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
    """The flush after a transactional test."""
    empty_every_table()


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
