"""The demo, built once in a session; each process works on a copy of its own and rolls back what it did there."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings
from playwright.sync_api import Playwright

from asye import clock
from reporting.demo import build
from tests.demo.scene import NOW, Scene
from tests.ground import database, template

SEED = 2026


@pytest.fixture(scope="package")
def scene(playwright: Playwright, django_db_setup: None, django_db_blocker: object) -> Iterator[Scene]:
    """Stands on the connection that Django gives this thread once Playwright runs in it: browsers look at it too."""
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
        clock.moved_to(NOW),
        database.standing_on(template.copy_of("demo", _build)),
        transaction.atomic(),
    ):
        yield Scene.set(NOW)
        transaction.set_rollback(True)


def _build(name: str) -> None:
    with database.standing_on(name), transaction.atomic():
        build.build(seed=SEED, now=NOW, progress=lambda done, planned: None)
        connection.run_on_commit.clear()  # no worker stands on this database
