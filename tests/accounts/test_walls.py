"""What the database itself refuses about people and the audit trail, to the service's role and to the owner."""

import psycopg
import pytest

from accounts import roles
from accounts.models import AuditEvent, KeptText, SensitiveRead
from accounts.services import invitations, jobs, kept, people, reads
from tests.cast import NOW, build
from tests.ground.built_once import built_once

PRIVILEGE, REFUSED, CHECK, UNIQUE, FOREIGN = "42501", "23001", "23514", "23505", "23503"


@pytest.fixture
def cast(transactional_db):
    """The cast, committed, so that the raw connections see it."""
    return build()


@built_once
def people_here(cast):
    people.deactivate(cast.cal, because="Left", by=cast.adele, now=NOW)
    invitations.invite("fay@p.example", "F", "F", roles.ASSESSOR, cast.northshire, by=cast.amira, now=NOW)
    _, token = invitations.invite(cast.mina.email, "M", "H", roles.SENIOR_LEAD, cast.northshire, by=cast.amira, now=NOW)
    invitations.accept(token, None, by=cast.mina, now=NOW)
    reads.log([("accounts.user", cast.ben.pk)], by=cast.udo, now=NOW)
    assert jobs.claim("a", "2026-09", NOW)
    return cast


def refused(connection, statement, *codes):
    with pytest.raises(psycopg.Error) as error:
        connection.execute(statement)
    assert error.value.sqlstate in codes, error.value


APPEND_ONLY = ("accounts_auditevent", "accounts_sensitiveread", "accounts_jobrun")
NEVER_DELETED = (
    "accounts_human", "accounts_user", "accounts_membership", "accounts_invitation", "accounts_employer"
)  # fmt: skip


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_happened_is_neither_changed_nor_deleted(people_here, app_sql, owner_sql, table):
    for connection, code in ((app_sql, PRIVILEGE), (owner_sql, REFUSED)):
        refused(connection, f"UPDATE {table} SET at = now()", code)
        refused(connection, f"DELETE FROM {table}", code)
        refused(connection, f"TRUNCATE {table} CASCADE", code)


@pytest.mark.parametrize("table", NEVER_DELETED)
def test_people_and_places_are_never_deleted(people_here, app_sql, owner_sql, table):
    for connection, code in ((app_sql, PRIVILEGE), (owner_sql, REFUSED)):
        refused(connection, f"DELETE FROM {table}", code)
        refused(connection, f"TRUNCATE {table} CASCADE", code)


def test_the_words_of_an_event_are_erased_through_one_function_and_stay_sealed(people_here, app_sql, owner_sql):
    event = AuditEvent.objects.get(act="accounts.deactivate")
    for connection in (app_sql, owner_sql):
        refused(connection, 'UPDATE accounts_auditdetail SET words = \'{"because": "x"}\'', PRIVILEGE, REFUSED)
        refused(connection, "UPDATE accounts_auditdetail SET words = NULL", PRIVILEGE, REFUSED)
        refused(connection, "UPDATE accounts_auditdetail SET salt = ''", PRIVILEGE, REFUSED)
        refused(connection, "DELETE FROM accounts_auditdetail", PRIVILEGE, REFUSED)
        refused(connection, "TRUNCATE accounts_auditdetail", PRIVILEGE, REFUSED)
    app_sql.execute("SELECT erase_audit_detail(%s, now())", [event.pk])
    row = app_sql.execute("SELECT words, erased_at, salt FROM accounts_auditdetail").fetchone()
    assert row[0] is None
    assert row[1] is not None
    assert row[2]
    assert AuditEvent.objects.get(pk=event.pk).detail_digest == event.detail_digest != ""


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE accounts_membership SET role = 'administrator' WHERE role = 'caseworker'", REFUSED),
        (
            "UPDATE accounts_membership SET user_id = (SELECT min(id) FROM accounts_user) WHERE role = 'analyst'",
            REFUSED,
        ),
        ("UPDATE accounts_membership SET starts_on = '2019-01-01'", REFUSED),
        ("UPDATE accounts_membership SET ends_on = '2019-01-01'", CHECK),
        ("UPDATE accounts_invitation SET token_hash = 'x'", REFUSED),
        ("UPDATE accounts_invitation SET expires_at = '2099-01-01'", REFUSED),
        ("UPDATE accounts_invitation SET accepted_at = NULL WHERE accepted_at IS NOT NULL", REFUSED),
        ("UPDATE accounts_invitation SET revoked_at = now() WHERE accepted_at IS NOT NULL", CHECK),
        ("UPDATE accounts_user SET email = upper(email)", CHECK),
        ("UPDATE accounts_user SET email = 'same@p.example'", UNIQUE),
        ("UPDATE accounts_employer SET name = 'NORTHSHIRE' WHERE name = 'Southmouth'", UNIQUE),
        ("UPDATE accounts_employer SET closed_on = opened_on", CHECK),
        ("UPDATE accounts_employer SET successor_id = id", CHECK),
        (
            (
                "INSERT INTO accounts_membership (user_id, role, employer_id, starts_on)"
                " SELECT user_id, role, employer_id, '2026-01-01' FROM accounts_membership WHERE role = 'caseworker'"
            ),
            UNIQUE,
        ),
        (
            (
                "INSERT INTO accounts_membership (user_id, role, employer_id, starts_on)"
                " SELECT user_id, 'caseworker', employer_id, '2026-01-01' FROM accounts_membership"
                " WHERE role = 'assessor'"
            ),
            CHECK,
        ),
        (
            (
                "INSERT INTO accounts_membership (user_id, role, starts_on)"
                " SELECT user_id, 'assessor', '2026-01-01' FROM accounts_membership WHERE role = 'caseworker'"
            ),
            CHECK,
        ),
        (
            (
                "INSERT INTO accounts_invitation (user_id, role, employer_id, token_hash, sent_by_id,"
                " sent_at, expires_at)"
                " SELECT user_id, role, employer_id, 'other', sent_by_id, sent_at, expires_at FROM accounts_invitation"
                " WHERE accepted_at IS NULL"
            ),
            UNIQUE,
        ),
        (
            "INSERT INTO accounts_jobrun (job, period, at) VALUES ('a', '2026-09', now())",
            UNIQUE,
        ),
    ],
)
def test_an_impossible_person_cannot_be_written(people_here, app_sql, owner_sql, statement, code):
    for connection in (app_sql, owner_sql):
        refused(connection, statement, code)


def test_a_job_is_claimed_once_a_period(db):
    assert jobs.claim("payments.prepare_month", "2026-09", NOW)
    assert not jobs.claim("payments.prepare_month", "2026-09", NOW)
    assert jobs.claim("payments.prepare_month", "2026-10", NOW)


def test_kept_text_may_be_forgotten(people_here):
    kept.keep("/", [("a", "b")], by=people_here.ben, now=NOW)
    assert KeptText.objects.all().delete()[0] == 1


def test_a_read_is_logged_once_a_page(people_here):
    reads.log([("accounts.user", 1), ("accounts.user", 1)], by=people_here.udo, now=NOW)
    assert SensitiveRead.objects.filter(object_id=1).count() == 1
