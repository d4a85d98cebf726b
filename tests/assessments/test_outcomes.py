"""The employer's decision and appeals against it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, Notice, User
from assessments.models import Certificate, Outcome, Record, Signature
from assessments.queries import live_outcome, ready_for_moderation
from assessments.services import appeals, outcomes
from assessments.states import AppealResult, RecordState, Result
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations.models import Registration
from registrations.services import transfers
from registrations.states import EndReason
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import assessments as make


def decide(registration: Registration, cast: Cast, **changed: object) -> Outcome:
    record = Record.objects.get(registration=registration, kind="recommendation")
    given = {
        "final_revision": record.current_revision,
        "result": "pass",
        "moderation_basis": "not_sampled",
        "notice_on": None,
        "by": cast.lena,
        "now": NOW,
        **changed,
    }
    return outcomes.record_outcome(registration, **given)  # type: ignore[arg-type]


def second(cast: Cast, role: roles.Role, name: str = "second") -> User:
    """Another person in a role at Northshire."""
    person = people.person(f"{name}@northshire.example", "Sam", "Second", by=cast.adele, now=NOW)
    people.in_role(person, role, cast.northshire, by=cast.adele, now=NOW)
    return person


def twin_of(person: User, cast: Cast) -> User:
    """The same human under another account, a co-ordinator."""
    twin = second(cast, roles.COORDINATOR, f"twin.{person.pk}")
    twin.human = person.human
    twin.save(update_fields=["human"])
    return twin


def test_it_works(year: Registration, recommendation: Record, cast: Cast) -> None:
    outcome = decide(year, cast)
    year.refresh_from_db()
    assert (outcome.result, outcome.notice_on, outcome.appeal_by) == (Result.PASS, None, None)
    assert (year.ended_on, year.end_reason) == (TODAY, EndReason.OUTCOME_CONFIRMED)
    assert {*Record.objects.values_list("state", flat=True)} == {RecordState.LOCKED}
    assert live_outcome(year) == outcome
    told = {*Notice.objects.filter(kind__startswith="assessments.outcome").values_list("user__first_name", flat=True)}
    assert told == {"Noor", "Ben", "Amira"}
    assert AuditEvent.objects.filter(act="assessments.record_outcome", actor=cast.lena).count() == 1


@pytest.mark.parametrize(
    ("result", "notice_on", "sentence"),
    [
        ("fail", None, "Enter the date the NQSW was given notice of the fail"),
        ("fail", TODAY + timedelta(days=1), "The date of notice must be today or in the past"),
        ("fail", TODAY - timedelta(days=1), "The date of notice must be 14 September 2026"),
        ("pass", TODAY, "A date of notice is recorded only for a fail"),
        ("defer", None, "Select pass or fail"),
    ],
)
def test_bad_dates_are_refused(
    recommendation: Record, cast: Cast, result: str, notice_on: date | None, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        decide(recommendation.registration, cast, result=result, notice_on=notice_on)
    assert not Outcome.objects.exists()


def test_a_changed_recommendation_is_read_again_first(year: Registration, recommendation: Record, cast: Cast) -> None:
    seen = recommendation.current_revision
    version = recommendation.version
    make.records.reopen(recommendation, reason="One more visit.", seen_version=version, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="changed after it was moderated"):
        decide(year, cast, final_revision=seen)


def test_only_the_employers_senior_lead_decides(year: Registration, recommendation: Record, cast: Cast) -> None:
    for person in cast.everybody():
        if person != cast.lena:
            with pytest.raises(NotAllowed):
                decide(year, cast, by=person)
    assert decide(year, cast).decided_by == cast.lena


def test_a_senior_lead_who_signed_does_not_decide(year: Registration, recommendation: Record, cast: Cast) -> None:
    record = Record.objects.filter(registration=year, kind="agreement").get()
    Signature.objects.create(
        record=record, revision=record.revisions.earliest("pk"), part="assessor", person=cast.lena, signed_at=NOW
    )
    with pytest.raises(NotAllowed, match="You took part in this year"):
        decide(year, cast)


def test_it_is_decided_once(year: Registration, passed: Outcome, cast: Cast) -> None:
    with pytest.raises(Refused, match="already been confirmed"):
        decide(year, cast)


def test_there_is_nothing_to_appeal_in_ones_own_pass(passed: Outcome, cast: Cast) -> None:
    with pytest.raises(Refused, match="You passed"):
        make.appealed(passed, by=cast.noor, now=NOW)


def test_overturning_a_pass_revokes_its_certificate(certificate: Certificate, cast: Cast) -> None:
    appeal = make.appealed(certificate.outcome, by=second(cast, roles.COORDINATOR), now=NOW)
    with pytest.raises(Refused, match="date the NQSW was given notice"):
        appeals.close(appeal, result="upheld", because="It was unsafe.", by=cast.amira, now=NOW)
    appeals.close(appeal, result="upheld", because="It was unsafe.", notice_on=TODAY, by=cast.amira, now=NOW)
    assert Certificate.objects.get().state == "revoked"


def test_what_is_ready_for_moderation(year: Registration, evidence: None, cast: Cast) -> None:
    assert not ready_for_moderation().exists()
    record = make.agreed(year, "recommendation", now=NOW, recommendation=Result.PASS)
    assert list(ready_for_moderation()) == [record]
    decide(year, cast)
    assert not ready_for_moderation().exists()


def test_a_fail_carries_notice_and_the_last_day_to_appeal(failed: Outcome) -> None:
    assert (failed.notice_on, failed.appeal_by) == (TODAY, TODAY + timedelta(days=28))
    notice = Notice.objects.get(kind="assessments.outcome_for_nqsw")
    assert "12 October 2026" in notice.body


def test_an_upheld_appeal_supersedes_and_never_edits(year: Registration, failed: Outcome, cast: Cast) -> None:
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    appeals.close(appeal, result=AppealResult.UPHELD, because="The panel heard new evidence.", by=cast.amira, now=NOW)
    later = live_outcome(year)
    assert later is not None
    assert (later.result, later.supersedes) == (Result.PASS, failed)
    failed.refresh_from_db()
    assert failed.result == Result.FAIL


def test_appeals_are_bounded(year: Registration, failed: Outcome, cast: Cast) -> None:
    for person in (cast.cora, cast.ben, cast.lena, cast.udo, cast.dev):
        with pytest.raises(NotAllowed):
            make.appealed(failed, by=person, now=NOW)
    with pytest.raises(Refused, match="The last day to appeal was 12 October 2026"):
        make.appealed(failed, by=cast.noor, now=NOW + timedelta(days=29))
    appeal = make.appealed(failed, by=cast.noor, now=NOW + timedelta(days=28))
    with pytest.raises(Refused, match="already open"):
        make.appealed(failed, by=cast.noor, now=NOW)
    with pytest.raises(NotAllowed, match="somebody else must decide"):
        appeals.close(appeal, result="dismissed", because="No.", by=cast.lena, now=NOW)
    with pytest.raises(NotAllowed):
        appeals.close(appeal, result="dismissed", because="No.", by=cast.noor, now=NOW)
    appeals.close(appeal, result="dismissed", because="Heard in full.", by=cast.amira, now=NOW)
    assert live_outcome(year) == failed


def test_whoever_appealed_or_had_a_part_does_not_decide(year: Registration, failed: Outcome, cast: Cast) -> None:
    appeal = make.appealed(failed, by=cast.amira, now=NOW)
    signer = second(cast, roles.SENIOR_LEAD, "signer")
    signer.human = cast.ben.human
    signer.save(update_fields=["human"])
    for person, sentence in (
        (cast.amira, "You opened this appeal"),
        (twin_of(cast.amira, cast), "You opened this appeal"),
        (cast.lena, "You confirmed this outcome"),
        (twin_of(cast.lena, cast), "You confirmed this outcome"),
        (signer, "You took part in this year"),
        (twin_of(cast.noor, cast), "You took part in this year"),
    ):
        for result in (AppealResult.UPHELD, AppealResult.DISMISSED):
            with pytest.raises(NotAllowed, match=sentence):
                appeals.close(appeal, result=result, because="I say so.", by=person, now=NOW)
    other = second(cast, roles.COORDINATOR)
    appeals.close(appeal, result=AppealResult.UPHELD, because="Heard by somebody else.", by=other, now=NOW)
    later = live_outcome(year)
    assert later is not None
    assert later.decided_by == other


def test_a_signer_who_never_assessed_does_not_decide(year: Registration, failed: Outcome, cast: Cast) -> None:
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    signer = second(cast, roles.COORDINATOR)
    record = Record.objects.filter(registration=year, kind="agreement").get()
    Signature.objects.create(
        record=record, revision=record.revisions.earliest("pk"), part="assessor", person=signer, signed_at=NOW
    )
    with pytest.raises(NotAllowed, match="You took part in this year"):
        appeals.close(appeal, result="dismissed", because="No.", by=signer, now=NOW)


def test_an_appeal_is_withdrawn_only_by_whoever_appealed(year: Registration, failed: Outcome, cast: Cast) -> None:
    withdrawn = {"result": AppealResult.WITHDRAWN, "because": "They no longer want it.", "now": NOW}
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    for person in cast.everybody():
        if person != cast.noor:
            with pytest.raises(NotAllowed):
                appeals.close(appeal, by=person, **withdrawn)
    assert appeals.close(appeal, by=cast.noor, **withdrawn).closed_by == cast.noor
    opened_for_them = make.appealed(failed, by=cast.amira, now=NOW)
    assert appeals.close(opened_for_them, by=cast.amira, **withdrawn).closed_by == cast.amira
    assert live_outcome(year) == failed


def test_the_decider_does_not_withdraw_what_they_opened(fail_recommended: Record, cast: Cast) -> None:
    people.in_role(cast.lena, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    outcome = make.decided(fail_recommended, Result.FAIL, by=cast.lena, now=NOW)
    appeal = make.appealed(outcome, by=cast.lena, now=NOW)
    with pytest.raises(NotAllowed, match="You confirmed this outcome"):
        appeals.close(appeal, result="withdrawn", because="Never mind.", by=cast.lena, now=NOW)


def test_an_employer_they_had_left_reads_none_of_it(year: Registration, other_year: Registration, cast: Cast) -> None:
    """Whoever carried the year when it was decided reads the outcome; the employer before sees what was done there."""
    transfers.let_go(year, TODAY, None, by=cast.amira, now=NOW)
    make.records.open_record(year, "agreement", review_point="", ordinal=1, by=cast.ben, now=NOW)
    transfers.take_over(year.nqsw.swe_number or "", cast.southmouth, TODAY, cast.cal, by=cast.cora, now=NOW)
    later = NOW + timedelta(days=30)
    moved = make.confirmed(year, Result.FAIL, by=cast.sol, now=later)
    theirs = make.confirmed(other_year, by=cast.sol, now=later)
    readers = {
        outcome: {who for who in cast.everybody() if outcome in Outcome.objects.visible_to(who, later.date())}
        for outcome in (moved, theirs)
    }
    at_southmouth = {cast.cora, cast.sol, cast.cal, cast.udo}
    assert readers == {moved: at_southmouth | {cast.noor}, theirs: at_southmouth}
    shown = {}
    for who in (cast.amira, cast.cora):
        client = Client()
        client.force_login(who)
        with clock.moved_to(later):
            assert client.get(reverse("outcome", args=[year.pk])).status_code == (404 if who == cast.amira else 200)
            shown[who] = client.get(reverse("records", args=[year.pk])).content.decode()
    there = ("The outcome has been confirmed", "Cal Penrose", "Evidence of the year")
    assert [word for word in there if word not in shown[cast.cora]] == []
    assert [word for word in (*there, "Due ", "Overdue") if word in shown[cast.amira]] == []
    assert [word for word in ("Ben Okafor", "while it was with you") if word not in shown[cast.amira]] == []
