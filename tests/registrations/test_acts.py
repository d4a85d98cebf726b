"""Acts on registrations, one after another, by the people who do them."""

from datetime import date, timedelta

import pytest

from accounts import roles
from accounts.models import AuditEvent, Notice
from accounts.services import invitations, people
from asye.refusals import NotAllowed, Refused, Stale
from registrations import queries, reference, register, simulator
from registrations.bulk import checks
from registrations.models import NQSW, Registration
from registrations.permissions import get_registration_for
from registrations.rules.answers import Previous
from registrations.services import assessors, changes, checking, equality, joining, looking, years
from registrations.states import EndReason, RegisterOccasion, RegisterStatus, Stage, State, Verdict
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db


@built_once
def sent(cast, year):
    return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)


@built_once
def registration(cast, year):
    return make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)


def acts():
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_register_invites_and_tells(cast, sent):
    assert sent.state == State.SUBMITTED
    assert sent.verdict == Verdict.FUNDABLE
    assert sent.rule_version == "2026-27 v1"
    assert {r["rule"] for r in sent.verdict_reasons} >= {"E1", "E2", "E3", "E4", "E6", "E8", "E11", "E12", "U3"}
    nqsw = sent.nqsw
    assert nqsw.invitation.user.email == "nqsw0@people.example"
    placement = sent.placements.get()
    assert (placement.employer, placement.starts_on, placement.ends_on) == (cast.northshire, sent.asye_start, None)
    assert queries.assessor_of(sent, TODAY) == cast.ben
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert {"registrations.named_assessor", "accounts.invited"} <= kinds
    assert "registrations.submit" in acts()


def test_approve_gives_reference_and_review_dates(cast, sent):
    with pytest.raises(Refused, match="Check the Social Work England register"):
        checking.approve(sent, by=cast.erin, now=NOW)
    check = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert (check.status, check.name_matches) == (RegisterStatus.REGISTERED, True)
    done = checking.approve(sent, by=cast.erin, now=NOW)
    assert done.reference == reference.reference("CF26", 1)
    assert [key for key, _, _ in queries.review_dates(done)] == ["review_3", "review_6", "review_final"]
    assert queries.planned_end(done) == date(2027, 8, 31)
    assert Notice.objects.filter(kind="registrations.you_are_registered").count() == 1


def test_second_reference_follows(cast, registration):
    second = make.registered(cast.southmouth, by=cast.cora, caseworker=cast.erin, assessor=cast.cal, now=NOW, number=1)
    assert second.reference[:9] == "CF2600002"


def test_other_employers_live_registration_is_not_told(cast, registration):
    with pytest.raises(Refused) as refusal:
        make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW)
    assert refusal.value.field == "swe_number"
    assert "Northshire" not in str(refusal.value)
    assert Registration.objects.count() == 1


def test_withdrawn_person_may_come_back_and_stays_one_person(cast, registration):
    changes.withdraw(registration, TODAY, "They moved.", by=cast.amira, now=NOW)
    later = NOW + timedelta(days=30)
    again = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=later)
    assert again.nqsw_id == registration.nqsw_id
    assert NQSW.objects.count() == 1


def test_start_inside_an_earlier_placement_is_refused(cast, registration):
    changes.withdraw(registration, TODAY, "They moved.", by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="earlier registration") as refusal:
        make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW)
    assert refusal.value.field == "asye_start"


def test_a_placement_that_never_was_stands_in_nobodys_way(cast, year):
    """They were to start later, and were refused: no day belongs to that placement."""
    late = TODAY + timedelta(days=20)
    sent = make.submitted(
        cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, asye_start=late, employment_start=late
    )
    make.refused(sent, by=cast.erin, now=NOW)
    again = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    assert again.nqsw == sent.nqsw
    assert checks.last_days({again.nqsw.pk}) == {}


def test_start_inside_a_placement_under_another_record_is_refused(cast, registration):
    """Two records that were merged are one person."""
    changes.withdraw(registration, TODAY, "They moved.", by=cast.amira, now=NOW)
    kept = NQSW.objects.create(swe_number="SW900001", first_name="A", last_name="B", created_at=NOW)
    NQSW.objects.filter(pk=registration.nqsw_id).update(merged_into=kept)
    with pytest.raises(Refused, match="earlier registration"):
        make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, swe_number="SW900001")


def test_query_and_answer(cast, sent):
    query = checking.ask(sent, "Which team?", by=cast.erin, now=NOW)
    sent.refresh_from_db()
    assert sent.state == State.QUERIED
    with pytest.raises(NotAllowed):
        checking.answer(sent, "Team A", by=cast.cora, now=NOW)
    checking.answer(sent, "Team A", by=cast.amira, now=NOW)
    sent.refresh_from_db()
    query.refresh_from_db()
    assert (sent.state, query.answer) == (State.SUBMITTED, "Team A")


