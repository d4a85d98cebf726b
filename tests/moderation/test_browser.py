"""Every page of moderation in a real browser, wide and narrow: axe finds nothing, nothing is wider than the screen."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from moderation.models import Allocation, SampleItem
from moderation.services import feedback
from tests.cast import NOW, Cast
from tests.factories import moderation as make

SCREENS = {"wide": (1280, 900), "narrow": (320, 700)}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SHOTS = os.environ.get("SHOTS")  # a folder to look at the pages in


@pytest.fixture
def round_under_way(transactional_db: None, cast: Cast, settings, tmp_path) -> Cast:
    """A round of four: one resolved with feedback, one to settle, one sealed, one not begun; and one more to open."""
    clock_file = tmp_path / "clock"
    clock_file.write_text(NOW.isoformat())
    settings.CLOCK_FILE = str(clock_file)
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


def addresses() -> Iterator[tuple[str, str]]:
    """(who, address) of every page there is to see."""
    held = fails()
    round_ = held[0].item.population.round
    yield "amira", reverse("moderation")
    yield "amira", reverse("moderation_open", args=[round_.employer_id, round_.programme_year_id])
    yield "amira", reverse("moderation_round", args=[round_.pk])
    yield "amira", reverse("moderation_population", args=[round_.pk])
    yield from (("amira", reverse("moderation_item", args=[one.item_id])) for one in held)
    yield "amira", reverse("moderation_allocate", args=[held[1].item_id])
    yield "amira", reverse("moderation_resolve", args=[held[1].item_id])
    yield "amira", reverse("moderation_feedback", args=[held[0].item_id])
    yield "amira", reverse("moderation_withdraw", args=[held[3].pk])
    yield "amira", reverse("moderation_conflict", args=[held[3].pk])
    yield "dev", reverse("readings")
    yield from (("dev", reverse("reading", args=[one.pk])) for one in held)
    yield "dev", reverse("reading_seal", args=[held[3].pk])
    yield "dev", reverse("reading_complete", args=[held[2].pk])
    yield "dev", reverse("reading_conflict", args=[held[3].pk])
    yield "lena", reverse("outcomes_to_confirm")
    yield "lena", reverse("outcome_confirm", args=[held[0].item.population.registration_id])
    yield "ben", reverse("feedback_mine")
    yield "ben", reverse("feedback", args=[SampleItem.objects.get(pk=held[0].item_id).feedback.get().pk])


def looked_at(page: Page, name: str, axe: Callable[[Page], None]) -> None:
    """Judges the page at both widths, as it stands."""
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{screen}.png", full_page=True)
        assert not page.evaluate(TOO_WIDE), (page.url, screen)
        axe(page)


def signed_in(page: Page, user: object, server: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": server}])


def test_every_page(round_under_way: Cast, live_server, page: Page, axe: Callable[[Page], None]) -> None:
    who = ""
    for number, (name, address) in enumerate(addresses()):
        if name != who:
            signed_in(page, getattr(round_under_way, name), live_server.url)
            who = name
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 200, address
        looked_at(page, f"{number:02}-{name}-{address.strip('/').replace('/', '-')}", axe)


def test_errors_and_the_decision(round_under_way: Cast, live_server, page: Page, axe: Callable[[Page], None]) -> None:
    held = fails()
    signed_in(page, round_under_way.dev, live_server.url)
    page.goto(live_server.url + reverse("reading", args=[held[3].pk]))
    page.get_by_role("button", name="Continue").click()
    looked_at(page, "e1-reading-errors", axe)
    page.get_by_role("link", name="Select what you make of the evidence").click()
    page.get_by_label("Fail", exact=True).check()
    page.get_by_label("Your reasons").fill("The last review is thin.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Seal my judgement").click()
    page.get_by_role("heading", name="Read the recommendation").wait_for()
    signed_in(page, round_under_way.lena, live_server.url)
    page.goto(live_server.url + reverse("outcome_confirm", args=[held[0].item.population.registration_id]))
    page.get_by_label("Fail", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    looked_at(page, "e2-confirm-errors", axe)
    for label, value in (("Day", "14"), ("Month", "9"), ("Year", "2026")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Continue").click()
    looked_at(page, "e3-check", axe)
    page.get_by_role("button", name="Confirm the outcome").click()
    page.get_by_role("heading", name="Outcome confirmed: fail").wait_for()
    looked_at(page, "e4-confirmed", axe)
