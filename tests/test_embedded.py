"""What the embedded servers promise: three roles, privacy of the sockets, recovery after kill -9."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from asye import embedded


@pytest.fixture
def folder() -> Iterator[Path]:
    made = embedded.throw_away_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def database() -> Iterator[embedded.Postgres]:
    made = embedded.throw_away_folder()
    server = embedded.Postgres(made, durable=False)
    server.start()
    embedded.create_database(server.url(), "asye")
    yield server
    server.stop()
    shutil.rmtree(made)


def _connect(server: embedded.Postgres, role: str) -> psycopg.Connection:
    return psycopg.connect(server.url(role, "asye"), autocommit=True)


def test_the_application_reads_and_writes_what_the_owner_made(database: embedded.Postgres) -> None:
    with _connect(database, embedded.OWNER) as owner, _connect(database, embedded.APP) as app:
        owner.execute("CREATE TABLE thing (id serial PRIMARY KEY, name text)")
        owner.execute("CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'")
        app.execute("INSERT INTO thing (name) VALUES ('a')")
        app.execute("UPDATE thing SET name = 'b'")
        assert app.execute("SELECT name, twice(id) FROM thing").fetchall() == [("b", 2)]
        app.execute("DELETE FROM thing")
        owner.execute("DROP TABLE thing")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "DROP TABLE kept",
        "TRUNCATE kept",
        "ALTER TABLE kept ADD COLUMN more int",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "CREATE ROLE another",
        "SET ROLE asye_owner",
    ],
)
def test_the_application_defines_nothing(database: embedded.Postgres, statement: str) -> None:
    with _connect(database, embedded.OWNER) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
    with _connect(database, embedded.APP) as app, pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("statement", ["CREATE ROLE another", "SET session_replication_role = replica"])
def test_the_owner_is_no_superuser(database: embedded.Postgres, statement: str) -> None:
    with _connect(database, embedded.OWNER) as owner, pytest.raises(errors.InsufficientPrivilege):
        owner.execute(statement)  # type: ignore[call-overload]


def test_the_application_never_waits_long(database: embedded.Postgres) -> None:
    with _connect(database, embedded.APP) as app:
        limits = [
            app.execute(f"SHOW {name}").fetchone()  # type: ignore[call-overload]
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "timezone")
        ]
    assert limits == [("2s",), ("10s",), ("15s",), ("UTC",)]


def test_a_copy_of_the_template_has_the_same_rights(database: embedded.Postgres) -> None:
    with _connect(database, embedded.OWNER) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
    embedded.create_database(database.url(), "copied", "asye")
    with psycopg.connect(database.url(embedded.APP, "copied"), autocommit=True) as app:
        app.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("CREATE TEMPORARY TABLE mine (id int)")


def test_making_the_database_again_changes_nothing(database: embedded.Postgres) -> None:
    embedded.create_database(database.url(), "asye")
    with _connect(database, embedded.APP) as app:
        extensions = {name for (name,) in app.execute("SELECT extname FROM pg_extension").fetchall()}
    assert extensions >= {"btree_gist", "pg_trgm", "unaccent"}


def test_the_sockets_are_private_and_there_is_no_port(database: embedded.Postgres) -> None:
    assert stat.S_IMODE(database.sockets.stat().st_mode) == 0o700
    with psycopg.connect(database.url()) as server:
        assert server.execute("SHOW listen_addresses").fetchone() == ("",)


def test_rows_are_there_after_kill_9_of_postgres(folder: Path) -> None:
    server = embedded.Postgres(folder)
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as before:
        before.execute("CREATE TABLE kept AS SELECT 1 AS id")
    assert server.process is not None
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    again = embedded.Postgres(folder)
    again.start()
    with psycopg.connect(again.url()) as after:
        assert after.execute("SELECT id FROM kept").fetchall() == [(1,)]
    again.stop()


def test_a_left_over_postgres_is_stopped(folder: Path) -> None:
    left = embedded.Postgres(folder, durable=False)
    left.start()
    again = embedded.Postgres(folder, durable=False)
    again.start()
    assert left.process is not None
    assert left.process.wait(5) == 0
    again.stop()


def test_a_broken_off_initialisation_is_begun_again(folder: Path) -> None:
    server = embedded.Postgres(folder, durable=False)
    half = server.data.with_name("pg.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    server.start()
    server.stop()
    assert (server.data / "PG_VERSION").exists()


def test_redis_keeps_what_it_was_given(folder: Path) -> None:
    import redis

    server = embedded.Redis(folder)
    server.start()
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "yes")
    again = embedded.Redis(folder)  # the left-over is stopped first
    again.start()
    with redis.Redis.from_url(again.url) as client:
        assert client.get("kept") == b"yes"
    again.stop()
    server.stop()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 90) / "run"
    assert embedded.short_folder(long) != long
    assert len(os.fsencode(embedded.short_folder(long))) < 40
    assert embedded.short_folder(Path("/tmp/a b")) == Path("/tmp/a b")
    assert embedded.short_folder(Path("/tmp/a,b")).parent == Path("/tmp")
    assert "," not in str(embedded.short_folder(Path("/tmp/a,b")))


def test_a_missing_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(embedded.ServerFailed, match="Set REDIS_URL"):
        embedded.redis_program()


@pytest.mark.django_db
def test_the_tests_run_as_the_application() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("asye_app", "asye_app")
