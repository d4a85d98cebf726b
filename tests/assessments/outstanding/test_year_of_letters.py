"""Every letter about what is due in the year of somebody who starts on 1 September 2026, when nobody does anything."""

import random
from datetime import date, timedelta

import pytest

from accounts.models import Notice
from assessments.models import Reminder
from registrations.models import Registration
from tests.assessments.outstanding.telling import KIND, letters, run
from tests.cast import Cast

pytestmark = pytest.mark.django_db
STEPS = (-28, -14, 0, 7, 14)
DUE = {
    "Support and assessment agreement": date(2026, 9, 29),
    "3-month review": date(2026, 12, 1),
    "6-month review": date(2027, 3, 1),
    "Final review": date(2027, 9, 1),
}

# day, receiver, and the one line of their letter
TABLE = """
2026-09-01 Ben  Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, in 28 days.
2026-09-01 Noor Start: Support and assessment agreement. Due 29 September 2026, in 28 days.
2026-09-15 Ben  Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, in 14 days.
2026-09-15 Noor Start: Support and assessment agreement. Due 29 September 2026, in 14 days.
2026-09-29 Ben  Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, today.
2026-09-29 Noor Start: Support and assessment agreement. Due 29 September 2026, today.
2026-10-06 Amira Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 7 days late. Waiting for WHO.
2026-10-06 Ben  Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 7 days late.
2026-10-06 Noor Start: Support and assessment agreement. Due 29 September 2026, 7 days late.
2026-10-13 Ben  Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 14 days late.
2026-10-13 Lena Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 14 days late. Waiting for WHO.
2026-10-13 Noor Start: Support and assessment agreement. Due 29 September 2026, 14 days late.
2026-11-03 Ben  Start: 3-month review, Noor Ashdown. Due 1 December 2026, in 28 days.
2026-11-03 Noor Start: 3-month review. Due 1 December 2026, in 28 days.
2026-11-17 Ben  Start: 3-month review, Noor Ashdown. Due 1 December 2026, in 14 days.
2026-11-17 Noor Start: 3-month review. Due 1 December 2026, in 14 days.
2026-12-01 Ben  Start: 3-month review, Noor Ashdown. Due 1 December 2026, today.
2026-12-01 Noor Start: 3-month review. Due 1 December 2026, today.
2026-12-08 Amira 3-month review, Noor Ashdown. Due 1 December 2026, 7 days late. Waiting for WHO.
2026-12-08 Ben  Start: 3-month review, Noor Ashdown. Due 1 December 2026, 7 days late.
2026-12-08 Noor Start: 3-month review. Due 1 December 2026, 7 days late.
2026-12-15 Ben  Start: 3-month review, Noor Ashdown. Due 1 December 2026, 14 days late.
2026-12-15 Lena 3-month review, Noor Ashdown. Due 1 December 2026, 14 days late. Waiting for WHO.
2026-12-15 Noor Start: 3-month review. Due 1 December 2026, 14 days late.
2027-02-01 Ben  Start: 6-month review, Noor Ashdown. Due 1 March 2027, in 28 days.
2027-02-01 Noor Start: 6-month review. Due 1 March 2027, in 28 days.
2027-02-15 Ben  Start: 6-month review, Noor Ashdown. Due 1 March 2027, in 14 days.
2027-02-15 Noor Start: 6-month review. Due 1 March 2027, in 14 days.
2027-03-01 Ben  Start: 6-month review, Noor Ashdown. Due 1 March 2027, today.
2027-03-01 Noor Start: 6-month review. Due 1 March 2027, today.
2027-03-08 Amira 6-month review, Noor Ashdown. Due 1 March 2027, 7 days late. Waiting for WHO.
2027-03-08 Ben  Start: 6-month review, Noor Ashdown. Due 1 March 2027, 7 days late.
2027-03-08 Noor Start: 6-month review. Due 1 March 2027, 7 days late.
2027-03-15 Ben  Start: 6-month review, Noor Ashdown. Due 1 March 2027, 14 days late.
2027-03-15 Lena 6-month review, Noor Ashdown. Due 1 March 2027, 14 days late. Waiting for WHO.
2027-03-15 Noor Start: 6-month review. Due 1 March 2027, 14 days late.
2027-08-04 Ben  Start: Final review, Noor Ashdown. Due 1 September 2027, in 28 days.
2027-08-04 Noor Start: Final review. Due 1 September 2027, in 28 days.
2027-08-18 Ben  Start: Final review, Noor Ashdown. Due 1 September 2027, in 14 days.
2027-08-18 Noor Start: Final review. Due 1 September 2027, in 14 days.
2027-09-01 Ben  Start: Final review, Noor Ashdown. Due 1 September 2027, today.
2027-09-01 Noor Start: Final review. Due 1 September 2027, today.
2027-09-08 Amira Final review, Noor Ashdown. Due 1 September 2027, 7 days late. Waiting for WHO.
2027-09-08 Ben  Start: Final review, Noor Ashdown. Due 1 September 2027, 7 days late.
2027-09-08 Noor Start: Final review. Due 1 September 2027, 7 days late.
2027-09-15 Ben  Start: Final review, Noor Ashdown. Due 1 September 2027, 14 days late.
2027-09-15 Lena Final review, Noor Ashdown. Due 1 September 2027, 14 days late. Waiting for WHO.
2027-09-15 Noor Start: Final review. Due 1 September 2027, 14 days late.
"""


