"""What the database refuses of concerns, to the application and to the owner of the tables alike."""

import psycopg

from assessments.models import Concern
from registrations.models import Registration
from tests.assessments.test_walls import committed_year, raw, refused
from tests.cast import NOW, Cast
from tests.factories import concerns as make

__all__ = ["committed_year", "raw"]

RAISE = (
    "INSERT INTO assessments_concern (registration_id, placement_id, area, words, talked_on, raised_by_id, raised_at,"
    " result, closed_words, closed_by_id, closed_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, '2026-09-14 10:00Z', %s, %s, %s, %s)"
)
PLAN = (
    "INSERT INTO assessments_supportplan (concern_id, number, words, starts_on, review_by, next_review_on, reviewer_id,"
    " planned_by_id, planned_at, outcome, found, reviewed_by_id, reviewed_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '2026-09-14 10:00Z', %s, %s, %s, %s)"
)
NOTE = "INSERT INTO assessments_concernnote (concern_id, words, by_id, at) VALUES (%s, %s, %s, now())"
OPEN = ("", "", None, None)


def test_a_concern_has_words_a_year_and_days_in_order(
    raw: psycopg.Connection, committed_year: Registration, other_year: Registration, cast: Cast
) -> None:
    here, there = committed_year.placements.get().pk, other_year.placements.get().pk
    ben, late = cast.ben.pk, "2026-09-14"
    refused(raw, RAISE, committed_year.pk, there, "recording", "Late.", late, ben, *OPEN)
    refused(raw, RAISE, committed_year.pk, here, "recording", "", late, ben, *OPEN)
    refused(raw, RAISE, committed_year.pk, here, "", "Late.", late, ben, *OPEN)
    refused(raw, RAISE, committed_year.pk, here, "recording", "Late.", "2026-09-15", ben, *OPEN)
    for half in (
        ("settled", "", None, None),
        ("settled", "Done.", ben, None),
        ("", "Done.", ben, "2026-09-15"),
        ("settled", "", ben, "2026-09-15"),
        ("nothing", "Done.", ben, "2026-09-15"),
        ("settled", "Done.", ben, "2026-09-13"),
    ):
        refused(raw, RAISE, committed_year.pk, here, "recording", "Late.", late, ben, *half)
    assert not Concern.objects.exists()
    raw.execute(RAISE, (committed_year.pk, here, "recording", "Late.", late, ben, *OPEN))


def test_support_has_dates_before_the_next_review_and_one_plan_at_a_time(
    raw: psycopg.Connection, committed_year: Registration, cast: Cast
) -> None:
    concern, ben = make.raised(committed_year, by=cast.ben, now=NOW).pk, cast.ben.pk
    good = ("Help.", "2026-09-14", "2026-10-01", "2026-11-30", ben, ben)
    refused(raw, PLAN, concern, 2, *good, *OPEN)  # there is no first
    refused(raw, PLAN, concern, 1, "", *good[1:], *OPEN)
    refused(raw, PLAN, concern, 1, "Help.", "2026-10-02", "2026-10-01", None, ben, ben, *OPEN)
    refused(raw, PLAN, concern, 1, "Help.", "2026-09-01", "2026-09-13", None, ben, ben, *OPEN)  # over when planned
    refused(raw, PLAN, concern, 1, "Help.", "2026-09-14", "2026-11-30", "2026-11-30", ben, ben, *OPEN)
    for half in (("helped", "", ben, "2026-09-20"), ("helped", "Better.", None, None), ("", "", ben, "2026-09-20"),
                 ("helped", "Better.", ben, None)):  # fmt: skip
        refused(raw, PLAN, concern, 1, *good, *half)
    refused(raw, PLAN, concern, 1, *good, "helped", "Better.", ben, "2026-09-13")  # before it was planned
    raw.execute(PLAN, (concern, 1, *good, *OPEN))
    refused(raw, PLAN, concern, 2, *good, *OPEN)  # the first waits for its review
    refused(raw, "UPDATE assessments_concern SET result = 'settled', closed_words = 'x', closed_by_id = %s,"
            " closed_at = now() WHERE id = %s", ben, concern)  # fmt: skip


def test_what_was_written_stays_and_what_is_closed_is_closed(
    raw: psycopg.Connection, committed_year: Registration, cast: Cast
) -> None:
    open_ = make.reviewed(committed_year, by=cast.ben, now=NOW)
    make.concerns.add_note(open_, "Mine.", seen_count=0, by=cast.noor, now=NOW)
    closed = make.closed(committed_year, by=cast.ben, now=NOW)
    for statement in (
        "UPDATE assessments_concern SET words = 'x'",
        "UPDATE assessments_concern SET area = 'x'",
        "UPDATE assessments_concern SET raised_at = now()",
        "UPDATE assessments_concern SET words = '', closed_words = '', erased_at = now(), area = 'x'",
        "UPDATE assessments_supportplan SET words = 'x'",
        "UPDATE assessments_supportplan SET review_by = review_by + 1",
        "UPDATE assessments_supportplan SET next_review_on = NULL",
        "UPDATE assessments_supportplan SET outcome = 'not_yet'",
        "UPDATE assessments_concernnote SET words = 'x'",
        "UPDATE assessments_concernnote SET words = '', erased_at = now(), at = now()",
        "DELETE FROM assessments_concern",
        "DELETE FROM assessments_supportplan",
        "DELETE FROM assessments_concernnote",
        "TRUNCATE assessments_concernnote",
    ):
        refused(raw, statement)
    refused(raw, "UPDATE assessments_concern SET result = 'remains' WHERE id = %s", closed.pk)
    refused(raw, "UPDATE assessments_concern SET result = '', closed_words = '', closed_by_id = NULL, closed_at = NULL"
            " WHERE id = %s", closed.pk)  # fmt: skip
    refused(raw, NOTE, closed.pk, "Too late.", cast.noor.pk)
    refused(raw, NOTE, open_.pk, "", cast.noor.pk)
    good = ("Help.", "2026-09-14", "2026-10-01", None, cast.ben.pk, cast.ben.pk)
    refused(raw, PLAN, closed.pk, 2, *good, *OPEN)


def test_erasing_blanks_every_word_and_keeps_who_when_and_what_came_of_it(
    app_sql: psycopg.Connection, year: Registration, cast: Cast
) -> None:
    """Through the one function; the application may not blank a word itself."""
    concern = make.reviewed(year, by=cast.ben, now=NOW)
    make.concerns.add_note(concern, "Mine.", seen_count=0, by=cast.noor, now=NOW)
    make.concerns.close_concern(concern, "settled", "Well done.", by=cast.ben, now=NOW)
    refused(app_sql, "UPDATE assessments_concern SET words = '', closed_words = '', erased_at = now()")
    refused(app_sql, "UPDATE assessments_concernnote SET words = '', erased_at = now()")
    app_sql.execute("SELECT erase_concern(%s, %s)", [concern.pk, NOW])
    erased = Concern.objects.get()
    plan, note = erased.plans.get(), erased.notes.get()
    assert {erased.words, erased.closed_words, plan.words, plan.found, note.words} == {""}
    assert {erased.erased_at, plan.erased_at, note.erased_at} == {NOW}
    assert (erased.state, erased.result, plan.outcome, note.by) == ("closed", "settled", "helped", cast.noor)
    app_sql.execute("SELECT erase_concern(%s, now())", [concern.pk])
    assert Concern.objects.get().erased_at == NOW
