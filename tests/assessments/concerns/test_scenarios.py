"""Scenario 10 of the portfolio: a concern early, and a fail that is no surprise."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Notice
from assessments import schema
from assessments.models import Record
from assessments.queries import without_support
from assessments.services import records, signing
from asye import clock
from asye.refusals import Refused
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.factories import concerns as concern

MONTH = timedelta(days=30)
THREE, SIX = NOW + 3 * MONTH, NOW + 6 * MONTH


def at_risk(year: Registration, point: str = "review_3", now: datetime = THREE) -> Record:
    return make.agreed(year, "review", review_point=point, now=now, overall="at_risk")


def sign(record: Record, cast: Cast, now: datetime = SIX) -> None:
    make.sign_all(Record.objects.get(pk=record.pk), now=now)


def test_portfolio_10_a_review_at_risk_wants_support_before_the_next_is_agreed(
    year: Registration, cast: Cast, client_for: type
) -> None:
    Notice.objects.all().delete()
    at_risk(year)
    warned = Notice.objects.get(kind="assessments.review_warns")
    assert (warned.user, warned.subject) == (cast.amira, "A review asks for a support plan")
    six = make.submitted(year, "review", review_point="review_6", now=SIX)
    client = client_for()
    client.force_login(cast.noor)
    sign_page, record_page = reverse("record_sign", args=[six.pk]), reverse("record", args=[six.pk])
    with clock.moved_to(SIX):
        for page in (client.get(sign_page).content.decode(), client.get(record_page).content.decode()):
            assert "The 3-month review says that practice is at risk" in page
            assert reverse("concerns", args=[year.pk]) in page
        said = client.post(sign_page, {"seen_revision": six.current_revision.number, "agreed": "on"})
    assert "Agree a support plan with dates" in said.content.decode()
    for person in (cast.ben, cast.noor):
        with pytest.raises(Refused, match="Agree a support plan with dates"):
            signing.sign(six, seen_revision=six.current_revision.number, by=person, now=SIX)
    raised = concern.raised(year, by=cast.ben, now=SIX)
    with pytest.raises(Refused):  # a concern alone is not enough
        sign(six, cast)
    concern.plan(raised, by=cast.ben, now=SIX)
    sign(six, cast)
    assert Record.objects.get(pk=six.pk).is_done
    with clock.moved_to(SIX):
        assert "at risk of not meeting" not in client.get(record_page).content.decode().split("What happened")[0]


@pytest.mark.parametrize("answer", ["on_track", "needs_support"])
def test_other_answers_ask_for_nothing(year: Registration, cast: Cast, answer: str) -> None:
    Notice.objects.all().delete()
    make.agreed(year, "review", review_point="review_3", now=THREE, overall=answer)
    make.agreed(year, "review", review_point="review_6", now=SIX)
    assert not Notice.objects.filter(kind="assessments.review_warns").exists()


def test_the_review_itself_says_what_comes_next_until_support_is_agreed(
    year: Registration, cast: Cast, client_for: type
) -> None:
    client = client_for()
    client.force_login(cast.ben)
    address = reverse("record", args=[at_risk(year).pk])
    with clock.moved_to(THREE):
        assert "the next review cannot be signed" in client.get(address).content.decode()
        concern.planned(year, by=cast.ben, now=THREE)
        assert "cannot be signed" not in client.get(address).content.decode()


def test_support_that_was_over_before_the_review_is_not_enough(year: Registration, cast: Cast) -> None:
    concern.closed(year, by=cast.ben, now=NOW)
    at_risk(year)
    six = make.submitted(year, "review", review_point="review_6", now=SIX)
    assert without_support(six) == ["3-month review"]
    concern.planned(year, by=cast.ben, now=SIX)
    assert without_support(six) == []


def test_refusing_to_sign_the_review_does_not_make_it_go_away(year: Registration, cast: Cast) -> None:
    make.submitted(year, "review", review_point="review_3", now=THREE, overall="at_risk")
    six = make.submitted(year, "review", review_point="review_6", now=SIX)
    assert without_support(six) == ["3-month review"]


def test_a_review_waits_for_those_before_it_only(year: Registration, cast: Cast) -> None:
    six = at_risk(year, "review_6", SIX)
    assert without_support(six) == []
    three = make.submitted(year, "review", review_point="review_3", now=SIX)
    assert without_support(three) == []
    other = make.submitted(year, "direct_observation", now=SIX)
    assert without_support(other) == []


def test_of_two_reviews_each_wants_support(year: Registration, cast: Cast) -> None:
    at_risk(year)
    concern.planned(year, by=cast.ben, now=THREE)
    at_risk(year, "review_6", SIX)
    final = make.submitted(year, "review", review_point="review_final", now=SIX + MONTH)
    assert without_support(final) == ["6-month review"]


def test_a_reopened_review_still_counts_from_the_day_it_was_first_finished(year: Registration, cast: Cast) -> None:
    three = at_risk(year)
    concern.planned(year, by=cast.ben, now=THREE)
    records.reopen(three, reason="A date.", seen_version=three.version, by=cast.amira, now=SIX)
    six = make.submitted(year, "review", review_point="review_6", now=SIX)
    assert without_support(six) == []


def test_the_mark_stands_in_the_form_not_in_the_code() -> None:
    data = {
        "kind": "review", "version": 9, "title": "R", "purpose": "P", "signers": ["assessor"],
        "opened_by": ["assessor"],
        "sections": [{"fields": [{
            "key": "how", "label": "How?", "type": "choice", "writer": "assessor",
            "choices": [["well", "Well"], ["badly", "Badly"]], "needs_concern": ["badly"],
        }]}],
    }  # fmt: skip
    form = schema.parse("review.9.json", data)
    assert [form.asks_for_concern({"how": how}) for how in ("well", "badly")] == [False, True]
    assert not form.asks_for_concern({})
    data["sections"][0]["fields"][0]["needs_concern"] = ["awful"]
    with pytest.raises(ValueError, match="does not offer"):
        schema.parse("review.9.json", data)
