"""What the database itself refuses about programme years, tried with raw SQL as the application and as the owner."""

import threading

import psycopg
import pytest
from django.db import close_old_connections, connection
from psycopg import errors

from asye.refusals import Refused
from registrations.models import ProgrammeYear
from registrations.services import years
from registrations.states import Programme
from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db(transaction=True)
PUBLISH = (
    "UPDATE registrations_programmeyear SET published_at = now(), published_by_id = %(user)s, "
    "published_human_id = %(human)s WHERE id = %(year)s"
)
HAND = (
    "INSERT INTO registrations_yearhand (programme_year_id, human_id, user_id, hand, at) "
    "VALUES (%(year)s, %(human)s, %(user)s, %(hand)s, now())"
)


@pytest.fixture(params=["app_sql", "owner_sql"])
def sql(request: pytest.FixtureRequest) -> psycopg.Connection:
    connected: psycopg.Connection = request.getfixturevalue(request.param)
    return connected


@built_once
def draft(cast: Cast) -> ProgrammeYear:
    """Drafted by Adele and changed by Zora."""
    year = make.draft_year(2027, by=cast.adele, now=NOW)
    return years.edit_year(year, {"cohort": 20}, by=cast.zora, now=NOW)


@built_once
def corrected(cast: Cast, year: ProgrammeYear) -> ProgrammeYear:
    """The draft of version 2 of the published year."""
    return years.draft_correction(year, "The days.", by=cast.adele, now=NOW)


def who(cast: Cast, name: str, year: ProgrammeYear, hand: str = "publisher") -> dict[str, object]:
    user = getattr(cast, name)
    return {"user": user.pk, "human": user.human_id, "year": year.pk, "hand": hand}


@pytest.mark.parametrize("name", ["adele", "zora"])
def test_nobody_publishes_what_they_had_a_hand_in(sql, cast: Cast, draft: ProgrammeYear, name: str) -> None:
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(PUBLISH, who(cast, name, draft))
    with pytest.raises(errors.UniqueViolation, match="year_hand_one_each"):
        sql.execute(HAND, who(cast, name, draft))


def test_nobody_publishes_without_a_hand_of_their_own(sql, cast: Cast, draft: ProgrammeYear) -> None:
    with pytest.raises(errors.ForeignKeyViolation, match="publisher_has_the_hand"):
        sql.execute(PUBLISH, who(cast, "ana", draft))
    with pytest.raises(errors.ForeignKeyViolation, match="not that person"):
        sql.execute(HAND, {**who(cast, "zora", draft), "human": cast.ana.human_id})
    sql.execute(HAND, who(cast, "ana", draft))
    sql.execute(PUBLISH, who(cast, "ana", draft))


@pytest.mark.parametrize("change", ["hand = 'drafter'", "at = now()", "human_id = human_id + 1"])
def test_a_hand_is_never_changed_or_taken_away(sql, draft: ProgrammeYear, change: str) -> None:
    with pytest.raises(psycopg.Error):
        sql.execute(f"UPDATE registrations_yearhand SET {change}")
    with pytest.raises(psycopg.Error):
        sql.execute("DELETE FROM registrations_yearhand")


@pytest.mark.parametrize(
    "change",
    [
        *("name = 'x'", "months = 13", "on_move = 'registering'", "note = 'x'", "edits = 99"),
        "window_to = window_to + 1",
        "superseded_at = now()",
        "superseded_by_id = id, superseded_at = now()",
        "discarded_at = now(), discarded_by_id = drafted_by_id",
        "published_hand = 'drafter'",
    ],
)
def test_a_published_year_stays_as_it_is(sql, year: ProgrammeYear, change: str) -> None:
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(f"UPDATE registrations_programmeyear SET {change} WHERE id = %s", [year.pk])


@pytest.mark.parametrize("change", ["programme = 'ecdp'", "code = '2030-31'", "version = 9", "drafted_human_id = 0"])
def test_what_a_draft_is_stays(sql, draft: ProgrammeYear, change: str) -> None:
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(f"UPDATE registrations_programmeyear SET {change} WHERE id = %s", [draft.pk])


def test_only_a_later_published_version_of_the_same_year_supersedes(
    sql, cast: Cast, year: ProgrammeYear, corrected: ProgrammeYear, draft: ProgrammeYear
) -> None:
    supersede = "UPDATE registrations_programmeyear SET superseded_at = now(), superseded_by_id = %s WHERE id = %s"
    for other in (corrected, draft):
        with pytest.raises(psycopg.IntegrityError, match="only a later published version"):
            sql.execute(supersede, [other.pk, year.pk])
    with pytest.raises(psycopg.IntegrityError):
        sql.execute(supersede, [year.pk, corrected.pk])  # a draft is not superseded


