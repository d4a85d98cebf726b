"""The page of an outcome costs the same number of queries after one appeal and after three."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.services import appeals
from assessments.states import AppealResult, AppealStage, Result
from asye import clock
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make

OUTCOME = {"noor": 17, "amira": 18, "lena": 18}


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.mark.parametrize("count", [1, 3])
def test_an_outcome_and_its_appeals(year: Registration, cast: Cast, count: int) -> None:
    outcome = make.confirmed(year, Result.FAIL, by=cast.lena, now=NOW)
    for stage in list(AppealStage)[:count]:
        appeal = appeals.open_(outcome, grounds="Two observations were left out.", stage=stage, by=cast.noor, now=NOW)
        appeals.close(appeal, result=AppealResult.DISMISSED, because="They were read.", by=cast.amira, now=NOW)
    made = {}
    for who in OUTCOME:
        client = Client()
        client.force_login(getattr(cast, who))
        page = reverse("outcome", args=[year.pk])
        assert client.get(page).status_code == 200  # the session is written once
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        made[who] = len(queries)
    assert made == OUTCOME
