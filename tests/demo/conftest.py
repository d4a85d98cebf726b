"""The demo, built once for the tests of this folder and rolled back after them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from asye import clock
from reporting.demo import build
from tests.demo.scene import NOW, Scene

SEED = 2026


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: object) -> Iterator[Scene]:
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
        transaction.atomic(),
        clock.moved_to(NOW),
    ):
        build.build(seed=SEED, now=NOW, progress=lambda done, planned: None)
        yield Scene.set(NOW)
        transaction.set_rollback(True)
