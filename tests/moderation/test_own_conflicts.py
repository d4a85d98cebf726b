"""Everybody who would act on a record can say that they have a conflict, whether they were given it to read or not."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from asye import clock
from asye.refusals import NotAllowed, Refused
from moderation.models import Allocation, ConflictDeclared, PopulationItem, Round
from moderation.services import confirming, conflicts, resolution
from moderation.states import Conclusion, How
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
BECAUSE = {"because": "I am her line manager."}


@pytest.fixture(autouse=True)
def moved_clock(db: None):
    with clock.moved_to(NOW):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_coordinator_declares_from_the_page_of_the_record(held: Allocation, cast: Cast) -> None:
    held = make.completed(held, by=cast.dev, now=NOW, judgement="pass", answer="inconsistent")
    amira, url = signed_in(cast.amira), reverse("own_conflict", args=[held.item.population.registration_id])
    assert url in amira.get(reverse("moderation_item", args=[held.item_id])).content.decode()
    assert "Enter the reason" in amira.post(url, {}).content.decode()
    assert amira.post(url, BECAUSE).status_code == 302
    assert "recorded already" in amira.post(url, BECAUSE).content.decode()
    with pytest.raises(NotAllowed):
        resolution.resolve(held.item, How.PANEL, Conclusion.FAIL, "We met.", by=cast.amira, now=NOW)


def test_others_are_refused(held: Allocation, cast: Cast) -> None:
    population = held.item.population
    for user in set(cast.everybody()) - {cast.amira, cast.lena, cast.dev}:
        with pytest.raises(NotAllowed):
            conflicts.declare_own(population, "A friend.", by=user, now=NOW)
        url = reverse("own_conflict", args=[population.registration_id])
        assert signed_in(user).get(url).status_code == 404
    assert not ConflictDeclared.objects.exists()


def test_a_moderator_declares_before_being_given_anything(opened: Round, cast: Cast) -> None:
    (item,) = make.items_of(opened)
    conflicts.declare_own(item.population, "A friend.", by=cast.dev, now=NOW)
    with pytest.raises(Refused, match="cannot read this record"):
        make.allocation.allocate(item, cast.dev, by=cast.amira, now=NOW)


def test_a_senior_lead_declares_from_the_confirm_page_also_where_nothing_was_drawn(
    recommended: Registration, cast: Cast
) -> None:
    for number in (1, 2, 3):
        make.recommended(cast, now=NOW, number=number)
    make.round_of(cast, now=NOW, results=(), readers=False)
    member = PopulationItem.objects.filter(sampled__isnull=True).first()
    assert member is not None
    lena, url = signed_in(cast.lena), reverse("own_conflict", args=[member.registration_id])
    assert url in lena.get(reverse("outcome_confirm", args=[member.registration_id])).content.decode()
    assert lena.post(url, BECAUSE).status_code == 302
    assert ConflictDeclared.objects.get().moderator == cast.lena
    assert cast.amira.notices.filter(kind="moderation.own_conflict_declared").exists()
    with pytest.raises(NotAllowed, match="declared conflict"):
        confirming.confirm_outcome(member.registration, member.recommends, by=cast.lena, now=NOW)
