"""Pages of records, outcomes and certificates, with their errors, wide and narrow: WCAG 2.2 AA, nothing too wide."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from assessments.services import certificates, drafts
from assessments.states import Part
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make

SCREENS = ((1280, 900), (320, 700))
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OBSERVATION = "direct_observation"
Look = Callable[..., None]


@pytest.fixture
def looked_at(  # noqa: PLR0917
    transactional_db: None,
    year: Registration,
    settings: Any,
    tmp_path: Path,
    live_server: Any,
    browser: Any,
    browser_context_args: dict[str, Any],
    axe: Callable[[Page], None],
) -> Iterator[Look]:
    """`looked_at(who, name, pk, press=)` opens a page as a person, presses a button if told to, judges what it shows.

    With SCREENSHOTS set to a folder it also keeps a picture of each.
    """
    clock_file = tmp_path / "clock"
    clock_file.write_text(NOW.isoformat())
    settings.CLOCK_FILE = str(clock_file)
    contexts = []

    def window(user: User | None) -> Page:
        context = browser.new_context(**browser_context_args, base_url=live_server.url)
        if user:
            client = Client()
            client.force_login(user)
            kept = [{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()]
            context.add_cookies(kept)
        contexts.append(context)
        return context.new_page()

    def look(user: User | None, name: str, *args: object, press: str = "", status: int = 200) -> None:
        page = window(user)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(reverse(name, args=args))
            assert answer is not None
            assert answer.status == status, name
            if press:
                page.get_by_role("button", name=press, exact=True).first.click()
            axe(page)
            assert not page.evaluate(TOO_WIDE), f"{name} is wider than {width}"
            if folder := os.environ.get("SCREENSHOTS"):
                label = f"{name}-{user.first_name if user else 'public'}-{press or 'open'}-{width}".replace(" ", "-")
                page.screenshot(path=Path(folder) / f"{label}.png", full_page=True)

    yield look
    for context in contexts:
        context.close()


def test_records(looked_at: Look, year: Registration, cast: Cast) -> None:
    looked_at(cast.ben, "record_new", year.pk, OBSERVATION, "1")
    agreement = make.draft(year, "agreement", now=NOW)
    looked_at(cast.noor, "record", agreement.pk)
    looked_at(cast.ben, "record_edit", agreement.pk)
    looked_at(cast.noor, "record_edit", agreement.pk, press="Finish my part")
    record = make.submitted(year, OBSERVATION, now=NOW)
    looked_at(cast.noor, "record", record.pk)
    looked_at(cast.noor, "record_sign", record.pk, press="Sign")
    looked_at(cast.ben, "record_return", record.pk, press="Return for changes")
    make.records.return_(record, reason="Say more.", seen_version=record.version, by=cast.ben, now=NOW)
    looked_at(cast.noor, "record_edit", record.pk)
    make.records.submit(record, by=cast.noor, now=NOW)
    record.refresh_from_db()
    make.sign_all(record, now=NOW)
    looked_at(cast.amira, "record", record.pk)
    looked_at(cast.amira, "record_version", record.pk, 1)
    looked_at(cast.ben, "record_lock", record.pk)
    looked_at(cast.amira, "record_reopen", record.pk, press="Reopen")
    make.draft(year, "recommendation", now=NOW)
    looked_at(cast.ben, "records", year.pk)
    looked_at(cast.noor, "records", year.pk)
    looked_at(cast.ben, "record_edit", make.draft(year, "recommendation", now=NOW).pk)
    looked_at(cast.ben, "record_edit", make.draft(year, "review", review_point="review_3", now=NOW).pk, press="Save")


def test_two_texts(looked_at: Look, year: Registration, cast: Cast) -> None:
    record = make.draft(year, "agreement", now=NOW)
    own = {"if_things_go_wrong": "Speak to each other first."}
    drafts.save(record, own, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW, if_things_go_wrong="Speak to the co-ordinator.")
    looked_at(cast.noor, "record_edit", record.pk, press="Save")


def test_a_fail_and_its_appeal(looked_at: Look, year: Registration, cast: Cast) -> None:
    outcome = make.confirmed(year, "fail", by=cast.lena, now=NOW)
    looked_at(cast.noor, "outcome", year.pk)
    looked_at(cast.noor, "appeal_open", year.pk, press="Record the appeal")
    appeal = make.appealed(outcome, by=cast.noor, now=NOW)
    looked_at(cast.amira, "outcome", year.pk)
    looked_at(cast.amira, "appeal_close", appeal.pk, press="Close the appeal")


def test_a_certificate(looked_at: Look, year: Registration, cast: Cast) -> None:
    outcome = make.confirmed(year, by=cast.lena, now=NOW)
    looked_at(cast.noor, "outcome", year.pk)
    certificate = certificates.render(outcome.pk, now=NOW)
    assert certificate is not None
    looked_at(cast.noor, "outcome", year.pk)
    looked_at(cast.noor, "records", year.pk)
    looked_at(cast.amira, "certificate_replace", year.pk)
    looked_at(None, "verify", press="Check")
    looked_at(None, "verify_code", certificate.public_code)
    looked_at(None, "verify_code", "4F7K92MX8Q1TZV3D", status=404)
