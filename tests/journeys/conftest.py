"""What a journey starts from: the running service, its people, and a browser for each of them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.cast import NOW, Cast, build
from tests.factories import payments as money
from tests.factories import registrations as register
from tests.ground.browser import own_browser
from tests.ground.stack import Stack
from tests.journeys.walking import look, sign_in

Window = Callable[..., Page]


@pytest.fixture
def everybody(stack: Stack) -> Cast:
    """The cast in the running service on the day most of them act, with the rules and the budgets of their years."""
    stack.set_clock(NOW)
    cast = build()
    register.published_year(2026, by=cast.adele, second=cast.zora, now=NOW, optional_reviews=["review_6"])
    money.grant_year(2026)
    money.grant_year(2027)
    return cast


@pytest.fixture
def window(stack: Stack, browser: Browser, browser_context_args: dict) -> Iterator[Window]:
    """`window(person, address)` is that person's own browser on the page; they sign in where they are asked to."""
    pages: dict[str, Page] = {}

    def opened(person: User | str, address: str = "/") -> Page:
        email = person if isinstance(person, str) else person.email
        if email not in pages:
            pages[email] = own_browser(browser, **browser_context_args, base_url=stack.url).new_page()
        page = pages[email]
        page.goto(address)
        look(page)
        return sign_in(page, email) if "/sign-in" in page.url else page

    yield opened
    for page in pages.values():
        page.context.close()


@pytest.fixture
def stranger(stack: Stack, browser: Browser, browser_context_args: dict) -> Iterator[Page]:
    """A browser of somebody without an account."""
    context = own_browser(browser, **browser_context_args, base_url=stack.url)
    yield context.new_page()
    context.close()
