"""An employer goes into another: whoever looks after the year there goes on with its concerns."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from assessments.models import Concern, Record
from assessments.permissions.concerns import may_act
from assessments.queries import foresight, how_many_concerns, reviewers_of
from assessments.services import concerns, records
from assessments.states import Part
from assessments.states.concerns import ConcernResult, SupportOutcome
from asye import clock
from asye.refusals import NotAllowed
from registrations.models import Registration
from registrations.queries import registrations_visible_to
from registrations.services import assessors
from reporting.queries import waiting
from tests.cast import CAST_JOINED, NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import assessments as assess
from tests.factories import concerns as make
from tests.factories import registrations as register
from tests.factories.payments import moved
from tests.ground.built_once import built_once

LATER = NOW + timedelta(days=40)
ON = LATER.date()


@built_once
def concern(year: Registration, cast: Cast) -> Concern:
    """Raised at Northshire, with support that should have been looked at by now; Northshire went into Southmouth."""
    concern = make.planned(year, by=cast.ben, now=NOW)
    register.northshire_merged(cast, now=LATER)
    return concern


@built_once
def stranger(cast: Cast) -> User:
    """The co-ordinator of a third employer."""
    return people.westholme(cast, now=CAST_JOINED)[1]


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(LATER):
        yield


def test_it_is_read_where_the_year_goes_on(concern: Concern, stranger: User, cast: Cast) -> None:
    for person in (*cast.everybody(), stranger):
        client = Client()
        client.force_login(person)
        answer = client.get(reverse("concern", args=[concern.pk]))
        reads = person in (cast.noor, cast.udo, cast.ben, cast.amira, cast.cora)
        assert (answer.status_code == 200) == reads, person
        assert (make.WORDS in answer.content.decode()) == reads, person
        assert may_act(person, concern, on=ON) == (person in (cast.ben, cast.amira, cast.cora)), person
    assert set(reviewers_of(concern, ON)) == {cast.ben, cast.amira, cast.cora}


def test_a_year_that_did_not_go_along_stays_where_it_was(year: Registration, cast: Cast) -> None:
    concern = make.raised(year, by=cast.ben, now=NOW)
    register.withdrawn(year, by=cast.amira, now=NOW)
    register.northshire_merged(cast, now=LATER)
    assert not Concern.objects.visible_to(cast.cora, ON).filter(pk=concern.pk).exists()
    assert not may_act(cast.cora, concern, on=ON)


def test_what_an_ordinary_move_left_behind_stays_so(year: Registration, cast: Cast) -> None:
    """The year moved to Southmouth, and Northshire goes into it only afterwards."""
    concern = make.raised(year, by=cast.ben, now=NOW)
    moved(year, cast.southmouth, cast.cal, on=TODAY + timedelta(days=1), by=cast.cora, now=NOW)
    register.northshire_merged(cast, now=LATER)
    for person in (cast.cora, cast.cal):
        assert not Concern.objects.visible_to(person, ON).exists()
        assert not may_act(person, concern, on=ON)
    assert how_many_concerns(year, ON) == 0


def test_who_is_replaced_there_reads_no_further(year: Registration, cast: Cast) -> None:
    """The merger ended the first assignment on the last day of its placement, as the end of a year does."""
    make.raised(year, by=cast.amira, now=NOW)
    record = assess.draft(year, "direct_observation", now=NOW)
    register.northshire_merged(cast, now=LATER)
    assessors.assign_assessor(year, cast.cal, ON, "Ben moves on.", by=cast.cora, now=LATER)
    after = ON + timedelta(days=1)
    later = records.open_record(year, "agreement", by=cast.cal, now=LATER + timedelta(days=1))
    assert set(Record.objects.visible_to(cast.ben, after)) == {record}  # what Ben opened
    assert later in Record.objects.visible_to(cast.cal, after)
    assert not Concern.objects.visible_to(cast.ben, after).exists()
    assert not registrations_visible_to(cast.ben, after).exists()


def test_its_people_go_on_with_it(concern: Concern, year: Registration, cast: Cast) -> None:
    assert how_many_concerns(year, ON) == 1
    concerns.review_support(concern, SupportOutcome.HELPED, "Records are up to date.", by=cast.ben, now=LATER)
    told = set(Notice.objects.filter(kind="assessments.concern_went_on").values_list("user", flat=True))
    assert told == {cast.noor.pk, cast.amira.pk, cast.cora.pk}
    concerns.close_concern(concern, ConcernResult.SETTLED, "Well done.", by=cast.cora, now=LATER)
    concern.refresh_from_db()
    assert concern.closed_by == cast.cora
    with pytest.raises(NotAllowed):
        concerns.add_note(concern, "From elsewhere.", seen_count=0, by=cast.cal, now=LATER)


def test_it_waits_for_them_on_their_pages(concern: Concern, stranger: User, cast: Cast) -> None:
    def tasks(person: User, *held: str) -> set[str]:
        return {task.what for task in waiting.for_person(person, held, ON).tasks}

    assert "Review a support plan" in tasks(cast.ben, "assessor")
    assert "Review a support plan" in tasks(cast.cora, "coordinator")  # it is late by now
    assert "Review a support plan" not in tasks(stranger, "coordinator")
    assert "Review a support plan" not in tasks(cast.cal, "assessor")


def test_a_fail_was_foreseen_and_no_flag_names_the_place(concern: Concern, year: Registration, cast: Cast) -> None:
    found = foresight(year, ON, recommended_on=ON)
    assert found.first_raised == concern.raised_on
    assert "Southmouth" not in found.flag


def test_a_record_from_before_is_reopened_and_signed_there(year: Registration, stranger: User, cast: Cast) -> None:
    record = assess.agreed(year, "agreement", now=NOW)
    register.northshire_merged(cast, now=LATER)
    client = Client()
    client.force_login(cast.noor)
    page = client.get(reverse("record", args=[record.pk])).content.decode()
    assert "A co-ordinator of Southmouth can reopen it" in page
    for person in (cast.ben, stranger, cast.sol):
        with pytest.raises(NotAllowed):
            records.reopen(record, reason="The plan.", seen_version=record.version, by=person, now=LATER)
    records.reopen(record, reason="The plan has changed.", seen_version=record.version, by=cast.cora, now=LATER)
    record.refresh_from_db()
    assess.finish(record, Part.NQSW, by=cast.noor, now=LATER)
    record.refresh_from_db()
    assess.sign_all(record, now=LATER)
    record.refresh_from_db()
    assert record.is_done
