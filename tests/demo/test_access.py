"""The access walk: every address × everybody × GET and POST, about one employer's things."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.demo import planted
from tests.demo.pages import ANYBODY, BY_KEY, NOT_SERVED, PAGES, SIGNED_IN
from tests.demo.scene import Scene


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The name of every address the service answers, from the URL configuration itself."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or f"nameless {pattern.pattern}")
        else:
            yield from addresses(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))


def sessions_of(scene: Scene, people: dict[str, User]) -> dict[str, dict[str, str]]:
    """The cookie each person's browser has; everybody signs in once for all the walks."""
    for user in people.values():
        if user.pk not in scene.sessions:
            first = Client()
            first.force_login(user)
            first.get("/privacy")  # the session notes when it was used, once and not with every page of the walk
            scene.sessions[user.pk] = first.cookies[settings.SESSION_COOKIE_NAME].value
    return {who: {settings.SESSION_COOKIE_NAME: scene.sessions[user.pk]} for who, user in people.items()}


@dataclass(frozen=True)
class Answer:
    """What somebody gets: "let in", "refused", "not served", "by key" or "sign in", and whether it shows an equality
    answer."""

    method: str
    who: str
    got: str
    shows_equality: bool


def walk(scene: Scene, name: str) -> list[Answer]:
    """Everybody looks at one address and posts to it, each in a savepoint of their own; nothing is kept."""
    page = PAGES[name]
    url = reverse(name, kwargs=page.args(scene) if page.args else {})
    cookies = {"signed out": {}, **sessions_of(scene, scene.personas(page.about))}  # kept, so before the savepoint
    found = []
    with transaction.atomic():
        planted.plant()
        if page.prepare is not None:
            page.prepare(scene)
        for who, cookie in cookies.items():
            for method in ("get", "post"):
                with transaction.atomic():
                    response = asked(method, url, cookie)
                    transaction.set_rollback(True)
                assert response.status_code < 500 or url == "/health", f"{method} {url}: {response.status_code}"
                found.append(Answer(method, who, _got(response), planted.shown_in(response)))
        transaction.set_rollback(True)
    return found


def asked(method: str, url: str, cookies: dict[str, str]) -> HttpResponse:
    """The answer to a request with these cookies. Not by Django's test client, which copies what each part of a page
    was drawn from: a third of the time of the walk."""
    requests = RequestFactory()
    requests.cookies.load(cookies)
    return handler()(getattr(requests, method)(url).environ)


@cache
def handler() -> ClientHandler:
    return ClientHandler(enforce_csrf_checks=False)


def _got(response: HttpResponse) -> str:
    if response.status_code == 405:
        return "not served"
    if response.status_code == 401:
        return BY_KEY
    if response.status_code in (403, 404):
        return "refused"
    if response.status_code == 302 and response["Location"].startswith("/sign-in"):
        return "sign in"
    return "let in"


def wanted(expected: str, who: str) -> str:
    """What the table says somebody gets."""
    if expected == BY_KEY:
        return BY_KEY
    if expected == NOT_SERVED:
        return "not served"
    if expected == ANYBODY:
        return "let in"
    if who == "signed out":
        return "sign in"
    return "let in" if expected == SIGNED_IN or who in expected.split(", ") else "refused"


def differences(name: str, walked: list[Answer]) -> list[str]:
    """Where the service and the table disagree about one address."""
    page = PAGES[name]
    found = []
    for one in walked:
        want = wanted(page.get if one.method == "get" else page.post, one.who)
        if one.got != want and not (want == "not served" and one.got in ("refused", "sign in")):
            found.append(f"{one.method.upper()} {name} by {one.who}: {one.got}, expected {want}")
    return found


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(addresses()) ^ set(PAGES)) == []


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"account_login", "account_logout"}))
def test_access(scene: Scene, name: str) -> None:
    """Only those named are let in, and nobody is shown an equality answer but the person who gave it."""
    walked = walk(scene, name)
    assert differences(name, walked) == []
    allowed = {"nqsw", "elsewhere nqsw"} if name in planted.THEIR_OWN else set()
    assert {one.who for one in walked if one.shows_equality} == allowed


def test_signing_in_and_out(scene: Scene) -> None:
    ben = scene.by_name["Ben Okafor"]
    assert Client().get("/sign-in").status_code == 200
    client = Client()
    client.force_login(ben)
    assert client.get("/sign-in")["Location"] == "/"
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/")["Location"].startswith("/sign-in")


def test_the_navigation_leads_only_to_pages_that_open(scene: Scene) -> None:
    for who, user in scene.personas("running").items():
        client = Client()
        client.force_login(user)
        for item in client.get("/").context["nav"]:
            assert client.get(item["href"], follow=True).status_code == 200, f"{item['text']} for {who}"
