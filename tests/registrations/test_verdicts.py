"""Verdicts: every rule answers, the edges lie on the day, each is kept, and none changes silently after approval."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, Notice
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from registrations import verdict_queries
from registrations.models import ChangedVerdict, Evaluation, RegisterCheck, Registration
from registrations.rules import eligibility
from registrations.rules.answers import Post, Previous
from registrations.rules.dates import add_months
from registrations.rules.reasons import WORSE, RegisterSays
from registrations.services import checking, judging, looking, moving
from registrations.states import Contract, LeftBecause, Occasion, RegisterOccasion, RegisterStatus, Verdict
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once
from tests.registrations.test_rules import PLAIN, YEAR

RULES = [*(f"E{number}" for number in range(1, 16)), "U3"]
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
JUDGED = st.builds(
    lambda start, qualified, registered, contract, post, previous, flags, agreed: replace(
        PLAIN,
        asye_start=start,
        qualified_on=qualified,
        swe_registered_from=registered,
        contract=contract,
        eligibility=replace(
            PLAIN.eligibility,
            post=post,
            previous=previous,
            duties_agreed=agreed,
            assessor_experienced=flags[0],
            child_and_family=flags[1],
            in_england=flags[2],
        ),
    ),
    DAYS,
    DAYS,
    DAYS,
    st.sampled_from(Contract.values),
    st.sampled_from(Post.values),
    st.sampled_from(Previous.values),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from([True, False, None]),
)
SAYS = st.none() | st.builds(
    RegisterSays,
    st.sampled_from(["registered", "not_registered", "not_found"]),
    st.none() | DAYS,
    st.booleans(),
    st.booleans(),
)


@given(JUDGED, DAYS, SAYS)
def test_every_rule_answers_and_the_worst_decides(answers, on, register):
    result = eligibility.evaluate(answers, YEAR, on, register=register)
    assert {reason.rule for reason in result.reasons} == set(RULES)
    assert result.verdict == max((reason.effect for reason in result.reasons), key=WORSE.index)
    assert result.deciding
    assert all(reason.sentence.endswith(".") for reason in result.reasons)
    assert eligibility.evaluate(answers.judged, YEAR, on, register=register) == result  # facts alone decide, each time


@given(JUDGED, DAYS, st.integers(1, 10))
def test_a_rule_set_that_funds_for_longer_is_never_worse(answers, on, more):
    longer = SimpleNamespace(**{**vars(YEAR), "fundable_years": YEAR.fundable_years + more})
    ours, theirs = (eligibility.evaluate(answers, each, on).verdict for each in (YEAR, longer))
    assert WORSE.index(theirs) <= WORSE.index(ours)


@given(DAYS, st.integers(1, 9))
def test_the_edge_lies_on_the_anniversary_whatever_the_day(qualified, years):
    last = eligibility.last_fundable_start(qualified, years)
    assert (last.year, last.month) == (qualified.year + years, qualified.month)
    assert last.day == qualified.day or (qualified.day, last.day) == (29, 28)
    year = SimpleNamespace(**{**vars(YEAR), "fundable_years": years})
    for day, funded in ((last, True), (last + timedelta(days=1), False)):
        answers = replace(PLAIN, qualified_on=qualified, swe_registered_from=qualified, asye_start=day)
        e2 = next(r for r in eligibility.evaluate(answers, year, day).reasons if r.rule == "E2")
        assert (e2.effect == Verdict.FUNDABLE) == funded


@pytest.mark.parametrize(
    ("qualified", "start", "effect"),
    [
        (date(2022, 9, 14), date(2026, 9, 14), Verdict.FUNDABLE),  # exactly four years
        (date(2022, 9, 14), date(2026, 9, 15), Verdict.UNFUNDED),  # and a day
        (date(2024, 2, 29), date(2028, 2, 29), Verdict.FUNDABLE),
        (date(2024, 2, 29), date(2028, 3, 1), Verdict.UNFUNDED),
        (date(2096, 2, 29), date(2100, 2, 28), Verdict.FUNDABLE),  # 2100 has no 29 February: the 28th is the last day
        (date(2096, 2, 29), date(2100, 3, 1), Verdict.UNFUNDED),
    ],
)
def test_scenario_14_the_four_year_edge(qualified, start, effect):
    answers = replace(PLAIN, qualified_on=qualified, swe_registered_from=qualified, asye_start=start)
    reasons = eligibility.evaluate(answers, YEAR, start).reasons
    assert [(r.effect, r.sentence.startswith("Their ASYE starts")) for r in reasons if r.rule == "E2"] == [
        (effect, True)
    ]


def test_limits_are_read_from_the_programme_year():
    year = SimpleNamespace(**{**vars(YEAR), "fundable_years": 2, "latest_days_after_start": 10, "agency_funded": False})
    on = PLAIN.asye_start + timedelta(days=11)
    answers = replace(
        PLAIN,
        qualified_on=add_months(PLAIN.asye_start, -25),
        contract=Contract.AGENCY,
        eligibility=replace(PLAIN.eligibility, duties_agreed=True),
    )
    effects = {(r.rule, r.effect) for r in eligibility.evaluate(answers, year, on).reasons}
    assert effects >= {
        ("E2", Verdict.UNFUNDED),
        ("E5", Verdict.UNFUNDED),
        ("U3", Verdict.CANNOT_REGISTER),
    }


@built_once
def sent(cast, year):
    return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)


@built_once
def approved(cast, year):
    return make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)


LONG_AGO = date(2019, 6, 1)


@transaction.atomic
def a_fact_changes(registration, by, now=NOW, **changed):
    """What an accepted correction does, without the request."""
    registration = moving.locked(registration, None)
    for name, value in changed.items():
        setattr(registration, name, value)
    moving.touch(registration, *changed)
    return judging.judge_again(registration, Occasion.FACT, by=by, now=now)


@pytest.mark.django_db
class TestFault1:
    """With answers in the session and one yes or no stored, there is nothing to audit and nothing to apply again."""

    def test_answers_verdict_and_rule_version_are_kept(self, sent):
        kept = sent.evaluations.get()
        assert (kept.occasion, kept.verdict, kept.after_approval) == (Occasion.SUBMITTED, Verdict.FUNDABLE, False)
        assert kept.rule_version == sent.rule_version == "2026-27 v1"
        assert kept.facts["eligibility"] == sent.eligibility_answers
        assert kept.facts["qualified_on"] == str(sent.qualified_on)
        assert [each["rule"] for each in kept.reasons] == [each["rule"] for each in sent.verdict_reasons]

    def test_a_correction_before_approval_is_judged_again(self, cast, sent):
        make.queried(sent, by=cast.erin, now=NOW)
        given = make.answers(cast.ben, on=TODAY, qualified_on=LONG_AGO, swe_registered_from=sent.swe_registered_from)
        checking.answer(sent, "It was 2019.", by=cast.amira, now=NOW, answers=given)
        sent.refresh_from_db()
        assert sent.verdict == Verdict.UNFUNDED
        assert [each.verdict for each in sent.evaluations.all()] == ["fundable", "unfunded"]
        assert sent.evaluations.last().occasion == Occasion.CORRECTED
        assert Notice.objects.filter(kind="registrations.verdict_changed", user=cast.amira).count() == 1
        assert sent.rule_version == sent.evaluations.last().rule_version == "2026-27 v1"

    def test_the_register_is_judged_too_before_approval(self, cast, sent):
        gone = checking.register.Found(
            sent.nqsw.swe_number, RegisterStatus.NOT_REGISTERED, sent.nqsw.full_name, left_because=LeftBecause.CPD
        )
        looking.keep(sent, gone, RegisterOccasion.CASEWORK, by=cast.erin, now=NOW)
        sent.refresh_from_db()
        assert sent.verdict == Verdict.CANNOT_REGISTER
        assert [each["rule"] for each in sent.verdict_reasons if each["effect"] == sent.verdict] == ["E1"]
        with pytest.raises(Refused):
            checking.approve(sent, by=cast.erin, now=NOW)
        checking.check_register_entry(sent, by=cast.erin, now=NOW)  # the simulator has them
        sent.refresh_from_db()
        assert sent.verdict == Verdict.FUNDABLE
        assert sent.evaluations.count() == 3

    def test_the_same_again_writes_nothing(self, cast, sent):
        checking.check_register_entry(sent, by=cast.erin, now=NOW)
        count = Evaluation.objects.count()
        checking.check_register_entry(sent, by=cast.erin, now=NOW)
        assert Evaluation.objects.count() == count


@pytest.mark.django_db
def test_after_approval_nothing_changes_silently(client, cast, approved):
    made = a_fact_changes(approved, cast.amira, qualified_on=LONG_AGO)
    approved.refresh_from_db()
    assert (approved.verdict, made.verdict, made.after_approval) == ("fundable", "unfunded", True)
    assert verdict_queries.open_verdict(approved) == made
    client.force_login(cast.erin)
    with clock.moved_to(NOW):
        assert "The facts changed after approval" in client.get("/").content.decode()
        page = client.get(reverse("registration", args=[approved.pk])).content.decode()
        assert "The facts changed after approval" in page
        url = reverse("registration_verdict", args=[approved.pk])
        page = client.get(url).content.decode()
        assert "Can be funded" in page
        assert "Can take part, without funding" in page
        wrong = client.post(url, {"take": "", "because": "", "evaluation": made.pk, "version": approved.version})
        assert "Select what becomes of the verdict" in wrong.content.decode()
        done = client.post(
            url, {"take": "take", "because": "Qualified in 2019.", "evaluation": made.pk, "version": approved.version}
        )
        assert done.status_code == 302
    approved.refresh_from_db()
    assert approved.verdict == Verdict.UNFUNDED
    assert verdict_queries.open_verdict(approved) is None
    words = AuditEvent.objects.get(act="registrations.settle_verdict").detail.words
    assert (words["before"], words["after"]) == ("Can be funded", "Can take part, without funding")


@pytest.mark.django_db
def test_kept_stays_kept_until_the_facts_change_again(cast, approved):
    made = a_fact_changes(approved, cast.amira, qualified_on=LONG_AGO)
    judging.settle(made, "Their degree counts from 2024.", take=False, by=cast.erin, now=NOW)
    approved.refresh_from_db()
    assert approved.verdict == Verdict.FUNDABLE
    assert verdict_queries.open_verdict(approved) is None
    with pytest.raises(Stale):
        judging.settle(made, "Again.", take=True, by=cast.erin, now=NOW)
    other = a_fact_changes(approved, cast.amira, qualified_on=LONG_AGO + timedelta(days=1))
    assert verdict_queries.open_verdict(approved) == other


@pytest.mark.django_db
def test_a_fact_put_right_again_leaves_nothing_to_settle(cast, approved):
    before = approved.qualified_on
    a_fact_changes(approved, cast.amira, qualified_on=LONG_AGO)
    a_fact_changes(approved, cast.amira, qualified_on=before)
    assert verdict_queries.open_verdict(approved) is None


@pytest.mark.django_db
def test_who_settles_and_what_cannot_be_taken(cast, approved):
    answer = checking.register.NotFound(number=approved.nqsw.swe_number)
    looking.keep(approved, answer, RegisterOccasion.RENEWAL, by=None, now=NOW)
    made = verdict_queries.open_verdict(approved)
    assert made.verdict == Verdict.CANNOT_REGISTER
    with pytest.raises(NotAllowed):
        judging.settle(made, "No.", take=False, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="withdraw"):
        judging.settle(made, "No.", take=True, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="why"):
        judging.settle(made, " ", take=False, by=cast.erin, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app_sql", "owner_sql"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE registrations_registration SET verdict = 'unfunded'",
        "UPDATE registrations_registration SET verdict_reasons = '[]'",
        "UPDATE registrations_registration SET rule_version = '2026-27 v9'",
        "UPDATE registrations_registration SET eligibility_answers = '{}'",
        "UPDATE registrations_evaluation SET verdict = 'unfunded'",
        "DELETE FROM registrations_evaluation",
        "TRUNCATE registrations_evaluation CASCADE",
        "UPDATE registrations_changedverdict SET taken = true",
        "DELETE FROM registrations_changedverdict",
    ],
)
def test_the_database_keeps_verdicts(request, cast, approved, role, change):
    made = a_fact_changes(approved, cast.amira, qualified_on=LONG_AGO)
    judging.settle(made, "It counts.", take=False, by=cast.erin, now=NOW)
    with pytest.raises(psycopg.Error):
        request.getfixturevalue(role).execute(change)
    assert (Registration.objects.get().verdict, ChangedVerdict.objects.get().taken) == ("fundable", False)
    assert RegisterCheck.objects.count() == 1
