"""A concern from the talk to its end: what each act does, and what none of them may."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from accounts.models import AuditDetail, AuditEvent, Notice, User
from accounts.roles import COORDINATOR
from accounts.services import people
from assessments.models import Concern
from assessments.rules.concerns import results_open_to
from assessments.services import concerns
from assessments.states.concerns import ConcernResult, ConcernState, SupportOutcome
from asye.refusals import NotAllowed, Refused, Stale
from registrations.models import Registration
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import concerns as make
from tests.ground.built_once import built_once

REVIEW_3_DUE = date(2026, 11, 30)


def raise_(year: Registration, by: User, **changed: Any) -> Concern:
    given = {"area": "recording", "words": "Late.", "talked_on": TODAY, "seen_count": 0, **changed}
    return concerns.raise_concern(year, given.pop("area"), given.pop("words"), **given, by=by, now=NOW)


def plan(concern: Concern, by: User, **changed: Any) -> Any:
    given = {"words": "Help.", "starts_on": TODAY, "review_by": TODAY + timedelta(days=7), "reviewer": by, **changed}
    return concerns.plan_support(concern, given.pop("words"), **given, by=by, now=NOW)


def test_it_works(year: Registration, cast: Cast) -> None:
    """Open, planned, reviewed, planned again, reviewed, closed: each from its facts."""
    concern = raise_(year, cast.ben)
    seen = [concern.state]
    for outcome in (SupportOutcome.PARTLY, SupportOutcome.HELPED):
        plan(concern, cast.ben)
        seen.append(Concern.objects.get().state)
        concerns.review_support(concern, outcome, "We looked at it.", by=cast.amira, now=NOW)
        seen.append(Concern.objects.get().state)
    concerns.close_concern(concern, ConcernResult.SETTLED, "It is settled.", by=cast.ben, now=NOW)
    closed = Concern.objects.get()
    both = [ConcernState.PLANNED, ConcernState.REVIEWED]
    assert [*seen, closed.state] == [ConcernState.OPEN, *both, *both, ConcernState.CLOSED]
    assert [one.number for one in closed.plans.all()] == [1, 2]
    assert {one.next_review_on for one in closed.plans.all()} == {REVIEW_3_DUE}
    acts = AuditEvent.objects.filter(act__in=[f"assessments.{name}" for name in ("raise_concern", "close_concern")])
    assert [(one.actor, one.codes) for one in acts.order_by("id")] == [
        (cast.ben, ["recording"]),
        (cast.ben, ["settled"]),
    ]
    assert not AuditDetail.objects.filter(event__act__contains="concern").exists()  # words stand in one place only


ALLOWED = {
    "plan": {ConcernState.OPEN, ConcernState.REVIEWED},
    "review": {ConcernState.PLANNED},
    "close": {ConcernState.OPEN, ConcernState.REVIEWED},
    "note": {ConcernState.OPEN, ConcernState.PLANNED, ConcernState.REVIEWED},
}


@built_once
def in_each_state(year: Registration, cast: Cast) -> dict[ConcernState, Concern]:
    """A concern of Ben's in every state it can be in."""
    return {state: make.in_state(year, state, by=cast.ben, now=NOW) for state in ConcernState}


@pytest.mark.parametrize(("act", "state"), list(product(ALLOWED, ConcernState)))
def test_every_act_in_every_state(
    in_each_state: dict[ConcernState, Concern], cast: Cast, act: str, state: ConcernState
) -> None:
    concern = in_each_state[state]
    calls = {
        "plan": lambda: plan(concern, cast.ben),
        "review": lambda: concerns.review_support(concern, SupportOutcome.HELPED, "Better.", by=cast.ben, now=NOW),
        "close": lambda: concerns.close_concern(concern, ConcernResult.UNFOUNDED, "No ground.", by=cast.ben, now=NOW),
        "note": lambda: concerns.add_note(concern, "I see it so.", seen_count=0, by=cast.noor, now=NOW),
    }
    if state in ALLOWED[act]:
        calls[act]()
    else:
        with pytest.raises(Refused):
            calls[act]()


def test_support_settles_only_what_it_was_given_for(year: Registration, cast: Cast) -> None:
    concern = raise_(year, cast.ben)
    assert results_open_to(concern.state) == [ConcernResult.UNFOUNDED, ConcernResult.ELSEWHERE]
    with pytest.raises(Refused, match="Agree support and review it first"):
        concerns.close_concern(concern, ConcernResult.SETTLED, "It is settled.", by=cast.ben, now=NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"talked_on": TODAY + timedelta(days=1)}, "talked_on"),
        ({"talked_on": date(2026, 8, 30)}, "talked_on"),  # the day before the year began
        ({"area": "nothing"}, "area"),
        ({"words": " "}, "words"),
        ({"words": "x" * 2001}, "words"),
    ],
)
def test_what_cannot_be_raised(year: Registration, cast: Cast, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        raise_(year, cast.ben, **changed)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),  # before it was talked about
        ({"review_by": TODAY - timedelta(days=1), "starts_on": TODAY}, "review_by"),
        ({"starts_on": TODAY + timedelta(days=8)}, "review_by"),
        ({"review_by": REVIEW_3_DUE}, "review_by"),
        ({"words": ""}, "words"),
    ],
)
def test_dates_of_support_are_in_order_and_before_the_next_review(
    year: Registration, cast: Cast, changed: dict[str, Any], field: str
) -> None:
    concern = raise_(year, cast.ben)
    with pytest.raises(Refused) as refusal:
        plan(concern, cast.ben, **changed)
    assert refusal.value.field == field
    assert plan(concern, cast.ben, review_by=REVIEW_3_DUE - timedelta(days=1)).number == 1