def test_answer_with_corrections(cast, sent):
    checking.ask(sent, "Is the number right?", by=cast.erin, now=NOW)
    corrected = make.answers(cast.ben, number=2, on=TODAY, email="other@people.example", fte_percent=50)
    checking.answer(sent, "No, corrected.", by=cast.amira, now=NOW, answers=corrected)
    sent.refresh_from_db()
    assert sent.nqsw.swe_number == simulator.people()[2].number
    assert sent.nqsw.invitation.user.email == "other@people.example"
    assert sent.fte_percent == 50
    assert sent.given_last_name == corrected.last_name


def test_a_correction_of_the_assessor_is_told_to_both(cast, sent):
    people.give_role(cast.dev, roles.ASSESSOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW)
    checking.ask(sent, "Who assesses?", by=cast.erin, now=NOW)
    Notice.objects.all().delete()
    checking.answer(sent, "Dev does.", by=cast.amira, now=NOW, answers=make.answers(cast.dev, on=TODAY))
    assert queries.assessor_of(sent, TODAY) == cast.dev
    told = set(Notice.objects.values_list("kind", "user"))
    assert {("registrations.no_longer_assessor", cast.ben.pk), ("registrations.named_assessor", cast.dev.pk)} <= told


def test_a_correction_does_not_make_them_their_own_assessor(cast, sent):
    make.joined(sent.nqsw, cast.noor)
    people.give_role(cast.noor, roles.ASSESSOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW)
    checking.ask(sent, "Who assesses?", by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="cannot be the same person"):
        checking.answer(sent, "She does.", by=cast.amira, now=NOW, answers=make.answers(cast.noor, on=TODAY))


def test_a_start_corrected_into_an_earlier_registration_is_refused(cast, registration):
    changes.withdraw(registration, TODAY - timedelta(days=5), "They moved.", by=cast.amira, now=NOW)
    again = make.submitted(
        cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, asye_start=TODAY, employment_start=TODAY
    )
    checking.ask(again, "When?", by=cast.erin, now=NOW)
    earlier = make.answers(cast.cal, on=TODAY, email=again.nqsw.email)
    with pytest.raises(Refused, match="earlier registration"):
        checking.answer(again, "Before.", by=cast.cora, now=NOW, answers=earlier)


def test_name_mismatch_is_a_question_not_a_refusal(cast, year):
    sent = make.submitted(
        cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, first_name="Somebody", last_name="Else"
    )
    check = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert check.name_matches is False
    with pytest.raises(Refused, match="Ask the employer"):
        checking.approve(sent, by=cast.erin, now=NOW)
    checking.ask(sent, "The name differs.", by=cast.erin, now=NOW)
    checking.answer(sent, "She uses her married name.", by=cast.amira, now=NOW)
    assert checking.approve(sent, by=cast.erin, now=NOW).state == State.REGISTERED


def test_what_the_register_says_is_not_written_to_what_has_ended(cast, sent):
    """It was asked before, and answers after somebody withdrew the registration."""
    answer = register.look_up(sent.nqsw.swe_number)
    changes.withdraw(sent, TODAY, "They left.", by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="ended on"):
        looking.keep(sent, answer, RegisterOccasion.CASEWORK, by=cast.erin, now=NOW)
    assert not sent.register_checks.exists()


def test_stale_page_is_refused(cast, sent):
    seen = sent.version
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    with pytest.raises(Stale):
        checking.approve(sent, by=cast.erin, now=NOW, seen_version=seen)


def test_refuse_empties_the_placement(cast, sent):
    done = checking.refuse(sent, "Not eligible", by=cast.erin, now=NOW)
    placement = done.placements.get()
    assert placement.ends_on == placement.starts_on
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW)  # free again


def test_withdraw_before_start_counts_as_never_started(cast, year):
    start = TODAY + timedelta(days=20)
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, asye_start=start)
    done = changes.withdraw(sent, TODAY, "Took another job.", by=cast.amira, now=NOW)
    assert done.end_reason == EndReason.NEVER_STARTED
    placement = done.placements.get()
    assert placement.starts_on == placement.ends_on


def test_defer_and_resume_move_what_is_not_yet_due(cast, registration):
    three = date(2026, 12, 1)
    back = NOW + timedelta(days=130)
    before = {key: due for key, _, due in queries.review_dates(registration)}
    late = NOW + timedelta(days=100)
    changes.defer(registration, late.date(), "sickness", agreed=make.agreed(late), by=cast.amira, now=late)
    changes.resume(registration, back.date(), by=cast.amira, now=back)
    registration = Registration.objects.get(pk=registration.pk)
    after = {key: due for key, _, due in queries.review_dates(registration)}
    assert before["review_3"] == after["review_3"] < three
    assert after["review_6"] - before["review_6"] == timedelta(days=30)
    assert queries.planned_end(registration) == date(2027, 9, 30)


