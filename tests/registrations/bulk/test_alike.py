"""Rows of a file that may be one person under two numbers: looked at, said to be different people, kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from asye import clock
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale
from registrations import same_queries
from registrations.bulk import alike, checking, reader
from registrations.bulk.checking import File
from registrations.models import NQSW, BulkFinding, BulkUpload, Likeness, Registration
from registrations.services import bulk, likeness, same, transfers
from registrations.states import EndReason
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.registrations.bulk.people import checked, confirmed, csv, found, person, sent

pytestmark = pytest.mark.django_db
NAME = "The same name, or a former one."
NAME_AND_NUMBER = "The same name, or a former one; Social Work England numbers that are one digit apart."
FAR = "SW700001"  # more than one digit from every number of these rows


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


def like(upload: BulkUpload) -> list[tuple[int, int | None, int | None]]:
    """(row, other row, registration) of everybody who is alike."""
    assert set(upload.findings.filter(registration__isnull=False).values_list("is_note", flat=True)) <= {True}
    return list(alike_of(upload).values_list("row", "like_row", "registration"))


def alike_of(upload: BulkUpload):
    return upload.findings.exclude(like_row__isnull=True, registration__isnull=True)


def twins(**second: str) -> list[dict[str, str]]:
    """Two rows with one name, in two spellings, under numbers a digit apart, and somebody else."""
    return [
        person(1, first_name="Aoife"),
        person(2, **{"first_name": "AOIFE", "last_name": "Oneill Lukasz", **second}),
        person(3),
    ]


def said(response) -> str:
    return " ".join(response.content.decode().split())


def press(client: Client, upload: BulkUpload, **more: str):
    address = reverse("registration_file_register", args=[upload.pk])
    return client.post(address, {"which": "all", "digest": upload.digest, **more})


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({}, NAME_AND_NUMBER),
        ({"swe_number": FAR}, NAME),
        ({"last_name": "Ash", "former_name": "O'Neill-Lukasz"}, NAME_AND_NUMBER),
    ],
)
def test_both_rows_say_which_other_one_they_are_like(cast: Cast, second: dict[str, str], reason: str) -> None:
    upload = checked(cast.northshire, csv(twins(**second)), by=cast.amira)
    assert like(upload) == [(2, 3, None), (3, 2, None)]
    assert found(upload) == [(2, "", reason), (3, "", reason)]
    assert set(alike_of(upload).values_list("remedy", "is_note")) == {(alike.ONE_ROW, True)}
    assert (upload.good, upload.bad, upload.unfunded) == (3, 0, 0)


@pytest.mark.parametrize(
    "rows",
    [
        [person(1), person(2)],  # a number alone
        [person(1, first_name=".", last_name="."), person(2, first_name=".", last_name=".")],
        [
            person(1, last_name="Ash", former_name="Elm"),
            person(2, first_name="Zoë", last_name="Oak", former_name="Elm"),
        ],
        [person(1), person(2, first_name="Zoe", swe_number="810001")],  # a row with a fault is corrected first
    ],
    ids=["number", "blank", "both formerly", "fault"],
)
def test_what_is_not_enough(cast: Cast, rows: list[dict[str, str]]) -> None:
    assert like(checked(cast.northshire, csv(rows), by=cast.amira)) == []


def test_a_note_about_somebody_alike_is_not_counted_as_unfunded(cast: Cast) -> None:
    rows = [*twins(), person(4, qualified_on="2020-01-01"), person(5)]
    upload = checked(cast.northshire, csv(rows), by=cast.amira)
    assert (upload.good, upload.unfunded) == (5, 1)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, swe_number="SW810005", number=5)
    changed = confirmed(upload, by=cast.amira, only_good=False, different=True)
    assert (changed.registered, changed.good, changed.unfunded) == (None, 4, 1)


def test_somebody_the_employer_has_registered(client: Client, cast: Cast) -> None:
    """Those that run or have an outcome; a neighbour's like-named people are never looked at, nor who has gone on."""
    mine = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    theirs = {"by": cast.cora, "assessor": cast.cal, "now": NOW}
    runs = make.submitted(cast.northshire, **mine, first_name="Ann", last_name="Ash", swe_number="SW700010")
    done = make.submitted(
        cast.northshire, **mine, first_name="Bo", last_name="Ash", swe_number="SW700020", email="b@x.example"
    )
    Registration.objects.filter(pk=done.pk).update(ended_on=TODAY, end_reason=EndReason.OUTCOME_CONFIRMED)
    gone = make.submitted(
        cast.northshire, **mine, first_name="Cy", last_name="Ash", swe_number="SW700030", email="c@x.example"
    )
    make.withdrawn(gone, by=cast.amira, now=NOW)
    make.submitted(
        cast.southmouth, **theirs, first_name="Di", last_name="Ash", swe_number="SW700040", email="d@x.example"
    )
    moved = make.registered(cast.northshire, **mine, caseworker=cast.erin, number=1, email="e@x.example")
    leaves = TODAY + timedelta(days=20)
    transfers.let_go(moved, leaves, None, by=cast.amira, now=NOW)
    transfers.take_over(moved.nqsw.swe_number or "", cast.southmouth, leaves, cast.cal, by=cast.cora, now=NOW)
    names = {"first_name": moved.nqsw.first_name, "last_name": moved.nqsw.last_name}
    rows = [
        person(1, first_name="ann", last_name="ash"),
        person(2, first_name="Bo", last_name="Ash"),
        person(3, first_name="Cy", last_name="Ash"),
        person(4, first_name="Di", last_name="Ash"),
        person(5, **names),
    ]
    later = NOW + timedelta(days=30)
    with clock.moved_to(later):
        upload = checked(cast.northshire, csv(rows), by=cast.amira, now=later)
        assert like(upload) == [(2, None, runs.pk), (3, None, done.pk)]
        assert set(alike_of(upload).values_list("remedy", flat=True)) == {alike.REGISTERED_ALREADY}
        client.force_login(cast.amira)
        shown = said(client.get(reverse("registration_file", args=[upload.pk])))
    assert reverse("registration", args=[runs.pk]) in shown
    assert "Ann Ash, SW700010" in shown
    for hidden in ("Di Ash", "SW700040", moved.nqsw.swe_number, "Southmouth", "Cy Ash"):
        assert hidden not in shown


