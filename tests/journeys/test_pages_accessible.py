"""Every page with an address of its own, as each of the cast, wide and narrow: WCAG 2.2 AA, nothing wider than the
screen. Pages about one thing are passed by the journeys; here the list comes from the addresses themselves."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.stack import Stack

PEOPLE = [
    "amira", "lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils", "",
]  # fmt: skip
SCREENS = {"wide": (1280, 900), "narrow": (320, 700)}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def addresses(patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "/") -> Iterator[str]:
    """Every address without a parameter, in the order of the URL configuration."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = str(entry.pattern)
        if "<" in route:
            continue
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, prefix + route)
        else:
            yield prefix + route


def pages_of(client: Client) -> tuple[list[str], list[str]]:
    """The pages this person is shown, and of those refused to them one for each kind of refusal."""
    shown, refused = [], {}
    for address in addresses():
        answer = client.get(address)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        if answer.status_code == 200:
            shown.append(address)
        elif answer.status_code in (403, 404, 409):
            refused.setdefault(answer.status_code, address)
    return shown, list(refused.values())


@pytest.fixture
def peopled(stack: Stack, cast: Cast) -> Cast:
    """The cast on the day most of them act, with NQSWs of both employers at several stages."""
    stack.set_clock(NOW)
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    north = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    make.registered(cast.northshire, caseworker=cast.erin, number=0, nqsw_user=cast.noor, **north)
    make.deferred(make.registered(cast.northshire, caseworker=cast.erin, number=1, **north), by=cast.amira, now=NOW)
    make.queried(make.submitted(cast.northshire, number=2, **north), by=cast.erin, now=NOW)
    make.submitted(cast.northshire, number=3, **north)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=4)
    return cast


@pytest.fixture(params=PEOPLE, ids=lambda who: who or "signed out")
def client_of(request, peopled) -> Client:
    """Each of the cast in turn, signed in, and somebody who is not."""
    client = Client()
    if request.param:
        client.force_login(getattr(peopled, request.param))
    return client


@pytest.fixture
def window(client_of, stack, browser, browser_context_args) -> Iterator[Page]:
    """The same person in the browser."""
    context = browser.new_context(**browser_context_args, base_url=stack.url)
    for name, morsel in client_of.cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": stack.url}])
    yield context.new_page()
    context.close()


def test_every_page_is_accessible_and_fits(client_of, window, axe):
    shown, refused = pages_of(client_of)
    assert shown, "nobody is without a page"
    for address in [*shown, *refused]:
        window.goto(address)
        for screen, (width, height) in SCREENS.items():
            window.set_viewport_size({"width": width, "height": height})
            assert not window.evaluate(TOO_WIDE), f"{address} is wider than a {screen} screen"
            axe(window)
