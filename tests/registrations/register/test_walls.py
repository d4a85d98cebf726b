"""What the database itself refuses about the register, tried with raw SQL as the application's role and the owner."""

import psycopg
import pytest
from psycopg import errors

from registrations.models import RegisterCheck, RegisterRequest
from registrations.services import checking, looking, rechecking
from tests.cast import NOW
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = (
    "registration_id, occasion, number, status, left_because, no_answer, name_found, name_matches, registered_from, "
    "registered_until, checked_by_id, checked_at, erased_at"
)


@pytest.fixture(params=["app_sql", "owner_sql"])
def sql(request) -> psycopg.Connection:
    return request.getfixturevalue(request.param)


@built_once
def registration(cast, year):
    return make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)


@built_once
def other(cast, year):
    sent = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=1)
    rechecking.want_before_outcome([sent.pk], NOW)
    return sent


def copied(sql, registration, **changed):
    """Another row like the one there is, but for what is changed."""
    values = ", ".join(changed.get(name.strip(), name.strip()) for name in COLUMNS.split(","))
    sql.execute(
        f"INSERT INTO registrations_registercheck ({COLUMNS}) SELECT {values} FROM registrations_registercheck "
        "WHERE registration_id = %s",
        [registration.pk],
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "'unavailable'"},
        {"status": "'unavailable'", "no_answer": "'slow'"},
        {"no_answer": "'slow'"},
        {"status": "'not_registered'"},
        {"left_because": "'removed'"},
        {"status": "'not_found'"},
        {"status": "'not_found'", "name_found": "''", "name_matches": "NULL"},
        {"registered_from": "NULL"},
        {"name_matches": "NULL"},
        {"name_found": "''"},
        {"number": "''"},
        {"number": "'SW5'"},
        {"number": "lower(number)"},
    ],
    ids=str,
)
def test_a_look_without_its_facts(sql, registration, changed):
    with pytest.raises(psycopg.IntegrityError):
        copied(sql, registration, **changed)
    copied(sql, registration)


def test_an_answer_about_somebody_else(sql, registration, other):
    with pytest.raises(errors.RestrictViolation, match="another number"):
        copied(sql, registration, registration_id=str(other.pk))


def test_a_question_answered_with_somebody_elses_answer(sql, registration, other):
    check = registration.register_checks.get()
    with pytest.raises(errors.ForeignKeyViolation):
        sql.execute(
            "UPDATE registrations_registerrequest SET done_at = now(), answer_id = %s WHERE registration_id = %s",
            [check.pk, other.pk],
        )


@pytest.mark.parametrize(
    "change",
    [
        "registration_id = registration_id + 1",
        "occasion = 'renewal'",
        "occasion = 'renewal', period = '2026'",
        "wanted_at = now()",
        "answer_id = 1",
    ],
)
def test_a_question_that_waits_is_changed(sql, other, change):
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(f"UPDATE registrations_registerrequest SET {change}")


def test_a_question_is_done_once(sql, other):
    sql.execute("UPDATE registrations_registerrequest SET done_at = now()")
    with pytest.raises(errors.RestrictViolation):
        sql.execute("UPDATE registrations_registerrequest SET done_at = NULL")


def test_two_questions_wait_or_two_in_one_period(sql, other):
    again = (
        "INSERT INTO registrations_registerrequest (registration_id, occasion, period, wanted_at, tries, due_at, "
        "no_answer, done_at) VALUES (%s, %s, %s, now(), 0, now(), '', %s)"
    )
    with pytest.raises(errors.UniqueViolation, match="one_open"):
        sql.execute(again, [other.pk, "outcome", "", None])
    sql.execute(again, [other.pk, "renewal", "2026", NOW])
    with pytest.raises(errors.UniqueViolation, match="once_a_period"):
        sql.execute(again, [other.pk, "renewal", "2026", NOW])


@pytest.mark.parametrize("table", ["registercheck", "registerrequest", "namesettled"])
def test_nothing_is_deleted(sql, cast, registration, other, server, table):  # noqa: PLR0917
    server.names[registration.nqsw.swe_number] = "Philippa Marriott"
    check = checking.check_register_entry(registration, by=cast.erin, now=NOW)
    looking.settle_name(registration, "They married.", seen_check=check.pk, by=cast.erin, now=NOW)
    with pytest.raises(psycopg.Error):
        sql.execute(f"DELETE FROM registrations_{table}")
    with pytest.raises(psycopg.Error):
        sql.execute(f"TRUNCATE registrations_{table} CASCADE")


def test_a_settled_name_stays_and_is_only_of_a_different_one(sql, cast, registration, server):
    plain = registration.register_checks.get()
    with pytest.raises(errors.RestrictViolation, match="only a different name"):
        sql.execute(
            "INSERT INTO registrations_namesettled (check_settled_id, settled_by_id, settled_at) "
            "VALUES (%s, %s, now())",
            [plain.pk, cast.erin.pk],
        )
    server.names[registration.nqsw.swe_number] = "Philippa Marriott"
    check = checking.check_register_entry(registration, by=cast.erin, now=NOW)
    looking.settle_name(registration, "They married.", seen_check=check.pk, by=cast.erin, now=NOW)
    with pytest.raises(psycopg.Error):
        sql.execute("UPDATE registrations_namesettled SET settled_at = now()")


@pytest.mark.parametrize(
    "change",
    [
        "status = 'not_found'",
        "name_found = 'Somebody Else'",
        "name_found = '', number = ''",
        "name_found = '', number = '', erased_at = now(), name_matches = false",
        "name_found = '', number = '', erased_at = now(), checked_at = now()",
        "name_found = '', number = '', erased_at = now(), registered_from = NULL",
        "name_found = '', erased_at = now()",
    ],
)
def test_a_look_is_changed(sql, registration, change):
    with pytest.raises(psycopg.Error):
        sql.execute(f"UPDATE registrations_registercheck SET {change}")


def test_a_look_is_erased_through_one_function_and_what_was_found_stays(app_sql, owner_sql, registration):
    before = registration.register_checks.get()
    app_sql.execute("SELECT erase_register_check(%s, now())", [before.pk])
    after = RegisterCheck.objects.get(pk=before.pk)
    assert (after.name_found, after.number) == ("", "")
    assert after.erased_at
    assert (after.status, after.name_matches, after.checked_at) == (
        before.status,
        before.name_matches,
        before.checked_at,
    )
    with pytest.raises(psycopg.Error):
        owner_sql.execute("UPDATE registrations_registercheck SET name_found = 'Again'")
    assert RegisterRequest.objects.count() == 0
