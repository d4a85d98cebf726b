"""A throw-away PostgreSQL for the session and a Redis for each process, before Django reads its settings.

Loaded with `-p` (pyproject.toml): Django's settings need DATABASE_URL, and pytest-django reads them before any
conftest.py. The process that starts the session starts PostgreSQL; xdist's workers find it through the environment.
The user's own DATABASE_URL and REDIS_URL are never used here: the tests empty every table.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from asye import embedded

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = "ASYE_TEST_GROUND"  # the session's folder, handed on to the workers
DATABASE = f"test_{WORKER or 'main'}"

DEPENDS_ON = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "asye/settings.py",
    "asye/sql.py",
    "asye/roles.sql",
    "asye/embedded/*.py",
    "requirements/dev.txt",
    "tests/ground/cluster.py",
    "tests/ground/template.py",
)


class Ground:
    """What this process stands on. `folder` belongs to the session, `postgres` to the process that started it."""

    folder: Path
    postgres: embedded.Postgres
    redis: embedded.Redis


ground = Ground()


def url(role: str, database: str = DATABASE) -> str:
    """The address of a database of this session for one of embedded.SUPERUSER, OWNER and APP."""
    return ground.postgres.url(role, database)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if WORKER:
        ground.folder = Path(os.environ[FOLDER])
        ground.postgres = embedded.Postgres(ground.folder, durable=False)
    else:
        _begin_session()
    ground.redis = embedded.Redis(ground.folder / (WORKER or "main"), durable=False)
    ground.redis.start()
    os.environ.update(environment())
    return (yield)


def environment() -> dict[str, str]:
    """The service's variables for this process and for those it starts."""
    return {
        "DJANGO_SETTINGS_MODULE": "asye.settings",
        "SECRET_KEY": "the-tests-run-on-this-machine-only-and-keep-nothing-secret",
        "SITE_URL": "http://localhost:8000",
        "DEMO": "1",
        "DATABASE_URL": url(embedded.APP),
        "OWNER_DATABASE_URL": url(embedded.OWNER),
        "DATABASE_POOL": "20",
        "REDIS_URL": ground.redis.url,
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the thread of the test
    }


def pytest_unconfigure(config: Any) -> None:
    """Stops what this process started; the session's end keeps a migrated cluster for the next one."""
    if not hasattr(ground, "redis"):
        return
    ground.redis.stop()
    if WORKER:
        return
    ready = ground.folder / "template.state"
    if ready.exists() and not (cached_clusters() / ready.read_text()).exists():
        _keep_cluster(ready.read_text())
    ground.postgres.stop()
    shutil.rmtree(ground.folder, ignore_errors=True)


def cached_clusters() -> Path:
    """Stopped clusters whose template is migrated, each named by the hash of all it depends on."""
    return ROOT / "var" / "cache" / "clusters"


def _begin_session() -> None:
    ground.folder = embedded.throw_away_folder()
    os.environ[FOLDER] = str(ground.folder)
    key = migrated_state()
    image = cached_clusters() / key
    if image.exists() and _copied(image, ground.folder / "pg"):
        (ground.folder / "template.state").write_text(key)
        os.utime(image)
    ground.postgres = embedded.Postgres(ground.folder, durable=False)
    ground.postgres.start()


def migrated_state() -> str:
    """A hash of everything that a migrated, empty database is made of."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in DEPENDS_ON:
        for path in sorted(ROOT.glob(pattern)):
            if ".venv" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]


def _copied(image: Path, target: Path) -> bool:
    done = subprocess.run(["cp", "-Rp", str(image), str(target)], check=False, capture_output=True)
    if done.returncode != 0:
        shutil.rmtree(target, ignore_errors=True)
    return done.returncode == 0


def _keep_cluster(key: str) -> None:
    """Puts the cluster, without the workers' databases, beside the two newest others."""
    with psycopg.connect(url(embedded.SUPERUSER, "postgres"), autocommit=True) as server:
        for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall():
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    ground.postgres.stop()
    images = cached_clusters()
    images.mkdir(parents=True, exist_ok=True)
    making = images / f"{key}.{os.getpid()}"
    if _copied(ground.postgres.data, making):
        try:
            making.rename(images / key)
        except OSError:  # another session was quicker
            shutil.rmtree(making, ignore_errors=True)
    newest_first = sorted(images.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[3:]:
        shutil.rmtree(old, ignore_errors=True)
