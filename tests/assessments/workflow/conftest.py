"""A second assessor at Northshire, who takes over from Ben."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import roles
from accounts.models import User
from assessments.models import Record
from assessments.services import standards
from assessments.states import RecordState
from asye import clock
from registrations.models import Registration
from tests.assessments.conftest import other_year, year
from tests.cast import CAST_JOINED, NOW, Cast
from tests.factories import accounts
from tests.factories import assessments as make
from tests.ground.built_once import built_once

__all__ = ["other_year", "year"]
LATER = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@built_once
def bea(cast: Cast) -> User:
    """Another assessor of Northshire."""
    made = accounts.person("bea@northshire.example", "Bea", "Larsen", by=cast.adele, now=CAST_JOINED)
    accounts.in_role(made, roles.ASSESSOR, cast.northshire, by=cast.adele, now=CAST_JOINED)
    return made


@built_once
def agreement(year: Registration) -> Record:
    """Signed by Noor and Ben."""
    return make.agreed(year, "agreement", now=NOW)


@built_once
def in_each_state(year: Registration, cast: Cast) -> dict[str, Record]:
    """An observation in every state a record can be in, linked to a standard from the start."""
    found: dict[str, Record] = {}
    for ordinal, state in enumerate(RecordState.values, start=1):
        record = make.draft(year, "direct_observation", now=NOW, ordinal=ordinal)
        standards.link(record, "pqs-9", why="It shows.", by=cast.ben, now=NOW)
        found[state] = make.brought_to(record, state, now=NOW, coordinator=cast.amira)
    return found


@pytest.fixture
def as_(client_for: type[Client]) -> Any:
    def sign_in(user: User) -> Client:
        client = client_for()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
