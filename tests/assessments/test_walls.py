"""What the database itself refuses, to the application and to the owner of the tables alike."""

import json

import psycopg
import pytest
from django.db import transaction

from assessments.models import Certificate, Outcome, Record, Revision, Signature, Transition
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"


@pytest.fixture(params=["app", "owner"])
def raw(
    request: pytest.FixtureRequest, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
) -> psycopg.Connection:
    return app_sql if request.param == "app" else owner_sql


@pytest.fixture
def committed_year(raw: psycopg.Connection, year: Registration) -> Registration:
    return year


@built_once
def submitted(year: Registration) -> Record:
    """An observation to which everybody has added their part."""
    return make.submitted(year, OBSERVATION, now=NOW)


@built_once
def elsewhere(other_year: Registration, cast: Cast) -> Outcome:
    """A pass at Southmouth."""
    return make.confirmed(other_year, by=cast.sol, now=NOW)


def refused(raw: psycopg.Connection, statement: str, *values: object) -> None:
    with pytest.raises(psycopg.Error) as error:
        raw.execute(statement, values)
    assert error.value.sqlstate in {"23001", "23503", "23505", "23514", "42501"}, error.value


def test_what_was_written_stays(raw: psycopg.Connection, committed_year: Registration, cast: Cast) -> None:
    record = make.in_state(committed_year, "agreed", kind=OBSERVATION, now=NOW, coordinator=cast.amira)
    revision, signature = record.current_revision, Signature.objects.first()
    move = Transition.objects.first()
    refused(raw, "UPDATE assessments_revision SET content = '{}' WHERE id = %s", revision.pk)
    refused(raw, "UPDATE assessments_revision SET erased_at = now(), sha256 = '' WHERE id = %s", revision.pk)
    refused(raw, "DELETE FROM assessments_revision WHERE id = %s", revision.pk)
    refused(raw, "UPDATE assessments_signature SET part = 'nqsw' WHERE id = %s", signature.pk)
    refused(raw, "DELETE FROM assessments_signature WHERE id = %s", signature.pk)
    refused(raw, "UPDATE assessments_transition SET reason = 'x' WHERE id = %s", move.pk)
    refused(raw, "DELETE FROM assessments_transition WHERE id = %s", move.pk)
    refused(raw, "UPDATE assessments_standardjudgement SET level = 'x'")
    refused(raw, "DELETE FROM assessments_record WHERE id = %s", record.pk)
    refused(raw, "TRUNCATE assessments_revision CASCADE")
    refused(raw, "UPDATE assessments_record SET kind = 'review' WHERE id = %s", record.pk)
    refused(raw, "UPDATE assessments_record SET standard_set = 'early-career-2027' WHERE id = %s", record.pk)


def test_a_state_comes_only_from_a_transition(raw: psycopg.Connection, submitted: Record, cast: Cast) -> None:
    refused(raw, "UPDATE assessments_record SET state = 'draft' WHERE id = %s", submitted.pk)
    refused(raw, "UPDATE assessments_record SET state = 'agreed' WHERE id = %s", submitted.pk)
    insert = (
        "INSERT INTO assessments_transition (record_id, number, from_state, to_state, revision_id, by_id, reason,"
        " about_field, at) VALUES (%s, %s, %s, %s, %s, %s, '', '', now())"
    )
    record, revision, ben = submitted.pk, submitted.current_revision.pk, cast.ben.pk
    refused(raw, insert, record, 2, "submitted", "agreed", revision, ben)  # and the record does not follow
    refused(raw, insert, record, 3, "submitted", "agreed", revision, ben)
    refused(raw, insert, record, 2, "agreed", "locked", revision, ben)
    refused(raw, insert, record, 2, "submitted", "locked", revision, ben)
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_agreed_means_everybody_signed_what_it_says_now(raw: psycopg.Connection, submitted: Record, cast: Cast) -> None:
    both = (
        "WITH moved AS (INSERT INTO assessments_transition (record_id, number, from_state, to_state, revision_id,"
        " by_id, reason, about_field, at) VALUES (%s, 2, 'submitted', 'agreed', %s, %s, '', '', now()))"
        " UPDATE assessments_record SET state = 'agreed' WHERE id = %s"
    )
    with pytest.raises(psycopg.Error, match="without every signature"):
        raw.execute(both, [submitted.pk, submitted.current_revision.pk, cast.ben.pk, submitted.pk])
    make.sign_all(submitted, now=NOW)
    first = submitted.revisions.first()
    refused(raw, "UPDATE assessments_record SET current_revision_id = %s WHERE id = %s", first.pk, submitted.pk)


def test_a_signature_signs_a_revision_of_its_record(
    raw: psycopg.Connection, year: Registration, submitted: Record, cast: Cast
) -> None:
    two = make.submitted(year, OBSERVATION, now=NOW, ordinal=2)
    insert = (
        "INSERT INTO assessments_signature (record_id, revision_id, part, person_id, signed_at)"
        " VALUES (%s, %s, 'nqsw', %s, now())"
    )
    refused(raw, insert, submitted.pk, two.current_revision.pk, cast.noor.pk)
    refused(
        raw,
        "UPDATE assessments_record SET current_revision_id = %s WHERE id = %s",
        two.current_revision.pk,
        submitted.pk,
    )


