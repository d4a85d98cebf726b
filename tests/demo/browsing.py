"""What the walks through the demo in a browser share: one tab for many people, and the shape of a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from playwright.sync_api import Browser, Page

from tests.ground.browser import own_browser, shape
from tests.ground.serving import wait_for_answers

CONTENT = re.compile(r"<main.*</main>", re.DOTALL)


class Tab:
    """One browser that several people use in turn."""

    def __init__(self, browser: Browser, server: str, **args: Any) -> None:
        self.server = server
        self.context = own_browser(browser, **args, base_url=server)
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


def content_of(answer: HttpResponse) -> str:
    """The shape of a page's content; the frame around it is each person's, and judged with their home page."""
    content = CONTENT.search(answer.content.decode())
    assert content is not None, "a page without content"
    return shape(content[0])


def is_shown(answer: HttpResponse) -> bool:
    """Whether a browser stays at the address and shows a page; another address or a file is none."""
    return answer.get("Content-Type", "").startswith("text/html") and answer.status_code not in (301, 302, 303, 307)
