"""A PostgreSQL and a Redis for one command or benchmark, gone when it ends, and the variables that point at them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asye import embedded

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Starts both and yields the environment of a service on them; the database is empty but for its roles."""
    folder = embedded.throw_away_folder()
    postgres = embedded.Postgres(folder, durable=False)
    redis = embedded.Redis(folder, durable=False)
    try:
        postgres.start()
        embedded.create_database(postgres.url(), "asye")
        redis.start()
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "asye.settings",
            "SECRET_KEY": "made-up-for-one-command-on-this-machine-and-then-forgotten",
            "SITE_URL": "http://localhost:8000",
            "DEMO": "1",
            "DATABASE_URL": postgres.url(embedded.APP, "asye"),
            "OWNER_DATABASE_URL": postgres.url(embedded.OWNER, "asye"),
            "REDIS_URL": redis.url,
        }
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def migrate(environment: dict[str, str]) -> None:
    """Makes the tables as their owner."""
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "--verbosity=0"]
    as_owner = {**environment, "DATABASE_URL": environment["OWNER_DATABASE_URL"]}
    subprocess.run(command, cwd=ROOT, env=as_owner, check=True)