def test_the_email_address_of_before_is_alike_too(cast: Cast) -> None:
    """An account that has another address by now frees the old one, under which the employer knows the person."""
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    user = registration.nqsw.invitation.user
    NQSW.objects.filter(pk=registration.nqsw_id).update(email="Bulk1@people.example")
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    assert user.email != "bulk1@people.example"
    assert like(upload) == [(2, None, registration.pk)]
    assert found(upload) == [(2, "", "The same email address.")]


def test_nothing_is_registered_until_it_is_said(cast: Cast) -> None:
    upload = checked(cast.northshire, csv(twins()), by=cast.amira)
    for only_good in (True, False):
        with pytest.raises(Refused, match="Confirm that they are different people") as refusal:
            confirmed(upload, by=cast.amira, only_good=only_good)
        assert refusal.value.field == "different"
    with pytest.raises(NotAllowed):
        confirmed(upload, by=cast.cora, different=True)
    assert not Registration.objects.exists()
    assert not AuditEvent.objects.filter(act="registrations.say_different").exists()
    assert confirmed(upload, by=cast.amira, only_good=False, different=True).registered == 3


def test_what_was_said_is_kept_and_read_by_the_caseworker(client: Client, cast: Cast) -> None:
    """It decides nothing: a caseworker alone tells two records apart, and reads there what the employer said."""
    mine = make.submitted(
        cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, first_name="Zoë3", last_name="O'Neill Łukasz"
    )
    upload = checked(cast.northshire, csv(twins()), by=cast.amira)
    assert like(upload) == [(2, 3, None), (3, 2, None), (4, None, mine.pk)]
    confirmed(upload, by=cast.amira, different=True)
    one, two, three = Registration.objects.exclude(pk=mine.pk).order_by("pk")
    events = AuditEvent.objects.filter(act="registrations.say_different")
    assert {(each.object_id, *each.codes) for each in events} == {
        (one.pk, str(two.pk)),
        (two.pk, str(one.pk)),
        (three.pk, str(mine.pk)),
    }
    assert {(each.actor, each.membership.employer) for each in events} == {(cast.amira, cast.northshire)}
    pair = same_queries.open_pairs().get()
    assert ({pair.one, pair.other}, pair.alike, pair.answer) == ({one.nqsw, two.nqsw}, ["name", "number"], "")
    client.force_login(cast.erin)
    shown = said(client.get(reverse("same_pair", args=[pair.pk])))
    assert shown.count("Different people: Amira Aslan") == 1
    assert "14 September 2026" in shown


