"""The access walk: every address × everybody × GET and POST, about one employer's things."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.demo.pages import ANYBODY, BY_KEY, NOT_SERVED, PAGES, SIGNED_IN, Page
from tests.demo.scene import Scene


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The name of every address the service answers, from the URL configuration itself."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or f"nameless {pattern.pattern}")
        else:
            yield from addresses(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))


def signed_in(scene: Scene, user: User | None) -> Client:
    """A new browser that sends the session's cookie and nothing else; everybody signs in once for the whole walk."""
    client = Client(raise_request_exception=False)
    if user is not None:
        if user.pk not in scene.sessions:
            first = Client()
            first.force_login(user)
            scene.sessions[user.pk] = first.cookies[settings.SESSION_COOKIE_NAME].value
        client.cookies[settings.SESSION_COOKIE_NAME] = scene.sessions[user.pk]
    return client


def answer(scene: Scene, page: Page, url: str, method: str, user: User | None) -> str:
    """What somebody gets: "let in", "refused", "not served" or "sign in"; nothing they did is kept."""
    client = signed_in(scene, user)
    with transaction.atomic():
        if page.prepare is not None:
            page.prepare(scene)
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    if response.status_code == 405:
        return "not served"
    if response.status_code == 401:
        return BY_KEY
    if response.status_code in (403, 404):
        return "refused"
    if response.status_code == 302 and response["Location"].startswith("/sign-in"):
        return "sign in"
    assert response.status_code < 500 or url == "/health", f"{method} {url} answered {response.status_code}"
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


def differences(scene: Scene, name: str) -> list[str]:
    """Where the service and the table disagree about one address."""
    page = PAGES[name]
    url = reverse(name, kwargs=page.args(scene) if page.args else {})
    found = []
    for who, user in [("signed out", None), *scene.personas(page.about).items()]:
        for method, expected in (("get", page.get), ("post", page.post)):
            got, want = answer(scene, page, url, method, user), wanted(expected, who)
            if got != want and not (want == "not served" and got in ("refused", "sign in")):
                found.append(f"{method.upper()} {name} by {who}: {got}, expected {want}")
    return found


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(addresses()) ^ set(PAGES)) == []


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"account_login", "account_logout"}))
def test_access(scene: Scene, name: str) -> None:
    assert differences(scene, name) == []


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
