"""What a recommendation stands on: the least evidence, four reasoned parts, and a fail that was foreseen."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments import evidence_marks
from assessments.evidence_marks import Shortfall, check_minimum, is_stated
from assessments.models import Record
from assessments.queries import foresight, shortfalls
from assessments.rules.concerns import unforeseen
from asye import clock
from asye.refusals import Refused
from registrations.models import Registration
from registrations.services import changes
from registrations.states import Evidence, Programme
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make
from tests.factories import concerns as concern
from tests.ground.built_once import built_once

NINE_MONTHS = date(2027, 5, 31)  # after 31 August 2026, when the year began
PARTS = ("accurate", "valid", "robust", "sufficient")


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def page(user: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(user)
    return unescape(client.get(reverse(name, args=args)).content.decode())


@built_once
def reviewed(year: Registration) -> None:
    """Agreement and reviews, and no observation: one is asked for."""
    make.agreed(year, "agreement", now=NOW)
    for point in year.programme_year.review_months:
        make.agreed(year, "review", review_point=point, now=NOW)


def test_every_requirement_is_marked_for_every_programme_of_today() -> None:
    """A kind of evidence that is added is settled there: stated by which source, or inferred."""
    wanted = {"agreement", "review", evidence_marks.ASSESSOR_OBSERVATIONS, *Evidence.values}
    assert set(evidence_marks.marks()) == wanted
    for mark in evidence_marks.marks().values():
        assert set(mark["stated_for"]) <= set(Programme.values)
        assert mark["source"]
    by_assessor = [is_stated(evidence_marks.ASSESSOR_OBSERVATIONS, one) for one in ("asye_cf", "asye_adults", "ecdp")]
    assert by_assessor == [False, True, False]
    assert not is_stated("nothing", "asye_cf")


def test_a_pass_waits_for_what_the_sources_state_and_each_is_named(
    year: Registration, reviewed: None, cast: Cast
) -> None:
    with pytest.raises(Refused) as refusal:
        make.submitted(year, "recommendation", now=NOW, recommendation="pass")
    assert "Direct observation: 0 of 1 agreed." in str(refusal.value)
    record = Record.objects.get(kind="recommendation")
    said = page(cast.ben, "record_edit", record.pk)
    stated, _, inferred = said.partition("There is less evidence than we would expect:")
    assert "Direct observation: 0 of 1 agreed" in stated.partition("Before you can recommend a pass")[2]
    assert "Direct observation by the assessor: 0 of 1 agreed" in inferred
    assert "We inferred this" in inferred


def test_what_is_inferred_is_only_pointed_out(year: Registration, reviewed: None, cast: Cast) -> None:
    make.agreed(year, "direct_observation", now=NOW, observer="other")
    assert [(one.title, one.stated) for one in shortfalls(year)] == [("Direct observation by the assessor", False)]
    assert make.agreed(year, "recommendation", now=NOW, recommendation="pass").is_done


def test_a_fail_may_be_recommended_where_evidence_never_came(year: Registration, reviewed: None, cast: Cast) -> None:
    assert make.agreed(year, "recommendation", now=NOW, recommendation="fail").is_done


def test_a_rule_names_all_that_is_short() -> None:
    missing = [Shortfall("Critical reflection", 2, 1, True), Shortfall("Written report", 3, 0, True)]
    with pytest.raises(Refused, match=r"Critical reflection: 1 of 2 agreed\. Written report: 0 of 3 agreed\."):
        check_minimum("pass", missing)
    check_minimum("fail", missing)
    check_minimum("pass", [Shortfall("Critical reflection", 2, 1, False)])


@pytest.mark.parametrize("part", PARTS)
def test_each_of_the_four_parts_is_asked_for(year: Registration, evidence: None, cast: Cast, part: str) -> None:
    with pytest.raises(Refused) as refusal:
        make.submitted(year, "recommendation", now=NOW, **{part: ""})
    assert refusal.value.field == part


def test_portfolio_10_a_fail_nobody_foresaw_is_pointed_out_and_not_refused(
    year: Registration, evidence: None, cast: Cast
) -> None:
    """To the assessor while writing and signing; the panel and the senior lead: tests/moderation/test_foreseen.py."""
    record = make.draft(year, "recommendation", now=NOW)
    assert "If you recommend a fail: No concern was recorded" in page(cast.ben, "record_edit", record.pk)
    make.submitted(year, "recommendation", now=NOW, recommendation="fail")
    concern.planned(year, by=cast.ben, now=NOW)  # too late, as whoever confirms the outcome will be told too
    assert "No concern was recorded before this recommendation." in page(cast.ben, "record_sign", record.pk)
    make.sign_all(Record.objects.get(pk=record.pk), now=NOW)
    assert Record.objects.get(pk=record.pk).is_done


DAY = timedelta(days=1)
BEFORE, AFTER = NINE_MONTHS - DAY, NINE_MONTHS
FORESEEN = [
    ([], [], "No concern was recorded"),
    ([AFTER], [AFTER], "after month 9 of the year (31 May 2027)"),
    ([BEFORE], [], "no support was agreed by the end of month 9"),
    ([BEFORE], [AFTER], "no support was agreed by the end of month 9"),
    ([BEFORE], [BEFORE], ""),
    ([BEFORE, AFTER], [BEFORE, AFTER], ""),
]


@pytest.mark.parametrize(("raised", "planned", "says"), FORESEEN)
def test_when_a_fail_is_a_surprise(raised: list[date], planned: list[date], says: str) -> None:
    said = unforeseen(deadline=NINE_MONTHS, raised=raised, planned=planned)
    assert (says in said) if says else said == ""


def test_what_was_recorded_with_the_recommendation_comes_too_late() -> None:
    early = [date(2027, 1, 5)]
    said = unforeseen(deadline=NINE_MONTHS, raised=early, planned=early, recommended_on=date(2027, 1, 5))
    assert said == "No concern was recorded before this recommendation."


def test_month_nine_moves_with_the_year(year: Registration, cast: Cast) -> None:

    in_june = datetime(2027, 6, 3, 9, tzinfo=UTC)
    concern.planned(year, by=cast.ben, now=in_june)
    assert "after month 9 of the year (31 May 2027)" in foresight(year, TODAY).flag
    changes.extend(year, 30, "A month of leave.", by=cast.amira, now=NOW)
    assert foresight(Registration.objects.get(pk=year.pk), TODAY).flag == ""


def test_a_pass_or_a_fail_that_was_foreseen_is_not_flagged(year: Registration, cast: Cast) -> None:
    concern.planned(year, by=cast.ben, now=NOW - DAY)
    make.evidence(year, now=NOW)
    record = make.draft(year, "recommendation", now=NOW)
    assert "If you recommend a fail" not in page(cast.ben, "record_edit", record.pk)
    make.submitted(year, "recommendation", now=NOW, recommendation="fail")
    assert "No concern was recorded" not in page(cast.ben, "record_sign", record.pk)
