"""The pages of concerns as the people who use them see them."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Concern, ConcernNote, SupportPlan
from asye import clock
from registrations.models import Registration
from reporting.queries import waiting
from tests.cast import NOW, TODAY, Cast
from tests.factories import concerns as make

WAITS = ("Review a support plan", "Agree support after a concern")


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return unescape(response.content.decode())


def day(name: str, on: Any) -> dict[str, str]:
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def test_a_concern_from_its_record_to_its_end(year: Registration, cast: Cast) -> None:
    """Ben records and promises, Noor reads what was promised by when and answers, Amira reviews and closes."""
    ben, noor, amira = browser(cast.ben), browser(cast.noor), browser(cast.amira)
    listed = reverse("concerns", args=[year.pk])
    assert "Nothing has been raised." in said(noor.get(listed))
    assert "No concern has been recorded at Northshire." in said(amira.get(listed))
    assert listed in said(ben.get(reverse("records", args=[year.pk])))
    new = reverse("concern_raise", args=[year.pk])
    form = said(ben.get(new))
    assert "its papers stay with your employer’s human resources" in form
    assert 'type="file"' not in form
    data = {"area": "recording", "words": make.WORDS, "seen_count": 0, **day("talked_on", TODAY)}
    assert f"{year.nqsw.full_name} can read it" in said(ben.post(new, data, follow=True))
    assert ben.post(new, data).status_code == 409
    concern = Concern.objects.get()
    plan = reverse("concern_plan", args=[concern.pk])
    assert "Before the 3-month review, which is due on 30 November 2026." in said(ben.get(plan))
    until = TODAY + timedelta(days=21)
    data = {"words": make.SUPPORT, "reviewer": cast.amira.pk, **day("starts_on", TODAY), **day("review_by", until)}
    assert "Support agreed." in said(ben.post(plan, data, follow=True))
    page = said(noor.get(reverse("concern", args=[concern.pk])))
    assert make.SUPPORT in page
    assert "Amira Aslan looks at the support with you by 5 October 2026, due in 21 days." in page
    assert "It counts for you, not against you." in page
    assert "Close the concern" not in page
    note = reverse("concern_note", args=[concern.pk])
    assert "how you see it" in said(noor.get(note))
    noor.post(note, {"words": "The Friday hour was cancelled twice.", "seen_count": 0})
    assert "The Friday hour was cancelled twice." in said(amira.get(reverse("concern", args=[concern.pk])))
    review = reverse("concern_review", args=[concern.pk])
    assert make.SUPPORT in said(amira.get(review))
    amira.post(review, {"outcome": "not_given", "found": "It was cancelled twice; it is kept free now."})
    close = reverse("concern_close", args=[concern.pk])
    assert "A closed concern cannot be opened again" in said(amira.get(close))
    assert "Closed. It stays readable." in said(amira.post(close, {"result": "settled", "words": "Done."}, follow=True))
    page = said(noor.get(reverse("concern", args=[concern.pk])))
    assert "The support was not given as promised" in page
    assert "Closed on 14 September 2026: settled: the support helped." in page
    assert "Add how you see it" not in page
    assert amira.get(plan).status_code == 409


def test_erased_words_are_said_to_be_erased(year: Registration, cast: Cast) -> None:
    concern = make.reviewed(year, by=cast.ben, now=NOW)
    make.concerns.add_note(concern, "Mine.", seen_count=0, by=cast.noor, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_concern(%s, %s)", [concern.pk, NOW])
    page = said(browser(cast.noor).get(reverse("concern", args=[concern.pk])))
    assert page.count("These words have been erased.") == 4
    assert (SupportPlan.objects.get().words, ConcernNote.objects.get().words) == ("", "")


def test_the_start_page_says_what_waits_for_whom(year: Registration, cast: Cast) -> None:
    """Support to agree and to review, and to come for the NQSW; once it is late, whoever acts may review it."""

    def mine(person: User, role: str, on: Any = TODAY) -> list[tuple[str, Any]]:
        tasks = waiting.for_person(person, {role}, on).tasks
        return [(task.what, task.due) for task in tasks if task.what in WAITS]

    concern = make.raised(year, by=cast.ben, now=NOW)
    assert mine(cast.ben, "assessor") == mine(cast.amira, "coordinator") == [("Agree support after a concern", None)]
    make.plan(concern, by=cast.ben, now=NOW)
    due = TODAY + timedelta(days=21)
    assert mine(cast.ben, "assessor") == [("Review a support plan", due)]
    assert mine(cast.amira, "coordinator") == []
    assert mine(cast.amira, "coordinator", due + timedelta(days=1)) == [("Review a support plan", due)]
    assert mine(cast.cora, "coordinator", due + timedelta(days=1)) == mine(cast.cal, "assessor") == []
    (waited,) = [one for one in waiting.on_others(cast.noor, {"nqsw"}, TODAY).tasks if "support" in one.what]
    assert (waited.who, waited.due) == ("Ben Okafor", due)
    make.concerns.review_support(concern, "helped", "Better.", by=cast.ben, now=NOW)
    assert mine(cast.ben, "assessor") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_constant(year: Registration, cast: Cast, count: int) -> None:
    for number in range(count):
        make.planned(year, by=cast.ben, now=NOW, words=f"Number {number}.")
    ben = browser(cast.ben)
    for name, at, wanted in (("concerns", year.pk, 30), ("concern", Concern.objects.last().pk, 22)):
        address = reverse(name, args=[at])
        ben.get(address)
        with CaptureQueriesContext(connection) as queries:
            ben.get(address)
        assert len(queries) == wanted, "\n".join(one["sql"][:160] for one in queries)
