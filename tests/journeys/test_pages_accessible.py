"""Every page with an address of its own where little has happened yet, as the first of the cast who is shown it, and
each one's home page: WCAG 2.2 AA, nothing wider than the screen. Full pages are judged in tests/demo."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.browser import look_wide_and_narrow
from tests.ground.stack import Stack

PEOPLE = [
    "amira", "lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils", "",
]  # fmt: skip
_looked_at: set[str] = set()


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


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "signed out")
def test_every_page_is_accessible_and_fits(who, peopled, stack, window_of):
    """Each of the cast in turn, and somebody who is not signed in."""
    person = getattr(peopled, who) if who else None
    client = Client()
    if person:
        client.force_login(person)
    shown, refused = pages_of(client)
    assert shown, "nobody is without a page"
    page = window_of(person, stack.url)
    for address in [*shown, *refused]:
        if address != "/" and address in _looked_at:
            continue
        _looked_at.add(address)
        page.goto(address)
        look_wide_and_narrow(page, f"{who or 'public'}{address.replace('/', '-')}")
