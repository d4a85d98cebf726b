"""A real Chromium for the journeys, and axe to judge what it shows."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import Browser, Page

from tests.ground import cluster

BROWSERS = ("chromium", "chromium-headless-shell", "google-chrome", "chromium-browser")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = cluster.ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"


def chromium() -> str:
    """The browser's program: CHROMIUM, or the first of BROWSERS on the PATH."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for path in map(shutil.which, BROWSERS) if path), None)
    if not found or not Path(found).exists():
        pytest.fail("No Chromium was found. Install the package chromium, or set CHROMIUM to its program.")
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


def _page(browser: Browser, args: dict[str, Any], **different: Any) -> Iterator[Page]:
    context = browser.new_context(**{**args, **different})
    yield context.new_page()
    context.close()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with a readable list when the page breaks a rule of WCAG 2.2 A or AA."""
    return assert_accessible


def assert_accessible(page: Page) -> None:
    page.evaluate(AXE.read_text())
    violations = page.evaluate(RUN_AXE, WCAG_2_2_AA)["violations"]
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
