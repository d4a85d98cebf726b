"""Writing in a real browser: nothing that was typed is lost, whatever happens to the page, the line or the service."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from accounts import roles
from assessments.models import Draft, Record, SetAside
from assessments.services import drafts, records
from assessments.states import Part
from registrations.models import Registration
from registrations.services import assessors
from tests.cast import CAST_JOINED, NOW, PASSWORD, TODAY, Cast, build
from tests.factories import accounts
from tests.factories import assessments as make
from tests.factories import registrations as register
from tests.ground.browser import Window, go_on, look, look_wide_and_narrow
from tests.ground.stack import Stack

BOTH = "What will we do if either of us has a concern?"
NEEDS = "What do you most want to develop this year?"
SEEN = "What did you see, and how did it meet the standards?"
EXPERIENCE = "What experience and strengths do you bring?"
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('asye-words:'))"


def box(page: Page, question: str) -> Locator:
    return page.get_by_role("textbox", name=question, exact=True)


def state(page: Page, words: str, timeout: float = 15_000) -> None:
    """The live region says so; a screen reader hears what stands there, and it is seen wherever somebody writes."""
    told = page.get_by_role("status")
    expect(told).to_contain_text(words, timeout=timeout)
    expect(told).to_be_in_viewport()
    assert told.get_attribute("id") == "save-state"


def all_saved(page: Page) -> None:
    """Nothing waits on this device any more, and the page says so."""
    for _ in range(50):
        if page.evaluate(KEPT) == []:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == []
    state(page, "Saved 11:0")


@pytest.fixture
def record(stack: Stack) -> Record:
    """An agreement that Noor may write in, in the running service."""
    stack.set_clock(NOW)
    cast = build()
    register.published_year(by=cast.adele, second=cast.zora, now=NOW)
    registration = register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    return make.draft(registration, "agreement", now=NOW)


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def test_portfolio_1_text_survives_everything(
    stack: Stack, record: Record, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    noor, edit = record.registration.nqsw.user, reverse("record_edit", args=[record.pk])
    context = browser.new_context(**browser_context_args, base_url=stack.url)
    page = context.new_page()
    page.goto(edit)
    sign_in(page, noor.email)
    box(page, NEEDS).press_sequentially("Court work.")
    state(page, "Saved 11:0")
    assert Draft.objects.get().content == {"needs": "Court work."}

    # The service is gone in the middle of a sentence, and the tab is closed.
    stack.kill("web")
    box(page, NEEDS).press_sequentially(" And visits.")
    state(page, "Not saved: no connection. Your words are kept on this device.")
    page.close()
    stack.start("web")
    context.clear_cookies()  # and the session has run out

    page = context.new_page()
    page.goto(edit)
    sign_in(page, noor.email)
    expect(box(page, NEEDS)).to_have_value("Court work.")
    state(page, "Last saved 14 September 2026 at 11")
    state(page, f"Words of yours that were not saved are shown beside “{NEEDS}”.")
    offer = page.get_by_role("group", name=f"Words of yours that were not saved: {NEEDS}")
    expect(offer.locator("ins")).to_have_text("work. And visits.".removeprefix("work."), use_inner_text=True)
    look_wide_and_narrow(page, "record_edit-offered")
    offer.get_by_role("button", name="Use this text").press("Enter")
    expect(box(page, NEEDS)).to_be_focused()
    all_saved(page)
    assert Draft.objects.get().content == {"needs": "Court work. And visits."}

    # Signed out on another page while writing on: saving goes on once they have signed in again there.
    context.clear_cookies()
    box(page, EXPERIENCE).press_sequentially("Six years.")
    state(page, "Not saved: you are signed out. Your words are kept on this device.")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    sign_in(opened.value, noor.email)
    expect(opened.value).to_have_url(stack.url + reverse("record", args=[record.pk]))
    opened.value.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    all_saved(page)
    assert Draft.objects.get().content["experience"] == "Six years."
    expect(box(page, EXPERIENCE)).to_have_value("Six years.")
    context.close()


@pytest.fixture
def the_day(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text(NOW.isoformat())
    settings.CLOCK_FILE = str(tmp_path / "clock")


@pytest.fixture
def writing(the_day: None, live_server: Any, year: Registration, window_of: Window, cast: Cast) -> tuple[Page, Record]:
    """Noor's browser on the form of an agreement."""
    record = make.draft(year, "agreement", now=NOW)
    page = window_of(cast.noor, live_server.url)
    page.goto(reverse("record_edit", args=[record.pk]))
    return page, record