def test_who_looks_at_it_is_somebody_of_this_year(year: Registration, cast: Cast) -> None:
    concern = raise_(year, cast.ben)
    for stranger in (cast.cal, cast.cora, cast.lena, cast.noor, cast.dev):
        with pytest.raises(Refused, match="assesses or co-ordinates"):
            plan(concern, cast.ben, reviewer=stranger)
    assert plan(concern, cast.ben, reviewer=cast.amira).reviewer == cast.amira


def test_sent_twice_it_is_raised_and_added_once(year: Registration, cast: Cast) -> None:
    concern = raise_(year, cast.ben)
    with pytest.raises(Stale):
        raise_(year, cast.amira)
    concerns.add_note(concern, "Mine.", seen_count=0, by=cast.noor, now=NOW)
    with pytest.raises(Stale):
        concerns.add_note(concern, "Mine.", seen_count=0, by=cast.noor, now=NOW)


def test_only_the_assessor_of_now_and_the_coordinator_act(year: Registration, cast: Cast) -> None:
    concern = make.planned(year, by=cast.ben, now=NOW)
    for person in cast.everybody():
        if person in (cast.ben, cast.amira):
            continue
        with pytest.raises(NotAllowed):
            raise_(year, person, seen_count=1)
        with pytest.raises(NotAllowed):
            plan(concern, person)
        with pytest.raises(NotAllowed):
            concerns.review_support(concern, SupportOutcome.HELPED, "Better.", by=person, now=NOW)
        with pytest.raises(NotAllowed):
            concerns.close_concern(concern, ConcernResult.ELSEWHERE, "Elsewhere.", by=person, now=NOW)
        if person != cast.noor:
            with pytest.raises(NotAllowed):
                concerns.add_note(concern, "Mine.", seen_count=0, by=person, now=NOW)


def test_after_the_year_nothing_is_written(year: Registration, cast: Cast) -> None:
    concern = make.planned(year, by=cast.ben, now=NOW)
    changes.withdraw(year, TODAY, "They left.", by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="has ended"):
        concerns.review_support(concern, SupportOutcome.HELPED, "Better.", by=cast.amira, now=NOW)


def test_the_letters_name_no_one_in_their_subject_and_carry_no_words(year: Registration, cast: Cast) -> None:
    """The co-ordinator is warned early; the NQSW hears of it at once, and of what was promised by when."""
    Notice.objects.all().delete()
    make.planned(year, by=cast.ben, now=NOW)
    told = {(one.user, one.kind): one for one in Notice.objects.all()}
    assert set(told) == {
        (cast.noor, "assessments.concern_for_nqsw"),
        (cast.amira, "assessments.concern_for_others"),
        (cast.noor, "assessments.support_for_nqsw"),
    }
    for letter in told.values():
        assert not {"Noor", "Rahman", "Ben", year.reference} & set(letter.subject.split())
        assert make.WORDS not in letter.body
        assert make.SUPPORT not in letter.body
    promised = told[cast.noor, "assessments.support_for_nqsw"].body
    assert "It starts on 14 September 2026. By 5 October 2026, Ben Okafor looks at it with you" in promised


def test_another_reviewer_is_told_and_later_news_reaches_everybody_else(year: Registration, cast: Cast) -> None:
    concern = raise_(year, cast.ben)
    Notice.objects.all().delete()
    plan(concern, cast.ben, reviewer=cast.amira)
    assert set(Notice.objects.values_list("user__first_name", "kind")) == {
        ("Noor", "assessments.support_for_nqsw"),
        ("Amira", "assessments.support_for_reviewer"),
    }
    Notice.objects.all().delete()
    concerns.add_note(concern, "I see it so.", seen_count=0, by=cast.noor, now=NOW)
    assert set(Notice.objects.values_list("user__first_name", flat=True)) == {"Amira", "Ben"}


def test_nobody_raises_one_about_themselves(year: Registration, cast: Cast) -> None:
    people.give_role(cast.noor, COORDINATOR, employer=cast.northshire,
                     starts_on=TODAY, by=cast.adele, now=NOW)  # fmt: skip
    with pytest.raises(NotAllowed, match="raised by your assessor or co-ordinator"):
        raise_(year, cast.noor)
