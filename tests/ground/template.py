"""The migrated database that every test process copies, made once in a session."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from asye import embedded
from tests.ground import cluster

TEMPLATE = "asye_template"


def make_database() -> None:
    """Makes this process's database as a copy of the template; whoever comes first migrates the template.

    One at a time: roles are the cluster's, and PostgreSQL refuses two who alter one role at once.
    """
    folder = cluster.ground.folder
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "template.state").exists():
            _migrate(folder)
        server = cluster.url(embedded.SUPERUSER, "postgres")
        embedded.create_database(server, cluster.DATABASE, TEMPLATE)


def _migrate(folder: Path) -> None:
    key = cluster.migrated_state()
    embedded.create_database(cluster.url(embedded.SUPERUSER, "postgres"), TEMPLATE)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "--verbosity=0"],
        cwd=cluster.ROOT, env={**os.environ, "DATABASE_URL": cluster.url(embedded.OWNER, TEMPLATE)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"The migrations did not run:\n{done.stdout}{done.stderr}")
    (folder / "template.state").write_text(key)
