"""What the walks through the demo in a browser share: one tab for many people, and what a page is made of."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from lxml.html import fragment_fromstring
from playwright.sync_api import Browser, Page

from tests.ground.browser import AXE
from tests.ground.serving import wait_for_answers

CONTENT = re.compile(r"<main.*</main>", re.DOTALL)


class Tab:
    """One browser that several people use in turn."""

    def __init__(self, browser: Browser, server: str, **args: Any) -> None:
        self.server = server
        self.context = browser.new_context(**args, base_url=server)
        self.context.add_init_script(path=AXE)
        self.page: Page = self.context.new_page()

    @contextmanager
    def of(self, cookies: dict[str, str]) -> Iterator[Page]:
        """The browser of whoever has these cookies. At the end it asks the service for nothing more."""
        self.context.clear_cookies()
        known = [{"name": name, "value": value, "url": self.server} for name, value in cookies.items()]
        self.context.add_cookies(known)  # type: ignore[arg-type]
        yield self.page
        if self.page.locator("meta[http-equiv=refresh]").count():
            self.page.goto("about:blank")
        wait_for_answers()


def elements_of(answer: HttpResponse) -> set[str]:
    """Every element of a page's content: what it is, what it stands in and whether it has words; which, and numbers,
    aside. The frame around the content is each person's, and judged with their home page.
    """
    content = CONTENT.search(answer.content.decode())
    assert content is not None, "a page without content"
    return {
        "/".join(map(_opened, (one, *one.iterancestors()))) + ("x" if one.text_content().strip() else "")
        for one in fragment_fromstring(content[0]).iter("*")
    }


def _opened(element: Any) -> str:
    """An element's tag with its attributes; an address and what is filled in are words."""
    said = (f'{name}="{"x" if name in ("href", "value", "nonce") else value}"' for name, value in element.items())
    return re.sub(r"\d+", "1", f"<{element.tag} {' '.join(said)}>")


def is_shown(answer: HttpResponse) -> bool:
    """Whether a browser stays at the address and shows a page; another address or a file is none."""
    return answer.get("Content-Type", "").startswith("text/html") and answer.status_code not in (301, 302, 303, 307)
