"""The backup and the restore of docs/deployment.md, run as they stand there: the copy grants no more than the first."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from asye import embedded
from asye.embedded import postgres
from tests.ground import cluster

COPY = f"{cluster.DATABASE}_restored"
RIGHTS = """
    SELECT 'table ' || relname, relacl::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
    UNION ALL SELECT 'function ' || oid::regprocedure::text, proacl::text FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'new ' || defaclobjtype::text, defaclacl::text FROM pg_default_acl
    UNION ALL SELECT 'trigger ' || tgrelid::regclass || tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'constraint ' || conrelid::regclass || conname, convalidated::text FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
"""


@pytest.fixture
def empty_copy(django_db_setup: None) -> Iterator[None]:
    """A database with the roles' rights and nothing else."""
    embedded.create_database(cluster.url(embedded.SUPERUSER, "postgres"), COPY)
    yield
    with psycopg.connect(cluster.url(embedded.SUPERUSER, "postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE "{COPY}" WITH (FORCE)')


def commands() -> tuple[str, str]:
    """The lines of the page: those that make the dump, and those that restore it."""
    page = (cluster.ROOT / "docs" / "deployment.md").read_text()
    section = page.split("## Backup and restore")[1].split("\n## ")[0]
    dump, restore = re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    return dump, restore


def run(script: str, database: str, folder: Path) -> None:
    programs = str(postgres._found_programs())
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    env["OWNER_DATABASE_URL"] = cluster.url(embedded.OWNER, database)
    done = subprocess.run(
        ["sh", "-euc", script], cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def rights(database: str) -> dict[str, str]:
    with psycopg.connect(cluster.url(embedded.OWNER, database)) as connected:
        return dict(connected.execute(RIGHTS).fetchall())


def test_a_restored_database_has_the_same_walls(empty_copy: None, tmp_path: Path) -> None:
    dump, restore = commands()
    run(dump, cluster.DATABASE, tmp_path)
    run(restore, COPY, tmp_path)
    before, after = rights(cluster.DATABASE), rights(COPY)
    assert after == before
    assert "asye_app=ar/asye_owner" in after["table payments_ledgerentry"]
