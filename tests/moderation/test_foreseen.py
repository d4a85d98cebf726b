"""Concerns beside a recommendation: a flag to whoever settles or confirms a fail, a day and no more to a reader."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from asye import clock
from moderation.models import Allocation, Round, SampleItem
from moderation.services import resolution
from moderation.states import Answer, How
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import concerns as concern
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
FLAG = "No concern was recorded before this recommendation."


@pytest.fixture(autouse=True)
def moved_clock(db: None) -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def words(user: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_portfolio_10_the_panel_and_the_senior_lead_see_that_nobody_foresaw_it(held: Allocation, cast: Cast) -> None:
    item = SampleItem.objects.get()
    assert FLAG in words(cast.amira, "moderation_item", item.pk)
    make.completed(held, by=cast.dev, now=NOW, answer=Answer.INCONSISTENT)
    assert FLAG in words(cast.amira, "moderation_resolve", item.pk)
    resolution.resolve(item, How.PANEL, "fail", "They agreed.", by=cast.amira, now=NOW, chaired_by="Pat Lee")
    assert FLAG in words(cast.lena, "outcome_confirm", item.population.registration_id)


def test_a_reader_learns_that_a_concern_was_recorded_and_when_only_after_the_seal(opened: Round, cast: Cast) -> None:
    registration = Registration.objects.get()
    concern.raised(registration, by=cast.ben, now=NOW)
    make.allocation.share_out(opened, by=cast.amira, now=NOW)
    held = make.held_by(cast.dev)
    assert "Concern recorded" not in words(cast.dev, "reading", held.pk)
    make.sealed(held, by=cast.dev, now=NOW)
    page = words(cast.dev, "reading", held.pk)
    assert "First on 14 September 2026" in page
    assert concern.WORDS not in page
    assert FLAG not in page


def test_a_pass_is_never_flagged(held_pass: Allocation, cast: Cast) -> None:
    assert FLAG not in words(cast.amira, "moderation_item", held_pass.item_id)