def test_the_page_asks_and_loses_nothing(client: Client, cast: Cast) -> None:
    upload = checked(cast.northshire, csv(twins()), by=cast.amira)
    client.force_login(cast.amira)
    page = reverse("registration_file", args=[upload.pk])
    shown = said(client.get(page))
    for words in (
        "Look at who is alike",
        "Row 3",
        "Row 2",
        NAME_AND_NUMBER,
        alike.ONE_ROW,
        "They are different people.",
    ):
        assert words in shown
    assert "There is a problem" not in shown
    back = press(client, upload)["Location"]
    assert back == f"{page}?unsaid=1"
    refused = said(client.get(back))
    assert '<a href="#different">Confirm that they are different people, or correct the file</a>' in refused
    assert f'name="digest" value="{upload.digest}"' in refused
    assert "Register 3 NQSWs" in refused
    assert not Registration.objects.exists()
    rows = said(client.get(reverse("registration_file_rows", args=[upload.pk])))
    assert (rows.count("Like somebody else"), rows.count("Can be registered")) == (2, 1)
    assert press(client, upload, different="on")["Location"] == page
    shown = said(client.get(page))
    assert "3 NQSWs sent in for registration" in shown
    assert "Said to be different people" in shown


def test_without_anybody_alike_nothing_is_asked(client: Client, cast: Cast) -> None:
    upload = checked(cast.northshire, csv([person(1), person(3)]), by=cast.amira)
    client.force_login(cast.amira)
    for query in ("", "?unsaid=1"):
        shown = said(client.get(reverse("registration_file", args=[upload.pk]) + query))
        assert "different people" not in shown
        assert "There is a problem" not in shown
    press(client, upload)
    assert Registration.objects.count() == 2
    assert not AuditEvent.objects.filter(act="registrations.say_different").exists()


def test_who_has_come_since_is_looked_at_first(client: Client, cast: Cast) -> None:
    """A tick on a page that did not show somebody says nothing about them."""
    upload = checked(cast.northshire, csv(twins()), by=cast.amira)
    before = upload.digest
    mine = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    late = make.submitted(cast.northshire, **mine, first_name="Zoë3", last_name="O’Neill-Łukasz")
    client.force_login(cast.amira)
    upload.digest = before
    press(client, upload, different="on")
    shown = said(client.get(reverse("registration_file", args=[upload.pk])))
    assert "Nothing was registered: somebody is now alike who was not before." in shown
    assert Registration.objects.get() == late
    upload.refresh_from_db()
    assert (upload.good, upload.unfunded, upload.digest == before) == (3, 0, False)
    assert like(upload) == [(2, 3, None), (3, 2, None), (4, None, late.pk)]
    file = File.of(upload, TODAY)
    with pytest.raises(Stale):
        bulk.register_many(
            upload, list(file.rows()), file.headings, only_good=True, seen_digest=before, different=True,
            by=cast.amira, now=NOW,
        )  # fmt: skip
    assert confirmed(upload, by=cast.amira, different=True).registered == 3


def test_who_has_gone_since_stops_nobody(cast: Cast) -> None:
    """The row that was like the one left has become impossible: the others follow what was chosen."""
    upload = checked(cast.northshire, csv(twins()), by=cast.amira)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, swe_number="SW810002", number=5)
    upload = confirmed(upload, by=cast.amira, different=True)
    assert (upload.registered, upload.good, like(upload)) == (2, 2, [])
    assert not AuditEvent.objects.filter(act="registrations.say_different").exists()


