"""Every page of the table in a real browser: accessible and no wider than its screen, with its errors, for whoever is
let in; and every form sent without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page

from tests.bad_input.pages import Box, boxes_of, form_of, title_of
from tests.demo.browsing import Tab, content_of, is_shown
from tests.demo.pages import BY_KEY, NOT_SERVED, PAGES
from tests.demo.scene import Scene
from tests.demo.test_access import asked, sessions_of, wanted
from tests.demo.test_bad_input import BUTTONS, MAY_BE_EMPTY, MORE, POSTED, WITHOUT_A_FORM
from tests.demo.visit import visiting
from tests.ground import cluster
from tests.ground.browser import SCREENS, look_wide_and_narrow
from tests.ground.serving import serving

SHOWN = sorted(name for name, page in PAGES.items() if page.get not in (NOT_SERVED, BY_KEY))
FORMS = sorted(set(POSTED) - WITHOUT_A_FORM - {"registrations"})  # whose own form answers with a file
# These show no page of their own in the scene; those that ever have one are judged elsewhere.
SENDS_AWAY = {
    "employer_new": "to the first question",
    "health": "not a page",
    "my_record": "to the person's own record",
    "reading_seal": "to the reading: moderation/test_browser.py judges it",
    "registration_draft": "to the next question",
    "registration_draft_check": "a draft with a gap: registrations/test_accessible.py judges one without",
    "registration_draft_sent": "a draft not sent: journeys/registering.py judges it",
    "registrations_approve": "nothing chosen: registrations/test_finding_accessible.py judges it",
    "registrations_approved": "nothing approved: registrations/test_finding_accessible.py judges it",
    "statement_of": "to the year's statement",
}
# Whatever was filled in is taken out again, as somebody would who sends the form in a hurry.
EMPTY_IT = """
    form => form.querySelectorAll('input, textarea, select').forEach(box => {
        if (['radio', 'checkbox'].includes(box.type)) box.checked = false
        else if (!['hidden', 'submit', 'file'].includes(box.type)) box.value = ''
    })
"""


@pytest.fixture(scope="package")
def server(scene: Scene) -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="package")
def tab(browser: Browser, browser_context_args: dict[str, Any], server: str) -> Tab:
    return Tab(browser, server, **browser_context_args)


@pytest.fixture(scope="package")
def plain_tab(browser: Browser, browser_context_args: dict[str, Any], server: str) -> Tab:
    """A phone's, which runs no JavaScript."""
    return Tab(browser, server, **{**browser_context_args, "viewport": SCREENS["narrow"]}, java_script_enabled=False)


@pytest.mark.parametrize("name", SHOWN)
def test_every_page_and_its_errors_are_accessible_and_fit(scene: Scene, tab: Tab, name: str) -> None:
    page = PAGES[name]
    url = reverse(name, kwargs=page.args(scene) if page.args else {})
    cookies = {"signed out": {}, **sessions_of(scene, scene.personas(page.about))}
    answered, looked_at = set(), set()
    with transaction.atomic():
        if page.prepare is not None:
            page.prepare(scene)
        for who, cookie in cookies.items():
            if wanted(page.get, who) != "let in":
                continue
            with transaction.atomic():
                answer = asked("get", url, cookie)
                transaction.set_rollback(True)
            answered.add(answer.status_code)
            if is_shown(answer) and content_of(answer) not in looked_at:
                looked_at.add(content_of(answer))
                with transaction.atomic():
                    with tab.of(cookie) as shown:
                        opened = shown.goto(url)
                        assert opened is not None
                        assert (opened.status, urlsplit(shown.url).path) == (answer.status_code, url)
                        look_wide_and_narrow(shown, f"{name}-{who}")
                        if wanted(page.post, who) == "let in" and name in FORMS:
                            form = own_form(shown, answer)
                            form.evaluate(EMPTY_IT)
                            press(form)
                            look_wide_and_narrow(shown, f"{name}-{who}-errors")
                            asks = any(box.kind not in BUTTONS for box in boxes_of(form_of(answer)))
                            assert shown.title().startswith("Error: ") or not asks or name in MAY_BE_EMPTY
                    transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert 200 in answered or name in SENDS_AWAY


