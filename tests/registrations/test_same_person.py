"""Two records that may be one person: found, looked at by a caseworker, told apart or merged for good."""

from datetime import date

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Human, Notice, SensitiveRead, User
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from registrations import same_queries
from registrations.models import NQSW, Likeness, ProgrammeYear
from registrations.services import likeness, registering
from registrations.services import same as services
from reporting.queries import reads
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.ground.browser import Look
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LIST = 10


def record(number: int, first: str = "Aoife", last: str = "O’Neill-Łukasz", **more: object) -> NQSW:
    """A record nobody registered: only what is compared matters."""
    more = {"email": "", **more}
    return NQSW.objects.create(swe_number=f"SW{number}", first_name=first, last_name=last, created_at=NOW, **more)


def pairs_of(*people: NQSW) -> list[tuple[list[str], int]]:
    likeness.bring_up([each.pk for each in people], NOW)
    return [(each.alike, each.score) for each in Likeness.objects.all()]


@built_once
def pair(cast: Cast) -> Likeness:
    """One name, two numbers a digit apart, neither registered now."""
    older, newer = record(41234), record(41235, "AOIFE", "Oneill Lukasz")
    assert pairs_of(newer)
    found = Likeness.objects.get()
    assert (found.one, found.other) == (older, newer)
    return found


