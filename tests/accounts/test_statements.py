"""Reads that are written and planned once: for everybody on every day the same rows as the ORM's own."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import Membership, User
from accounts.queries import holding
from accounts.statements import Statement, written
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people


def names(user: User, on: date) -> QuerySet[Membership, tuple[str, str]]:
    """The roles somebody holds, with words that the quoting has to keep whole."""
    return holding(user, on, *roles.ALL.values()).order_by("role").exclude(role="100% 'n$1' %s").values_list("role")


@pytest.fixture
def statement() -> Statement:
    return Statement(lambda user, on: f"{written(names(user, on))} LIMIT $4")


def test_each_person_and_day_finds_what_the_orm_finds(statement: Statement, cast: Cast) -> None:
    people.in_role(cast.ben, roles.ANALYST, by=cast.adele, now=NOW)
    for on in (TODAY, date(2019, 1, 1), TODAY + timedelta(days=1)):
        for user in cast.everybody():
            assert statement.rows(user, on, 9) == list(names(user, on))
    assert len(statement.rows(cast.ben, TODAY, 1)) == 1


def test_nobody_who_may_not_sign_in_is_answered(statement: Statement, cast: Cast) -> None:
    cast.ben.is_active = False
    assert statement.rows(cast.ben, TODAY, 9) == []


def test_it_is_prepared_once_and_planned_once(statement: Statement, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as made:
        for user in (cast.ben, cast.amira, cast.erin):
            statement.rows(user, TODAY, 9)
    assert [query["sql"].split()[0] for query in made] == ["EXECUTE"] * 3
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", [f"%AS {statement.sql}"]
        )
        assert cursor.fetchall() == [(0,)]


@pytest.mark.parametrize(("setting", "value"), [("plan_cache_mode", "force_generic_plan"), ("jit", "off")])
def test_what_every_connection_asks_for(setting: str, value: str, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone() == (value,)


@pytest.mark.parametrize(
    "write",
    [
        lambda user, on: written(names(user, on + timedelta(days=7))),
        lambda user, on: written(User.objects.filter(pk=user.pk + 5).values_list("pk")),
    ],
    ids=["another day", "another person"],
)
def test_what_is_worked_out_from_the_stand_ins_is_refused(write: object, cast: Cast) -> None:
    with pytest.raises(ValueError, match="takes the person and the day as they are"):
        Statement(write).rows(cast.ben, TODAY)  # type: ignore[arg-type]
