"""A PostgreSQL of its own that is crashed on purpose: a copy of the tests' migrated one, durable as in production.

But for fsync: the machine keeps its power, so what was written is there after a crash of the server. A commit is
still answered only once it is in the log (synchronous_commit), which is what a crash of processes can break.
"""

import os
import signal
import time
from pathlib import Path

import psycopg
from psycopg import sql

from asye import embedded
from asye.embedded.folders import folder_for_postgres, run_unprivileged
from asye.embedded.postgres import Postgres

PATIENCE = 60  # seconds; after a crash PostgreSQL reads its log again


def copied(from_sockets: Path, folder: Path) -> Postgres:
    """A running copy of the server at a socket folder; nothing in the first one is changed or waits."""
    server = Postgres(folder, durable=True)
    folder_for_postgres(server.data)
    how = ["-U", embedded.SUPERUSER, "-c", "fast", "-X", "stream", "--no-sync"]
    where = ["-D", str(server.data), "-h", str(from_sockets)]
    done = run_unprivileged([str(server.programs / "pg_basebackup"), *where, *how])
    if done.returncode != 0:
        raise embedded.ServerFailed(f"The server could not be copied: {done.stderr.strip()}")
    with (server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("fsync = off\n")
    server.start()
    return server


def copy_database(server: Postgres, template: str, name: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as door:
        copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        door.execute(sql.SQL(copy).format(sql.Identifier(name), sql.Identifier(template)))
    with psycopg.connect(server.url(database=name), autocommit=True) as database:
        database.execute(embedded.postgres.ROLES_SQL.read_text())


def drop_database(server: Postgres, name: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as door:
        door.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def crash(server: Postgres, *, postmaster: bool) -> None:
    """Ends it in the middle of whatever it does and starts it again: by `pg_ctl -m immediate`, or by SIGKILL of the
    process that holds it together, after which the others end by themselves."""
    if postmaster:
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
    else:
        run_unprivileged([str(server.programs / "pg_ctl"), "-D", str(server.data), "-m", "immediate", "-w", "stop"])
    if server.process is not None:
        server.process.wait(PATIENCE)
        server.process = None
    until = time.monotonic() + PATIENCE
    while True:
        try:
            server.start()
        except embedded.ServerFailed:
            if time.monotonic() > until:
                raise
        else:
            return
