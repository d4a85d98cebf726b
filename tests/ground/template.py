"""Databases that are made once in a session and copied by every test process: the migrated one, and fuller ones."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from asye import embedded
from tests.ground import cluster

TEMPLATE = "asye_template"


def make_database() -> None:
    """Makes this process's database as a copy of the template; whoever comes first migrates the template.

    One at a time: roles are the cluster's, and PostgreSQL refuses two who alter one role at once.
    """
    folder = cluster.ground.folder
    with _alone("template"):
        if not (folder / "template.state").exists():
            _migrate(folder)
        _copy(TEMPLATE, cluster.DATABASE)


def copy_of(name: str, fill: Callable[[str], None]) -> str:
    """The name of this process's own copy of the database `name`; whoever comes first makes and fills it.

    `fill` gets the name of a copy of the template and must leave no connection to it open.
    """
    full, own = f"test_{name}", f"{cluster.DATABASE}_{name}"
    ready = cluster.ground.folder / f"{full}.ready"
    with _alone(name):
        if not ready.exists():
            with _alone("template"):
                _copy(TEMPLATE, full)
            fill(full)
            ready.touch()
    with _alone("template"):
        _copy(full, own)
    return own


@contextmanager
def _alone(what: str) -> Iterator[None]:
    with (cluster.ground.folder / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(template: str, name: str) -> None:
    """The tests' transactions may stand idle: what was built once stays beneath a long test that asks for nothing."""
    embedded.create_database(cluster.url(embedded.SUPERUSER, "postgres"), name, template)
    idle = sql.SQL("ALTER ROLE {} IN DATABASE {} SET idle_in_transaction_session_timeout = 0")
    with psycopg.connect(cluster.url(embedded.SUPERUSER, "postgres"), autocommit=True) as server:
        server.execute(idle.format(sql.Identifier(embedded.APP), sql.Identifier(name)))


def _migrate(folder: Path) -> None:
    key = cluster.migrated_state()
    _copy("template1", TEMPLATE)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "--verbosity=0"],
        cwd=cluster.ROOT, env={**os.environ, "DATABASE_URL": cluster.url(embedded.OWNER, TEMPLATE)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"The migrations did not run:\n{done.stdout}{done.stderr}")
    (folder / "template.state").write_text(key)
