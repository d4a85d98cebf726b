"""Every page with an address of its own where little has happened yet, as the first of the cast who is shown it, and
each one's home page: WCAG 2.2 AA, nothing wider than the screen. Full pages are judged in tests/demo."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.browser import look_wide_and_narrow
from tests.ground.built_once import built_once

pytestmark = pytest.mark.xdist_group("every page")  # one process: what was seen once is not looked at again
PEOPLE = [
    "amira", "lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils", "",
]  # fmt: skip
_seen: set[str | int] = set()  # the addresses that were looked at, and the kinds of refusal


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


def new_pages_of(client: Client) -> Iterator[tuple[str, int]]:
    """This person's home page, and the pages and kinds of refusal that nobody was shown before, with their status."""
    yield "/", 200
    for address in addresses():
        if address in _seen:
            continue
        answer = client.get(address)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        if (what := {200: address, 403: 403, 404: 404, 409: 409}.get(answer.status_code)) and what not in _seen:
            _seen.add(what)
            yield address, answer.status_code


@built_once
def rows(cast: Cast) -> Cast:
    """NQSWs of both employers at several stages."""
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    north = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    make.registered(cast.northshire, caseworker=cast.erin, number=0, nqsw_user=cast.noor, **north)
    make.deferred(make.registered(cast.northshire, caseworker=cast.erin, number=1, **north), by=cast.amira, now=NOW)
    make.queried(make.submitted(cast.northshire, number=2, **north), by=cast.erin, now=NOW)
    make.submitted(cast.northshire, number=3, **north)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=4)
    return cast


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "signed out")
def test_every_page_is_accessible_and_fits(who, rows, served, window_of):
    """Each of the cast in turn, and somebody who is not signed in."""
    person = getattr(rows, who) if who else None
    client = Client()
    if person:
        client.force_login(person)
    page = window_of(person, served)
    for address, status in new_pages_of(client):
        opened = page.goto(address)
        assert opened is not None
        assert opened.status == status
        look_wide_and_narrow(page, f"{who or 'public'}{address.replace('/', '-')}")
