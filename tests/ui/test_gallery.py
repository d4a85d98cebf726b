"""Every component in a real browser: accessible, no sideways scroll, no breach of the content security policy."""

import threading
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings

from tests.ground.browser import SCREENS, look
from tests.ui.gallery import WRONG, Everything

# Those of the service that need no database: the gallery's pages are drawn from nothing but their templates.
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "asye.http.PrivateResponseMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.messages.context_processors.messages",
    "asye.ui.context.service",
]
PAGES = ["gallery/plain", "gallery/wrong", "privacy", "cookies", "accessibility-statement", "broken/403", "broken/500"]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """The browser says what went wrong."""


@pytest.fixture(scope="module")
def address(django_test_environment: None, static_files: None) -> Iterator[str]:
    from django.conf import settings

    templates = [{**settings.TEMPLATES[0], "OPTIONS": {"context_processors": PROCESSORS}}]
    changed = override_settings(
        ROOT_URLCONF="tests.ui.urls",
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=templates,
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    )
    with changed:
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
        server.daemon_threads = True
        server.set_app(WSGIHandler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(params=SCREENS)
def screen(request):
    return SCREENS[request.param]


@pytest.fixture(params=["script", "no script"])
def shown(request, browser, browser_context_args, screen):
    """A browser page that keeps what it complained of. Without script the service's files never arrive: axe is one."""
    context = browser.new_context(**{**browser_context_args, "viewport": screen})
    page = context.new_page()
    page.complaints = []
    if request.param == "no script":
        page.route("**/*.js", lambda route: route.abort())
    else:
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


@pytest.mark.parametrize("where", PAGES)
def test_page_is_accessible_and_fits(shown, address, where):
    shown.goto(f"{address}/{where}")
    look(shown)
    refused = [line for line in shown.complaints if f"status of {where[-3:]}" not in line]
    assert refused == []


def test_every_line_of_the_summary_leads_to_its_control(page, address):
    page.goto(f"{address}/gallery/wrong")
    links = page.locator(".govuk-error-summary__list a")
    assert links.count() == len(Everything(WRONG, {}).errors)
    for number in range(links.count()):
        target = links.nth(number).get_attribute("href")
        links.nth(number).click()
        assert f"#{page.evaluate('document.activeElement.id')}" == target
    assert page.title().startswith("Error: Gallery – ")


def test_components_come_alive_under_the_policy(page, address):
    page.goto(f"{address}/gallery/plain")
    page.get_by_label("Fail – give reasons").check()
    page.get_by_label("The reasons").wait_for()  # the scripts may come a moment after the page
    page.get_by_label("The reasons").fill("x" * 199)
    page.get_by_text("You have 1 character remaining").first.wait_for()
    page.get_by_role("button", name="Show password").click()
    assert page.get_by_label("Your password", exact=True).get_attribute("type") == "text"


def test_colour_is_the_service_s_own(page, address, settings):
    page.goto(f"{address}/privacy")
    colour = page.locator(".app-header").evaluate("header => getComputedStyle(header).backgroundColor")
    wanted = settings.SERVICE_COLOUR.lstrip("#")
    assert colour == "rgb({}, {}, {})".format(*(int(wanted[at : at + 2], 16) for at in (0, 2, 4)))


def test_no_mark_of_government_is_shown(page, address):
    page.goto(f"{address}/gallery/plain")
    for mark in ("crown", "crest", "GOV.UK", "GDS Transport"):
        assert mark not in page.content()
    assert page.locator("svg.govuk-header__logotype, .govuk-footer__crown").count() == 0