def test_fault_t14_leaving_in_the_middle_of_a_word_loses_nothing(writing: tuple[Page, Record]) -> None:
    page, _ = writing
    box(page, NEEDS).press_sequentially("Court wo")
    page.reload()
    expect(box(page, NEEDS)).to_have_value("Court wo")
    box(page, NEEDS).press_sequentially("rk")
    page.goto("/account")
    page.wait_for_timeout(300)
    page.go_back()
    expect(box(page, NEEDS)).to_have_value("Court work")


def test_what_is_said_while_saving(writing: tuple[Page, Record], cast: Cast) -> None:
    """One save at a time, told once; two texts beside the question, settled by keyboard alone."""
    page, record = writing
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.evaluate(
        "window.told = []; new MutationObserver(() => told.push(document.getElementById('save-state').textContent))"
        ".observe(document.getElementById('save-state'), {childList: true})"
    )
    box(page, NEEDS).press_sequentially("Court work, visits and writing it all up in good time.", delay=15)
    state(page, "Saved 11:0")
    box(page, NEEDS).press_sequentially(" More.")
    box(page, EXPERIENCE).focus()  # leaving the box saves at once
    all_saved(page)
    assert len(sent) == 2
    page.get_by_role("button", name="Finish my part").focus()
    expect(page.get_by_role("status")).to_be_in_viewport(ratio=1)  # also where somebody writes far below
    assert len([words for words in page.evaluate("told") if words]) == 1  # not for each save
    assert Draft.objects.get(person=cast.noor).content["needs"].endswith("time. More.")

    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW, if_things_go_wrong="Speak to Amira.")
    box(page, BOTH).fill("Speak to each other.")
    box(page, EXPERIENCE).fill("Six years.")
    box(page, NEEDS).focus()
    state(page, f"There are two texts for “{BOTH}”")
    other = page.get_by_role("group", name=f"Somebody else’s answer, or yours from another page: {BOTH}")
    expect(other).to_contain_text("Speak to Amira.")
    expect(box(page, BOTH)).to_have_value("Speak to each other.")
    look(page)
    box(page, BOTH).fill("Speak to each other, then to Amira.")
    other.get_by_role("button", name="Keep what is in the form").press("Enter")
    all_saved(page)
    kept = Draft.objects.get(person=cast.noor).content
    assert kept["if_things_go_wrong"] == "Speak to each other, then to Amira."
    assert kept["experience"] == "Six years."
    assert SetAside.objects.get().answer == "Speak to each other."

    page.route("**/draft", lambda route: route.abort())
    box(page, EXPERIENCE).fill("Six years and more.")
    with page.expect_navigation():
        page.get_by_role("button", name="Finish my part").dblclick(no_wait_after=True)
    sent_last = page.evaluate(f"JSON.parse(localStorage[{KEPT}[0]]).number")
    assert Draft.objects.get(person=cast.noor).pages[-1][1] == sent_last  # else it would be offered as if it were lost


def test_the_device_forgets_at_sign_out_and_after_a_week(writing: tuple[Page, Record]) -> None:
    page, _ = writing
    old = json.dumps({"at": 1, "page": "x", "number": 0, "words": {}, "base": {}, "offered": {"needs": ["Old."]}})
    page.evaluate("old => localStorage.setItem('asye-words:1:/records/1/draft:x', old)", old)
    page.reload()
    assert page.evaluate(KEPT) == []
    page.route("**/draft", lambda route: route.abort())
    box(page, NEEDS).fill("Court work.")
    state(page, "Not saved: no connection. Your words are kept on this device.")
    assert len(page.evaluate(KEPT)) == 1
    elsewhere, asked = page.context.new_page(), []
    elsewhere.goto("/")
    elsewhere.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    elsewhere.get_by_role("button", name="Sign out").click()
    assert "only on this device" in asked[0]
    assert len(elsewhere.evaluate(KEPT)) == 1
    elsewhere.close()
    page.get_by_role("button", name="Sign out").click()
    state(page, "Signing out takes these words off this device")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    assert page.evaluate(KEPT) == []


