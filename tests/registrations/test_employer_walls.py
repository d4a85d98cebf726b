"""What the database refuses of mergers, of placements with an employer that has closed, and of files of many, to the
service's role and to the owner: each wall by its name."""

from collections.abc import Callable

import psycopg
import pytest

from accounts.services import humans
from registrations.models import Registration
from registrations.services import mergers
from tests.cast import NOW
from tests.registrations.bulk.people import checked, csv, person
from tests.registrations.test_merger_races import confirmed_by, merger

__all__ = ["merger"]
pytestmark = pytest.mark.django_db(transaction=True)
Refuses = Callable[..., None]
NO_PRIVILEGE = "42501"


@pytest.fixture
def refuses(app_sql: psycopg.Connection, owner_sql: psycopg.Connection) -> Refuses:
    """Both roles are refused at the wall `by`: a constraint's name or a trigger's words."""

    def check(statement: str, *, by: str) -> None:
        for connection in (app_sql, owner_sql):
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement)
            error = caught.value
            assert by in f"{error.diag.constraint_name} {error}" or error.sqlstate == NO_PRIVILEGE, error

    return check


def test_a_merger_is_of_two_people_and_stays_as_it_was_proposed(cast, merger, refuses) -> None:
    own = f"confirmed_by_id = {cast.erin.pk}, confirmed_human_id = {cast.erin.human_id}"
    facts = "confirmed_at = now(), count = 1, sha256 = repeat('0', 64)"
    refuses(f"UPDATE registrations_merger SET {own}, {facts}", by="merger_two_people")
    refuses("UPDATE registrations_merger SET confirmed_at = now()", by="merger_confirmed_with_facts")
    refuses("UPDATE registrations_merger SET cancelled_at = now()", by="merger_cancelled_with_facts")
    for change in ("effective_on = effective_on - 1", "because = 'x'", "proposed_at = now()", "successor_id = 0"):
        refuses(f"UPDATE registrations_merger SET {change}", by="cannot be changed")
    again = """
        INSERT INTO registrations_merger (employer_id, successor_id, effective_on, because, proposed_by_id,
            proposed_human_id, proposed_at, sha256, cancelled_because)
        SELECT {}, effective_on, because, proposed_by_id, proposed_human_id, proposed_at, '', ''
        FROM registrations_merger
    """
    refuses(again.format("employer_id, successor_id"), by="merger_once_an_employer")
    refuses(again.format("successor_id, successor_id"), by="merger_of_two")
    refuses("DELETE FROM registrations_merger", by="append-only")
    confirmed_by(cast.zora, merger)()
    undone = "confirmed_at = NULL, confirmed_by_id = NULL, confirmed_human_id = NULL, count = NULL, sha256 = ''"
    refuses(f"UPDATE registrations_merger SET {undone}", by="cannot be changed")


def test_a_merger_is_of_two_people_when_two_accounts_prove_to_be_one(cast, merger, refuses) -> None:
    """The row keeps the human that the proposer was then; a second account of theirs has another one for a while."""
    facts = "confirmed_at = now(), count = 1, sha256 = repeat('0', 64)"
    foreign = f"confirmed_by_id = {cast.erin.pk}, confirmed_human_id = {cast.zora.human_id}"
    refuses(f"UPDATE registrations_merger SET {foreign}, {facts}", by="confirmed by another person")
    humans.join(cast.erin, cast.zora, now=NOW)
    cast.zora.refresh_from_db()
    assert cast.zora.human_id != merger.proposed_human_id  # so that the constraint alone lets it pass
    second = f"confirmed_by_id = {cast.zora.pk}, confirmed_human_id = {cast.zora.human_id}"
    refuses(f"UPDATE registrations_merger SET {second}, {facts}", by="nobody confirms a merger they proposed")


def test_nobody_is_placed_beyond_the_last_day_of_an_employer(cast, merger, refuses, app_sql) -> None:
    mergers.cancel(merger, "It closes instead.", by=cast.erin, now=NOW)
    app_sql.execute("UPDATE accounts_employer SET closed_on = '2026-12-01' WHERE id = %s", [cast.northshire.pk])
    ended = Registration.objects.get()
    app_sql.execute("UPDATE registrations_placement SET ends_on = '2026-11-01'")
    place = f"""
        INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on, ends_on)
        VALUES ({ended.pk}, {ended.nqsw_id}, {cast.northshire.pk}, '2026-11-01', {{}})
    """
    refuses(place.format("NULL"), by="closes before the placement ends")
    refuses(place.format("'2026-12-02'"), by="closes before the placement ends")
    app_sql.execute(place.format("'2026-12-01'"))


def test_a_file_of_many_stays_what_was_sent_in(cast, year, refuses) -> None:
    checked(cast.northshire, csv([person(0)]), by=cast.amira)
    for change in (f"employer_id = {cast.southmouth.pk}", "sha256 = repeat('0', 64)", "uploaded_at = now()"):
        refuses(f"UPDATE registrations_bulkupload SET {change}", by="cannot be changed")
    for change, wall in (
        ("checked_at = NULL", "upload_checked_with_its_facts"),
        ("good = rows + 1", "upload_checked_with_its_facts"),
        ("registered = 1", "upload_registered_with_its_facts"),
        (f"registered = 5, registered_by_id = {cast.amira.pk}, registered_at = now()", "upload_registered_with"),
        ("content = NULL", "upload_kept_until_purged"),
    ):
        refuses(f"UPDATE registrations_bulkupload SET {change}", by=wall)
    refuses("DELETE FROM registrations_bulkupload", by="append-only")
    refuses("TRUNCATE registrations_bulkupload CASCADE", by="append-only")
