"""Writing in a record on a screen 320 pixels wide with nothing but a keyboard."""

import re

import pytest

from assessments.models import Record
from tests.cast import NOW, build
from tests.factories import assessments as make
from tests.factories import registrations as register
from tests.ground.browser import SCREENS, TOO_WIDE

# What can be written in or pressed, in the order in which it is seen: one above the other, then from left to right. Of
# a group of radios it is the first, which stands for all.
SEEN = """
    () => [...document.querySelectorAll('main :is(input, textarea, select, button, summary, a[href])')]
        .filter(one => one.type !== 'hidden' && one.checkVisibility()
            && !(one.type === 'radio' && one !== document.getElementsByName(one.name)[0]))
        .map(one => ({one, box: one.getBoundingClientRect()}))
        .sort((a, b) => (a.box.top + a.box.bottom - b.box.top - b.box.bottom) / 2 || a.box.left - b.box.left)
        .map(({one}) => {
            one.dataset.atRest = (LOOK)(one)
            return one.id || (one.name ? one.name + one.value : one.textContent.trim())
        })
"""
# How it looks with and without the focus, an outline that cannot be seen apart.
LOOK = """
    one => [one, one.labels?.[0]].filter(Boolean)
        .flatMap(part => [getComputedStyle(part), getComputedStyle(part, '::before')])
        .map(style => [style.boxShadow, style.backgroundColor, style.borderColor,
            style.outlineStyle === 'none' || style.outlineColor.endsWith(', 0)') ? '' : style.outline].join()).join()
"""
HERE = """
    () => {
        const one = document.activeElement, box = one.getBoundingClientRect()
        return {
            name: one.id || (one.name ? one.name + one.value : one.textContent.trim()),
            type: one.type ?? '',
            inside: Boolean(one.closest('main')),
            shows: (LOOK)(one) !== one.dataset.atRest,
            onScreen: box.bottom > 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth,
            covered: document.querySelector('#save-state[data-state]')?.getBoundingClientRect().bottom > box.top,
        }
    }
"""
SEEN, HERE = SEEN.replace("LOOK", LOOK), HERE.replace("LOOK", LOOK)
MORE_THAN_ENOUGH = 200
DATE = {"day": "1", "month": "9", "year": "2026"}


@pytest.fixture
def cast(stack):
    """The cast in the running service."""
    stack.set_clock(NOW)
    return build()


@pytest.fixture
def records(cast):
    """A review for Ben and a reflection for Noor, begun."""
    register.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
    year = register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    review = make.draft(year, "review", review_point="review_6", now=NOW)
    return {cast.ben: review, cast.noor: make.draft(year, "critical_reflection", review_point="review_6", now=NOW)}


def test_by_keyboard(records, stack, window_of):
    for person, record in records.items():
        page = window_of(person, stack.url)
        page.set_viewport_size(SCREENS["narrow"])
        page.goto(f"/records/{record.pk}/edit")
        assert not page.evaluate(TOO_WIDE)
        told_what_is_wrong(page)
        every_field_in_the_order_seen(page)
        record.refresh_from_db()
        assert record.current_revision is not None, page.url
    assert_answered(Record.objects.get(kind="review").current_revision.content)


def told_what_is_wrong(page):
    """Sent empty, the form comes back with the focus on the summary, whose links lead to the fields."""
    page.get_by_role("button", name="Finish my part").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not page.evaluate(TOO_WIDE)
    page.locator(".govuk-error-summary:focus").wait_for()  # the scripts may come a moment after the page
    links = page.get_by_role("alert").get_by_role("link")
    assert links.count() > 2
    for number in range(links.count()):
        page.keyboard.press("Tab") if not number else links.nth(number).focus()
        sentence, target = links.nth(number).inner_text(), links.nth(number).get_attribute("href")
        assert page.evaluate(HERE)["name"] == sentence
        page.keyboard.press("Enter")
        field = page.evaluate("document.activeElement.id")
        assert f"#{field}" == target, sentence
        assert page.locator(f"#{field}").is_visible()


def every_field_in_the_order_seen(page):
    """By Tab alone from the top of the page through every field to the button that finishes; each shows that it has the
    focus, and is answered there."""
    page.locator("a").first.focus()
    seen, met = page.evaluate(SEEN), []
    for _ in range(MORE_THAN_ENOUGH):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if not here["inside"]:
            continue
        assert here["shows"], f"{here} has the focus and does not show it"
        assert here["onScreen"], here
        assert not here.get("covered"), here
        met.append(here["name"])
        if here["type"] == "submit" and page.evaluate("document.activeElement.value") == "finish":
            break
        answer_here(page, here)
    assert met == seen
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer_here(page, here):
    """Types, chooses the second radio by its arrow and comes back to the first by the other, or ticks by space."""
    number = here["name"]
    if here["type"] == "radio":
        page.keyboard.press("ArrowDown")
        assert not page.locator(f"#{number}").is_checked()
        page.keyboard.press("ArrowUp")
        assert page.locator(f"#{number}").is_checked()
    elif here["type"] == "checkbox":
        page.keyboard.press("Space")
        assert page.locator(f"#{number}").is_checked()
        page.keyboard.press("Space")
    elif here["type"] == "textarea":
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("Seen twice.")
    elif here["type"] == "text":
        page.keyboard.insert_text(DATE.get(re.split("[-_]", number)[-1], "A visit"))


def assert_answered(content):
    assert content["met_on"] == "2026-09-01"
    assert content["concern"] is True
    assert content["strengths"] == "Seen twice."