def test_every_text_that_never_arrived_is_offered_in_its_turn(writing: tuple[Page, Record], cast: Cast) -> None:
    """Two pages were closed while the line was lost; signing out before they are settled is warned about."""
    page, record = writing
    for number, words in enumerate(("Older.", "Newer.")):
        kept = {"at": 2**45 + number, "page": "x", "number": 0, "words": {"needs": [words]}, "base": {}, "offered": {}}
        name = f"asye-words:{cast.noor.pk}:{reverse('record_draft', args=[record.pk])}:{number}"
        page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, json.dumps(kept)])
    page.reload()
    offer = page.get_by_role("group", name=f"Words of yours that were not saved: {NEEDS}")
    expect(offer).to_contain_text("Newer.")
    offer.get_by_role("button", name="Keep what was saved").click()
    expect(offer).to_contain_text("Older.")
    page.get_by_role("button", name="Sign out").click()
    state(page, "Signing out takes these words off this device")
    offer.get_by_role("button", name="Use this text").click()
    all_saved(page)
    assert Draft.objects.get().content == {"needs": "Older."}


@pytest.fixture
def observing(
    the_day: None, live_server: Any, year: Registration, window_of: Window, cast: Cast
) -> tuple[Page, Record]:
    """Ben's browser on the form of an observation. It asks what was `seen`, and `seen_draft` is the page's own."""
    record = make.draft(year, "direct_observation", now=NOW)
    page = window_of(cast.ben, live_server.url)
    page.goto(reverse("record_edit", args=[record.pk]))
    return page, record


def test_the_other_text_is_taken_as_it_is(observing: tuple[Page, Record], cast: Cast) -> None:
    page, record = observing
    box(page, SEEN).press_sequentially("A calm visit.")
    all_saved(page)
    drafts.save(record, {"seen": "At the office."}, seen_draft=1, seen_revision=0, by=cast.ben, now=NOW)
    box(page, SEEN).fill("At home.")
    state(page, f"There are two texts for “{SEEN}”")
    other = page.get_by_role("group", name=f"Somebody else’s answer, or yours from another page: {SEEN}")
    other.get_by_role("button", name="Use this text").click()
    expect(box(page, SEEN)).to_have_value("At the office.")
    state(page, "One text stands. Everything is saved.")
    assert page.evaluate(KEPT) == []
    drafts.save(record, {"seen": "Later."}, seen_draft=9, seen_revision=0, by=cast.ben, now=NOW)
    box(page, "What should develop further?").fill("Pace.")
    expect(box(page, SEEN)).to_have_value("Later.")  # what another page of hers changed comes as news
    all_saved(page)
    assert Draft.objects.get().content == {"seen": "Later.", "develop": "Pace."}


def test_a_page_that_may_write_no_longer_says_so(
    observing: tuple[Page, Record], year: Registration, cast: Cast
) -> None:
    """Another assessor has taken over: what is typed is kept on the device, and the page does not say “Saved”."""
    page, _ = observing
    box(page, SEEN).press_sequentially("A calm visit.")
    all_saved(page)
    bea = accounts.person("bea@northshire.example", "Bea", "Larsen", by=cast.adele, now=CAST_JOINED)
    accounts.in_role(bea, roles.ASSESSOR, cast.northshire, by=cast.adele, now=CAST_JOINED)
    assessors.assign_assessor(year, bea, TODAY, by=cast.amira, now=NOW)
    box(page, SEEN).press_sequentially(" More.")
    state(page, "Not saved: You can no longer write in this record. Your words are kept on this device.")


def test_a_form_that_was_refused_keeps_its_words_on_the_device(writing: tuple[Page, Record], cast: Cast) -> None:
    """Somebody else completed the record; once it is returned the words are offered."""
    page, record = writing
    for part, person in ((Part.ASSESSOR, cast.ben), (Part.NQSW, cast.noor)):
        make.finish(record, part, by=person, now=NOW)
    box(page, NEEDS).fill("More visits.")
    state(page, "Not saved: This record is ready to sign.")
    go_on(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("This record is ready to sign.")
    assert len(page.evaluate(KEPT)) == 1
    page.goto(reverse("record", args=[record.pk]))
    direction = page.locator(".govuk-summary-list__value").first.evaluate("one => getComputedStyle(one).unicodeBidi")
    assert direction == "plaintext"  # words that run from the right do so where they are read and signed, too
    record.refresh_from_db()
    records.return_(record, reason="More.", seen_version=record.version, by=cast.noor, now=NOW)
    page.goto(reverse("record_edit", args=[record.pk]))
    offer = page.get_by_role("group", name=f"Words of yours that were not saved: {NEEDS}")
    expect(offer).to_contain_text("More visits.")
