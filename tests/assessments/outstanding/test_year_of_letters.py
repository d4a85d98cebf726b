"""Every letter about what is due in the year of somebody who starts on 1 September 2026, when nobody does anything."""

import random
from datetime import date, timedelta

import pytest

from accounts.models import Notice
from assessments.models import Reminder
from asye.dates import long_date
from registrations.models import Registration
from tests.assessments.outstanding.telling import KIND, letters, run
from tests.cast import Cast

pytestmark = pytest.mark.django_db
STEPS = (-28, -14, 0, 7, 14)
THINGS = {  # in the order in which they stand in a letter
    date(2026, 9, 29): (
        "Development plan for the first months",
        "Self-assessment at the start",
        "Support and assessment agreement",
    ),
    date(2026, 12, 1): ("3-month review", "Development plan from 3 months"),
    date(2027, 3, 1): (
        "6-month review",
        "Critical reflection at 6 months",
        "Development plan from 6 months",
        "Self-assessment in the middle of the year",
    ),
    date(2027, 9, 1): (
        "Critical reflection at the end of the year",
        "Development plan for after the year",
        "Final review",
        "Self-assessment at the end",
    ),
}

# day, receiver, and what every line of the letter says: "Start" is said to whoever has to begin
TABLE = """
2026-09-01 Ben   29 September 2026, in 28 days
2026-09-01 Noor  29 September 2026, in 28 days
2026-09-15 Ben   29 September 2026, in 14 days
2026-09-15 Noor  29 September 2026, in 14 days
2026-09-29 Ben   29 September 2026, today
2026-09-29 Noor  29 September 2026, today
2026-10-06 Amira 29 September 2026, 7 days late
2026-10-06 Ben   29 September 2026, 7 days late
2026-10-06 Noor  29 September 2026, 7 days late
2026-10-13 Ben   29 September 2026, 14 days late
2026-10-13 Lena  29 September 2026, 14 days late
2026-10-13 Noor  29 September 2026, 14 days late
2026-11-03 Ben   1 December 2026, in 28 days
2026-11-03 Noor  1 December 2026, in 28 days
2026-11-17 Ben   1 December 2026, in 14 days
2026-11-17 Noor  1 December 2026, in 14 days
2026-12-01 Ben   1 December 2026, today
2026-12-01 Noor  1 December 2026, today
2026-12-08 Amira 1 December 2026, 7 days late
2026-12-08 Ben   1 December 2026, 7 days late
2026-12-08 Noor  1 December 2026, 7 days late
2026-12-15 Ben   1 December 2026, 14 days late
2026-12-15 Lena  1 December 2026, 14 days late
2026-12-15 Noor  1 December 2026, 14 days late
2027-02-01 Ben   1 March 2027, in 28 days
2027-02-01 Noor  1 March 2027, in 28 days
2027-02-15 Ben   1 March 2027, in 14 days
2027-02-15 Noor  1 March 2027, in 14 days
2027-03-01 Ben   1 March 2027, today
2027-03-01 Noor  1 March 2027, today
2027-03-08 Amira 1 March 2027, 7 days late
2027-03-08 Ben   1 March 2027, 7 days late
2027-03-08 Noor  1 March 2027, 7 days late
2027-03-15 Ben   1 March 2027, 14 days late
2027-03-15 Lena  1 March 2027, 14 days late
2027-03-15 Noor  1 March 2027, 14 days late
2027-08-04 Ben   1 September 2027, in 28 days
2027-08-04 Noor  1 September 2027, in 28 days
2027-08-18 Ben   1 September 2027, in 14 days
2027-08-18 Noor  1 September 2027, in 14 days
2027-09-01 Ben   1 September 2027, today
2027-09-01 Noor  1 September 2027, today
2027-09-08 Amira 1 September 2027, 7 days late
2027-09-08 Ben   1 September 2027, 7 days late
2027-09-08 Noor  1 September 2027, 7 days late
2027-09-15 Ben   1 September 2027, 14 days late
2027-09-15 Lena  1 September 2027, 14 days late
2027-09-15 Noor  1 September 2027, 14 days late
"""
WORDS = {
    "Noor": "Start: {title}. Due {due}.",
    "Ben": "Start: {title}, Noor Ashdown. Due {due}.",
    "Amira": "{title}, Noor Ashdown. Due {due}. Waiting for Noor Ashdown and Ben Okafor.",
    "Lena": "{title}, Noor Ashdown. Due {due}. Waiting for Noor Ashdown and Ben Okafor.",
}


def test_each_letter_of_the_year_on_its_day_to_its_person_in_its_words(began: Registration, cast: Cast) -> None:
    told = {due + timedelta(days=step) for due in THINGS for step in STEPS}
    nothing = {day + timedelta(days=1) for day in told if day.day % 2} | {date(2026, 8, 31), date(2027, 9, 29)}
    run(*sorted(told | nothing))
    titles = {long_date(due): things for due, things in THINGS.items()}
    expected = []
    for line in TABLE.strip().splitlines():
        day, who, due = line.split(maxsplit=2)
        lines = [WORDS[who].format(title=title, due=due) for title in titles[due.split(",")[0]]]
        expected.append((date.fromisoformat(day), who, "\n".join(lines)))
    assert letters() == expected


def test_the_first_letters_as_they_are_read(began: Registration, cast: Cast) -> None:
    run(date(2026, 10, 13))
    found = {one.user.first_name: one for one in Notice.objects.filter(kind=KIND).select_related("user")}
    assert {one.subject for one in found.values()} == {"What is due in the records of the year"}
    assert found["Ben"].body == (
        "Dear Ben Okafor\n\n"
        "This waits for you:\n"
        "- Start: Development plan for the first months, Noor Ashdown. Due 29 September 2026, 14 days late.\n"
        "- Start: Self-assessment at the start, Noor Ashdown. Due 29 September 2026, 14 days late.\n"
        "- Start: Support and assessment agreement, Noor Ashdown. Due 29 September 2026, 14 days late.\n\n"
        "What happens next: open what waits for you, and do your part or agree another day with your co-ordinator. "
        "Everything that waits is on this page: http://localhost:8000/waiting\n\n"
        "You can ask for letters only about what is late: http://localhost:8000/reminders\n\n"
        "Assessed and supported year in employment\n"
    )
    assert found["Lena"].body == (
        "Dear Lena Lindqvist\n\n"
        "This is late at Northshire and waits for somebody else:\n"
        "- Development plan for the first months, Noor Ashdown. Due 29 September 2026, 14 days late. "
        "Waiting for Noor Ashdown and Ben Okafor.\n"
        "- Self-assessment at the start, Noor Ashdown. Due 29 September 2026, 14 days late. "
        "Waiting for Noor Ashdown and Ben Okafor.\n"
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
        for due, things in THINGS.items():
            for step, after in zip(steps, (*steps[1:], 10_000), strict=True):
                until = due + timedelta(days=after)
                first = next((day for day in ran if due + timedelta(days=step) <= day < until), None)
                expected += [(first, due, step)] * len(things) if first else []
        told = Reminder.objects.filter(person__first_name=who).values_list("told_on", "due_on", "step")
        assert sorted(told) == sorted(expected), who
    assert len(ran) > Reminder.objects.values("told_on").distinct().count() > 10
