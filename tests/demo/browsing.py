"""Browsers on the scene as it stands, uncommitted: a server whose threads use the connection of the test."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.test.testcases import LiveServerThread
from lxml.html import fragment_fromstring
from playwright.sync_api import Browser, Page

from tests.ground.browser import AXE

CONTENT = re.compile(r"<main.*</main>", re.DOTALL)
_one_at_a_time = threading.Lock()  # a connection has one row of savepoints


class SceneServer(ThreadedWSGIServer):
    """Answers in the context of the scene, at its hour, on its connection, which no request may close."""

    context: Context
    connection: BaseDatabaseWrapper

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        connections[DEFAULT_DB_ALIAS] = self.connection
        self.context.copy().run(super().process_request_thread, request, client_address)

    def _close_connections(self) -> None:
        pass


def _alone(application: Callable[..., Any]) -> Callable[..., Any]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with _one_at_a_time:
            return application(environ, start_response)

    return answer


@contextmanager
def serving() -> Iterator[str]:
    """The address of the service over this process's connection, with everything its open transactions hold."""
    connection = connections[DEFAULT_DB_ALIAS]
    thread = LiveServerThread("localhost", _alone)
    thread.server_class = type("OfThis", (SceneServer,), {"context": copy_context(), "connection": connection})
    thread.daemon = True
    connection.inc_thread_sharing()
    connection.close_if_unusable_or_obsolete = lambda: None  # as each request would at its beginning and its end
    try:
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://{thread.host}:{thread.port}"
    finally:
        thread.terminate()
        del connection.close_if_unusable_or_obsolete
        connection.dec_thread_sharing()


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
        with _one_at_a_time:
            pass  # what was being answered has been answered: the test may go on with the connection


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