def test_a_check_again_forgets_who_was_alike(cast: Cast) -> None:
    content = csv(twins())
    upload = checked(cast.northshire, content, by=cast.amira)
    bulk.check_again(upload, by=cast.amira, now=NOW)
    assert like(upload) == []
    checking.check_pending(NOW)
    assert like(upload) == [(2, 3, None), (3, 2, None)]


@pytest.mark.parametrize("decided", ["two people", "one person"])
def test_what_a_caseworker_has_decided_is_not_asked_again(cast: Cast, decided: str) -> None:
    """Two records that were told apart, or merged: a second attempt may come under the other number (E10)."""
    mine = {"by": cast.amira, "assessor": cast.ben, "now": NOW, "first_name": "Ann", "last_name": "Ash"}
    known = make.submitted(cast.northshire, **mine, swe_number="SW810002").nqsw
    other = NQSW.objects.create(swe_number="SW810001", first_name="Ann", last_name="Ash", created_at=NOW)
    row = alike.Somebody("SW810001", "Ann", "Ash", "", "z@x.example", row=2)
    assert [each.reason for each in alike.find([row], cast.northshire, TODAY)] == [NAME_AND_NUMBER]
    likeness.bring_up([other.pk], NOW)
    pair = Likeness.objects.get(one=known, other=other)
    if decided == "two people":
        same.tell_apart(pair, "Twins.", by=cast.erin, now=NOW)
    else:
        same.merge(pair, known, "She wrote.", by=cast.erin, now=NOW)
    assert alike.find([row], cast.northshire, TODAY) == []


def test_notes_are_not_what_is_to_be_corrected(client: Client, cast: Cast) -> None:
    upload = checked(cast.northshire, csv([*twins(), person(4, email="")]), by=cast.amira)
    confirmed(upload, by=cast.amira, different=True)
    client.force_login(cast.amira)
    left = list(reader.read(client.post(reverse("registration_file_corrections", args=[upload.pk])).content).rows)
    assert [row.cells[5] for row in left] == ["SW810004"]


@pytest.mark.parametrize("count", [2, 40])
def test_query_count(cast: Cast, count: int) -> None:
    """A file is compared in seven queries, however many rows there are and whoever they are like."""
    known = make.submitted(
        cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, first_name="Ann", last_name="Ash"
    )
    rows = [person(number, first_name="Ann", last_name=f"Ash{number // 2 or ''}") for number in range(count)]
    file = File.of(sent(cast.northshire, csv(rows), by=cast.amira), london_date(NOW))
    people = [alike.said(row) for row in file.rows()]
    with CaptureQueriesContext(connection) as made:
        notes = alike.find(people, cast.northshire, TODAY)
    assert len(made) == 7
    assert {each.registration for each in notes} == {None, known.pk}
    assert len(notes) == count + 2


def test_a_file_of_a_take_over_is_spelt_in_parts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first and the last of five rows have one name, two names in a part."""
    names = ["Ash", "Birch", "Cedar", "Elm", "ASH"]
    people = [alike.Somebody(f"SW{row}", "Ann", name, "", "", row) for row, name in enumerate(names, 1)]
    monkeypatch.setattr(alike, "AT_ONCE", 2)
    notes = alike.find(people, cast.northshire, TODAY)
    assert [(each.row, each.like_row) for each in notes] == [(1, 5), (5, 1)]


def test_a_file_where_everybody_has_one_name_is_bounded(cast: Cast) -> None:
    """Five others for each row and no more: 5,000 rows are 25,000 comparisons and not 25 million."""
    people = [alike.Somebody(f"SW{100_000 + row}", "Ann", "Ash", "", f"{row}@x.example", row) for row in range(300)]
    assert len(alike.find(people, cast.northshire, TODAY)) == 300 * alike.MOST


def test_the_database_keeps_notes_about_one_other(cast: Cast) -> None:
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    for broken in (
        {"like_row": 3, "is_note": False},
        {"like_row": 2, "is_note": True},
        {"registration": registration, "is_note": False},
        {"like_row": 3, "registration": registration, "is_note": True},
    ):
        with pytest.raises(IntegrityError, match="finding_like_one_other"), transaction.atomic():
            BulkFinding.objects.create(upload=upload, row=2, reason="x", remedy="y", **broken)
