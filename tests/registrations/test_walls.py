"""What the database itself refuses, tried with raw SQL as the application's role and as the owner."""

from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

from registrations.models import Placement, RegisterCheck
from registrations.services import changes, checking, mergers
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["app_sql", "owner_sql"])
def sql(request) -> psycopg.Connection:
    return request.getfixturevalue(request.param)


@built_once
def registration(cast, year):
    return make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)


@built_once
def other(cast, year):
    return make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=1)


def test_two_live_placements_of_one_person(sql, registration):
    with pytest.raises(errors.ExclusionViolation):
        sql.execute(
            "INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on) "
            "SELECT registration_id, nqsw_id, employer_id, starts_on + 30 FROM registrations_placement"
        )


def test_placement_of_another_person(sql, registration, other):
    with pytest.raises(errors.ForeignKeyViolation):
        sql.execute(
            "INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on, ends_on) "
            "VALUES (%s, %s, %s, '2020-01-01', '2020-01-01')",
            [registration.pk, other.nqsw_id, Placement.objects.first().employer_id],
        )


def test_a_placement_handed_to_its_own_employer(sql, registration, cast):
    with pytest.raises(errors.CheckViolation, match="placement_handed_to_another"):
        sql.execute("UPDATE registrations_placement SET handed_to_id = employer_id")
    sql.execute("UPDATE registrations_placement SET handed_to_id = %s", [cast.southmouth.pk])


def test_two_live_registrations_of_one_person(sql, registration):
    columns = [f.column for f in registration._meta.concrete_fields if f.name not in ("id", "reference")]
    names = ", ".join(f'"{name}"' for name in columns)
    values = names.replace('"state"', "'submitted'").replace('"decided_at"', "NULL").replace('"decided_by_id"', "NULL")
    with pytest.raises(errors.UniqueViolation, match="registration_one_live"):
        sql.execute(f"INSERT INTO registrations_registration ({names}) SELECT {values} FROM registrations_registration")


@pytest.mark.parametrize(
    "change",
    [
        "state = 'submitted'",
        "state = 'refused', reference = NULL",
        "decided_by_id = NULL",
        "refused_because = 'x'",
        "ended_on = '2026-10-01'",
        "end_reason = 'withdrawn'",
        "fte_percent = 5",
        "verdict = 'cannot_register'",
        "asye_start = employment_start - 1",
        "swe_registered_from = qualified_on - 1",
        "reference = 'CF2699999X'",
        "nqsw_id = nqsw_id + 1",
        "submitted_at = now()",
    ],
)
def test_state_without_its_facts_and_changed_facts(sql, registration, change):
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(f"UPDATE registrations_registration SET {change}")


def test_registered_without_reference(sql, other):
    with pytest.raises(errors.CheckViolation):
        sql.execute("UPDATE registrations_registration SET state = 'registered', decided_at = now()")


@pytest.mark.parametrize("number", ["sw1", "SW01", "SW 1", "SW0", "SW", "SW12345678", "SW１", "SW1\n", "1", ""])
def test_number_not_canonical(sql, registration, number):
    with pytest.raises(psycopg.Error):
        sql.execute("UPDATE registrations_nqsw SET swe_number = %s", [number])


def test_number_twice(sql, registration, other):
    with pytest.raises(errors.UniqueViolation):
        sql.execute("UPDATE registrations_nqsw SET swe_number = 'SW9'")


@pytest.mark.parametrize(
    "change",
    ["fundable_years = 9", "on_fail = 'pay'", "published_at = NULL, published_by_id = NULL, published_human_id = NULL"],
)
def test_published_year_changed(sql, year, change):
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(f"UPDATE registrations_programmeyear SET {change} WHERE id = %s", [year.pk])


def test_amount_of_a_published_year(sql, year):
    with pytest.raises(psycopg.IntegrityError):
        sql.execute("UPDATE registrations_milestoneamount SET amount_pence = 1")
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(
            "INSERT INTO registrations_milestoneamount (programme_year_id, milestone, amount_pence) "
            "VALUES (%s, 'bonus', 5)",
            [year.pk],
        )


def test_draft_year_published_by_its_drafter(sql, cast):
    draft = make.draft_year(2025, by=cast.adele, now=NOW)
    with pytest.raises(errors.CheckViolation):
        sql.execute(
            "UPDATE registrations_programmeyear SET published_at = now(), published_by_id = drafted_by_id, "
            "published_human_id = drafted_human_id WHERE id = %s",
            [draft.pk],
        )


@pytest.mark.parametrize(
    "table",
    [
        "programmeyear",
        "milestoneamount",
        "nqsw",
        "registration",
        "registrationquery",
        "registercheck",
        "placement",
        "assessorassignment",
    ],
)
def test_nothing_is_deleted(sql, cast, registration, other, table):
    checking.ask(other, "Why?", by=cast.erin, now=NOW)
    with pytest.raises(psycopg.Error):
        sql.execute(f"DELETE FROM registrations_{table}")
    with pytest.raises(psycopg.Error):
        sql.execute(f"TRUNCATE registrations_{table} CASCADE")


def test_register_checks_are_append_only(sql, registration):
    assert RegisterCheck.objects.count() == 1
    with pytest.raises(psycopg.Error):
        sql.execute("UPDATE registrations_registercheck SET status = 'registered'")


def test_two_open_deferrals(sql, cast, registration):
    make.deferred(registration, by=cast.amira, now=NOW)
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(
            "INSERT INTO registrations_deferral (registration_id, starts_on, reason, detail, recorded_by_id, "
            "recorded_at) VALUES (%s, '2027-01-01', 'sickness', '', %s, now())",
            [registration.pk, cast.amira.pk],
        )


def test_two_assessors_at_once(sql, cast, registration):
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(
            "INSERT INTO registrations_assessorassignment (placement_id, assessor_id, starts_on, ends_on, "
            "assigned_by_id, assigned_at) SELECT placement_id, %s, starts_on, starts_on + 5, %s, now() "
            "FROM registrations_assessorassignment",
            [cast.dev.pk, cast.amira.pk],
        )


def test_a_placement_opened_again_beyond_the_last_day_of_its_employer(sql, registration, cast):
    changes.withdraw(registration, TODAY, "They left.", by=cast.amira, now=NOW)
    mergers.close(cast.northshire, TODAY + timedelta(days=30), "No more social work.", by=cast.erin, now=NOW)
    sql.execute("UPDATE registrations_placement SET ends_on = ends_on + 30")
    for beyond in ("NULL", "ends_on + 1"):
        with pytest.raises(psycopg.IntegrityError):
            sql.execute(f"UPDATE registrations_placement SET ends_on = {beyond}")
