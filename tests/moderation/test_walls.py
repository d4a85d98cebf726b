"""What raw SQL cannot break, neither as the application's role nor as the owner of the tables."""

import psycopg
import pytest

from moderation.models import Allocation, Feedback, Reading, Round, SampleItem
from moderation.services import conflicts, feedback
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import moderation as make
from tests.ground.built_once import built_once

TABLES = (
    "round", "populationitem", "sampleitem", "allocation", "reading", "resolution", "feedback", "conflictdeclared",
)  # fmt: skip


@pytest.fixture(params=["app", "owner"])
def sql(
    request: pytest.FixtureRequest, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
) -> psycopg.Connection:
    return app_sql if request.param == "app" else owner_sql


def refused(sql: psycopg.Connection, statement: str, *values: object, match: str | None = None) -> None:
    with pytest.raises(psycopg.Error, match=match):
        sql.execute(statement, values)


@built_once
def done(cast: Cast, held: Allocation) -> Round:
    """One of everything: read, resolved, fed back, and a conflict of Ben's on record."""
    read = make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW)
    feedback.send(read.item, "Well argued.", by=cast.amira, now=NOW)
    conflicts.declare(read.item, cast.ben, "He assessed her.", by=cast.amira, now=NOW)
    return read.item.population.round


@built_once
def unsigned(cast: Cast, opened: Round) -> Registration:
    """Another at Northshire, of whom nothing is recommended."""
    return make.registered(cast, now=NOW, number=7)


def give(sql: psycopg.Connection, item: int, user: int, human: int) -> None:
    sql.execute(
        "INSERT INTO moderation_allocation (item_id, moderator_id, moderator_human_id, allocated_by_id, allocated_at,"
        " withdrawn_because) VALUES (%s, %s, %s, %s, now(), '')",
        [item, user, human, user],
    )


def test_nothing_is_deleted(sql: psycopg.Connection, done: Round) -> None:
    for table in TABLES:
        refused(sql, f"DELETE FROM moderation_{table}")
        refused(sql, f"TRUNCATE moderation_{table} CASCADE")


def test_a_conflicted_reader_is_not_given_a_record(sql: psycopg.Connection, done: Round, cast: Cast) -> None:
    item = SampleItem.objects.get()
    with pytest.raises(psycopg.Error, match="has a conflict"):
        give(sql, item.pk, cast.ben.pk, cast.ben.human_id)


def test_lying_about_who_the_human_is(sql: psycopg.Connection, done: Round, cast: Cast) -> None:
    with pytest.raises(psycopg.Error, match="another human"):
        give(sql, SampleItem.objects.get().pk, cast.ben.pk, cast.dev.human_id)


def test_no_reader_holds_a_record_twice(sql: psycopg.Connection, done: Round, cast: Cast) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        give(sql, SampleItem.objects.get().pk, cast.dev.pk, cast.dev.human_id)


def test_an_allocation_does_not_change_hands(sql: psycopg.Connection, done: Round, cast: Cast) -> None:
    refused(sql, "UPDATE moderation_allocation SET moderator_id = %s", cast.mina.pk)


def test_a_completed_reading_cannot_be_withdrawn(sql: psycopg.Connection, done: Round, cast: Cast) -> None:
    statement = "UPDATE moderation_allocation SET withdrawn_at = now(), withdrawn_by_id = %s, withdrawn_because = 'x'"
    refused(sql, statement, cast.amira.pk, match="completed reading")


@pytest.mark.parametrize(
    "change",
    ["judgement = 'pass'", "judgement_reasons = 'x'", "sealed_at = NULL", "answer = 'other'", "completed_at = NULL"],
)
def test_a_completed_reading_cannot_be_changed(sql: psycopg.Connection, done: Round, change: str) -> None:
    refused(sql, f"UPDATE moderation_reading SET {change}", match="cannot be changed")


