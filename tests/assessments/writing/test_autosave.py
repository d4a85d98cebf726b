"""The address that autosave.js sends to, and the form's own button: the same act in other words."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.models import KeptText, User
from assessments.models import Draft, Record, Revision, SetAside
from assessments.services import drafts, records
from assessments.states import Part
from asye import clock
from registrations.models import Registration
from registrations.services import changes
from tests.assessments.test_pages import posted
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

BOTH = "if_things_go_wrong"
PAGE = "1a2b3c4d5e6f7a8b"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@built_once
def agreement(year: Registration) -> Record:
    return make.draft(year, "agreement", now=NOW)


@pytest.fixture
def as_(client_for: type[Client]) -> Any:
    def sign_in(user: User) -> Client:
        client = client_for()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def send(client: Client, record: Record, number: int = 1, *, revision: int = 0, draft: int = 0, **typed: Any) -> Any:
    """What autosave.js sends when these inputs have changed."""
    data = {"client": f"{PAGE}:{number}", "seen_draft": draft, "seen_revision": revision, **typed}
    data.setdefault("changed", [name for name in typed if name not in ("person",)])
    return client.post(reverse("record_draft", args=[record.pk]), data)


def test_it_works(agreement: Record, cast: Cast, as_: Any) -> None:
    noor = as_(cast.noor)
    answer = send(noor, agreement, needs="Court work.", person=cast.noor.pk)
    assert answer.status_code == 200
    assert answer.json() == {
        "saved": "11:00", "seen_draft": 1, "seen_revision": 0, "news": {}, "both": {}, "problems": [], "unkept": [],
    }  # fmt: skip
    page = noor.get(reverse("record_edit", args=[agreement.pk])).content.decode()
    assert "Last saved 14 September 2026 at 11am" in page
    assert "Court work.</textarea>" in page
    assert '"received": {"1a2b3c4d5e6f7a8b": 1}' in page  # so that the device knows what has arrived


def test_only_what_changed_is_touched(agreement: Record, cast: Cast, as_: Any) -> None:
    noor = as_(cast.noor)
    send(noor, agreement, needs="Court work.")
    send(noor, agreement, 2, experience="Six years.", needs="", changed=["experience"])
    assert Draft.objects.get().content == {"needs": "Court work.", "experience": "Six years."}


def test_both_texts_come_back_and_news_too(agreement: Record, cast: Cast, as_: Any) -> None:
    noor = as_(cast.noor)
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, **{BOTH: "Speak to Amira."})
    shown = {"label": "What will we do if either of us has a concern?", "words": "Speak to Amira."}
    told = send(noor, agreement, needs="Court work.")
    assert (told.status_code, told.json()["news"][BOTH]) == (200, {**shown, "boxes": ["Speak to Amira."]})
    met = send(noor, agreement, 2, draft=1, **{BOTH: "Speak to each other."})
    assert (met.status_code, met.json()["both"]) == (409, {BOTH: {**shown, "boxes": ["Speak to Amira."]}})
    again = send(noor, agreement, 2, draft=1, **{BOTH: "Speak to each other."})
    assert again.json()["both"] == met.json()["both"]  # the answer was lost on its way
    page = noor.get(reverse("record_edit", args=[agreement.pk])).content.decode()
    assert "Texts of yours that met another one" in page
    assert "Speak to each other." in page
    assert "Speak to each other." not in as_(cast.ben).get(reverse("record_edit", args=[agreement.pk])).content.decode()


def test_what_cannot_be_saved_is_said_in_one_sentence_each(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, "direct_observation", now=NOW)
    ben = as_(cast.ben)
    answer = send(ben, record, seen="x" * 6_001, observed_on_day="31", changed=["seen", "observed_on"])
    assert answer.status_code == 200
    assert [sentence.split("”")[1] for sentence in answer.json()["problems"]] == [
        " must be a real date.",
        " is 1 character too long. It is kept; shorten it before you finish.",
    ]
    page = ben.get(reverse("record_edit", args=[record.pk])).content.decode()
    assert "To put right before you finish your part" in page
    assert 'name="observed_on_day" type="text" value="31"' in page
    odd = send(ben, record, 2, observer="nobody", context="Duty\x00 work\u202e", changed=["observer", "context"]).json()
    assert odd["unkept"] == ["observer"]
    assert Draft.objects.get().content["context"] == "Duty work"
    huge = send(ben, record, 3, seen="x" * 50_001)
    assert (huge.status_code, huge.json()["unkept"]) == (409, ["seen"])
    assert len(Draft.objects.get().content["seen"]) == 6_001


def test_a_body_beyond_all_bounds_is_refused(agreement: Record, cast: Cast, as_: Any) -> None:
    assert send(as_(cast.noor), agreement, needs="x" * 3_000_000).status_code == 400


def test_a_form_on_another_browser_page_of_somebody_else_is_refused(agreement: Record, cast: Cast, as_: Any) -> None:
    answer = send(as_(cast.ben), agreement, **{BOTH: "Noor’s words."}, person=cast.noor.pk)
    assert (answer.status_code, Draft.objects.exists()) == (403, False)


def test_it_asks_for_a_token(agreement: Record, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(client, agreement, needs="Court work.").status_code == 403
    assert not KeptText.objects.exists()


def test_after_30_idle_minutes_it_asks_to_sign_in_and_keeps_no_second_copy(
    agreement: Record, cast: Cast, as_: Any
) -> None:
    noor = as_(cast.noor)
    noor.get("/account")
    with clock.moved_to(NOW.replace(hour=NOW.hour + 1)):
        assert send(noor, agreement, needs="Court work.").headers["Location"].startswith("/sign-in")
    assert not KeptText.objects.exists()
    assert not Draft.objects.exists()


def test_a_record_ready_to_sign_says_why(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.submitted(year, "direct_observation", now=NOW)
    answer = send(as_(cast.noor), record, reflection="More.")
    assert answer.status_code == 409
    assert answer.json()["refused"].startswith("This record is ready to sign. Return it for changes first")


def test_a_finish_that_is_refused_is_kept(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, "direct_observation", now=NOW)
    data = posted(record, Part.ASSESSOR, "finish", seen="x" * 6_002, context="")
    page = as_(cast.ben).post(reverse("record_edit", args=[record.pk]), data).content.decode()
    assert "must be 6,000 characters or fewer. It is 2 too long" in page
    assert "Enter what kind of work was observed" in page
    assert len(Draft.objects.get().content["seen"]) == 6_002
    assert 'name="seen_draft" value="1"' in page
    assert not Revision.objects.exists()


def test_saving_takes_hidden_characters_out_and_finishing_says_how(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, "direct_observation", now=NOW)
    ben, edit = as_(cast.ben), reverse("record_edit", args=[record.pk])
    data = posted(record, Part.ASSESSOR, "finish", seen="A calm\x07 visit.")
    assert "Save takes them out" in ben.post(edit, data).content.decode()
    page = ben.post(edit, {**data, "action": "save", "seen_draft": 1}, follow=True).content.decode()
    assert "A calm visit.</textarea>" in page


def test_writing_runs_in_its_own_direction(agreement: Record, cast: Cast, as_: Any) -> None:
    noor = as_(cast.noor)
    send(noor, agreement, needs="שלום 👩‍👩‍👧")
    page = noor.get(reverse("record_edit", args=[agreement.pk])).content.decode()
    assert page.count('dir="auto"') >= 4
    assert "שלום 👩‍👩‍👧</textarea>" in page


def test_the_form_sent_by_hand_finds_both_texts_when_it_is_opened(agreement: Record, cast: Cast, as_: Any) -> None:
    """Without JavaScript: the other text has come while nobody had the form open."""
    noor, edit = as_(cast.noor), reverse("record_edit", args=[agreement.pk])
    drafts.save(agreement, {BOTH: "Each other."}, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, **{BOTH: "Amira."})
    page = noor.get(edit).content.decode()
    assert "There are two texts for the same question" in page
    assert ">Amira.</p>" in page
    assert "Each other.</textarea>" in page
    settled = {"action": "save", "seen_draft": 1, "seen_revision": 1, BOTH: "First each other, then Amira."}
    noor.post(edit, settled)
    assert Draft.objects.get(person=cast.noor).content[BOTH] == "First each other, then Amira."
    assert not SetAside.objects.exists()  # nothing was lost that would not stand elsewhere


def test_a_form_that_comes_back_shows_what_others_changed_meanwhile(agreement: Record, cast: Cast, as_: Any) -> None:
    """What its writer left as it was is not put over what stands there by now when the form is sent again."""
    noor, edit = as_(cast.noor), reverse("record_edit", args=[agreement.pk])
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, responsibilities="Ben asks.")
    shown = posted(agreement, Part.NQSW, "finish", revision=1, responsibilities="Ben asks.", experience="")
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, responsibilities="Ben asks every week.")
    back = noor.post(edit, shown)
    assert "Enter the experience and strengths you bring" in back.content.decode()
    again = dict(html.fromstring(back.content.decode()).forms[-1].fields)
    assert (again["responsibilities"], again["seen_revision"]) == ("Ben asks every week.", "2")
    noor.post(edit, {**again, "action": "finish", "experience": "Six years."})
    agreement.refresh_from_db()
    assert agreement.current_revision.content["responsibilities"] == "Ben asks every week."
    assert agreement.current_revision.content["experience"] == "Six years."


def test_a_day_that_another_chose_meanwhile_comes_back_as_well(year: Registration, cast: Cast, as_: Any) -> None:
    """The supervision of which both write everything: each kind of answer is put into its boxes."""
    record = make.draft(year, "supervision", now=NOW)
    drafts.save(record, {"held_on": "2026-09-09", "minutes": 45}, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    stale = {"action": "finish", "seen_draft": 0, "seen_revision": 0, "client": f"{PAGE}:1", "discussed": "Cases."}
    page = as_(cast.noor).post(reverse("record_edit", args=[record.pk]), stale).content.decode()
    fields = html.fromstring(page).forms[-1].fields
    assert [fields[f"held_on_{part}"] for part in ("day", "month", "year")] == ["9", "9", "2026"]
    assert (fields["minutes"], fields["discussed"]) == ("45", "Cases.")
    assert page.count("This was answered meanwhile") == 4  # in the summary and at both questions


def test_words_upon_which_a_record_closed_can_be_read(year: Registration, cast: Cast, as_: Any) -> None:
    """They were saved, and somebody else completed the record before they were put into it."""
    record = make.submitted(year, "direct_observation", now=NOW)
    records.return_(record, reason="More.", seen_version=record.version, by=cast.ben, now=NOW)
    drafts.save(record, {"reflection": "I would ask first."}, seen_draft=0, seen_revision=2, by=cast.noor, now=NOW)
    records.submit(record, by=cast.ben, now=NOW)
    noor, edit = as_(cast.noor), reverse("record_edit", args=[record.pk])
    assert f'href="{edit}">read and copy it</a>' in noor.get(reverse("record", args=[record.pk])).content.decode()
    page = noor.get(edit)
    assert page.status_code == 200
    assert "I would ask first." in page.content.decode()
    assert "This record is ready to sign. Return it for changes first" in page.content.decode()
    assert as_(cast.ben).get(edit).status_code == 409  # he has none
    record.refresh_from_db()
    make.sign_all(record, now=NOW)
    assert "I would ask first." in noor.get(edit).content.decode()
    changes.withdraw(year, TODAY, "They left.", by=cast.amira, now=NOW)
    assert "This year has ended" in noor.get(edit).content.decode()


def test_a_save_costs_few_queries(agreement: Record, cast: Cast, as_: Any) -> None:
    noor = as_(cast.noor)
    send(noor, agreement, needs="Court")
    with CaptureQueriesContext(connection) as queries:
        send(noor, agreement, 2, draft=1, needs="Court work.")
    assert len(queries) == QUERIES, "\n".join(one["sql"][:170] for one in queries)


QUERIES = 9