def test_two_versions_are_never_in_force_at_once(
    sql, cast: Cast, year: ProgrammeYear, corrected: ProgrammeYear
) -> None:
    sql.execute(HAND, who(cast, "ana", corrected))
    with pytest.raises(psycopg.IntegrityError, match="programme_year_one"):
        sql.execute(PUBLISH, who(cast, "ana", corrected))


def test_two_years_are_never_open_on_one_day(sql, cast: Cast, year: ProgrammeYear) -> None:
    wide = make.draft_year(2027, by=cast.adele, now=NOW, window_from=year.window_to.replace(day=31))
    sql.execute(HAND, who(cast, "ana", wide))
    with pytest.raises(errors.ExclusionViolation, match="programme_year_one_open"):
        sql.execute(PUBLISH, who(cast, "ana", wide))


def test_two_drafts_of_one_year(sql, draft: ProgrammeYear) -> None:
    columns = [f'"{field.column}"' for field in draft._meta.concrete_fields if field.name != "id"]
    values = ", ".join("99" if name == '"version"' else name for name in columns)
    with pytest.raises(errors.UniqueViolation, match="programme_year_one_draft"):
        sql.execute(
            f"INSERT INTO registrations_programmeyear ({', '.join(columns)}) SELECT {values} "
            "FROM registrations_programmeyear WHERE id = %s",
            [draft.pk],
        )


def test_a_year_begins_as_a_draft(sql, year: ProgrammeYear) -> None:
    columns = [f'"{field.column}"' for field in year._meta.concrete_fields if field.name != "id"]
    values = ", ".join("99" if name == '"version"' else name for name in columns)
    with pytest.raises(psycopg.IntegrityError, match="begins as a draft"):
        sql.execute(
            f"INSERT INTO registrations_programmeyear ({', '.join(columns)}) SELECT {values} "
            "FROM registrations_programmeyear WHERE id = %s",
            [year.pk],
        )


def test_nothing_is_published_without_choices_or_amounts(sql, cast: Cast) -> None:
    bare = make.draft_year(2028, by=cast.adele, now=NOW, amounts_pence={})
    sql.execute(HAND, who(cast, "ana", bare))
    with pytest.raises(psycopg.IntegrityError, match="without its amounts"):
        sql.execute(PUBLISH, who(cast, "ana", bare))
    open_ = make.draft_year(2029, by=cast.adele, now=NOW, on_withdrawal="")
    sql.execute(HAND, who(cast, "ana", open_))
    with pytest.raises(errors.CheckViolation, match="programme_year_choices_made"):
        sql.execute(PUBLISH, who(cast, "ana", open_))


def test_a_discarded_draft_is_left_alone(sql, cast: Cast, draft: ProgrammeYear) -> None:
    years.discard_year(draft, "No.", by=cast.adele, now=NOW)
    with pytest.raises(psycopg.IntegrityError):
        sql.execute("UPDATE registrations_programmeyear SET discarded_at = NULL, discarded_by_id = NULL")
    with pytest.raises(psycopg.IntegrityError):
        sql.execute("UPDATE registrations_milestoneamount SET amount_pence = 1")


@pytest.mark.parametrize(
    "change",
    ["reference_prefix = 'c1'", "sample_percent = 101", "readers = 0", "longest_months = 1", "window_to = window_from"],
)
def test_numbers_that_cannot_be(sql, draft: ProgrammeYear, change: str) -> None:
    with pytest.raises(errors.CheckViolation):
        sql.execute(f"UPDATE registrations_programmeyear SET {change} WHERE id = %s", [draft.pk])


def test_two_administrators_at_once(cast: Cast, year: ProgrammeYear) -> None:
    """One draft of the next year, and one that publishes it; the other is told why not."""
    barrier, said = threading.Barrier(2, timeout=60), []

    def act(do, by) -> None:
        close_old_connections()
        try:
            connection.ensure_connection()
            barrier.wait()
            do(by)
            said.append("done")
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    def both(do, *people) -> None:
        said.clear()
        threads = [threading.Thread(target=act, args=(do, by)) for by in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    both(lambda by: years.draft_next(year, by=by, now=NOW), cast.adele, cast.zora)
    assert sorted(said)[1:] == ["done"] or sorted(said)[0].endswith("there already. Open it to change or correct it.")
    assert ProgrammeYear.objects.filter(programme=Programme.ASYE_CHILD_AND_FAMILY, code="2027-28").count() == 1
    again = years.draft_correction(year, "The days.", by=cast.adele, now=NOW)
    both(lambda by: years.publish_year(again, by=by, now=NOW), cast.zora, cast.zora)
    assert sorted(one == "done" for one in said) == [False, True]
    assert ProgrammeYear.objects.filter(code="2026-27", published_at__isnull=False, superseded_at=None).get() == again