def own_form(shown: Page, answer: Any) -> Locator:
    """The form that `form_of` finds in the answer."""
    form = form_of(answer)
    assert form is not None, "the page has no form of its own"
    return shown.locator("form").nth(list(form.getroottree().getroot().iter("form")).index(form))


def press(form: Locator) -> None:
    """Presses the form's own button, and waits for what it leads to."""
    with form.page.expect_navigation():
        form.locator("button[type=submit]:not([value=save])").first.click()


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_sent_without_javascript(scene: Scene, plain_tab: Tab, name: str) -> None:
    """What somebody fills in arrives, and is answered as it is when no browser stands between."""
    with visiting(scene, name) as visit:
        opened = visit.open()
        data = visit.good() | MORE.get(name, lambda scene: {})(scene)
        with transaction.atomic():
            wanted_title = title_of(visit.client.post(visit.url, data, follow=True))
            transaction.set_rollback(True)
        cookies = {key: one.value for key, one in visit.client.cookies.items()}
        boxes = [box for box in boxes_of(form_of(opened)) if box.kind not in BUTTONS]
        with plain_tab.of(cookies) as shown:
            shown.goto(visit.url)
            form = own_form(shown, opened)
            for box in boxes:
                fill(form, box, given(data, box.name))
            with shown.expect_request(lambda request: request.method == "POST") as sent:
                press(form)
            if not any(box.kind == "file" for box in boxes):
                arrived = parse_qs(sent.value.post_data or "")
                names = {box.name for box in boxes}
                assert {name: arrived.get(name, []) for name in names} == {
                    name: [str(one) for one in given(data, name) if one != ""] for name in names
                }
            assert shown.title() == wanted_title


def given(data: dict[str, Any], name: str) -> list[Any]:
    """What is filled in under a name: one answer, several, or none."""
    value = data.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def fill(form: Locator, box: Box, answers: list[Any]) -> None:
    """Types, ticks or chooses in one input; only what a person can see can be filled in."""
    one = form.locator(f'[name="{box.name}"]')
    if box.kind in ("radio", "checkbox"):
        one = form.locator(f'[name="{box.name}"][value="{box.value}"]')
        if box.value in map(str, answers):
            one.check()
        elif box.kind == "checkbox":
            one.uncheck()
    elif box.kind == "select":
        one.select_option([str(answer) for answer in answers])
    elif box.kind == "file":
        one.set_input_files([{"name": a.name, "mimeType": a.content_type, "buffer": bytes_of(a)} for a in answers])
    else:
        one.fill(str(answers[0]) if answers else "")


def bytes_of(file: Any) -> bytes:
    file.seek(0)
    return bytes(file.read())


def test_the_services_own_scripts_send_nothing() -> None:
    """So what is posted without a page of its own is sent by a form as well. autosave.js alone sends: what is in its
    form, to that form's own address; and it asks for its own page again."""
    scripts = sorted((cluster.ROOT / "asye" / "ui" / "static" / "ui").glob("*.js"))
    assert [script.name for script in scripts] == ["app.js", "autosave.js", "enabled.js"]
    sends = r"fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|[sS]ubmit\(|\.click\(|location|import\("
    found = {script.name: re.findall(rf"(?:{sends}).*", script.read_text()) for script in scripts}
    assert found == {
        "app.js": ["import(dataset.govukFrontend);"],
        "autosave.js": [
            "fetch(form.dataset.autosave, {",
            'fetch(form.dataset.page, { redirect: "manual" }).catch(() => null);',
            "Submit();",  # of the button to sign out, which waited for the last save
        ],
        "enabled.js": [],
    }
    form = (cluster.ROOT / "templates" / "assessments" / "edit.html").read_text()
    for name, address in (("autosave", "record_draft"), ("page", "record_edit")):
        assert f"data-{name}=\"{{% url '{address}' record.pk %}}\"" in form
