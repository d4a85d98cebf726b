"""Somebody who may post to a page of the walk: what they fill in, what they get, and what was written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from asye.ui.forms import DateField
from tests.bad_input.pages import boxes_of, form_of, left_empty, written
from tests.bad_input.typed import good_answer
from tests.demo.pages import ANYBODY, NOT_SERVED, PAGES, SIGNED_IN, Page
from tests.demo.scene import TODAY, Scene


class Visit:
    """One person's browser at one address. Use `visiting`."""

    def __init__(self, scene: Scene, name: str) -> None:
        page = PAGES[name]
        self.scene, self.name, self.posts_only = scene, name, page.get == NOT_SERVED
        self.url = reverse(name, kwargs=page.args(scene) if page.args else {})
        self.client = Client(raise_request_exception=False)
        if page.post != ANYBODY:
            self.client.force_login(_who(scene, page))

    def open(self) -> HttpResponse:
        """The page as it is first shown."""
        return self.client.get(self.url)

    def post(self, data: Mapping[str, Any], url: str = "") -> tuple[HttpResponse, list[str]]:
        """The answer, and the tables that were written to."""
        with CaptureQueriesContext(connection) as captured:
            response = self.client.post(url or self.url, {"csrfmiddlewaretoken": "x", **data})
        return response, written(captured.captured_queries)

    def good(self) -> dict[str, Any]:
        """The page's form, filled in as the page asks; dates are today's."""
        if self.posts_only:
            return {}
        page = self.open()
        drawn = form_of(page) if page.status_code == 200 else None
        if drawn is None:
            return {}
        data = left_empty(boxes_of(drawn))
        form = page.context.get("form")
        for name, asked in form.fields.items() if form is not None else ():
            if asked.widget.is_hidden or name == "version":
                continue
            data |= _today(name) if isinstance(asked, DateField) else good_answer(name, asked)
        return data


def _today(name: str) -> dict[str, str]:
    return {f"{name}_day": str(TODAY.day), f"{name}_month": str(TODAY.month), f"{name}_year": str(TODAY.year)}


def _who(scene: Scene, page: Page) -> User:
    known = scene.personas(page.about)
    return known["coordinator" if page.post == SIGNED_IN else page.post.split(", ")[0]]


@contextmanager
def visiting(scene: Scene, name: str) -> Iterator[Visit]:
    """A visit by somebody who may post there; nothing of it is kept."""
    with transaction.atomic():
        page = PAGES[name]
        if page.prepare is not None:
            page.prepare(scene)
        yield Visit(scene, name)
        transaction.set_rollback(True)
