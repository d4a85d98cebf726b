"""Pages with rows of their own cost the same number of queries at one row and at three."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from asye import clock
from registrations.models import ProgrammeYear, Registration
from registrations.services import changes, checking, drafts
from registrations.states import DeferralReason
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)
DRAFTS, MY_YEAR = 9, 18
REGISTRATION = {"amira": 46, "erin": 45}
COUNTS = pytest.mark.parametrize("count", [1, 3])


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.moved_to(LATER):
        yield


def _cost(user: User, url: str) -> int:
    client = Client()
    client.force_login(user)
    assert client.get(url).status_code == 200  # the session is written once
    with CaptureQueriesContext(connection) as made:
        client.get(url)
    return len(made)


def _away_and_back(registration: Registration, cast: Cast, count: int) -> None:
    for number in range(count):
        away, back = timedelta(days=10 * number + 1), timedelta(days=10 * number + 6)
        changes.defer(
            registration,
            TODAY + away,
            DeferralReason.SICKNESS,
            agreed=make.agreed(NOW + away),
            by=cast.amira,
            now=NOW + away,
        )
        changes.resume(registration, TODAY + back, by=cast.amira, now=NOW + back)


@COUNTS
def test_drafts(cast: Cast, year: ProgrammeYear, count: int) -> None:
    for _ in range(count):
        drafts.start(cast.northshire, by=cast.amira, now=NOW)
    assert _cost(cast.amira, reverse("registration_drafts")) == DRAFTS


@COUNTS
def test_a_registration_with_checks_questions_and_deferrals(cast: Cast, year: ProgrammeYear, count: int) -> None:
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    for _ in range(count):
        checking.check_register_entry(registration, by=cast.erin, now=NOW)
        checking.ask(registration, "Is the name right?", by=cast.erin, now=NOW)
        checking.answer(registration, "Yes.", by=cast.amira, now=NOW)
    registration = make.approved(registration, by=cast.erin, now=NOW)
    _away_and_back(registration, cast, count)
    assert {
        who: _cost(getattr(cast, who), reverse("registration", args=[registration.pk])) for who in REGISTRATION
    } == REGISTRATION


@COUNTS
def test_my_year_with_deferrals(cast: Cast, year: ProgrammeYear, count: int) -> None:
    own = make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    _away_and_back(own, cast, count)
    assert _cost(cast.noor, reverse("my_year")) == MY_YEAR
