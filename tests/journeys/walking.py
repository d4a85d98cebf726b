"""Walking through the service in a real browser. Every page that comes by is held to the rules of every page."""

import time
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD
from tests.ground.browser import go_on, look, look_wide_and_narrow


def go(page: Page, address: str) -> Page:
    """Opens an address of the service."""
    page.goto(address)
    return look(page)


def press(page: Page, button: str) -> Page:
    """Presses the button of that name and looks at the page it leads to."""
    return look(go_on(page, button))


def follow(page: Page, link: str, *, exact: bool = True) -> Page:
    """Follows the first link in the page's main part with that text."""
    with page.expect_navigation():
        main(page).get_by_role("link", name=link, exact=exact).first.click()
    return look(page)


def answer(page: Page, question: str, value: str | int | date) -> None:
    """Answers a question by its label: a date, one of several choices (by its own label), or a text."""
    group = page.get_by_role("group", name=question, exact=True)
    if not group.count():
        _fill(page.get_by_label(question, exact=True), str(value))
    elif isinstance(value, date):
        for part in ("day", "month", "year"):
            group.get_by_label(part.title(), exact=True).fill(str(getattr(value, part)))
    else:
        group.get_by_label(str(value), exact=True).check()


def _fill(field: Locator, value: str) -> None:
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(label=value)
    else:
        field.fill(value)


def refused(page: Page, button: str, sentence: str) -> None:
    """Presses the button and is told what is wrong; the first link of the summary leads to the field."""
    press(page, button)
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text(sentence)
    assert page.title().startswith("Error: "), page.title()
    problem.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.matches('input, select, textarea')"), "the link leads to no field"


def main(page: Page) -> Locator:
    """The page's main part."""
    return page.get_by_role("main")


def says(page: Page, *sentences: str) -> None:
    """The page says each of these where it can be seen."""
    said = " ".join(main(page).inner_text().split())
    for sentence in sentences:
        assert sentence in said, f"{page.url} does not say “{sentence}”: {said}"


def until_it_says(page: Page, sentence: str, seconds: float = 30) -> Page:
    """Loads the page again until it says so: what the worker does comes in its own time."""
    until = time.monotonic() + seconds
    while sentence not in main(page).inner_text() and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.reload()
    says(page, sentence)
    return look(page)


def value_of(page: Page, key: str) -> str:
    """The value beside a key in a list of facts."""
    row = page.locator(".govuk-summary-list__row").filter(has=page.get_by_text(key, exact=True))
    return row.locator(".govuk-summary-list__value").first.inner_text().strip()


def download(page: Page, button: str) -> bytes:
    """What the button gives to keep."""
    with page.expect_download() as begun:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(begun.value.path()).read_bytes()


def sign_in(page: Page, email: str) -> Page:
    """Signs in from the sign-in page and goes on to where the person was."""
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    return press(page, "Sign in")


def picture(page: Page, name: str) -> None:
    """Takes the page wide and narrow, if pictures are wanted; held to the rules on both screens."""
    look_wide_and_narrow(page, name)