@pytest.mark.parametrize(
    ("second", "alike"),
    [
        ({"first": "AOIFE", "last": "O'Neill Lukasz"}, ["name", "number"]),
        ({"first": "Aoife", "last": "Married", "former_name": "ONeill-Lukasz"}, ["name", "number"]),
        ({"first": "Someone", "last": "Else", "email": "A@people.example"}, ["email", "number"]),
        ({"first": "Someone", "last": "Else", "date_of_birth": date(1999, 2, 28)}, ["birth", "number"]),
    ],
)
def test_what_is_alike(cast: Cast, second: dict[str, object], alike: list[str]) -> None:
    record(41234, email="a@people.example", date_of_birth=date(1999, 2, 28))
    newer = record(41235, **second)  # type: ignore[arg-type]
    ((found, _),) = pairs_of(newer)
    assert found == alike
    assert pairs_of(newer) == pairs_of(newer), "the same pair is kept once"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"number": 99}),  # a name alone
        ({}, {"number": 41235, "first": "Someone", "last": "Else"}),  # a number alone
        ({"first": ".", "last": "."}, {"number": 41235, "first": ".", "last": "."}),
        ({"email": ""}, {"number": 99, "email": ""}),
        ({"date_of_birth": None}, {"number": 99, "date_of_birth": None}),
        (
            {"date_of_birth": date(1999, 1, 1)},
            {"number": 41235, "date_of_birth": date(1989, 1, 1)},
        ),  # another date of birth speaks against it
    ],
)
def test_what_is_not_enough(cast: Cast, first: dict[str, object], second: dict[str, object]) -> None:
    record(41234, **first)  # type: ignore[arg-type]
    assert pairs_of(record(**second)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("SW1234", "SW1235", True),
        ("SW1234", "SW123", True),
        ("SW1234", "SW12934", True),
        ("SW1234", "SW1243", False),
        ("SW1234", "SW1234", False),
        ("SW1234", "SW12", False),
        (None, "SW1", False),
        (None, None, False),
    ],
)
def test_one_digit_apart(db: None, one: str | None, other: str | None, apart: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(one_digit_apart(%s, %s), false)", [one, other])
        assert cursor.fetchone() == (apart,)


def test_registering_brings_the_pair_up_and_tells_no_employer(cast: Cast, year: ProgrammeYear) -> None:
    first = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    digit = (first.nqsw.swe_number or "")[:-1] + ("8" if (first.nqsw.swe_number or "")[-1] != "8" else "7")
    told = Notice.objects.count()
    given = make.answers(cast.cal, on=TODAY, swe_number=digit, email="again@people.example")
    second = registering.register(cast.southmouth, given, by=cast.cora, now=NOW)
    found = Likeness.objects.get()
    assert {found.one, found.other} == {first.nqsw, second.nqsw}
    new = Notice.objects.order_by("-id")[: Notice.objects.count() - told]
    assert {each.user.email.split("@")[1] for each in new if each.user} <= {"southmouth.example", "people.example"}
    assert first.nqsw.swe_number not in "".join(each.body for each in new)
    client = Client()
    client.force_login(cast.cora)
    with clock.moved_to(NOW):
        page = client.get(reverse("registration", args=[second.pk])).content.decode()
        assert "may be one person" not in page
        assert "Northshire" not in page
        assert client.get(reverse("same_people")).status_code == 403
        assert client.get(reverse("same_pair", args=[found.pk])).status_code == 403
    with pytest.raises(Refused, match="have the other one withdrawn"):
        services.merge(found, first.nqsw, "One person.", by=cast.erin, now=NOW)


def test_a_batch_is_compared_in_one_query(cast: Cast) -> None:
    people = [record(41234), record(41235), record(41236)]
    with CaptureQueriesContext(connection) as made:
        likeness.bring_up([each.pk for each in people], NOW)
    assert len(made) == 1
    assert Likeness.objects.count() == 3


def test_told_apart_once_and_remembered(cast: Cast, pair: Likeness) -> None:
    for reason in ("", "  "):
        with pytest.raises(Refused, match="Enter why"):
            services.tell_apart(pair, reason, by=cast.erin, now=NOW)
    services.tell_apart(pair, "Twins.", by=cast.erin, now=NOW)
    event = AuditEvent.objects.get(act="registrations.different_people")
    assert (event.actor, event.object_id) == (cast.erin, pair.pk)
    assert pairs_of(pair.one, pair.other) == [(pair.alike, pair.score)]
    assert not same_queries.open_pairs().exists()
    with pytest.raises(Stale):
        services.merge(pair, pair.one, "One person.", by=cast.erin, now=NOW)


def test_merged_with_a_reason_and_told_to_nobody(cast: Cast, pair: Likeness) -> None:
    services.merge(pair, pair.other, "She wrote to us.", by=cast.erin, now=NOW)
    assert NQSW.objects.get(pk=pair.one_id).merged_into == pair.other
    event = AuditEvent.objects.get(act="registrations.merge_records")
    assert (event.object_id, event.codes) == (pair.one_id, [f"into {pair.other_id}"])
    assert not Notice.objects.exists()
    assert pairs_of(pair.other) == [(pair.alike, pair.score)]


def test_only_a_caseworker_decides_and_not_about_themselves(cast: Cast, pair: Likeness) -> None:
    for by in cast.everybody():
        if by != cast.erin:
            with pytest.raises(NotAllowed):
                services.tell_apart(pair, "No.", by=by, now=NOW)
            with pytest.raises(NotAllowed):
                services.merge(pair, pair.one, "Yes.", by=by, now=NOW)
    make.joined(pair.one, cast.erin)
    with pytest.raises(NotAllowed, match="your own"):
        services.merge(pair, pair.one, "Yes.", by=cast.erin, now=NOW)


def test_two_accounts_are_one_human(cast: Cast, pair: Likeness) -> None:
    make.joined(pair.one, cast.noor)
    with pytest.raises(Refused, match="Keep the record with the account"):
        services.merge(pair, pair.other, "One person.", by=cast.erin, now=NOW)
    make.joined(pair.other, cast.nils)
    services.merge(pair, pair.one, "One person.", by=cast.erin, now=NOW)
    assert User.objects.get(pk=cast.nils.pk).human == cast.noor.human
    assert NQSW.objects.get(pk=pair.one_id).user == cast.noor
    assert NQSW.objects.get(pk=pair.other_id).user == cast.nils
    assert Human.objects.filter(pk=cast.nils.human_id).exists()
    assert "one_human" in AuditEvent.objects.get(act="registrations.merge_records").codes


def test_no_chain_of_merges(cast: Cast, pair: Likeness) -> None:
    services.merge(pair, pair.one, "One person.", by=cast.erin, now=NOW)
    third = record(41230)
    pairs_of(third)
    again = same_queries.open_pairs().get()
    with pytest.raises(Refused, match="Keep that one instead"):
        services.merge(again, third, "One person.", by=cast.erin, now=NOW)
    services.merge(again, pair.one, "One person.", by=cast.erin, now=NOW)
    assert NQSW.objects.filter(merged_into=pair.one).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", ["app_sql", "owner_sql"])
def test_the_database_keeps_merges_and_decisions(request: pytest.FixtureRequest, cast: Cast, sql: str) -> None:
    people = [record(number) for number in (41234, 41235, 41236)]
    pairs_of(*people)
    first = Likeness.objects.get(one=people[0], other=people[1])
    services.merge(first, people[0], "One person.", by=cast.erin, now=NOW)
    connected = request.getfixturevalue(sql)
    a, b, c = (each.pk for each in people)
    backwards = "INSERT INTO registrations_likeness (one_id, other_id, score, alike, found_at, answer, because) "
    backwards += f"VALUES ({c}, {a}, 4, '{{}}', now(), '', '')"
    for broken in (
        f"UPDATE registrations_nqsw SET merged_into_id = id WHERE id = {c}",
        f"UPDATE registrations_nqsw SET merged_into_id = NULL WHERE id = {b}",
        f"UPDATE registrations_nqsw SET merged_into_id = {c} WHERE id = {b}",
        f"UPDATE registrations_nqsw SET merged_into_id = {b} WHERE id = {c}",
        f"UPDATE registrations_nqsw SET merged_into_id = {c} WHERE id = {a}",
        "UPDATE registrations_likeness SET answer = 'different' WHERE answer = 'same'",
        "UPDATE registrations_likeness SET answer = 'same' WHERE answer = ''",
        "UPDATE registrations_likeness SET score = 9 WHERE answer = ''",
        "DELETE FROM registrations_likeness",
        "TRUNCATE registrations_likeness",
        backwards,
    ):
        with pytest.raises(psycopg.Error):
            connected.execute(broken)  # type: ignore[attr-defined]


def test_the_pages(cast: Cast, pair: Likeness) -> None:
    client = Client()
    client.force_login(cast.erin)
    with clock.moved_to(NOW):
        assert "Aoife O’Neill-Łukasz and AOIFE Oneill Lukasz" in client.get(reverse("same_people")).content.decode()
        assert "Say whether two records are one person" in client.get(reverse("home")).content.decode()
        page = client.get(reverse("same_pair", args=[pair.pk])).content.decode()
        assert "SW41234" in page
        assert "SW41235" in page
        opened = SensitiveRead.objects.filter(actor=cast.erin)
        assert set(opened.values_list("object_id", flat=True)) == {pair.one_id, pair.other_id}
        assert reads.names_of(opened)["registrations.nqsw", pair.one_id].startswith("Record of Aoife")
        merge = reverse("same_merge", args=[pair.pk])
        assert "cannot be undone" in client.get(merge).content.decode()
        assert "Enter why they are one person" in client.post(merge, {"keep": pair.one_id}).content.decode()
        assert client.post(merge, {"keep": pair.one_id, "because": "She wrote."}).status_code == 302
        assert "No two records" in client.get(reverse("same_people")).content.decode()
        assert "She wrote." in client.get(reverse("same_pair", args=[pair.pk])).content.decode()
        late = client.post(reverse("same_different", args=[pair.pk]), {"because": "Twins."})
        assert late.status_code == 409
    assert NQSW.objects.get(pk=pair.other_id).merged_into == pair.one


def test_a_second_tab_changes_nothing(cast: Cast, pair: Likeness) -> None:
    services.tell_apart(pair, "Twins.", by=cast.erin, now=NOW)
    with pytest.raises(Stale):
        services.tell_apart(pair, "Again.", by=cast.erin, now=NOW)
    assert Likeness.objects.get().because == "Twins."


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, count: int) -> None:
    for number in range(count):
        older, newer = (
            record(50_010 + 100 * number, "Ann", f"Ash{number}"),
            record(50_011 + 100 * number, "Ann", f"Ash{number}"),
        )
        pairs_of(older, newer)
    assert Likeness.objects.count() == count
    client = Client()
    client.force_login(cast.erin)
    client.get(reverse("same_people"))
    with CaptureQueriesContext(connection) as made:
        assert client.get(reverse("same_people")).status_code == 200
    assert len(made) == LIST


@pytest.mark.django_db(transaction=True)
def test_accessible(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.erin, "same_people")
    pairs_of(record(41234), record(41235))
    found = Likeness.objects.get()
    looked_at(cast.erin, "same_people")
    looked_at(cast.erin, "same_pair", found.pk)
    services.tell_apart(found, "Twins.", by=cast.erin, now=NOW)
    looked_at(cast.erin, "same_pair", found.pk)
