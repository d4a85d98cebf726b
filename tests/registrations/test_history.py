"""Everything that happened to a registration, for each reader; notes, their walls and how one is forgotten."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, SensitiveRead
from accounts.services import audit
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import timeline
from registrations.models import Change, Note, Registration
from registrations.services import changes, checking, notes, transfers, undoing
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


@built_once
def registration(cast) -> Registration:
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


def said(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


def history(client, user, registration) -> str:
    client.force_login(user)
    response = client.get(reverse("registration_history", args=[registration.pk]))
    assert response.status_code == 200
    return said(response)


def test_who_under_which_role_when_what_and_why(client, cast, registration):
    checked = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1)
    checking.ask(checked, "Which team?", by=cast.erin, now=NOW)
    checking.answer(checked, "Team A.", by=cast.amira, now=NOW)
    shown = history(client, cast.erin, checked)
    for words in (
        "by Erin Doyle (Caseworker, Department for Education)",
        "by Amira Aslan (Co-ordinator, Northshire)",
        "Being checked → Question asked",
        "Question asked → Being checked",
        "Which team?",
        "Team A.",
        "14 September 2026",
    ):
        assert words in shown, words
    assert "Being checked → Registered" in history(client, cast.amira, registration)
    make.deferred(registration, by=cast.amira, now=NOW)
    away = history(client, cast.amira, registration)
    for words in ("On the programme → Deferred", "Reason: Parental leave", "Away from: 14 September 2026"):
        assert words in away, words
    assert SensitiveRead.objects.filter(actor=cast.erin, object_id=checked.pk).exists()


def test_before_and_after_of_each_field_in_words():
    event = AuditEvent(act="registrations.answer", codes=["fte_percent"])
    changed = list(
        timeline._changes(
            {"fte_percent": "100", "asye_start": "2026-09-01", "route": "step_up", "team": ""},
            {"fte_percent": "60", "asye_start": "2026-10-01", "route": "apprenticeship", "team": "North"},
        )
    )
    assert changed == [
        "Share of full time: 100 → 60",
        "Start of the ASYE: 1 September 2026 → 1 October 2026",
        "Route: Step Up to Social Work → Degree apprenticeship",
        "Team: nothing → North",
    ]
    assert list(timeline._changes("Can be funded", "Can take part, without funding")) == [
        "Can be funded → Can take part, without funding"
    ]
    assert timeline.heading(AuditEvent(act="registrations.something_new", codes=[])) == "Something new"
    assert timeline.heading(event) == "Question answered"


def texts(registration, act: str) -> list[list[str]]:
    events = AuditEvent.objects.filter(act=act, object_id=registration.pk).order_by("id")
    return [sorted(timeline._texts(event)) for event in events]


def test_an_undo_says_what_it_changed_back(cast, registration):
    changes.extend(registration, 30, "Part-time.", by=cast.amira, now=NOW)
    undoing.undo(Change.objects.get(), "Another person.", by=cast.amira, now=NOW)
    assert texts(registration, "registrations.undo") == [
        ["Another person.", "Planned end: 30 September 2027 → 31 August 2027"]
    ]


@pytest.mark.parametrize(
    ("first", "said", "agreed"),
    [
        ("leaving", ["Leaves on: 21 September 2026"], ["Employer: Southmouth", "From: 21 September 2026"]),
        (
            "receiving",
            ["Employer: Southmouth", "Starts on: 21 September 2026"],
            ["Employer: Northshire → Southmouth", "From: 21 September 2026"],
        ),
    ],
)
def test_a_move_says_its_days_and_where_to_but_not_where_from(cast, registration, first, said, agreed):
    """Only the side they leave, and DfE with it, reads of both employers."""
    day = TODAY + timedelta(days=7)
    acts = [
        lambda: transfers.let_go(registration, day, None, by=cast.amira, now=NOW),
        lambda: transfers.take_over(
            registration.nqsw.swe_number, cast.southmouth, day, cast.cal, by=cast.cora, now=NOW
        ),
    ]
    for act in acts if first == "leaving" else reversed(acts):
        act()
    assert texts(registration, "registrations.ask_to_move") == [said]
    assert texts(registration, "registrations.move") == [agreed]


@built_once
def moved(cast, registration) -> Registration:
    """Moved to Southmouth ten days later."""
    here = registration.placements.get()
    here.ends_on = TODAY + timedelta(days=10)
    here.save(update_fields=["ends_on"])
    registration.placements.create(nqsw=registration.nqsw, employer=cast.southmouth, starts_on=here.ends_on)
    return registration


def test_an_employer_sees_nothing_of_anothers_part(client, cast, moved):
    later = NOW + timedelta(days=20)
    notes.write(moved, "Northshire thinks so.", by=cast.amira, now=NOW)
    notes.write(moved, "Southmouth thinks not.", by=cast.cora, now=later)
    notes.write(moved, "DfE wonders.", by=cast.erin, now=NOW)
    audit.record("registrations.check_register", moved, by=cast.erin, now=later, codes=["registered"])
    with clock.moved_to(later):
        northshire, southmouth = (history(client, who, moved) for who in (cast.amira, cast.cora))
        dfe, nqsw, assessor = (history(client, who, moved) for who in (cast.erin, cast.noor, cast.lena))
        auditor = history(client, cast.udo, moved)
    assert "Northshire thinks so." in northshire
    assert "Registration sent" in northshire
    assert "4 October" not in northshire
    assert "Southmouth thinks not." in southmouth
    assert "Amira" not in southmouth
    assert "Registration approved" not in southmouth
    assert "4 October 2026" in southmouth
    for shown, visible in (
        (northshire, "Northshire thinks"),
        (southmouth, "Southmouth thinks"),
        (nqsw, ""),
        (dfe, "DfE won"),
    ):
        for text in ("Northshire thinks", "Southmouth thinks", "DfE won"):
            assert (text in shown) == (text == visible), (text, visible)
    assert "Northshire thinks" in assessor
    assert all(text in auditor for text in ("Northshire thinks", "Southmouth thinks", "DfE won"))


def test_an_assessor_reads_no_note(client, cast, registration):
    notes.write(registration, "About Ben.", by=cast.amira, now=NOW)
    assert "About Ben." not in history(client, cast.ben, registration)
    assert "About Ben." in history(client, cast.lena, registration)


def test_in_pages(client, cast, registration, monkeypatch):
    monkeypatch.setattr("registrations.views.history.PER_PAGE", 2)
    for number in range(5):
        notes.write(registration, f"Number {number}.", by=cast.erin, now=NOW)
    client.force_login(cast.erin)
    first = client.get(reverse("registration_history", args=[registration.pk]))
    assert ("Number 4." in said(first), "Number 2." in said(first)) == (True, False)
    second = client.get(reverse("registration_history", args=[registration.pk]), {"after": first.context["page"].after})
    assert ("Number 2." in said(second), "Number 4." in said(second)) == (True, False)


@pytest.mark.parametrize("name", ["registration_history", "registration_note"])
def test_costs_the_same_at_one_and_three(client, cast, registration, name):
    client.force_login(cast.amira)
    url = reverse(name, args=[registration.pk])

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as made:
            assert client.get(url).status_code == 200
        return len(made)

    notes.write(registration, "One.", by=cast.amira, now=NOW)
    one = cost()
    for number in range(2):
        notes.write(registration, f"More {number}.", by=cast.amira, now=NOW)
    expected = {"registration_history": 17, "registration_note": 15}[name]
    assert (one, cost()) == (expected, expected)


def test_a_note_is_written_and_corrected(client, cast, registration):
    client.force_login(cast.erin)
    url = reverse("registration_note", args=[registration.pk])
    assert "Enter your note" in said(client.post(url, {"text": "  "}))
    assert "characters or fewer" in said(client.post(url, {"text": "x" * 2001}))
    assert "Your note is kept." in said(client.post(url, {"text": "Rang the <b>employer</b>."}, follow=True))
    first = Note.objects.get()
    page = said(client.get(f"{url}?corrects={first.pk}"))
    assert ("Correct a note" in page, "&lt;b&gt;employer" in page) == (True, True)
    client.post(f"{url}?corrects={first.pk}", {"text": "Wrote to the employer."})
    assert Note.objects.get(corrects=first).event.detail.words == {"note": "Wrote to the employer."}
    shown = history(client, cast.erin, registration)
    assert "Note of DfE, correcting an earlier one" in shown
    assert "Rang the &lt;b&gt;employer&lt;/b&gt;." in shown
    again = said(client.post(f"{url}?corrects={first.pk}", {"text": "Once more."}))
    assert "Somebody has corrected this note already" in again
    assert Note.objects.count() == 2


def test_the_same_words_sent_twice_are_one_note(cast, registration):
    first = notes.write(registration, "Rang.", by=cast.erin, now=NOW)
    assert notes.write(registration, "Rang.\r\n", by=cast.erin, now=NOW) == first
    assert notes.write(registration, "Rang.", by=cast.amira, now=NOW) != first


def test_whose_note_it_is_decides_who_corrects_it(client, cast, registration):
    theirs = notes.write(registration, "Ours.", by=cast.amira, now=NOW)
    client.force_login(cast.erin)
    for number in (theirs.pk, 0, "x", "9" * 30, "１"):
        assert client.get(reverse("registration_note", args=[registration.pk]), {"corrects": number}).status_code == 404
    with pytest.raises(NotAllowed):
        notes.write(registration, "Mine.", by=cast.erin, now=NOW, corrects=theirs)
    for who in (cast.ben, cast.lena, cast.noor, cast.udo, cast.adele, cast.cora):
        with pytest.raises(NotAllowed):
            notes.write(registration, "No.", by=who, now=NOW)
    with pytest.raises(Refused):
        notes.write(registration, " ", by=cast.amira, now=NOW)


def test_a_note_can_be_forgotten(client, cast, registration):
    note = notes.write(registration, "Something private.", by=cast.erin, now=NOW)
    audit.erase(note.event, by=cast.adele, now=NOW)
    shown = history(client, cast.erin, registration)
    assert ("Something private." in shown, "What was said here has been erased." in shown) == (False, True)
    assert "This note has been erased." in said(client.get(reverse("registration_note", args=[registration.pk])))


INTO = "INSERT INTO registrations_note (registration_id, employer_id, corrects_id, event_id, written_by_id, written_at)"
OF_ANOTHER_EVENT = (
    f"{INTO} SELECT registration_id, employer_id, NULL, event_id - 1, written_by_id, now() FROM registrations_note"
)
OF_A_NEIGHBOUR = (
    f"{INTO} SELECT n.registration_id, e.id, NULL, a.id, n.written_by_id, now() FROM registrations_note n, "
    "accounts_employer e, accounts_auditevent a WHERE e.name = 'Southmouth' AND a.act = 'registrations.note'"
)
OF_OTHER_READERS = f"{INTO} SELECT registration_id, NULL, id, event_id, written_by_id, now() FROM registrations_note"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registrations_note SET employer_id = NULL",
        "DELETE FROM registrations_note",
        "TRUNCATE registrations_note CASCADE",
        OF_ANOTHER_EVENT,
        OF_A_NEIGHBOUR,
        OF_OTHER_READERS,
    ],
)
def test_what_the_database_refuses(cast, registration, statement):
    notes.write(registration, "Ours.", by=cast.amira, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