def test_extension_is_capped_at_24_months(cast, registration):
    changes.extend(registration, 365, "Part-time.", by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="at most 24 months") as refusal:
        changes.extend(registration, 2, "More.", by=cast.amira, now=NOW)
    assert refusal.value.field == "days"


def test_assessor_changes_on_a_day(cast, registration):
    from accounts import roles
    from tests.factories import accounts

    accounts.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    turn = TODAY + timedelta(days=10)
    assessors.assign_assessor(registration, cast.dev, turn, by=cast.amira, now=NOW)
    assert queries.assessor_of(registration, TODAY) == cast.ben
    assert queries.assessor_of(registration, turn) == cast.dev
    assert queries.ever_assessed(cast.ben, registration)
    assert not queries.registrations_visible_to(cast.ben, turn).exists()
    assert queries.registrations_visible_to(cast.dev, TODAY).exists()


def test_end_is_the_senior_leads(cast, registration):
    with pytest.raises(NotAllowed):
        changes.end(registration, TODAY, EndReason.OUTCOME_CONFIRMED, by=cast.sol, now=NOW)
    changes.end(registration, TODAY, EndReason.OUTCOME_CONFIRMED, by=cast.lena, now=NOW)
    with pytest.raises(Refused) as refusal:
        make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW + timedelta(days=40))
    assert refusal.value.field == "swe_number"
    assert get_registration_for(cast.ben, registration.pk, on=TODAY) == registration


def test_joining(cast, sent, monkeypatch):
    invitation, token = invitations.invite(
        "nqsw0@people.example", "N", "N", __import__("accounts.roles", fromlist=["NQSW"]).NQSW,
        by=cast.amira, now=NOW, accept_url_name="nqsw_join",
    )  # fmt: skip
    with pytest.raises(Refused):
        joining.accept(token, "x", now=NOW)  # not the one the record points to
    NQSW.objects.filter(pk=sent.nqsw_id).update(invitation=invitation)
    nqsw = joining.accept(token, "seven green herons walk", now=NOW)
    assert nqsw.user.email == "nqsw0@people.example"
    assert queries.registrations_visible_to(nqsw.user, TODAY).get() == sent
    equality.save(
        nqsw, {"sex": "female", "ethnic_group": "white", "ethnic_detail_white": "irish"}, by=nqsw.user, now=NOW
    )
    with pytest.raises(NotAllowed):
        equality.save(nqsw, {"sex": "male"}, by=cast.amira, now=NOW)
    with pytest.raises(Refused):
        equality.save(nqsw, {"ethnic_group": "white", "ethnic_detail_white": "arab"}, by=nqsw.user, now=NOW)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"previous": Previous.FAILED}, "failed an ASYE"),
        ({"child_and_family": False}, "child and family"),
        ({"asye_start": TODAY - timedelta(days=91)}, "within 90 days"),
    ],
)
def test_cannot_register(cast, year, changed, words):
    if "asye_start" in changed:
        changed |= {"employment_start": changed["asye_start"]}
    with pytest.raises(Refused, match=words):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, **changed)
    assert not NQSW.objects.exists()


def test_assessor_of_another_employer_is_refused(cast, year):
    with pytest.raises(Refused) as refusal:
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.cal, now=NOW)
    assert refusal.value.field == "assessor"


def test_year_needs_two_people_and_every_choice(cast):
    draft = make.draft_year(2025, by=cast.adele, now=NOW, on_fail="")
    with pytest.raises(Refused, match="whether a fail"):
        years.publish_year(draft, by=cast.zora, now=NOW)
    years.choose(
        draft, on_fail="pay", on_withdrawal="keep", on_move="completing", certificate_issuer="X", by=cast.adele, now=NOW
    )
    with pytest.raises(Refused, match="another person"):
        years.publish_year(draft, by=cast.adele, now=NOW)
    assert years.publish_year(draft, by=cast.zora, now=NOW).published_at == NOW


def test_stages(cast, registration):
    def stage(on):
        return queries.with_stage(Registration.objects.filter(pk=registration.pk), on).get().stage

    assert stage(TODAY) == Stage.ON_PROGRAMME
    assert stage(registration.asye_start - timedelta(days=1)) == Stage.NOT_STARTED
    make.deferred(registration, by=cast.amira, now=NOW)
    assert stage(TODAY) == Stage.DEFERRED
    make.withdrawn(registration, by=cast.amira, now=NOW + timedelta(days=1))
    assert stage(TODAY) == Stage.WITHDRAWN