OUTCOME = (
    "INSERT INTO assessments_outcome (registration_id, final_revision_id, moderation_basis, result, decided_by_id,"
    " decided_at, notice_on, appeal_by, supersedes_id, because)"
    " VALUES (%s, %s, 'agreed', %s, %s, now(), %s, %s, %s, %s)"
)


def test_one_live_outcome(
    raw: psycopg.Connection, year: Registration, passed: Outcome, elsewhere: Outcome, cast: Cast
) -> None:
    base = (year.pk, passed.final_revision_id)
    refused(raw, OUTCOME, *base, "pass", cast.lena.pk, None, None, None, "")
    refused(raw, OUTCOME, *base, "pass", cast.lena.pk, None, None, elsewhere.pk, "because")
    refused(raw, OUTCOME, *base, "fail", cast.lena.pk, None, None, passed.pk, "because")
    refused(raw, OUTCOME, *base, "pass", cast.lena.pk, None, None, passed.pk, "")
    refused(raw, OUTCOME, year.pk, elsewhere.final_revision_id, "pass", cast.lena.pk, None, None, passed.pk, "x")
    refused(raw, "UPDATE assessments_outcome SET result = 'fail'")
    refused(raw, "DELETE FROM assessments_outcome")
    raw.execute(OUTCOME, [*base, "fail", cast.lena.pk, "2026-09-14", "2026-10-12", passed.pk, "because"])
    refused(raw, OUTCOME, *base, "pass", cast.lena.pk, None, None, passed.pk, "because")  # superseded once already


CERTIFICATE = (
    "INSERT INTO assessments_certificate (registration_id, outcome_id, result, public_code, name_as_issued, facts,"
    " pdf, pdf_sha256, issued_at, state) VALUES (%s, %s, %s, %s, 'N', '{}', '', '', now(), 'valid')"
)


def test_a_certificate_only_after_a_pass(raw: psycopg.Connection, failed: Outcome, elsewhere: Outcome) -> None:
    code = "0123456789ABCDEF"
    refused(raw, CERTIFICATE, failed.registration_id, failed.pk, "pass", code)
    refused(raw, CERTIFICATE, failed.registration_id, failed.pk, "fail", code)
    refused(raw, CERTIFICATE, failed.registration_id, elsewhere.pk, "pass", code)
    refused(raw, CERTIFICATE, elsewhere.registration_id, elsewhere.pk, "pass", "guess-me")
    raw.execute(CERTIFICATE, [elsewhere.registration_id, elsewhere.pk, "pass", code])
    refused(raw, CERTIFICATE, elsewhere.registration_id, elsewhere.pk, "pass", "F" * 16)
    refused(raw, "UPDATE assessments_certificate SET pdf = 'x'")
    refused(raw, 'UPDATE assessments_certificate SET facts = \'{"name": "A"}\'')
    refused(raw, "UPDATE assessments_certificate SET state = 'revoked'")  # without its time
    refused(raw, "DELETE FROM assessments_certificate")


def test_superseding_revokes_in_the_same_transaction(raw: psycopg.Connection, passed: Outcome, cast: Cast) -> None:
    raw.execute(CERTIFICATE, [passed.registration_id, passed.pk, "pass", "0123456789ABCDEF"])
    later = [passed.registration_id, passed.final_revision_id, "fail", cast.lena.pk, "2026-09-14", "2026-10-12"]
    refused(raw, OUTCOME, *later, passed.pk, "because")
    with raw.transaction():
        raw.execute(OUTCOME, [*later, passed.pk, "because"])
        raw.execute("UPDATE assessments_certificate SET state = 'revoked', state_changed_at = now()")
    refused(raw, "UPDATE assessments_certificate SET state = 'valid', state_changed_at = NULL")


def test_how_an_appeal_ended_stays(raw: psycopg.Connection, failed: Outcome, cast: Cast) -> None:
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    make.appeals.close(appeal, result="dismissed", because="Heard in full.", by=cast.amira, now=NOW)
    for change in (
        "result = 'upheld'",
        "closed_because = 'On reflection.'",
        f"closed_by_id = {cast.lena.pk}",
        "closed_at = closed_at + interval '1 day'",
        "result = '', closed_because = '', closed_by_id = NULL, closed_at = NULL",
    ):
        refused(raw, f"UPDATE assessments_appeal SET {change} WHERE id = {appeal.pk}")
    appeal.refresh_from_db()
    assert (appeal.result, appeal.closed_because, appeal.closed_at) == ("dismissed", "Heard in full.", NOW)


def test_erasing_blanks_the_words_and_keeps_the_hash(app_sql: psycopg.Connection, submitted: Record) -> None:
    revision = submitted.current_revision
    app_sql.execute("SELECT erase_revision(%s, %s)", [revision.pk, NOW])
    erased = Revision.objects.get(pk=revision.pk)
    assert (erased.content, erased.sha256, erased.erased_at) == ({}, revision.sha256, NOW)
    assert json.dumps(erased.content) == "{}"


def test_nothing_is_stored_half(
    year: Registration, recommendation: Record, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure between the writes of one act leaves none of them."""

    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("assessments.services.outcomes.changes.end", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        make.outcomes.record_outcome(
            year,
            final_revision=recommendation.current_revision,
            result="pass",
            moderation_basis="agreed",
            notice_on=None,
            by=cast.lena,
            now=NOW,
        )
    assert not Outcome.objects.exists()
    assert not Certificate.objects.exists()
    assert Record.objects.get(pk=recommendation.pk).state == "agreed"
