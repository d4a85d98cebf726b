"""The demo: the same services as everybody, a moved clock, and a function of seed and today."""

from datetime import UTC, datetime

import pytest

from reporting.demo import build


@pytest.mark.django_db
def test_it_builds(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    build.build(seed=2026, now=datetime(2026, 11, 22, 12, 0, tzinfo=UTC), progress=lambda done, planned: None)
