"""Nobody settles a difference that they are a part of."""

from collections.abc import Callable

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.services import humans
from asye import clock
from asye.refusals import Refused
from moderation import queries
from moderation.models import Allocation, Resolution, Round
from moderation.services import allocation, resolution
from moderation.states import Answer, How
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db


@built_once
def disputed(cast: Cast, opened: Round) -> Allocation:
    """Amira, co-ordinator of Northshire and its only one, read the record and disagrees with the assessor."""
    people.in_role(cast.amira, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    (item,) = make.items_of(opened)
    held = allocation.allocate(item, cast.amira, by=cast.amira, now=NOW)
    return make.completed(held, by=cast.amira, now=NOW, judgement="pass", answer=Answer.INCONSISTENT)


@pytest.mark.parametrize(
    ("how", "chair", "sentence"),
    [
        (How.AGREED, "", "cannot settle the difference yourself"),
        (How.THIRD_READER, "", "No further reader"),
        (How.PANEL, "", "Enter who chaired the panel"),
        (How.PANEL, "  ", "Enter who chaired the panel"),
        (How.PANEL, "amira  ASLAN", "somebody who did not read"),
        (How.PANEL, "x" * 201, "200 characters or fewer"),
    ],
)
def test_a_reader_settles_nothing_alone(how: str, chair: str, sentence: str, disputed: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match=sentence):
        resolution.resolve(disputed.item, how, "pass", "I was right.", by=cast.amira, now=NOW, chaired_by=chair)


def test_nor_under_an_account_that_proves_to_be_theirs_only_later(disputed: Allocation, cast: Cast) -> None:
    """Fay is a co-ordinator and a moderator beside Amira; then the two accounts are found to be one person's."""
    fay = people.person("fay@northshire.example", "Fay", "Ferris", by=cast.adele, now=NOW)
    for role in (roles.COORDINATOR, roles.MODERATOR):
        people.in_role(fay, role, cast.northshire, by=cast.adele, now=NOW)
    assert fay in queries.free_readers(disputed.item, TODAY)
    humans.join(cast.amira, fay, now=NOW)
    fay.refresh_from_db()
    assert fay not in queries.free_readers(disputed.item, TODAY)
    with pytest.raises(Refused, match="reads this record already"):
        allocation.allocate(disputed.item, fay, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="cannot settle the difference yourself"):
        resolution.resolve(disputed.item, How.AGREED, "pass", "I was right.", by=fay, now=NOW)


def test_a_reader_records_what_a_panel_decided(disputed: Allocation, cast: Cast) -> None:
    made = resolution.resolve(
        disputed.item, How.PANEL, "fail", "Minutes of 14 September.", by=cast.amira, now=NOW,
        chaired_by=" Lena  Lindqvist ",
    )  # fmt: skip
    assert made.chaired_by == "Lena Lindqvist"


def test_a_reader_does_not_choose_between_themselves_and_a_further_reader(disputed: Allocation, cast: Cast) -> None:
    allocation.allocate(disputed.item, cast.dev, by=cast.amira, now=NOW)
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, judgement="fail")
    with pytest.raises(Refused, match="cannot settle"):
        resolution.resolve(disputed.item, How.THIRD_READER, "fail", "So be it.", by=cast.amira, now=NOW)


def test_another_coordinator_settles_it(disputed: Allocation, cast: Cast) -> None:
    people.in_role(cast.lena, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    resolution.resolve(disputed.item, How.AGREED, "pass", "They talked.", by=cast.lena, now=NOW)


def test_the_page_says_so_and_asks_who_chaired(disputed: Allocation, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.amira)
    url = reverse("moderation_resolve", args=[disputed.item_id])
    said = {"how": "panel", "conclusion": "fail", "reasons": "We met.", "chaired_by": ""}
    with clock.moved_to(NOW):
        assert "You read this record" in client.get(url).content.decode()
        assert "Enter who chaired the panel" in client.post(url, said).content.decode()
        assert client.post(url, {**said, "chaired_by": "Lena Lindqvist"}).status_code == 302
        item = client.get(reverse("moderation_item", args=[disputed.item_id])).content.decode()
    assert "Panel chaired by" in item


def test_the_last_reader_still_resolves_what_all_agree_on(opened: Round, cast: Cast) -> None:
    people.in_role(cast.dev, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    allocation.share_out(opened, by=cast.amira, now=NOW)
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW)
    assert Resolution.objects.get().how == How.AGREED


@pytest.fixture(params=["app", "owner"])
def sql(
    request: pytest.FixtureRequest, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
) -> psycopg.Connection:
    return app_sql if request.param == "app" else owner_sql


@pytest.fixture
def settle(sql: psycopg.Connection, disputed: Allocation) -> Callable[..., None]:
    def write(how: str, conclusion: str, chair: str, by: int) -> None:
        sql.execute(
            "INSERT INTO moderation_resolution (item_id, how, conclusion, reasons, chaired_by, decided_by_id,"
            " decided_at) VALUES (%s, %s, %s, 'x', %s, %s, now())",
            [disputed.item_id, how, conclusion, chair, by],
        )

    return write


@pytest.mark.parametrize(
    ("how", "conclusion", "chair"),
    [("agreed", "pass", ""), ("agreed", "fail", ""), ("third_reader", "pass", ""), ("panel", "pass", ""),
     ("panel", "pass", "Amira Aslan")],
)  # fmt: skip
def test_the_database_refuses_it_too(
    how: str, conclusion: str, chair: str, settle: Callable[..., None], cast: Cast
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="their own difference"):
        settle(how, conclusion, chair, cast.amira.pk)


def test_only_a_panel_has_a_chair(settle: Callable[..., None], cast: Cast) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="resolution_panel_is_chaired"):
        settle("agreed", "pass", "Lena Lindqvist", cast.lena.pk)
