"""The senior lead's decision, and the gate before it (decision D9)."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts import roles
from accounts.models import AuditDetail
from assessments.models import Outcome, Record
from assessments.queries import title_of
from assessments.services import outcomes, records, signing
from assessments.states import ModerationBasis
from asye.refusals import NotAllowed, Refused, Stale
from moderation.models import Allocation, PopulationItem
from moderation.services import confirming, resolution
from moderation.states import Answer
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make


@pytest.fixture
def passed(read_pass: Allocation) -> PopulationItem:
    """A pass in a round, read and agreed with."""
    return PopulationItem.objects.get()


@pytest.fixture
def failed(read: Allocation) -> PopulationItem:
    """A fail in a round, read and agreed with."""
    return PopulationItem.objects.get()


def test_a_pass(passed: PopulationItem, cast: Cast) -> None:
    confirming.confirm_outcome(
        passed.registration, "pass", by=cast.lena, now=NOW, seen_revision=passed.final_revision_id
    )
    outcome = Outcome.objects.get()
    assert (outcome.result, outcome.moderation_basis) == ("pass", ModerationBasis.AGREED)
    passed.registration.refresh_from_db()
    assert passed.registration.ended_on == TODAY


def test_a_decision_against_the_recommendation_needs_a_reason(passed: PopulationItem, cast: Cast) -> None:
    with pytest.raises(Refused, match="differs from the assessor") as error:
        confirming.confirm_outcome(passed.registration, "fail", notice_on=TODAY, by=cast.lena, now=NOW)
    assert error.value.field == "reason"
    confirming.confirm_outcome(
        passed.registration, "fail", notice_on=TODAY, reason="The last review was thin.", by=cast.lena, now=NOW
    )
    assert AuditDetail.objects.filter(words={"reason": "The last review was thin."}).exists()
    assert passed.registration.outcomes.get().because == "The last review was thin."


def test_only_a_senior_lead_of_the_employer_confirms(passed: PopulationItem, cast: Cast) -> None:
    for who in set(cast.everybody()) - {cast.lena}:
        with pytest.raises(NotAllowed):
            confirming.confirm_outcome(passed.registration, "pass", by=who, now=NOW)
    assert not Outcome.objects.exists()


def test_a_senior_lead_who_assessed_is_refused(passed: PopulationItem, cast: Cast) -> None:
    people.in_role(cast.ben, roles.SENIOR_LEAD, cast.northshire, by=cast.adele, now=NOW)
    with pytest.raises(NotAllowed, match="another senior lead"):
        confirming.confirm_outcome(passed.registration, "pass", by=cast.ben, now=NOW)


def test_a_reopened_recommendation_is_moderated_again(passed: PopulationItem, cast: Cast) -> None:
    record = passed.final_revision.record
    records.reopen(record, reason="The date was wrong.", seen_version=record.version, by=cast.amira, now=NOW)
    with pytest.raises(Stale):
        confirming.confirm_outcome(
            passed.registration, "pass", by=cast.lena, now=NOW, seen_revision=passed.final_revision_id
        )
    with pytest.raises(Refused, match="not been in a moderation round"):
        confirming.confirm_outcome(passed.registration, "pass", by=cast.lena, now=NOW)


def test_a_reopened_review_is_agreed_again_first(passed: PopulationItem, cast: Cast) -> None:
    review = Record.objects.get(registration=passed.registration, kind="review")
    records.reopen(review, reason="A date was wrong.", seen_version=review.version, by=cast.amira, now=NOW)
    title = title_of(review)
    for step in ("returned", "submitted"):
        if step == "submitted":
            records.submit(review, content={}, seen_revision=review_number(review), by=cast.ben, now=NOW)
        assert Record.objects.get(pk=review.pk).state == step
        with pytest.raises(Refused, match=f"Reopened after it was agreed: {title}. Everybody must agree"):
            confirming.confirm_outcome(passed.registration, "pass", by=cast.lena, now=NOW)
        with pytest.raises(Refused, match="sign it again first"):
            outcomes.record_outcome(
                passed.registration, final_revision=passed.final_revision, result="pass", moderation_basis="agreed",
                notice_on=None, by=cast.lena, now=NOW,
            )  # fmt: skip
    for person in (passed.registration.nqsw.user, cast.ben):
        signing.sign(review, seen_revision=review_number(review), by=person, now=NOW)
    assert confirming.confirm_outcome(passed.registration, "pass", by=cast.lena, now=NOW).result == "pass"


def review_number(review: Record) -> int:
    """Which revision is current."""
    return Record.objects.get(pk=review.pk).current_revision.number


def test_twice_is_refused(passed: PopulationItem, cast: Cast) -> None:
    confirming.confirm_outcome(passed.registration, "pass", by=cast.lena, now=NOW)
    with pytest.raises(Stale, match="confirmed already"):
        confirming.confirm_outcome(passed.registration, "pass", by=cast.lena, now=NOW)


def test_not_while_a_sampled_record_is_read(held_pass: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match="not resolved yet"):
        confirming.confirm_outcome(held_pass.item.population.registration, "pass", by=cast.lena, now=NOW)


def test_not_before_a_round(recommended_pass: Registration, cast: Cast) -> None:
    with pytest.raises(Refused, match="not been in a moderation round"):
        confirming.confirm_outcome(recommended_pass, "pass", by=cast.lena, now=NOW)


def test_what_was_not_drawn_may_be_confirmed_at_once(recommended_pass: Registration, cast: Cast) -> None:
    for number in (1, 2):
        make.recommended(cast, now=NOW, number=number)
    make.round_of(cast, now=NOW, results=())
    spared = PopulationItem.objects.filter(sampled__isnull=True).first()
    assert spared is not None
    outcome = confirming.confirm_outcome(spared.registration, "pass", by=cast.lena, now=NOW)
    assert outcome.moderation_basis == ModerationBasis.NOT_SAMPLED


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_outcome(transactional_db: None, passed: PopulationItem, cast: Cast) -> None:
    said: list[str] = []
    start = threading.Barrier(2, timeout=60)

    def press() -> None:
        start.wait()
        try:
            confirming.confirm_outcome(passed.registration, "pass", by=cast.lena, now=NOW)
            said.append("confirmed")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["confirmed", "refused"]
    assert Outcome.objects.count() == 1


def test_a_decision_against_moderation_needs_a_reason(held: Allocation, cast: Cast) -> None:
    held = make.completed(held, by=cast.dev, now=NOW, judgement="pass", answer=Answer.INCONSISTENT)
    resolution.resolve(held.item, "agreed", "pass", "The assessor was persuaded.", by=cast.amira, now=NOW)
    registration = held.item.population.registration
    with pytest.raises(Refused, match="differs from the conclusion of moderation"):
        confirming.confirm_outcome(registration, "fail", notice_on=TODAY, by=cast.lena, now=NOW)
    with pytest.raises(Refused, match="differs from the assessor"):
        confirming.confirm_outcome(registration, "pass", by=cast.lena, now=NOW)
    confirming.confirm_outcome(registration, "pass", reason="I follow moderation.", by=cast.lena, now=NOW)


def test_a_fail_needs_the_date_of_notice(failed: PopulationItem, cast: Cast) -> None:
    with pytest.raises(Refused, match="given notice") as error:
        confirming.confirm_outcome(failed.registration, "fail", by=cast.lena, now=NOW)
    assert error.value.field == "notice_on"
    outcome = confirming.confirm_outcome(failed.registration, "fail", notice_on=TODAY, by=cast.lena, now=NOW)
    assert outcome.appeal_by == TODAY + timedelta(days=28)


@pytest.mark.parametrize(("result", "day"), [("", None), ("maybe", None), ("fail", date(2027, 1, 1))])
def test_bad_input(result: str, day: date | None, failed: PopulationItem, cast: Cast) -> None:
    with pytest.raises(Refused):
        confirming.confirm_outcome(failed.registration, result, notice_on=day, by=cast.lena, now=NOW)
    assert not Outcome.objects.exists()
