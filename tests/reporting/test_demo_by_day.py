"""The demo is a function of its seed and of today: the hour at which it is built changes nothing.

Three people are enough to go through every app once. Only what is drawn for secrecy may differ.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from reporting.demo import build, panel, stories
from tests.ground.database import empty_every_table

EARLY = datetime(2026, 11, 18, 0, 30, tzinfo=UTC)  # a Wednesday
LATE = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
OURS = ("accounts", "registrations", "assessments", "moderation", "payments")
DRAWN = {  # for secrecy, or made from what is; "codes" may hold the digest of a file
    "password", "token_hash", "secret_link", "salt", "sha256", "content_sha256", "pdf_sha256", "detail_digest", "codes",
    "public_code", "facts", "pdf", "Seal.digest", "Line.reference", "PayerFile.content", "PayerResponse.content",
    "LedgerEntry.id", "LedgerEntry.reverses", "Notice.reference",
}  # fmt: skip
Row = tuple[str, ...]


@pytest.fixture
def three_people(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    told = (
        ("northshire", 446, stories.finished),
        ("northshire", 18, stories.checked),
        ("wulfstan", 85, stories.late),
        ("harbour", 2, stories.submitted),  # today, and so not yet
    )
    monkeypatch.setattr(stories, "PLAN", told)
    monkeypatch.setattr(panel, "FINISHED_EARLY", ("northshire",))
    monkeypatch.setattr(panel, "FINISHING_NOW", ())


def content(now: datetime) -> dict[str, list[Row]]:
    """Every row of the demo that would be built at `now`, by model; nothing is kept, and numbers begin at 1."""
    empty_every_table()
    with transaction.atomic():
        build.build(seed=2026, now=now, progress=lambda done, planned: None)
        found = {model.__name__: _rows(model) for label in OURS for model in apps.get_app_config(label).get_models()}
        transaction.set_rollback(True)
    return found


def _rows(model: type[models.Model]) -> list[Row]:
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if not DRAWN & {field.name, f"{model.__name__}.{field.name}"}
    ]
    return sorted(tuple(map(str, row)) for row in model._default_manager.values_list(*names))


@pytest.mark.django_db(transaction=True)
def test_the_hour_of_the_build_changes_nothing(three_people: None) -> None:
    early, late = content(EARLY), content(LATE)
    assert len(early["Registration"]) == 3
    assert len(early["Certificate"]) == len(early["Round"]) == 1
    assert len(early["Line"]) >= 2
    assert max(row[-1] for row in early["AuditEvent"]) < "2026-11-18", "an act of today may be in the future"
    assert early.keys() == late.keys()
    for name, rows in early.items():
        assert rows == late[name], name