@pytest.mark.parametrize("change", ["judgement = 'pass'", "judgement_reasons = 'x'", "sealed_at = NULL"])
def test_a_sealed_judgement_cannot_be_changed(sql: psycopg.Connection, change: str, sealed: Allocation) -> None:
    refused(sql, f"UPDATE moderation_reading SET {change}", match="sealed judgement")
    sql.execute("UPDATE moderation_reading SET answer = 'agrees'")
    assert Reading.objects.get().answer == "agrees"


def test_a_conflicted_reader_cannot_seal(sql: psycopg.Connection, judged: Allocation, cast: Cast) -> None:
    sql.execute(
        "INSERT INTO moderation_conflictdeclared (moderator_id, registration_id, because, declared_by_id, declared_at)"
        " VALUES (%s, %s, 'x', %s, now())",
        [cast.dev.pk, judged.item.population.registration_id, cast.dev.pk],
    )
    refused(sql, "UPDATE moderation_reading SET sealed_at = now()", match="has a conflict")


def test_a_withdrawn_reading_cannot_be_sealed(sql: psycopg.Connection, judged: Allocation, cast: Cast) -> None:
    sql.execute(
        "UPDATE moderation_allocation SET withdrawn_at = now(), withdrawn_by_id = %s, withdrawn_because = 'x'",
        [cast.amira.pk],
    )
    refused(sql, "UPDATE moderation_reading SET sealed_at = now()", match="withdrawn")


def test_sealing_needs_a_judgement(sql: psycopg.Connection, held: Allocation) -> None:
    refused(sql, "UPDATE moderation_reading SET sealed_at = now()", match="reading_sealed_with_a_judgement")


def test_a_population_and_its_sample_are_frozen(sql: psycopg.Connection, done: Round) -> None:
    refused(sql, "UPDATE moderation_populationitem SET recommends = 'pass'")
    refused(sql, "UPDATE moderation_sampleitem SET reasons = '{random}'")
    for column in ("seed = repeat('0', 32)", "population_hash = repeat('0', 64)", "sample_percent = 0", "readers = 2"):
        refused(sql, f"UPDATE moderation_round SET {column}")
    refused(
        sql,
        "INSERT INTO moderation_populationitem (round_id, final_revision_id, registration_id, recommends, assessor_id)"
        " SELECT round_id, final_revision_id, registration_id, recommends, assessor_id FROM moderation_populationitem",
        match="frozen",
    )


def test_a_population_is_of_signed_recommendations(
    sql: psycopg.Connection, unsigned: Registration, opened: Round, cast: Cast
) -> None:
    member = opened.population.get()
    refused(
        sql,
        "WITH r AS (INSERT INTO moderation_round (employer_id, programme_year_id, sample_percent, readers,"
        " population_hash, seed, opened_by_id, opened_at) SELECT employer_id, programme_year_id, sample_percent,"
        " readers, population_hash, seed, opened_by_id, opened_at FROM moderation_round RETURNING id)"
        " INSERT INTO moderation_populationitem (round_id, final_revision_id, registration_id, recommends, assessor_id)"
        " SELECT id, %s, %s, 'pass', %s FROM r",
        member.final_revision_id, unsigned.pk, cast.ben.pk, match="has not signed",
    )  # fmt: skip


def test_no_resolution_before_the_reading_is_complete(sql: psycopg.Connection, held: Allocation, cast: Cast) -> None:
    refused(
        sql,
        "INSERT INTO moderation_resolution (item_id, how, conclusion, reasons, decided_by_id, decided_at)"
        " VALUES (%s, 'agreed', 'fail', '', %s, now())",
        held.item_id, cast.amira.pk, match="not read to the end",
    )  # fmt: skip


def test_what_was_said_stays(sql: psycopg.Connection, done: Round) -> None:
    refused(sql, "UPDATE moderation_resolution SET conclusion = 'pass'")
    refused(sql, "UPDATE moderation_feedback SET text = 'x'")
    refused(sql, "UPDATE moderation_conflictdeclared SET because = 'x'")
    sql.execute("UPDATE moderation_feedback SET acknowledged_at = now()")
    refused(sql, "UPDATE moderation_feedback SET acknowledged_at = NULL")
    assert Feedback.objects.get().acknowledged_at
    assert Allocation.objects.count() == 1
