"""Due dates: the rule in Python and its twin in SQL give the same day."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asye.clock import LONDON
from registrations import queries
from registrations.models import Deferral, Extension, Registration
from registrations.rules import dates
from tests.cast import NOW
from tests.factories import registrations as make
from tests.ground.built_once import built_once

START = date(2026, 8, 31)
PAUSES = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 90)), max_size=4)  # gap before, length
EXTENSIONS = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 120)), max_size=3)


@built_once
def registration(cast, year):
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, asye_start=START
    )


def build(registration, user, pauses, extensions):
    day = START
    for gap, length in pauses:
        begins = day + timedelta(days=gap)
        day = begins + timedelta(days=length)
        Deferral.objects.create(
            registration=registration,
            starts_on=begins,
            ends_on=day,
            reason="sickness",
            recorded_by=user,
            recorded_at=NOW,
        )
    for after, days in extensions:
        at = datetime(2026, 8, 31, 23, 30, tzinfo=LONDON) + timedelta(days=after)
        Extension.objects.create(registration=registration, days=days, reason="x", recorded_by=user, recorded_at=at)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(pauses=PAUSES, extensions=EXTENSIONS, months=st.sampled_from([1, 3, 6, 9, 12, 18]))
def test_the_twins_agree(cast, registration, pauses, extensions, months):
    with transaction.atomic():
        build(registration, cast.amira, pauses, extensions)
        fresh = Registration.objects.select_related("programme_year").get(pk=registration.pk)
        ours = dates.shifted(dates.add_months(START, months), queries.pauses_of(fresh))
        theirs = Registration.objects.annotate(due=queries.DueDate(F("pk"), Value(months))).get().due
        assert ours == theirs
        assert queries.planned_end(fresh) == queries.with_end(Registration.objects.all()).get().planned_end_on
        transaction.set_rollback(True)


def test_a_pause_moves_only_what_is_not_yet_due():
    due = date(2026, 12, 1)
    assert dates.shifted(due, [dates.Pause(date(2026, 12, 2), 30)]) == due
    assert dates.shifted(due, [dates.Pause(date(2026, 12, 1), 30)]) == date(2026, 12, 31)
    two = [dates.Pause(date(2026, 12, 20), 10), dates.Pause(date(2026, 11, 1), 30)]
    assert dates.shifted(due, two) == date(2027, 1, 10)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_where_the_month_ends(day, months, after):
    assert dates.add_months(day, months) == after
