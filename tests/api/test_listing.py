"""The list: a stable order, nothing missed between two readings, filters, and what it costs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from asye import clock
from registrations.api import changed, listing
from registrations.models import Deferral, Placement, ProgrammeYear, Registration
from registrations.services import changes, checking
from tests.api.asking import System
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
LIST = 13
PAUSES = 2_000


def sent(cast: Cast, number: int, at: datetime = NOW, **changed_: Any) -> Registration:
    return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=at, number=number, **changed_)


def pages(system: System, **asked: Any) -> Iterator[list[dict[str, Any]]]:
    """Every page, one after the other."""
    cursor = None
    while True:
        said = system.read("/registrations", **asked, **({"cursor": cursor} if cursor else {}))
        yield said["registrations"]
        cursor = said["next_cursor"]
        if cursor is None:
            return


def test_pages_hold_every_row_once_in_the_order_of_change(cast: Cast, year: ProgrammeYear, north: System) -> None:
    for number in range(7):  # three at the same instant
        sent(cast, number, NOW - timedelta(minutes=max(0, 4 - number)))
    found = list(pages(north, limit=2))
    assert [len(page) for page in found] == [2, 2, 2, 1]
    rows = [(row["updated_at"], row["id"]) for page in found for row in page]
    assert rows == sorted(set(rows))
    assert len(rows) == 7


def test_a_row_that_changes_between_two_pages_comes_again_and_none_is_missed(
    cast: Cast, year: ProgrammeYear, north: System
) -> None:
    made = [sent(cast, number, NOW - timedelta(minutes=9 - number)) for number in range(4)]
    reading = pages(north, limit=2)
    first = next(reading)
    checking.ask(made[0], "Why?", by=cast.erin, now=NOW)
    rest = [row for page in reading for row in page]
    assert [row["id"] for row in first] == [made[0].pk, made[1].pk]
    assert [row["id"] for row in rest] == [made[2].pk, made[3].pk, made[0].pk]
    assert rest[-1]["stage"] == "question_asked"


def test_updated_since_and_filters(cast: Cast, year: ProgrammeYear, north: System) -> None:
    early = sent(cast, 0, NOW - timedelta(days=2))
    late = make.queried(sent(cast, 1), by=cast.erin, now=NOW)

    def ids(**asked: Any) -> list[int]:
        return [row["id"] for row in north.read("/registrations", **asked)["registrations"]]

    assert ids() == [early.pk, late.pk]
    assert ids(updated_since="2026-09-14T10:00:00Z") == [late.pk]
    assert ids(updated_since="2026-09-14T11:00:00.000001%2B01:00") == []
    assert ids(updated_since="2026-09-13T16:00:00-18:00") == [late.pk]  # PostgreSQL knows no such offset
    assert ids(updated_since="0001-01-01T00:00:00Z") == [early.pk, late.pk]
    assert ids(stage="question_asked") == [late.pk]
    assert (ids(cohort="2026-27"), ids(cohort="2025-26")) == ([early.pk, late.pk], [])
    assert north.read("/registrations")["next_updated_since"] == "2026-09-14T09:58:00Z"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"updated_since": "2026-09-14"}, "updated_since"),
        ({"updated_since": "2026-09-14T10:00:00"}, "updated_since"),
        ({"updated_since": "2026-02-30T10:00:00Z"}, "updated_since"),
        ({"updated_since": "9999-12-31T23:59:59-18:00"}, "updated_since"),
        ({"updated_since": "2026-09-14T10:00:00-24:00"}, "updated_since"),
        ({"stage": "paid"}, "stage"),
        ({"cohort": "2026"}, "cohort"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"cursor": "1"}, "cursor"),
        ({"cursor": "99999999999999999999-1"}, "cursor"),
        ({"cursor": "999999999999999999-1"}, "cursor"),
        ({"update_since": "2026-09-14T10:00:00Z"}, "update_since"),
    ],
)
def test_a_wrong_parameter_is_named(north: System, asked: dict[str, Any], field: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    response = north.ask("GET", f"/registrations?{query}")
    assert response.status_code == 422
    assert {each["field"] for each in response.json()["errors"]} == {field}


def test_a_planned_day_that_comes_is_a_change(cast: Cast, year: ProgrammeYear, north: System) -> None:
    """What follows from a date has no event: the start, a deferral, the return."""
    start = TODAY + timedelta(days=10)
    made = sent(cast, 0, asye_start=start, employment_start=TODAY)
    make.approved(made, by=cast.erin, now=NOW)

    def seen(at: datetime) -> tuple[str, str]:
        with clock.moved_to(at):
            row = north.read(f"/registrations/{made.pk}")
            return row["stage"], row["updated_at"]

    assert seen(NOW) == ("not_started", "2026-09-14T10:00:00Z")
    midnight = datetime.fromisoformat(f"{start}T00:00:00+01:00")
    assert seen(midnight - timedelta(seconds=1)) == ("not_started", "2026-09-14T10:00:00Z")
    assert seen(midnight) == ("on_programme", "2026-09-23T23:00:00Z")


def test_moved_on_nothing_of_the_next_employer_is_shown(
    cast: Cast, year: ProgrammeYear, north: System, south: System
) -> None:
    made = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    before = north.read(f"/registrations/{made.pk}")
    Placement.objects.filter(registration=made).update(ends_on=TODAY)
    to = Placement.objects.create(registration=made, nqsw=made.nqsw, employer=cast.southmouth, starts_on=TODAY)
    to.assignments.create(assessor=cast.cal, starts_on=TODAY, assigned_by=cast.cora, assigned_at=NOW)
    later = NOW + timedelta(days=3)
    changes.withdraw(made, later.date(), "Left Southmouth.", by=cast.cora, now=later)
    with clock.moved_to(later):
        after, theirs = (system.read(f"/registrations/{made.pk}") for system in (north, south))
        assert after == {
            **before,
            "stage": "moved",
            "version": None,
            "updated_at": before["updated_at"],
            "placed_until": str(TODAY),
            "reviews": [],
            "planned_end": None,
        }
        assert (theirs["stage"], theirs["assessor"]["name"], theirs["placed_from"]) == (
            "withdrawn",
            "Cal Penrose",
            str(TODAY),
        )
        leave = {"version": 3, "on": str(TODAY), "because": "x"}
        refused = north.ask("POST", f"/registrations/{made.pk}/withdraw", leave)
        assert (refused.status_code, "another employer" in refused.json()["detail"]) == (403, True)
        assert [row["id"] for row in north.read("/registrations", stage="moved")["registrations"]] == [made.pk]


def full(cast: Cast, count: int) -> None:
    """Registrations with everything that is shown of one."""
    for number in range(count):
        made = make.registered(
            cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, number=number
        )
        make.deferred(made, by=cast.amira, now=NOW)
        changes.resume(made, TODAY + timedelta(days=1), by=cast.amira, now=NOW + timedelta(days=1))
        made.refresh_from_db()
        changes.extend(made, 5, "More time.", by=cast.amira, now=NOW)
        make.queried(sent(cast, number + 10), by=cast.erin, now=NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_list_costs(cast: Cast, year: ProgrammeYear, north: System, count: int) -> None:
    full(cast, count)
    north.read("/registrations")
    with CaptureQueriesContext(connection) as made:
        rows = north.read("/registrations")["registrations"]
    assert len(rows) == 2 * count
    assert len(made) == LIST, [query["sql"][:90] for query in made]


def test_the_list_looks_at_the_employers_own_rows_only(cast: Cast, year: ProgrammeYear) -> None:
    """At 60,000 registrations as at six: the employer's placements are found by an index, and so are their events."""
    paused = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    day = TODAY - timedelta(days=PAUSES)
    Deferral.objects.bulk_create(  # so many that PostgreSQL, whatever its statistics, does not read them all
        Deferral(
            registration=paused, starts_on=day + timedelta(days=number), ends_on=day + timedelta(days=number + 1),
            reason="sickness", recorded_by=cast.amira, recorded_at=NOW,
        )
        for number in range(PAUSES)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    asked = listing.read({"updated_since": "2026-09-14T10:00:00Z", "limit": "100"})
    with CaptureQueriesContext(connection) as made:
        listing.page(changed.readable(cast.northshire, TODAY), asked)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {made[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "audit_by_object" in plan
    assert "Seq Scan" not in plan, plan
