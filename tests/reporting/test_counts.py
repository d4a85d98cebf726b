"""Who is counted, from rows the services made."""

from datetime import timedelta

import pytest

from accounts.states import EmployerKind, Region
from registrations.models import Registration
from registrations.services import equality
from registrations.states import Programme
from reporting.queries.counts import registrations_and_outcomes
from reporting.statistics import FAILS, IN_PROGRESS, PASSES, WITHDRAWN, Group
from tests.cast import NOW
from tests.factories import registrations as make
from tests.reporting.rows import appeal, outcome

LATER = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def year(cast):
    return make.published_year(by=cast.adele, second=cast.zora, now=NOW)


@pytest.fixture
def register(cast):
    def register(number, employer=None):
        here = employer or cast.northshire
        by, assessor = (cast.cora, cast.cal) if here == cast.southmouth else (cast.amira, cast.ben)
        return make.registered(here, by=by, caseworker=cast.erin, assessor=assessor, now=NOW, number=number)

    return register


def counted():
    return sorted(registrations_and_outcomes(), key=lambda group: (group.region, group.measure))


def group(count, measure=IN_PROGRESS, region=Region.NORTH_EAST, sex=None, ethnic_group=None):
    return Group("2026-27", EmployerKind.CHILDRENS_TRUST, region, sex, ethnic_group, measure, count)


def test_approved_registrations_are_counted_by_the_employer_that_registered_them(cast, register):
    register(0)
    register(1)
    register(2, cast.southmouth)
    assert counted() == [group(2), group(1, region=Region.SOUTH_WEST)]


def test_those_being_checked_asked_about_or_refused_are_not_counted(cast, register):
    register(0)
    make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1)
    asked = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=2)
    make.queried(asked, by=cast.erin, now=NOW)
    refused = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=3)
    make.refused(refused, by=cast.erin, now=NOW)
    assert counted() == [group(1)]


def test_each_way_a_year_can_end(cast, register):
    register(0)
    make.withdrawn(register(1), by=cast.amira, now=LATER)
    outcome(register(2), "pass", by=cast.lena, now=LATER)
    outcome(register(3), "pass", by=cast.lena, now=LATER)
    outcome(register(4), "fail", by=cast.lena, now=LATER)
    assert counted() == [group(1, FAILS), group(1), group(2, PASSES), group(1, WITHDRAWN)]


def test_an_outcome_under_appeal_is_in_progress_until_the_appeal_is_closed(cast, register):
    failed = outcome(register(0), "fail", by=cast.lena, now=LATER)
    opened = appeal(failed, by=cast.amira, now=LATER)
    assert counted() == [group(1)]
    opened.result, opened.closed_because = "dismissed", "The grounds were not made out."
    opened.closed_by, opened.closed_at = cast.lena, LATER
    opened.save(update_fields=["result", "closed_because", "closed_by", "closed_at"])
    assert counted() == [group(1, FAILS)]


def test_only_the_outcome_that_stands_is_counted(cast, register):
    first = outcome(register(0), "fail", by=cast.lena, now=LATER)
    outcome(first.registration, "pass", by=cast.lena, now=LATER, supersedes=first)
    assert counted() == [group(1, PASSES)]


def test_equality_answers_are_counted_as_given(cast, register):
    person = register(0)
    make.joined(person.nqsw, cast.noor)
    equality.save(person.nqsw, {"sex": "male", "ethnic_group": "mixed"}, by=cast.noor, now=NOW)
    register(1)
    assert sorted(registrations_and_outcomes(), key=lambda group: group.sex or "") == [
        group(1),
        group(1, sex="male", ethnic_group="mixed"),
    ]


def test_another_programme_is_not_counted(cast, register):
    first = register(0)
    twin = Registration.objects.get(pk=first.pk)
    make.withdrawn(first, by=cast.amira, now=NOW)
    twin.programme_year = make.draft_year(by=cast.adele, now=NOW, programme=Programme.ASYE_ADULTS)
    twin.pk, twin.id, twin.reference = None, None, "AD2600001A"
    twin.save(force_insert=True)
    assert counted() == [group(1, WITHDRAWN)]


def test_a_move_does_not_change_where_somebody_was_registered(cast, register, django_assert_num_queries):
    moved = register(0)
    placement = moved.placements.get()
    placement.ends_on = LATER.date()
    placement.save(update_fields=["ends_on"])
    moved.placements.create(nqsw=moved.nqsw, employer=cast.southmouth, starts_on=LATER.date())
    with django_assert_num_queries(1):
        assert counted() == [group(1)]
