"""Whoever reads a record blind does not come to its recommendation in any other role, until they have sealed."""

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import User
from assessments.models import BlindReader, Record
from assessments.services import records, signing
from asye import clock
from asye.refusals import NotAllowed
from moderation.models import Allocation, Round
from moderation.services import allocation, confirming, resolution, rounds
from moderation.states import Conclusion, How
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
ALSO = (roles.COORDINATOR, roles.SENIOR_LEAD, roles.AUDITOR)


@pytest.fixture(autouse=True)
def moved_clock(db: None):
    with clock.moved_to(NOW):
        yield


def words(user: User, url: str, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == status, f"{user} got {answer.status_code} at {url}"
    return answer.content.decode()


@pytest.fixture
def record(held: Allocation) -> Record:
    """Nina's recommendation, which Dev reads and has not sealed."""
    return Record.objects.get(blind=True)


def reader_who_is(role: roles.Role, cast: Cast) -> User:
    """Dev, who has another role at the same employer (an auditor: at DfE)."""
    people.in_role(cast.dev, role, None if role is roles.AUDITOR else cast.northshire, by=cast.adele, now=NOW)
    return cast.dev


def pages_of(record: Record) -> list[str]:
    return [reverse("record", args=[record.pk]), reverse("record_version", args=[record.pk, 1])]


def agreed_again(record: Record, *, by: User) -> None:
    record.refresh_from_db()
    content, number = record.current_revision.content, record.current_revision.number
    records.submit(record, content=content, seen_revision=number, by=by, now=NOW)
    record.refresh_from_db()
    signing.sign(record, seen_revision=record.current_revision.number, by=by, now=NOW)


@pytest.mark.parametrize("role", ALSO, ids=lambda role: role.key)
def test_no_role_opens_the_recommendation_before_the_seal(
    role: roles.Role, held: Allocation, record: Record, cast: Cast
) -> None:
    reader = reader_who_is(role, cast)
    for url in pages_of(record):
        words(reader, url, 404)
    assert record not in Record.objects.visible_to(reader, TODAY)
    make.sealed(held, by=reader, now=NOW)
    for url in pages_of(record):
        assert make.CANARY in words(reader, url)


def test_nor_does_a_second_account_of_the_same_person(record: Record, cast: Cast) -> None:
    reader_who_is(roles.COORDINATOR, cast)
    other = people.person("dev.too@people.example", "Dev", "Too", by=cast.adele, now=NOW)
    User.objects.filter(pk=other.pk).update(human=cast.dev.human)
    people.in_role(User.objects.get(pk=other.pk), roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    words(other, pages_of(record)[0], 404)


def test_a_reading_that_was_taken_back_hides_nothing_more(held: Allocation, record: Record, cast: Cast) -> None:
    reader = reader_who_is(roles.COORDINATOR, cast)
    allocation.withdraw(held, "On leave.", by=cast.amira, now=NOW)
    assert make.CANARY in words(reader, pages_of(record)[0])


def test_lists_and_pages_around_it_say_nothing(held: Allocation, record: Record, cast: Cast) -> None:
    reader = reader_who_is(roles.COORDINATOR, cast)
    registration = record.registration
    round_ = held.item.population.round
    urls = [
        reverse("records", args=[registration.pk]),
        reverse("moderation_item", args=[held.item_id]),
        reverse("moderation_round", args=[round_.pk]),
        reverse("home"),
    ]
    for url in urls:
        page = words(reader, url)
        assert reverse("record", args=[record.pk]) not in page
        assert make.CANARY not in page
        assert "The recommendation is fail" not in page
    drawn = words(reader, reverse("moderation_population", args=[round_.pk]))
    assert "Hidden until" in drawn
    assert held.item.population.final_revision.sha256 not in drawn  # a fail out of its turn would show by the lots


def test_what_an_earlier_round_concluded_is_hidden_too(read: Allocation, cast: Cast) -> None:
    """The recommendation was reopened after moderation, agreed again, and is now read by the co-ordinator."""
    record = Record.objects.get(blind=True)
    seen = Record.objects.get(pk=record.pk).version
    records.reopen(record, reason="A date is wrong.", seen_version=seen, by=cast.amira, now=NOW)
    agreed_again(record, by=cast.ben)
    reader = cast.lena
    for role in (roles.COORDINATOR, roles.MODERATOR):
        people.in_role(reader, role, cast.northshire, by=cast.adele, now=NOW)
    again = rounds.open_round(cast.northshire, by=cast.amira, now=NOW)
    (item,) = make.items_of(again)
    allocation.allocate(item, reader, by=cast.amira, now=NOW)
    page = words(reader, reverse("moderation_item", args=[read.item_id]))
    assert "Conclusion" not in page
    assert "The reviews show it." not in page
    assert "Hidden until" in page


def test_a_senior_lead_who_reads_gets_nothing_out_of_the_confirm_page(record: Record, cast: Cast) -> None:
    reader = reader_who_is(roles.SENIOR_LEAD, cast)
    client = Client()
    client.force_login(reader)
    url = reverse("outcome_confirm", args=[record.registration_id])
    for answer in (client.get(url), client.post(url, {}), client.post(url, {"result": "fail"})):
        assert answer.status_code == 403
        assert make.CANARY not in answer.content.decode()
    with pytest.raises(NotAllowed, match="Seal your judgement first"):
        confirming.confirm_outcome(record.registration, "fail", by=reader, now=NOW)


def test_a_coordinator_who_reads_does_not_resolve(held: Allocation, cast: Cast) -> None:
    reader = reader_who_is(roles.COORDINATOR, cast)
    with pytest.raises(NotAllowed, match="Seal your judgement first"):
        resolution.resolve(held.item, How.PANEL, Conclusion.FAIL, "We met.", by=reader, now=NOW)


def test_the_evidence_stays_open_to_a_coordinator_who_reads(held: Allocation, cast: Cast) -> None:
    reader = reader_who_is(roles.COORDINATOR, cast)
    review = Record.objects.get(kind="review")
    assert make.EVIDENCE in words(reader, reverse("record", args=[review.pk]))


@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_database_gives_out_no_reading_that_is_not_blind(
    role: str, opened: Round, cast: Cast, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
) -> None:
    sql = app_sql if role == "app" else owner_sql
    (item,) = make.items_of(opened)
    with pytest.raises(psycopg.errors.CheckViolation, match="not hidden from this reader"):
        sql.execute(
            "INSERT INTO moderation_allocation (item_id, moderator_id, moderator_human_id, allocated_by_id,"
            " allocated_at, withdrawn_because) VALUES (%s, %s, %s, %s, now(), '')",
            [item.pk, cast.dev.pk, cast.dev.human_id, cast.amira.pk],
        )


@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_database_lifts_nothing_before_the_seal(
    role: str, held: Allocation, cast: Cast, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
) -> None:
    sql = app_sql if role == "app" else owner_sql
    hidden = BlindReader.objects.get()
    for statement in (
        "UPDATE assessments_blindreader SET lifted_at = now()",
        f"UPDATE assessments_blindreader SET reader_id = {cast.mina.pk}",
        "DELETE FROM assessments_blindreader",
    ):
        with pytest.raises(psycopg.Error):
            sql.execute(statement)
    hidden.refresh_from_db()
    assert hidden.lifted_at is None
