"""Every page of moderation in a real browser, wide and narrow: axe finds nothing, nothing is wider than the screen."""

from collections.abc import Iterator

import pytest

from moderation.models import Allocation, SampleItem
from moderation.services import feedback
from tests.cast import NOW, Cast
from tests.factories import moderation as make
from tests.ground.browser import Look, go_on, look_wide_and_narrow


@pytest.fixture
def round_under_way(db: None, cast: Cast) -> Cast:
    """A round of four: one resolved with feedback, one to settle, one sealed, one not begun; and one more to open."""
    opened = make.round_of(cast, now=NOW, results=["fail", "fail", "fail", "fail", "pass"])
    mine = list(Allocation.objects.filter(item__population__recommends="fail").order_by("pk"))
    make.completed(mine[0], by=cast.dev, now=NOW)
    make.completed(mine[1], by=cast.dev, now=NOW, judgement="pass", answer="not_clear")
    make.sealed(mine[2], by=cast.dev, now=NOW)
    feedback.send(SampleItem.objects.get(pk=mine[0].item_id), "Argue it more clearly.", by=cast.amira, now=NOW)
    make.recommended(cast, now=NOW, number=9)
    assert opened.pk
    return cast


def fails() -> list[Allocation]:
    """The readings of the four fails, in the order in which the fixture took them on."""
    found = Allocation.objects.filter(item__population__recommends="fail").order_by("pk")
    return list(found.select_related("item__population__round"))


def pages() -> Iterator[tuple[str, str, list[int]]]:
    """(who, page, about what) where tests/demo shows less, or another state."""
    held = fails()
    yield "amira", "moderation_round", [held[0].item.population.round_id]
    yield from (("amira", "moderation_item", [one.item_id]) for one in held)
    yield from (("dev", "reading", [one.pk]) for one in held)
    yield "dev", "reading_seal", [held[3].pk]
    yield "dev", "reading_complete", [held[2].pk]


def test_every_page(round_under_way: Cast, looked_at: Look) -> None:
    for who, name, about in pages():
        looked_at(getattr(round_under_way, who), name, *about)


def test_errors_and_the_decision(round_under_way: Cast, looked_at: Look) -> None:
    held = fails()
    page = looked_at(round_under_way.dev, "reading", held[3].pk, press="Continue")
    page.get_by_role("link", name="Select what you make of the evidence").click()
    page.get_by_label("Fail", exact=True).check()
    page.get_by_label("Your reasons").fill("The last review is thin.")
    go_on(page, "Continue")
    go_on(page, "Seal my judgement")
    assert page.get_by_role("heading", name="Read the recommendation").is_visible()
    about = held[0].item.population.registration_id
    page = looked_at(round_under_way.lena, "outcome_confirm", about)
    page.get_by_label("Fail", exact=True).check()
    look_wide_and_narrow(go_on(page, "Continue"), "confirm-errors")
    for label, value in (("Day", "14"), ("Month", "9"), ("Year", "2026")):
        page.get_by_label(label, exact=True).fill(value)
    look_wide_and_narrow(go_on(page, "Continue"), "confirm-check")
    look_wide_and_narrow(go_on(page, "Confirm the outcome"), "confirmed")
    assert page.get_by_role("heading", name="Outcome confirmed: fail").is_visible()
