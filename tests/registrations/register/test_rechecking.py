"""The register is asked again: in December (E13), before outcomes, and after no answer, with a moved clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import JobRun
from asye import clock
from registrations import tasks
from registrations.models import NQSW, RegisterCheck, RegisterRequest
from registrations.rules import renewal
from registrations.services import changes, checking, rechecking
from registrations.states import RegisterStatus
from tests.cast import NOW
from tests.factories import registrations as make
from tests.ground.built_once import built_once
from tests.registrations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
DECEMBER = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)


@built_once
def registered(cast, year):
    """Two on the programme at two employers, one being checked."""
    return [
        make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW),
        make.registered(
            cast.southmouth, by=cast.cora, caseworker=cast.erin, assessor=cast.cal, now=NOW, number=1
        ),
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=2),
    ]  # fmt: skip


@pytest.fixture
def three(registered, server):
    """The server is asked about them."""
    return registered


def asked_since(server, count):
    return server.asked[count:]


@pytest.mark.parametrize(
    ("on", "period"),
    [
        (date(2026, 8, 31), "2025"),
        (date(2026, 9, 1), ""),
        (date(2026, 11, 30), ""),
        (date(2026, 12, 1), "2026"),
        (date(2027, 2, 28), "2026"),
        (date(2027, 8, 31), "2026"),
    ],
)
def test_which_renewals_are_to_be_checked(on, period):
    assert renewal.period(on) == period


@pytest.mark.parametrize(
    ("checked", "on", "needs"),
    [
        (None, date(2026, 10, 1), True),
        (date(2026, 9, 14), date(2026, 10, 12), False),
        (date(2026, 9, 14), date(2026, 10, 13), True),
        (date(2026, 11, 30), date(2026, 12, 1), True),
        (date(2026, 12, 1), date(2026, 12, 29), False),
    ],
)
def test_when_an_outcome_needs_a_look(checked, on, needs):
    assert renewal.needs_check(checked, on) is needs


def test_nothing_happens_before_december(three):
    assert rechecking.queue_renewals(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) == 0
    assert not JobRun.objects.exists()


def test_in_december_everybody_is_asked_about_once(three, server):
    before = len(server.asked)
    assert rechecking.queue_renewals(DECEMBER) == 3
    assert rechecking.queue_renewals(DECEMBER) == 0
    assert rechecking.ask_pending(DECEMBER) == 3
    assert sorted(asked_since(server, before)) == sorted(each.nqsw.swe_number for each in three)
    for days in (1, 30, 200):
        assert rechecking.queue_renewals(DECEMBER + timedelta(days=days)) == 0
    assert rechecking.ask_pending(DECEMBER + timedelta(days=200)) == 0
    assert JobRun.objects.filter(job=rechecking.RENEWAL_JOB).count() == 4


def test_beats_tasks_do_it_with_the_clock_moved(three):
    with clock.moved_to(DECEMBER):
        tasks.queue_renewals()
        tasks.ask_register()
    assert RegisterCheck.objects.filter(occasion="renewal", checked_at=DECEMBER, checked_by=None).count() == 3
    assert not RegisterRequest.objects.filter(done_at=None).exists()


def test_the_next_year_asks_again(three):
    rechecking.queue_renewals(DECEMBER)
    rechecking.ask_pending(DECEMBER)
    assert rechecking.queue_renewals(datetime(2027, 12, 1, 8, tzinfo=UTC)) == 3


def test_a_missed_december_is_made_good_in_march(three):
    assert rechecking.queue_renewals(datetime(2027, 3, 9, 8, tzinfo=UTC)) == 3
    assert {request.period for request in RegisterRequest.objects.all()} == {"2026"}


def test_whoever_came_later_is_asked_about_the_next_day(cast, three):
    rechecking.queue_renewals(DECEMBER)
    rechecking.ask_pending(DECEMBER)
    late = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=DECEMBER, number=3)
    assert rechecking.queue_renewals(DECEMBER + timedelta(days=1)) == 1
    assert RegisterRequest.objects.get(done_at=None).registration == late


def test_who_has_ended_was_refused_or_has_no_number_is_not_asked_about(cast, three):
    make.withdrawn(three[0], by=cast.amira, now=NOW)
    NQSW.objects.filter(pk=three[1].nqsw_id).update(swe_number=None, number_unknown_because="Taken over.")
    make.refused(three[2], by=cast.erin, now=NOW)
    assert rechecking.queue_renewals(DECEMBER) == 0


def test_who_was_asked_about_in_december_already_is_left_out(cast, three):
    checking.check_register_entry(three[0], by=cast.erin, now=DECEMBER)
    assert rechecking.queue_renewals(DECEMBER) == 2


def test_who_ends_meanwhile_is_not_asked_about_any_more(cast, three, server):
    rechecking.queue_renewals(DECEMBER)
    changes.withdraw(three[0], NOW.date(), "They moved.", by=cast.amira, now=DECEMBER)
    before = len(server.asked)
    rechecking.ask_pending(DECEMBER)
    assert three[0].nqsw.swe_number not in asked_since(server, before)
    done = RegisterRequest.objects.get(registration=three[0])
    assert (done.done_at, done.answer) == (DECEMBER, None)


def test_a_register_that_is_down_ends_the_sweep_and_the_rest_stays_due(three, server):
    rechecking.queue_renewals(DECEMBER)
    for each in three:
        server.manners[each.nqsw.swe_number] = "fault"
    before = len(server.asked)
    assert rechecking.ask_pending(DECEMBER) == 0
    assert len(asked_since(server, before)) == 2  # one question, asked twice
    assert sorted(RegisterRequest.objects.values_list("tries", flat=True)) == [0, 0, 1]
    assert RegisterCheck.objects.filter(status=RegisterStatus.UNAVAILABLE).count() == 0
    server.manners.clear()
    assert rechecking.ask_pending(DECEMBER) == 2
    assert rechecking.ask_pending(DECEMBER + timedelta(minutes=1)) == 1


def test_one_bad_question_holds_up_nobody(three, server):
    rechecking.queue_renewals(DECEMBER)
    server.manners[three[0].nqsw.swe_number] = "types"
    assert rechecking.ask_pending(DECEMBER) == 2
    waiting = RegisterRequest.objects.get(done_at=None)
    assert (waiting.registration, waiting.no_answer, waiting.tries) == (three[0], "unreadable", 1)


def test_it_waits_longer_and_longer(three, server):
    rechecking.queue_renewals(DECEMBER)
    for each in three[1:]:
        rechecking._give_up(RegisterRequest.objects.get(registration=each), DECEMBER)
    server.manners[three[0].nqsw.swe_number] = "invalid"
    now, waits = DECEMBER, []
    for _ in range(8):
        rechecking.ask_pending(now)
        due = RegisterRequest.objects.get(done_at=None).due_at
        waits.append((due - now).total_seconds() / 60)
        now = due
    assert waits == [1, 5, 15, 60, 240, 720, 720, 720]


def test_an_error_of_our_own_is_told_and_holds_up_nobody(three, monkeypatch, caplog):
    rechecking.queue_renewals(DECEMBER)
    real = rechecking.looking.keep
    monkeypatch.setattr(
        rechecking.looking, "keep",
        lambda registration, *words, **more: 1 / 0 if registration == three[0] else real(registration, *words, **more),
    )  # fmt: skip
    assert rechecking.ask_pending(DECEMBER) == 2
    assert "A question to the register failed" in caplog.text
    assert three[0].nqsw.last_name not in caplog.text


def test_a_sweeper_that_died_leaves_the_question_to_the_next(three):
    rechecking.queue_renewals(DECEMBER)
    for _ in range(3):
        assert rechecking._claim(DECEMBER) is not None
    assert rechecking._claim(DECEMBER) is None
    assert rechecking.ask_pending(DECEMBER + rechecking.CLAIM_LASTS) == 3


def test_two_beats_and_two_sweepers_ask_each_question_once(three, server):
    before = len(server.asked)
    assert at_once(*[lambda: rechecking.queue_renewals(DECEMBER)] * 2) == ["done"] * 2
    assert at_once(*[lambda: rechecking.ask_pending(DECEMBER)] * 3) == ["done"] * 3
    assert sorted(asked_since(server, before)) == sorted(each.nqsw.swe_number for each in three)
    assert RegisterCheck.objects.filter(occasion="renewal").count() == 3


def test_two_looks_at_once_keep_each_persons_own_answer(cast, three):
    """A waiting caller gets no other person's answer, down to the row that is kept."""
    acts = [lambda each=each: checking.check_register_entry(each, by=cast.erin, now=NOW) for each in three] * 3
    assert at_once(*acts) == ["done"] * 9
    for each in three:
        assert set(each.register_checks.values_list("number", "name_found", "name_matches")) == {
            (each.nqsw.swe_number, f"{each.given_first_name} {each.given_last_name}", True)
        }


def test_what_lapsed_is_found_and_the_next_look_can_clear_it(cast, three, server):
    server.manners[three[0].nqsw.swe_number] = "lapsed"
    rechecking.queue_renewals(DECEMBER)
    rechecking.ask_pending(DECEMBER)
    lapsed = three[0].register_checks.first()
    assert (lapsed.status, lapsed.occasion) == (RegisterStatus.NOT_REGISTERED, "renewal")
    server.manners.clear()
    restored = checking.check_register_entry(three[0], by=cast.erin, now=DECEMBER + timedelta(days=20))
    assert restored.status == RegisterStatus.REGISTERED
