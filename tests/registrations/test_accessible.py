"""Pages about one registration, with their errors, wide and narrow: WCAG 2.2 AA, nothing wider than the screen."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from registrations import wizard
from registrations.forms.steps import STEPS
from registrations.models import Registration, RegistrationDraft
from registrations.services import checking, drafts
from tests.cast import NOW, TODAY
from tests.factories import registrations as make

SCREENS = ((1280, 900), (320, 700))
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def looked_at(  # noqa: PLR0917
    transactional_db, cast, year, settings, tmp_path, live_server, browser, browser_context_args, axe
):
    """`looked_at(who, path, press)` opens a page as a person, presses a button if told to, and judges what it shows."""
    clock_file = tmp_path / "clock"
    clock_file.write_text(NOW.isoformat())
    settings.CLOCK_FILE = str(clock_file)
    contexts = []

    def window(user) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(**browser_context_args, base_url=live_server.url)
        context.add_cookies([{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()])
        contexts.append(context)
        return context.new_page()

    def look(user, path: str, press: str = "") -> None:
        page = window(user)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            if press:
                page.get_by_role("button", name=press).first.click()
            axe(page)
            assert not page.evaluate(TOO_WIDE), f"{path} is wider than {width}"

    yield look
    for context in contexts:
        context.close()


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


def test_the_form(looked_at: Callable[..., None], cast):
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    make.queried(registration, by=cast.erin, now=NOW)
    raw = wizard.raw_answers(Registration.objects.get(pk=registration.pk), TODAY)
    correction = drafts.start_correction(registration, raw, by=cast.amira, now=NOW)
    looked_at(cast.amira, at("registration_draft_check", correction.pk), "Send the answer")
    draft = RegistrationDraft.objects.create(
        owner=cast.amira, employer=cast.northshire, data=raw, started_at=NOW, updated_at=NOW
    )
    draft.data["contract"] = {"contract": "agency"}
    draft.data["duties"] = {"duties_agreed": "yes"}
    draft.save()
    for step in STEPS:
        looked_at(cast.amira, at("registration_draft_step", draft.pk, step.key))
    looked_at(cast.amira, at("registration_draft_check", draft.pk))
    looked_at(cast.amira, at("registration_draft_delete", draft.pk))
    empty = RegistrationDraft.objects.create(owner=cast.amira, employer=cast.northshire, started_at=NOW, updated_at=NOW)
    looked_at(cast.amira, at("registration_draft_step", empty.pk, "name"), "Save and continue")
    looked_at(cast.amira, at("registration_answer", registration.pk), "Send answer")


def test_one_registration(looked_at: Callable[..., None], cast):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    looked_at(cast.erin, at("registration", sent.pk))
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, at("registration", sent.pk))
    looked_at(cast.erin, at("registration_approve", sent.pk))
    looked_at(cast.erin, at("registration_ask", sent.pk), "Send question")
    looked_at(cast.erin, at("registration_refuse", sent.pk), "Refuse registration")
    make.joined(sent.nqsw, cast.noor)
    checking.approve(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, at("registration_approved", sent.pk))
    for name in ("withdraw", "defer", "extend", "assessor"):
        looked_at(cast.amira, at(f"registration_{name}", sent.pk), "Continue")
    make.deferred(Registration.objects.get(pk=sent.pk), by=cast.amira, now=NOW)
    looked_at(cast.amira, at("registration", sent.pk))
    looked_at(cast.noor, at("my_year"))
    looked_at(cast.noor, at("my_equality"))
