"""Who is reminded, of what, how often: done things, pauses, people who left, missed days and two workers."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts import roles
from accounts.models import JobRun, Notice
from accounts.services import mail, people
from assessments import tasks
from assessments.models import Reminder, ReminderLetter
from assessments.queries.reminders import owed
from assessments.rules.reminders import OWN, STEPS, day_of, step_on, steps_of
from assessments.services import reminding
from assessments.states import Part
from asye import clock
from registrations.models import Registration
from registrations.services import assessors, changes
from registrations.states import DeferralReason
from tests.assessments.outstanding.telling import KIND, letters, morning, run, steps
from tests.cast import Cast
from tests.factories import accounts as make_people
from tests.factories import assessments as make
from tests.factories import registrations as register
from tests.registrations.test_races import at_once

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 29)  # of the agreement
LATE = date(2026, 10, 13)  # its last step
BEGAN = morning(date(2026, 9, 2))


def test_one_letter_a_day_however_much_there_is(began: Registration, cast: Cast) -> None:
    register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, number=1,
        now=began.decided_at, asye_start=began.asye_start, employment_start=began.asye_start,
    )  # fmt: skip
    assert run(LATE) == 4
    own, late = (next(line for _, who, line in letters("agreement") if who == name) for name in ("Ben", "Amira"))
    assert own.count("Start: Support and assessment agreement") == late.count("agreement") == 2


def test_each_is_reminded_only_while_it_is_their_turn(began: Registration, cast: Cast) -> None:
    record = make.draft(began, "agreement", now=BEGAN)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=BEGAN)
    run(DUE)
    assert letters("agreement") == [
        (DUE, "Noor", "Write your part: Support and assessment agreement. Due 29 September 2026, today.")
    ]
    make.finish(record, Part.NQSW, by=cast.noor, now=BEGAN)
    run(DUE + timedelta(days=7))
    both = "Noor Ashdown and Ben Okafor"
    assert [(who, line.split(":")[0].replace(both, "BOTH")) for _, who, line in letters("agreement")[1:]] == [
        (
            "Amira",
            "Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 7 days late. Waiting for BOTH.",
        ),
        ("Ben", "Sign"),
        ("Noor", "Sign"),
    ]
    record.refresh_from_db()
    make.sign_all(record, now=BEGAN)
    run(LATE)
    assert letters("agreement")[-1][0] == DUE + timedelta(days=7)


def test_fault_t37_the_recommendation_is_told_to_the_assessor_and_never_to_the_nqsw(
    began: Registration, cast: Cast
) -> None:
    now = morning(date(2027, 8, 2))
    make.evidence(began, now=now)
    run(date(2027, 9, 8), date(2027, 9, 15))
    kind = "recommendation"
    assert steps("Ben", kind) == [(date(2027, 9, 8), 7), (date(2027, 9, 15), 14)]
    assert (steps("Amira", kind), steps("Lena", kind)) == ([(date(2027, 9, 8), 7)], [(date(2027, 9, 15), 14)])
    assert steps("Noor", kind) == []
    assert letters("ecommend")[0][1:] == (
        "Amira",
        "Recommendation, Noor Ashdown. Due 1 September 2027, 7 days late. Waiting for Ben Okafor.",
    )
    make.agreed(began, "recommendation", now=now, recommendation="fail")
    assert not [each for of_one in owed(date(2027, 10, 1)) for each in of_one if each.thing.key[0] == kind]


def test_whoever_is_to_judge_a_year_is_not_told_that_its_recommendation_is_late(
    began: Registration, cast: Cast
) -> None:
    now = morning(date(2027, 8, 2))
    record = make.recommended(began, now=now)
    reader = make_people.in_role(cast.dev, roles.COORDINATOR, cast.northshire, by=cast.adele, now=now)
    record.current_revision.blind_readers.create(reader=reader.user, since=now)
    make.records.reopen(record, reason="A date.", seen_version=record.version, by=cast.amira, now=now)
    every = [each for of_one in owed(date(2027, 9, 8)) for each in of_one]
    told = {each.person.first_name for each in every if each.thing.key[0] == "recommendation"}
    assert told == {"Ben", "Amira"}


def test_the_same_day_twice_and_the_hours_before_seven(began: Registration, cast: Cast) -> None:
    assert reminding.send_due(morning(DUE, hour=6)) == 0
    assert run(DUE, DUE) == 2
    assert reminding.send_due(morning(DUE, hour=23)) == 0
    assert JobRun.objects.get(job=reminding.JOB).period == "2026-09-29"


def test_fault_t31_days_are_londons(began: Registration, cast: Cast) -> None:
    """23:30 UTC on the last day of British Summer Time is the next London day, in which it is still night."""
    changes.extend(began, 26, "Part time.", by=cast.amira, now=BEGAN)  # due on Sunday 25 October, when clocks go back
    assert reminding.send_due(datetime(2026, 10, 24, 23, 30, tzinfo=UTC)) == 0
    assert reminding.send_due(datetime(2026, 10, 25, 6, 30, tzinfo=UTC)) == 0
    assert reminding.send_due(datetime(2026, 10, 25, 7, 0, tzinfo=UTC)) == 2
    assert letters("agreement")[-1][2] == "Start: Support and assessment agreement. Due 25 October 2026, today."
    assert reminding.send_due(datetime(2026, 10, 25, 23, 59, tzinfo=UTC)) == 0
    assert reminding.send_due(datetime(2027, 3, 31, 6, 0, tzinfo=UTC)) > 0  # seven o’clock in British Summer Time


def test_three_days_without_a_worker_are_made_good_once(began: Registration, cast: Cast) -> None:
    run(date(2026, 9, 1))
    assert run(date(2026, 10, 9)) == 3  # −14, 0 and +7 have passed: the last of them is told
    assert run(date(2026, 10, 10), date(2026, 10, 11)) == 0
    assert steps("Noor") == [(date(2026, 9, 1), -28), (date(2026, 10, 9), 7)]
    assert steps("Amira") == [(date(2026, 10, 9), 7)]


def test_fault_t24_a_worker_that_dies_half_way_is_taken_up_where_it_stopped(
    began: Registration, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, died = reminding._write, []

    def die_on_the_second(of_one, on, now):  # type: ignore[no-untyped-def]
        if ReminderLetter.objects.exists() and not died:
            died.append(of_one)
            raise SystemExit
        return write(of_one, on, now)

    monkeypatch.setattr(reminding, "_write", die_on_the_second)
    with pytest.raises(SystemExit):
        run(DUE)
    assert (ReminderLetter.objects.count(), JobRun.objects.filter(job=reminding.JOB).exists()) == (1, False)
    assert run(DUE) == 1
    assert [who for _, who, _ in letters()] == ["Ben", "Noor"]
    assert steps("Ben") == steps("Noor") == [(DUE, 0)]


def test_fault_t24_nothing_is_told_without_its_letter_nor_the_other_way_round(
    began: Registration, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T21: the letter is in the outbox already when the writing of what it tells fails."""

    def fail(rows):  # type: ignore[no-untyped-def]
        list(rows)
        raise SystemExit

    monkeypatch.setattr(Reminder.objects, "bulk_create", fail)
    with pytest.raises(SystemExit):
        run(DUE)
    assert not Notice.objects.filter(kind=KIND).exists()
    assert not ReminderLetter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fault_t24_two_workers_at_once_tell_each_person_once(
    began: Registration, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have worked out what is owed before either writes; then the queue lags and the outbox is swept twice."""
    barrier, found = threading.Barrier(2, timeout=60), reminding.owed

    def meet(on):  # type: ignore[no-untyped-def]
        worked_out = found(on)
        barrier.wait()
        return worked_out

    monkeypatch.setattr(reminding, "owed", meet)
    assert at_once(lambda: run(LATE), lambda: run(LATE)) == ["done", "done"]
    assert [who for _, who, _ in letters()] == ["Amira", "Ben", "Lena", "Noor"]
    assert mail.send_pending(morning(LATE)) > 0
    assert mail.send_pending(morning(LATE)) == 0


def test_a_pause_tells_nothing_and_moves_the_days(began: Registration, cast: Cast) -> None:
    run(date(2026, 9, 15))
    paused = morning(date(2026, 9, 20))
    changes.defer(
        began, date(2026, 9, 20), DeferralReason.SICKNESS, agreed=register.agreed(paused), by=cast.amira, now=paused
    )
    assert run(DUE, LATE, date(2026, 12, 1)) == 0
    back = morning(date(2026, 12, 29))
    changes.resume(began, date(2026, 12, 29), by=cast.amira, now=back)  # 100 days later
    due = DUE + timedelta(days=100)
    run(date(2026, 12, 29), due, due + timedelta(days=7))
    assert steps("Noor") == [
        (date(2026, 9, 15), -14),
        (date(2026, 12, 29), -14),  # nine days before the new day
        (due, 0),
        (due + timedelta(days=7), 7),
    ]
    assert steps("Amira") == [(due + timedelta(days=7), 7)]


def test_a_year_that_has_ended_and_people_who_have_left_get_nothing(began: Registration, cast: Cast) -> None:
    def receivers() -> set[str]:
        return {of_one[0].person.first_name for of_one in owed(LATE)}

    assert receivers() == {"Amira", "Ben", "Lena", "Noor"}
    membership = cast.ben.memberships.get()
    people.end_role(membership, on=date(2026, 9, 30), by=cast.adele, now=morning(date(2026, 9, 30)))
    assert receivers() == {"Amira", "Lena", "Noor"}
    assert {each.who for of_one in owed(LATE) for each in of_one} == {"Noor Ashdown and an assessor to be named"}
    people.deactivate(cast.noor, because="Left.", by=cast.adele, now=morning(date(2026, 9, 30)))
    cast.lena.memberships.update(ends_on=date(2026, 9, 30))
    assert receivers() == {"Amira"}
    changes.withdraw(began, date(2026, 10, 1), "They left.", by=cast.amira, now=morning(date(2026, 10, 1)))
    assert receivers() == set()


def test_whoever_leaves_between_the_working_out_and_the_letter_gets_none(began: Registration, cast: Cast) -> None:
    worked_out = [of_one for of_one in owed(DUE) if of_one[0].person == cast.noor]
    people.deactivate(cast.noor, because="Left.", by=cast.adele, now=morning(DUE))
    assert reminding._write(worked_out[0], DUE, morning(DUE)) is False
    assert letters() == []


def test_another_assessor_is_told_where_things_stand_and_the_one_before_no_more(
    began: Registration, cast: Cast
) -> None:
    run(DUE)
    bea = make_people.person("bea@northshire.example", "Bea", "Lund", by=cast.adele, now=BEGAN)
    make_people.in_role(bea, roles.ASSESSOR, cast.northshire, by=cast.adele, now=BEGAN)
    changed = morning(date(2026, 9, 30))
    assessors.assign_assessor(began, bea, date(2026, 10, 1), by=cast.amira, now=changed)
    run(date(2026, 10, 1), LATE)
    assert steps("Bea") == [(date(2026, 10, 1), 0), (LATE, 14)]
    assert steps("Ben") == [(DUE, 0)]


def test_only_the_employer_that_has_the_year_is_told_that_it_is_late(began: Registration, cast: Cast) -> None:
    run(LATE)
    assert {who for _, who, _ in letters()} == {"Amira", "Ben", "Lena", "Noor"}  # not Cora and Sol of Southmouth


def test_who_coordinates_and_leads_is_told_of_each_thing_once_a_letter(began: Registration, cast: Cast) -> None:
    make_people.in_role(cast.lena, roles.COORDINATOR, cast.northshire, by=cast.adele, now=BEGAN)
    run(LATE)  # what was missed at seven days is told by the later step, and not beside it
    assert steps("Lena") == [(LATE, 14)]
    run(date(2026, 12, 8), date(2026, 12, 15))
    assert steps("Lena", "review") == [(date(2026, 12, 8), 7), (date(2026, 12, 15), 14)]


def test_who_asked_for_less_is_told_what_is_late(began: Registration, cast: Cast) -> None:
    reminding.choose(True, by=cast.noor, now=BEGAN)
    run(date(2026, 9, 15), DUE, date(2026, 10, 6))
    assert [step for _, step in steps("Noor")] == [7]
    assert [step for _, step in steps("Ben")] == [-14, 0, 7]
    reminding.choose(False, by=cast.noor, now=BEGAN)
    run(date(2026, 11, 3))
    assert [step for _, step in steps("Noor")] == [7, 14]
    assert steps("Noor", "review") == [(date(2026, 11, 3), -28)]


def test_the_worker_does_it(began: Registration, cast: Cast) -> None:
    with clock.moved_to(morning(DUE)):
        tasks.send_reminders()
    assert [who for _, who, _ in letters()] == ["Ben", "Noor"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries(began: Registration, cast: Cast, count: int) -> None:
    for number in range(1, count):
        register.registered(
            cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, number=number,
            now=began.decided_at, asye_start=began.asye_start, employment_start=began.asye_start,
        )  # fmt: skip
    owed(LATE)  # its SELECT is prepared once
    with CaptureQueriesContext(connection) as made:
        assert len([each for of_one in owed(LATE) for each in of_one]) == 9 * count + 3
    assert len(made) == 13, "\n".join(one["sql"][:120] for one in made)


DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31))


@given(due=DAYS, missed=st.sets(st.integers(-40, 40)), only_late=st.booleans())
def test_each_step_is_told_once_on_the_first_day_that_is_not_missed(
    due: date, missed: set[int], only_late: bool
) -> None:
    """From forty days before to forty after, 29 February and the days on which clocks change included."""
    told: dict[int, int] = {}
    wanted = steps_of(OWN, only_late=only_late)
    for day in range(-40, 41):
        step = step_on(due, due + timedelta(days=day), wanted)
        if day not in missed and step is not None and step not in told:
            told[step] = day
    for step, after in zip(wanted, (*wanted[1:], 41), strict=True):
        there = [day for day in range(step, after) if day not in missed]
        assert told.get(step) == (there[0] if there else None)


def test_the_days_of_a_due_day_around_29_february() -> None:
    assert [day_of(date(2028, 2, 29), step).isoformat() for step in STEPS] == [
        "2028-02-01", "2028-02-15", "2028-02-29", "2028-03-07", "2028-03-14",
    ]  # fmt: skip
    assert day_of(date(2028, 3, 28), -28) == date(2028, 2, 29)
    assert day_of(date(2027, 3, 28), -28) == date(2027, 2, 28)
