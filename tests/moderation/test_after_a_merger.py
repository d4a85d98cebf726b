"""An employer goes into another between the recommendation and the outcome: the successor's people go on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Outcome
from asye import clock
from asye.refusals import NotAllowed
from moderation import permissions
from moderation.models import Allocation, PopulationItem, Round, SampleItem
from moderation.queries import ready_for_round
from moderation.services import allocation, confirming, rounds
from registrations.models import Registration
from reporting.queries import waiting
from tests.cast import CAST_JOINED, NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make
from tests.factories import payments as pay
from tests.factories import registrations as register

LATER = NOW + timedelta(days=10)
ON = LATER.date()


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(LATER):
        yield


def tasks(person: User, *held: str) -> list[str]:
    return [task.what for task in waiting.for_person(person, held, ON).tasks]


def test_a_recommendation_from_before_is_moderated_and_confirmed(recommended: Registration, cast: Cast) -> None:
    register.northshire_merged(cast, now=LATER)
    assert [each.registration for each in ready_for_round([cast.southmouth])] == [recommended]
    assert tasks(cast.cora, "coordinator").count("Open a moderation round") == 1
    client = Client()
    client.force_login(cast.cora)
    assert "Southmouth" in client.get(reverse("moderation")).content.decode()
    opened = rounds.open_round(cast.southmouth, by=cast.cora, now=LATER, seed=make.SEED)
    allocation.share_out(opened, by=cast.cora, now=LATER)
    held = Allocation.objects.get()
    make.completed(held, by=held.moderator, now=LATER)
    confirm(recommended, cast)


def confirm(registration: Registration, cast: Cast) -> None:
    item = PopulationItem.objects.get()
    confirming.confirm_outcome(
        registration, "fail", notice_on=ON, by=cast.sol, now=LATER, seen_revision=item.final_revision_id
    )
    assert Outcome.objects.get().decided_by == cast.sol


def test_a_round_from_before_goes_on(opened: Round, recommended: Registration, cast: Cast) -> None:
    register.northshire_merged(cast, now=LATER)
    opened = permissions.get_round_for(cast.cora, opened.pk, on=ON)
    assert "Find a reader for a sampled record" in tasks(cast.cora, "coordinator")
    with pytest.raises(NotAllowed):
        allocation.share_out(opened, by=cast.sol, now=LATER)
    allocation.share_out(opened, by=cast.cora, now=LATER)
    held = Allocation.objects.get()
    assert held.moderator in (cast.dev, cast.mina)
    assert "Read a sampled record" in tasks(held.moderator, "moderator")
    make.completed(held, by=held.moderator, now=LATER)
    assert "Confirm an outcome" in tasks(cast.sol, "senior_lead")
    confirm(recommended, cast)
    rounds.close(opened, by=cast.cora, now=LATER)
    assert permissions.get_round_for(cast.cora, opened.pk, on=ON) == opened


def test_a_reading_from_before_goes_on(held: Allocation, recommended: Registration, cast: Cast) -> None:
    register.northshire_merged(cast, now=LATER)
    make.completed(make.held_by(cast.dev), by=cast.dev, now=LATER)
    confirm(recommended, cast)


def test_what_ended_before_stays_where_it_was(read: Allocation, recommended: Registration, cast: Cast) -> None:
    round_ = Round.objects.get()
    confirming.confirm_outcome(recommended, "fail", notice_on=TODAY, by=cast.lena, now=NOW)
    rounds.close(round_, by=cast.amira, now=NOW)
    register.northshire_merged(cast, now=LATER)
    assert not Round.objects.visible_to(cast.cora, ON).exists()
    assert not PopulationItem.objects.led_by(cast.sol, ON).exists()
    assert not Allocation.objects.visible_to(cast.dev, ON).exists()
    assert Round.objects.visible_to(cast.udo, ON).exists()


def test_of_an_open_round_only_what_went_along(cast: Cast) -> None:
    """Of three fails one was confirmed before the merger, and one year had moved elsewhere."""
    ended, moved, along = (make.recommended(cast, now=NOW, number=number, result="fail") for number in range(3))
    round_ = make.round_of(cast, now=NOW, results=())
    for held in Allocation.objects.all():
        make.completed(held, by=cast.dev, now=NOW) if held.item.population.registration_id == ended.pk else None
    confirming.confirm_outcome(ended, "fail", notice_on=TODAY, by=cast.lena, now=NOW)
    elsewhere, wes = people.westholme(cast, now=CAST_JOINED)
    pay.moved(moved, elsewhere, wes, on=TODAY + timedelta(days=1), by=wes, now=NOW)
    register.northshire_merged(cast, now=LATER)
    client = Client()
    client.force_login(cast.cora)
    page = client.get(reverse("moderation_round", args=[round_.pk])).content.decode()
    for registration, seen in ((ended, False), (moved, False), (along, True)):
        (item,) = SampleItem.objects.filter(population__registration=registration)
        answer = client.get(reverse("moderation_item", args=[item.pk]))
        assert (answer.status_code == 200) == seen
        assert (registration.reference in page) == seen
        assert permissions.may_run(cast.cora, item.population.run_by, on=ON) == seen
    make.completed(Allocation.objects.get(item__population__registration=along), by=cast.dev, now=LATER)
    rounds.close(Round.objects.get(), by=cast.cora, now=LATER)  # what stayed behind holds nothing up


def test_two_mergers_in_a_row(opened: Round, recommended: Registration, cast: Cast) -> None:
    register.northshire_merged(cast, now=LATER)
    employer, wes = people.westholme(cast, now=CAST_JOINED)
    after = LATER + timedelta(days=5)
    register.merged(cast.southmouth, employer, by=cast.erin, second=cast.zora, now=after)
    with clock.moved_to(after):
        allocation.share_out(permissions.get_round_for(wes, opened.pk, on=after.date()), by=wes, now=after)
        held = Allocation.objects.get()
        make.completed(held, by=held.moderator, now=after)
        item = PopulationItem.objects.get()
        confirming.confirm_outcome(
            recommended, "fail", notice_on=after.date(), by=wes, now=after, seen_revision=item.final_revision_id
        )
    assert Outcome.objects.get().decided_by == wes


def test_nothing_of_it_is_anybody_else_s(opened: Round, cast: Cast) -> None:
    _, wes = people.westholme(cast, now=CAST_JOINED)
    register.northshire_merged(cast, now=LATER)
    assert not Round.objects.visible_to(wes, ON).exists()
    assert not PopulationItem.objects.led_by(wes, ON).exists()
    assert not permissions.may_run(wes, opened.run_by, on=ON)
    assert tasks(wes, "coordinator", "senior_lead") == []
