"""Every page that is posted to: left empty, filled with nonsense, sent twice, and asked for what is not there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.bad_input.pages import boxes_of, form_of, garbage, left_empty, title_of, typed_again
from tests.bad_input.typed import NOT_OURS
from tests.demo.pages import BY_KEY, NOT_SERVED, PAGES
from tests.demo.scene import Scene
from tests.demo.visit import Visit, visiting

POSTED = sorted(name for name, page in PAGES.items() if page.post not in (NOT_SERVED, BY_KEY))
BUTTONS = ("hidden", "submit")
MAY_BE_EMPTY = {"employers", "my_equality", "records_opened", "registrations"}  # a search for nothing shows everything
MAY_BE_EMPTY |= {"assessor_load", "waiting_for_me", "waiting_on_others"}  # and so here
MAY_BE_EMPTY |= {"my_contact"}  # nothing of it has to be given
# What is refused there is not lost.
KEEPS = {"record_edit": {"assessments_draft", "assessments_setaside", "accounts_auditevent"}}
SENDS_ON = {"kept_text"}  # what is hidden in it is the person's own text, sent on to where it was going


def answer_faults(visit: Visit, data: dict[str, Any], what: str) -> list[str]:
    """What is wrong with the answer to a form that cannot be accepted."""
    response, wrote = visit.post(data)
    if response.status_code not in (200, 409):
        return [f"{what}: {response.status_code}"]
    found = [f"{what}: wrote to {table}" for table in wrote if table not in KEEPS.get(visit.name, ())]
    text = response.content.decode()
    if said := NOT_OURS.search(text):
        found.append(f"{what}: says “{said[0]}”")
    if response.status_code == 409:
        return found
    once = title_of(response).startswith("Error: ") and title_of(response).count("Error: ") == 1
    if not once or "There is a problem" not in text:
        found.append(f"{what}: the title is “{title_of(response)}”")
    form = form_of(response)
    lost = typed_again(boxes_of(form), data) if form is not None else data
    return [*found, f"{what}: lost {lost}"] if lost else found


@pytest.mark.parametrize("name", POSTED)
def test_a_bad_form_is_answered_with_its_errors(scene: Scene, name: str) -> None:
    with visiting(scene, name) as visit:
        page = visit.open()
        form = form_of(page) if page.status_code == 200 else None
        assert form is not None or name in WITHOUT_A_FORM
        boxes = boxes_of(form) if form is not None and name not in SENDS_ON else []
        found = []
        if any(box.kind not in BUTTONS for box in boxes):
            if name not in MAY_BE_EMPTY:
                found += answer_faults(visit, left_empty(boxes), "left empty")
            found += answer_faults(visit, garbage(boxes), "nonsense")
        seen = [box.name for box in boxes if box.kind == "hidden" and box.name != "csrfmiddlewaretoken"]
        if seen:
            found += answer_faults(visit, garbage(boxes) | dict.fromkeys(seen, "１\u202e"), "all nonsense")
        assert found == []


# Posted to without a page of their own, or shown in the scene without a form.
WITHOUT_A_FORM: set[str] = {name for name in POSTED if PAGES[name].get == NOT_SERVED} | {
    "account_reset_password_from_key",
    "batch_prepare",
    "employer_request_confirm",
    "employer_terms",
    "people",
    "programme_year_publish",
    "reading_seal",
    "registration_draft_check",
    "registrations_approve",
    "waiting_for_me",  # which is narrowed by a form only where something waits
    "waiting_on_others",
}

Filled = Callable[[Scene], dict[str, Any]]
MORE: dict[str, Filled] = {
    "api_key_new": lambda scene: {"name": "Payroll", **date_of("expires_on", "22 11 2027")},
    "registration_assessor": lambda scene: {"assessor": scene.personas("running")["other assessor"].pk},
    "registration_defer": lambda scene: dict.fromkeys(date_of("expected_back", "1 1 1"), ""),
    "registration_extend": lambda scene: {"days": "30"},
    "registration_cover": lambda scene: {
        "assessor": scene.personas("running")["other assessor"].pk,
        **date_of("back_on", "30 11 2026"),
    },
    "grant_year_change": lambda scene: {"cool_off_days": "5", **date_of("final_year_advance_on", "15 3 2027")},
    "payee_propose": lambda scene: {"vendor_number": "AB12345"},
    "recovery_propose": lambda scene: {"amount": "10.50"},
    "recovery_receive": lambda scene: {"amount": "10.50"},
    "verify": lambda scene: {"code": scene.ids["code"]["code"]},
}
# Sent a second time they are done a second time, and rightly so.
AGAIN = {
    "batch_file": "each download is noted",
    "certificate_download": "each download is noted",
    "statistics_file": "each download is noted",
    "registrations_export": "each download is noted",
    "registration_check_register": "another look into the register",
    "outcome_check_register": "another look into the register",
    "registration_start": "another person",
    "registration_correct": "the draft that is open is taken over",
    "my_adjustments": "the same wish is saved again",
    "my_equality": "the same answers are saved again",
    "my_certificate_name": "the same name is saved again",
    "kept_text": "it looks for the text and finds none",
}
NOT_HERE = {"account_login", "account_logout", "account_reset_password_from_key"}  # sessions and single-use links
# What the scene leaves to be done; elsewhere a rule forbids it both times.
DONE_ONCE = {
    "batch_approve", "batch_cancel", "batch_send_back", "feedback", "grant_year_change", "invitation", "line_hold",
    "line_look", "moderation_conflict", "moderation_open", "moderation_resolve", "moderation_withdraw", "nqsw_join",
    "outcome_confirm", "part_take_back", "payee_refuse", "payee_shared", "reversal_approve", "reversal_refuse",
    "shared_number", "shared_number_refuse",
    "payee_verify", "person_deactivate", "reading_conflict", "record_edit", "record_lock", "record_renew",
    "record_reopen", "concern_close", "concern_note", "concern_plan", "concern_raise", "concern_review",
    "recovery_approve", "recovery_call_off", "recovery_decline", "recovery_invoice", "recovery_offset",
    "recovery_propose", "recovery_receive", "recovery_take_off", "recovery_withdraw", "recovery_write_off",
    "recovery_write_off_ask", "recovery_write_off_refuse",
    "registration_answer", "registration_ask", "registration_approve", "registration_assessor", "registration_defer",
    "registration_draft_delete", "registration_draft_step", "registration_extend", "registration_refuse",
    "registration_resume", "registration_withdraw", "role_end",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(POSTED) - NOT_HERE))
def test_a_page_sent_twice_is_done_once(scene: Scene, name: str) -> None:
    with visiting(scene, name) as visit:
        data = visit.good() | MORE.get(name, lambda scene: {})(scene)
        first, wrote = visit.post(data)
        if is_page(first) and not is_refused(first) and (asked := form_of(first)) is not None:
            data = left_empty(boxes_of(asked))  # it asks once more
            first, wrote = visit.post(data)
        done = first.status_code in (200, 302, 307) and not is_refused(first)
        assert done or name not in DONE_ONCE, dict(first.context["form"].errors)
        assert done or wrote == []
        second, wrote_again = visit.post(data)
        assert second.status_code in (200, 302, 307, 403, 404, 409, 410)
        assert not is_page(second) or not NOT_OURS.search(second.content.decode())
        assert name in AGAIN or wrote_again == [], wrote


def is_page(response: HttpResponse) -> bool:
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


def is_refused(response: HttpResponse) -> bool:
    return response.status_code >= 400 or (is_page(response) and title_of(response).startswith("Error: "))


BAD_PARTS = {int: (0, 10**30), str: ("\x00", "x" * 3_000, "％", "' OR 1=1", "<b>")}


@pytest.mark.parametrize("name", sorted(name for name, page in PAGES.items() if page.args and page.get != BY_KEY))
def test_an_address_of_nothing_is_said_to_be_none(scene: Scene, name: str) -> None:
    page = PAGES[name]
    args = page.args(scene) if page.args else {}
    who = page.post if page.get == NOT_SERVED else page.get
    client = Client(raise_request_exception=False)
    person = scene.personas(page.about).get(who.split(", ")[0])
    if person is not None:
        client.force_login(person)
    found = []
    for key, value in args.items():
        for bad in BAD_PARTS[type(value)]:
            url = reverse(name, kwargs={key: "part"} | args).replace(f"/{value}", "/part", 1)
            url = url.replace("/part", "/" + _quoted(bad), 1)
            for method in ("get", "post"):
                with transaction.atomic():
                    status = getattr(client, method)(url).status_code
                    transaction.set_rollback(True)
                if status >= 500:
                    found.append(f"{method} {url[:80]}: {status}")
    assert found == []


def _quoted(part: int | str) -> str:
    return quote(str(part), safe="")


def date_of(name: str, typed: str) -> dict[str, str]:
    return {f"{name}_{part}": text for part, text in zip(("day", "month", "year"), typed.split(), strict=True)}


ELSEWHERE: dict[str, tuple[str, str, Filled]] = {
    "an assessor": (
        "registration_assessor", "assessor", lambda scene: {"assessor": scene.by_name["Mark Ellison"].pk}),
    "a moderator": (
        "moderation_allocate", "moderator", lambda scene: {"moderator": scene.by_name["Hannah Reeve"].pk}),
    "a reader by another role": (
        "moderation_allocate", "moderator", lambda scene: {"moderator": scene.by_name["Erin Maddox"].pk}),
    "no employer": ("payee_propose", "employer", lambda scene: {"employer": 999_999, "vendor_number": "AB1"}),
    "no batch": ("recovery_offset", "batch", lambda scene: {"batch": 999_999}),
    "more than was paid": ("recovery_propose", "amount", lambda scene: {"amount": "1000.01"}),
    "nothing of what was paid": ("recovery_propose", "amount", lambda scene: {"amount": "0"}),
    "no reference of an invoice": ("recovery_invoice", "reference", lambda scene: {"reference": "=1+1"}),
    "more than is outstanding": ("recovery_receive", "amount", lambda scene: {"amount": "400.01"}),
    "no place for a role": ("person_role", "employer", lambda scene: {"role": "assessor", "employer": 999_999}),
    "a contact not held": ("payee_verify", "contact", lambda scene: {"contact": "person-999999"}),
    "nothing it is about": ("concern_raise", "area", lambda scene: {"area": "nothing"}),
    "nobody of this year": (
        "concern_plan", "reviewer", lambda scene: {"reviewer": scene.by_name["Mark Ellison"].pk}),
    "support that was never given": ("concern_close", "result", lambda scene: {"result": "settled"}),
    "no question": ("record_return", "about_field", lambda scene: {"about_field": "nothing"}),
}  # fmt: skip
TAKES_OVER = MORE["registration_assessor"]
DATES: dict[str, tuple[str, str, Filled]] = {
    "left tomorrow": ("registration_withdraw", "on", lambda scene: date_of("on", "23 11 2026")),
    "deferred before the start": ("registration_defer", "from_", lambda scene: date_of("from_", "1 1 2020")),
    "deferred too far ahead": ("registration_defer", "from_", lambda scene: date_of("from_", "1 1 2030")),
    "back tomorrow": ("registration_resume", "on", lambda scene: date_of("on", "23 11 2026")),
    "back before leaving": ("registration_resume", "on", lambda scene: date_of("on", "1 1 2020")),
    "an assessor before the present one": (
        "registration_assessor", "from_", lambda scene: TAKES_OVER(scene) | date_of("from_", "1 1 2020")),
    "an assessor too far ahead": (
        "registration_assessor", "from_", lambda scene: TAKES_OVER(scene) | date_of("from_", "1 1 2030")),
    "called back tomorrow": ("payee_verify", "called_back_on", lambda scene: date_of("called_back_on", "23 11 2026")),
    "called back before it was proposed": (
        "payee_verify", "called_back_on", lambda scene: date_of("called_back_on", "1 1 2020")),
    "an advance in another year": (
        "grant_year_change", "final_year_advance_on", lambda scene: date_of("final_year_advance_on", "1 4 2030")),
    "an advance today": (
        "grant_year_change", "final_year_advance_on", lambda scene: date_of("final_year_advance_on", "22 11 2026")),
    "a rest of months": ("grant_year_change", "cool_off_days", lambda scene: {"cool_off_days": "91"}),
    "a contact of years": ("grant_year_change", "contact_settled_days", lambda scene: {"contact_settled_days": "366"}),
    "invoiced tomorrow": ("recovery_invoice", "invoiced_on", lambda scene: date_of("invoiced_on", "23 11 2026")),
    "invoiced before it was approved": (
        "recovery_invoice", "invoiced_on", lambda scene: date_of("invoiced_on", "21 11 2026")),
    "received tomorrow": ("recovery_receive", "received_on", lambda scene: date_of("received_on", "23 11 2026")),
    "received before the invoice": (
        "recovery_receive", "received_on", lambda scene: date_of("received_on", "21 11 2026")),
    "talked about tomorrow": ("concern_raise", "talked_on", lambda scene: date_of("talked_on", "23 11 2026")),
    "talked about before the year": ("concern_raise", "talked_on", lambda scene: date_of("talked_on", "1 1 2020")),
    "support looked at yesterday": ("concern_plan", "review_by", lambda scene: date_of("review_by", "21 11 2026")),
    "support beyond the next review": ("concern_plan", "review_by", lambda scene: date_of("review_by", "1 1 2030")),
    "support before the talk": ("concern_plan", "starts_on", lambda scene: date_of("starts_on", "1 1 2020")),
    "notice tomorrow": (
        "outcome_confirm", "notice_on", lambda scene: {"result": "fail", **date_of("notice_on", "23 11 2026")}),
    "no notice": (
        "outcome_confirm", "notice_on",
        lambda scene: {"result": "fail"} | dict.fromkeys(date_of("notice_on", "1 1 1"), "")),
    "an extension of nothing": ("registration_extend", "days", lambda scene: {"days": "0"}),
    "an extension of years": ("registration_extend", "days", lambda scene: {"days": "366"}),
}  # fmt: skip


@pytest.mark.parametrize("what", [*ELSEWHERE, *DATES])
def test_what_does_not_fit_is_said_at_its_field(scene: Scene, what: str) -> None:
    name, field, changed = (ELSEWHERE | DATES)[what]
    with visiting(scene, name) as visit:
        response, wrote = visit.post(visit.good() | changed(scene))
        assert response.status_code == 200, response.content.decode()[-2000:]
        assert list(response.context["form"].errors) == [field]
        assert title_of(response).startswith("Error: ")
        assert wrote == []
