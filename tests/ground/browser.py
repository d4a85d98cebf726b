"""A real Chromium: a browser for each person, and the rules that every page it shows is held to."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from asye import clock
from tests.cast import NOW
from tests.ground import cluster
from tests.ground.serving import serving, wait_for_answers

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each page is a new one to its scripts: what is optimised for it is thrown away before it has paid.
    "--js-flags=--no-turbofan --no-maglev --always-sparkplug",
]
AXE = cluster.ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """
    async tags => {
        const options = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}
        return (await axe.run(document, options)).violations
    }
"""  # what passed stays in the browser: handing it over takes longer than finding it
SCREENS = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 700}}
# The page hears of its new size with the next frame; what it then does is done with the one after.
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PICTURES = os.environ.get("PICTURES")  # a folder for pictures of the pages; none are taken without it
WORDS = re.compile(r'(?<=>)[^<]+|(?<= href=")[^"]*|(?<= value=")[^"]*|(?<= nonce=")[^"]*')

Window = Callable[..., Page]
Look = Callable[..., Page]
PARTS = """
    () => {
        const content = document.querySelector('main')?.outerHTML ?? ''
        return [document.body.outerHTML.replace(content, ''), (document.title ? '' : 'untitled') + content]
    }
"""


def chromium() -> str:
    """The browser's program: CHROMIUM, or the first of BROWSERS on the PATH."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for path in map(shutil.which, BROWSERS) if path), None)
    if not found or not Path(found).exists():
        pytest.fail(
            "No Chromium was found. Install the package chromium-headless-shell, or set CHROMIUM to its program."
        )
    return found


@pytest.fixture(autouse=True, scope="session")
def hashed_files_on_the_live_server() -> Iterator[None]:
    """Leaves static files to WhiteNoise under their hashed names: the live server knows only plain ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "_should_handle", lambda self, path: False)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium(), "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "timezone_id": "Europe/London", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def narrow_page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A page 320 pixels wide: the narrowest screen the service must fit."""
    yield from _page(browser, browser_context_args, viewport={"width": 320, "height": 700})


@pytest.fixture
def plain_page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A page in a browser that runs no JavaScript."""
    yield from _page(browser, browser_context_args, java_script_enabled=False)


def own_browser(browser: Browser, **args: Any) -> BrowserContext:
    """Somebody's browser, whose pages bring axe with them: to hand it to each of them takes twice as long."""
    context = browser.new_context(**args)
    context.add_init_script(path=AXE)
    return context


def _page(browser: Browser, args: dict[str, Any], **different: Any) -> Iterator[Page]:
    context = browser.new_context(**{**args, **different})
    yield context.new_page()
    context.close()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with a readable list when the page breaks a rule of WCAG 2.2 A or AA."""
    return assert_accessible


def assert_accessible(page: Page) -> None:
    """Every rule of WCAG 2.2 A and AA that axe knows, on the page as it stands once it has loaded."""
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    violations = page.evaluate(RUN_AXE, WCAG_2_2_AA)
    if violations:
        pytest.fail(
            f"{len(violations)} accessibility fault(s) on {page.url}\n" + "\n".join(map(_described, violations))
        )


def _described(violation: dict[str, Any]) -> str:
    lines = [f"- {violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"][:5]:
        lines.append(f"    {' '.join(map(str, node['target']))}: {node['html'][:160]}")
        lines.extend(f"      {line.strip()}" for line in node["failureSummary"].splitlines()[1:4])
    return "\n".join(lines)


def shape(part: str) -> str:
    """A part of a page by its elements and what they are, words aside: what the rules of accessibility go by."""
    return sha256(WORDS.sub(lambda found: found[0].strip() and "x", part).encode()).hexdigest()


def look(page: Page) -> Page:
    """The page has no fault of accessibility and is no wider than the screen.

    The first is not asked again of one whose content and whose frame around it were of a shape that was judged at this
    width before.
    """
    page.wait_for_load_state("load")
    width = page.viewport_size["width"]  # type: ignore[index]
    assert not page.evaluate(TOO_WIDE), f"{page.url} is wider than {width} pixels"
    judged = cluster.ground.folder / "judged"  # by whichever process of the session
    parts = [judged / f"{shape(part)}-{width}" for part in page.evaluate(PARTS)]
    if not all(part.exists() for part in parts):
        assert_accessible(page)
        judged.mkdir(exist_ok=True)
        for part in parts:
            part.touch()
    return page


def look_wide_and_narrow(page: Page, name: str) -> Page:
    """Judges the page on both screens, as it stands, and keeps pictures under `name` if pictures are wanted."""
    for screen, size in SCREENS.items():
        if page.viewport_size != size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate(FRAMES)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{screen}.png", full_page=True)
        look(page)
    page.set_viewport_size(SCREENS["wide"])  # type: ignore[arg-type]
    return page


def go_on(page: Page, name: str, role: Any = "button") -> Page:
    """Presses the button, or what has that role and name, and waits for the page it leads to.

    A click alone comes back before the next document is there.
    """
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()
    return page


@pytest.fixture
def window_of(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Window]:
    """`window_of(person, server)` is that person's own browser on the service at that address, signed in.

    The same one each time they are asked for; without a person, the browser of somebody who is not signed in.
    """
    pages: dict[str, Page] = {}

    def opened(person: User | None, server: str) -> Page:
        who = person.email if person else ""
        if who not in pages:
            context = own_browser(browser, **browser_context_args, base_url=server)
            if person:
                client = Client()
                client.force_login(person)
                kept = [{"name": name, "value": one.value, "url": server} for name, one in client.cookies.items()]
                context.add_cookies(kept)  # type: ignore[arg-type]
            pages[who] = context.new_page()
        return pages[who]

    yield opened
    for page in pages.values():
        page.context.close()


@pytest.fixture
def served(browser: Browser, db: None) -> Iterator[str]:
    """The address of the service over what the test has written and will take back, on the day most of them act."""
    with clock.moved_to(NOW), serving() as address:
        yield address
        wait_for_answers()


@pytest.fixture
def looked_at(
    request: pytest.FixtureRequest,
    served: str,
    window_of: Window,
) -> Look:
    """`looked_at(who, name, *args, press="", status=200)` opens a page as a person on the day most of them act,
    presses a button if told to, and judges what it shows on both screens."""
    numbers = count(1)

    def at(who: User | None, name: str, *args: object, press: str = "", status: int = 200) -> Page:
        page = window_of(who, served)
        answer = page.goto(reverse(name, args=args))
        assert answer is not None
        assert answer.status == status, (page.url, answer.status)
        if press:
            go_on(page, press)
        who_is_it = who.first_name if who else "public"
        return look_wide_and_narrow(page, f"{request.node.originalname}-{next(numbers):02}-{name}-{who_is_it}")

    return at