def test_each_letter_of_the_year_on_its_day_to_its_person_in_its_words(began: Registration, cast: Cast) -> None:
    told = {due + timedelta(days=step) for due in DUE.values() for step in STEPS}
    nothing = {day + timedelta(days=1) for day in told} | {date(2026, 8, 31), date(2027, 9, 29)}
    run(*sorted(told | nothing))
    expected = [
        line.split(maxsplit=2) for line in TABLE.replace("WHO", "Noor Ashdown and Ben Okafor").split("\n") if line
    ]
    assert [[day.isoformat(), who, words] for day, who, words in letters()] == expected


def test_the_first_letters_as_they_are_read(began: Registration, cast: Cast) -> None:
    run(date(2026, 10, 13))
    found = {one.user.first_name: one for one in Notice.objects.filter(kind=KIND).select_related("user")}
    assert {one.subject for one in found.values()} == {"What is due in the records of the year"}
    assert found["Ben"].body == (
        "Dear Ben Okafor\n\n"
        "This waits for you:\n"
        "- Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 14 days late.\n\n"
        "What happens next: open what waits for you, and do your part or agree another day with your co-ordinator. "
        "Everything that waits is on this page: http://localhost:8000/waiting\n\n"
        "You can ask for letters only about what is late: http://localhost:8000/reminders\n\n"
        "Assessed and supported year in employment\n"
    )
    assert found["Lena"].body == (
        "Dear Lena Lindqvist\n\n"
        "This is late at Northshire and waits for somebody else:\n"
        "- Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 14 days late. "
        "Waiting for Noor Ashdown and Ben Okafor.\n\n"
        "What happens next: talk to whoever it waits for about what would help. "
        "Everything that waits is on this page: http://localhost:8000/waiting/others\n\n"
        "Assessed and supported year in employment\n"
    )


def test_each_step_is_told_once_in_spite_of_missed_days(began: Registration, cast: Cast) -> None:
    """A run on one day in ten, drawn by chance: a step whose time passed without a run is made good by the next."""
    every = [date(2026, 9, 1) + timedelta(days=each) for each in range(400)]
    ran = sorted(random.Random(11).sample(every, 40))  # noqa: S311
    run(*ran)
    for who, steps in (("Noor", STEPS), ("Ben", STEPS), ("Amira", (7,)), ("Lena", (14,))):
        expected = []
        for due in DUE.values():
            for step, after in zip(steps, (*steps[1:], 10_000), strict=True):
                until = due + timedelta(days=after)
                first = next((day for day in ran if due + timedelta(days=step) <= day < until), None)
                expected += [(first, due, step)] if first else []
        told = Reminder.objects.filter(person__first_name=who).values_list("told_on", "due_on", "step")
        assert sorted(told) == sorted(expected), who
    assert len(ran) > Reminder.objects.values("told_on").distinct().count() > 10
