"""What the database itself refuses about reminders, to the application and to the owner of the tables alike."""

from datetime import date

import psycopg
import pytest

from assessments.models import Reminder, ReminderLetter
from registrations.models import Registration
from tests.assessments.outstanding.telling import run
from tests.assessments.test_walls import refused
from tests.cast import Cast

DAY = date(2026, 9, 29)
TOLD = (
    "INSERT INTO assessments_reminder (letter_id, person_id, registration_id, kind, review_point, ordinal, due_on,"
    " step, because, told_on) VALUES (%s, %s, %s, 'review', 'review_3', 1, %s, %s, %s, %s)"
)
LETTER = 'INSERT INTO assessments_reminderletter (person_id, "on", notice_id) VALUES (%s, %s, %s)'
NOTICE = (
    "INSERT INTO accounts_notice (kind, user_id, to_email, subject, body, secret_link, created_at, due_at, attempts,"
    " failed_because) VALUES (%s, %s, 'a@b.example', '', '', '', now(), now(), 0, '') RETURNING id"
)


@pytest.fixture(params=["app", "owner"])
def sql(
    request: pytest.FixtureRequest, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
) -> psycopg.Connection:
    return app_sql if request.param == "app" else owner_sql


@pytest.fixture
def letter(sql: psycopg.Connection, began: Registration) -> ReminderLetter:
    """Ben's of the day the agreement is due."""
    run(DAY)
    return ReminderLetter.objects.get(person__first_name="Ben")


def test_a_step_is_told_once_in_a_letter_of_that_person_and_day_and_not_before_its_day(
    sql: psycopg.Connection,
    letter: ReminderLetter,
    began: Registration,
    cast: Cast,
) -> None:
    one = Reminder.objects.get(letter=letter, kind="agreement")
    mine = (letter.pk, cast.ben.pk, began.pk)
    again = TOLD.replace("'review', 'review_3'", "'agreement', ''")
    refused(sql, again, *mine, one.due_on, one.step, "own", DAY)  # told already
    refused(sql, TOLD, letter.pk, cast.noor.pk, began.pk, DAY, 0, "own", DAY)  # in somebody else's letter
    refused(sql, TOLD, *mine, date(2026, 9, 1), 14, "own", date(2026, 9, 30))  # in the letter of another day
    refused(sql, TOLD, *mine, date(2026, 9, 30), 0, "own", DAY)  # before its day
    refused(sql, TOLD, *mine, date(2026, 9, 1), 3, "own", DAY)  # there is no such step
    refused(sql, TOLD, *mine, date(2026, 9, 1), 0, "coordinator", DAY)  # co-ordinators hear of it at 7
    refused(sql, TOLD, *mine, date(2026, 9, 1), 7, "senior_lead", DAY)  # leads at 14
    sql.execute(TOLD, [*mine, date(2026, 9, 1), 7, "coordinator", DAY])


def test_one_letter_a_day_which_is_a_digest_to_that_person(
    sql: psycopg.Connection,
    letter: ReminderLetter,
    cast: Cast,
) -> None:
    def notice(kind: str, user: int) -> int:
        row = sql.execute(NOTICE, [kind, user]).fetchone()
        assert row is not None
        return int(row[0])

    own = notice("assessments.due_digest", cast.ben.pk)
    refused(sql, LETTER, cast.ben.pk, DAY, own)  # the second of the day
    tomorrow = date(2026, 9, 30)
    refused(sql, LETTER, cast.ben.pk, tomorrow, letter.notice_id)  # one notice is one letter
    refused(sql, LETTER, cast.ben.pk, tomorrow, notice("assessments.due_digest", cast.noor.pk))
    refused(sql, LETTER, cast.ben.pk, tomorrow, notice("assessments.ready_to_sign", cast.ben.pk))
    sql.execute(LETTER, [cast.ben.pk, tomorrow, own])


def test_what_was_told_stays(sql: psycopg.Connection, letter: ReminderLetter) -> None:
    refused(sql, "UPDATE assessments_reminder SET step = 7")
    refused(sql, "DELETE FROM assessments_reminder")
    refused(sql, 'UPDATE assessments_reminderletter SET "on" = "on" + 1')
    refused(sql, "DELETE FROM assessments_reminderletter")
    refused(sql, "TRUNCATE assessments_reminder, assessments_reminderletter")
