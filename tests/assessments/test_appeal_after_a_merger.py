"""An appeal outlives the employer: the one into which it has merged decides it, and reads no other outcome."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from assessments.models import Outcome
from assessments.permissions import get_certificate_for
from assessments.queries import live_outcome
from assessments.services import appeals
from assessments.states import AppealResult, Result
from asye import clock
from asye.refusals import NotAllowed
from reporting.queries import waiting
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.factories import registrations as register

LATER = NOW + timedelta(days=3)
ON = LATER.date()


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(LATER):
        yield


def reads(user: User, outcome: Outcome) -> bool:
    client = Client()
    client.force_login(user)
    return client.get(reverse("outcome", args=[outcome.registration_id])).status_code == 200


def tasks(person: User, *held: str) -> list[str]:
    return [task.what for task in waiting.for_person(person, held, ON).tasks]


def test_it_is_decided_by_the_successor(failed: Outcome, cast: Cast) -> None:
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    register.northshire_merged(cast, now=LATER)
    assert [person for person in (cast.cora, cast.sol, cast.cal) if reads(person, failed)] == [cast.cora, cast.sol]
    assert "Decide the appeal" in tasks(cast.cora, "coordinator")
    for person in (cast.cal, cast.ben, cast.mina):
        with pytest.raises(NotAllowed):
            appeals.close(appeal, result=AppealResult.UPHELD, because="It shows a pass.", by=person, now=LATER)
    client = Client()
    client.force_login(cast.cora)
    page = client.get(reverse("outcome", args=[failed.registration_id])).content.decode()
    assert reverse("registration", args=[failed.registration_id]) not in page  # which is not theirs to read
    answer = client.post(
        reverse("appeal_close", args=[appeal.pk]),
        {"result": AppealResult.UPHELD, "because": "The evidence shows a pass."},
        follow=True,
    )
    assert answer.status_code == 200  # who decided it reads what came of it
    assert live_outcome(failed.registration).result == Result.PASS
    assert not reads(cast.sol, failed)
    told = Notice.objects.filter(kind="assessments.outcome_for_nqsw", created_at=LATER)
    assert [each.user for each in told] == [cast.noor]


def test_an_outcome_without_an_appeal_stays_where_it_was(failed: Outcome, cast: Cast) -> None:
    register.northshire_merged(cast, now=LATER)
    assert not any(reads(person, failed) for person in (cast.cora, cast.sol, cast.cal))
    assert "Decide the appeal" not in tasks(cast.cora, "coordinator")
    appeal = make.appealed(failed, by=cast.noor, now=LATER)
    assert Notice.objects.filter(kind="assessments.appeal_opened", user=cast.cora).exists()
    assert reads(cast.cora, failed)
    appeals.close(appeal, result=AppealResult.WITHDRAWN, because="Settled.", by=cast.noor, now=LATER)
    assert not reads(cast.cora, failed)


def test_another_employer_s_certificates_are_not_read(passed: Outcome, certificate: object, cast: Cast) -> None:
    register.northshire_merged(cast, now=LATER)
    client = Client()
    client.force_login(cast.cora)
    assert client.post(reverse("certificate_download", args=[passed.registration_id])).status_code == 404
    assert get_certificate_for(cast.noor, passed.registration_id, on=ON)
