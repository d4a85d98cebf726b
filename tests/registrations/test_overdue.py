"""Years whose review should have been held by now."""

from datetime import timedelta

import pytest

from assessments.queries.overdue import with_overdue_review
from assessments.schema import REVIEW
from registrations.models import Registration
from registrations.queries import review_dates
from registrations.services import changes
from tests.cast import NOW
from tests.factories import assessments as factory
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db


@built_once
def running(cast, year) -> Registration:
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


def overdue(on) -> list[int]:
    return list(with_overdue_review(Registration.objects.all(), on).values_list("pk", flat=True))


def test_it_works(cast, running):
    (_, _, first), *_ = review_dates(running)
    assert overdue(first) == []
    assert overdue(first + timedelta(days=1)) == [running.pk]
    changes.extend(running, 30, "More time.", by=cast.amira, now=NOW)
    assert overdue(first + timedelta(days=1)) == []
    assert overdue(first + timedelta(days=31)) == [running.pk]


def test_neither_away_nor_gone_nor_waiting(cast, running):
    waiting = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1)
    long_after = review_dates(running)[-1][2] + timedelta(days=400)
    assert overdue(long_after) == [running.pk]
    make.withdrawn(running, by=cast.amira, now=NOW)
    assert overdue(long_after) == []
    assert Registration.objects.filter(pk=waiting.pk).exists()


def test_a_review_that_was_held_is_not_overdue(cast, running):
    """Of each point its own: the one that was held does not stand for the next."""
    (key, _, first), (_, _, second), *_ = review_dates(running)
    record = factory.agreed(running, REVIEW, now=NOW, review_point=key)
    assert record.is_done
    assert overdue(first + timedelta(days=1)) == []
    assert overdue(second + timedelta(days=1)) == [running.pk]
