"""The pages of records from before this service: sent in, watched, corrected, confirmed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice
from asye import clock
from payments.earlier import checking
from payments.earlier.kinds import SHEETS
from payments.presenters.effects import look, money_lines
from registrations.bulk import reader
from registrations.models import EarlierFile, EarlierRow, Registration
from registrations.states import EarlierKind
from tests.cast import NOW, Cast
from tests.payments.earlier.sheets import (
    OUTCOMES,
    PAYMENTS,
    PEOPLE,
    checked,
    confirmed,
    csv,
    outcome,
    payment,
    person,
    taken,
)

FILES = "/earlier-records"


@pytest.fixture(autouse=True)
def at_now(before):
    with clock.moved_to(NOW):
        yield


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client, kind: EarlierKind, content: bytes, **changed: str):
    file = SimpleUploadedFile("old.csv", content)
    return client.post(FILES, {"kind": kind, "source": "portal", "file": file, **changed})


def said(response) -> str:
    return " ".join(response.content.decode().split())


def press(client, file: EarlierFile, which: str = "good"):
    return client.post(reverse("earlier_file_take", args=[file.pk]), {"which": which, "digest": file.digest})


def test_it_works(before: Cast):
    erin = signed_in(before.erin)
    content = csv(PEOPLE, [person(1), person(2)])
    response = send(erin, PEOPLE, content)
    file = EarlierFile.objects.get()
    page = reverse("earlier_file", args=[file.pk])
    assert response["Location"] == page
    waiting = erin.get(page)
    assert (waiting["Refresh"], "Reading the file" in said(waiting)) == ("3", True)
    checking.check_pending(NOW)
    file.refresh_from_db()
    assert "Take over 2 registrations" in said(erin.get(page))
    assert "P-1" in said(erin.get(f"{page}/rows"))
    for _ in range(2):
        press(erin, file)
    assert "2 registrations taken over" in said(erin.get(page))
    assert Registration.objects.count() == 2
    again = said(send(erin, PEOPLE, content).wsgi_request and erin.get(page))
    assert "Nothing was changed. Erin Doyle took over every row of this file on 14 September 2026" in again


def test_a_payments_approver_confirms_what_an_officer_sent(before: Cast):
    taken(PEOPLE, [person(1)], before)
    omar, priya = signed_in(before.omar), signed_in(before.priya)
    send(omar, PAYMENTS, csv(PAYMENTS, [payment(1), payment(2)]))
    checking.check_pending(NOW)
    file = EarlierFile.objects.get(kind=PAYMENTS)
    page = reverse("earlier_file", args=[file.pk])
    assert "A payments approver has to confirm it" in said(omar.get(page))
    assert f'href="{page}"' in said(priya.get("/"))
    assert press(omar, file).status_code == 403
    assert "1 of 2 rows needs correcting" in said(priya.get(page))
    press(priya, file)
    assert "1 past payment taken over" in said(priya.get(page))
    assert "Nobody taken over from this source" in omar.post(f"{page}/to-correct").content.decode()


def test_the_file_to_correct_can_be_sent_in_as_it_is(before: Cast):
    erin = signed_in(before.erin)
    file = checked(PEOPLE, [person(1), person(2, funded="?")], before)
    press(erin, file)
    left = erin.post(reverse("earlier_file_corrections", args=[file.pk])).content
    assert b"P-1" not in left
    send(erin, PEOPLE, left.replace(b",?,", b",Yes,"))
    checking.check_pending(NOW)
    second = EarlierFile.objects.latest("id")
    assert (second.good, second.bad) == (1, 0)


def test_the_template_of_each_kind_is_read_back(before: Cast):
    for kind in EarlierKind:
        client = signed_in(before.omar if kind == PAYMENTS else before.erin)
        for ending in ("csv", "xlsx"):
            content = client.get(reverse("earlier_template", args=[kind, ending])).content
            assert reader.read(content).header == tuple(column.heading for column in SHEETS[kind].columns)
        assert client.get(reverse("earlier_template", args=[kind, "pdf"])).status_code == 404
    assert signed_in(before.erin).get(reverse("earlier_template", args=[PAYMENTS, "csv"])).status_code == 403


def test_a_wrong_file_is_refused_on_the_page(before: Cast):
    erin = signed_in(before.erin)
    assert "The file is a PDF." in said(send(erin, PEOPLE, b"%PDF-1.7"))
    assert "These columns are missing" in said(send(erin, PEOPLE, csv(PAYMENTS, [payment(1)])))
    assert "Select what stands in the file" in said(send(erin, PAYMENTS, csv(PAYMENTS, [payment(1)])))
    assert "Select the file" in said(erin.post(FILES))
    assert not EarlierFile.objects.exists()


def test_a_file_is_checked_again_and_deleted(before: Cast):
    erin = signed_in(before.erin)
    file = checked(PEOPLE, [person(1)], before)
    page = reverse("earlier_file", args=[file.pk])
    erin.post(f"{page}/check-again")
    checking.check_pending(NOW)
    assert "Are you sure" in said(erin.get(f"{page}/delete"))
    erin.post(f"{page}/delete")
    assert "This file has been deleted" in said(erin.get(page))
    assert (erin.get(f"{page}/rows").status_code, erin.post(f"{page}/to-correct").status_code) == (302, 409)
    assert press(erin, file).status_code == 409
    assert not EarlierRow.objects.exists()


def test_the_registration_says_where_it_came_from_and_its_employer_invites(before: Cast):
    taken(PEOPLE, [person(1)], before)
    registration = Registration.objects.get()
    amira = signed_in(before.amira)
    page = said(amira.get(reverse("registration", args=[registration.pk])))
    assert "Skills for Care portal, reference P-1" in page
    assert "Taken over from before this service" in page
    assert "Send them an invitation" in page
    for status in (302, 409):
        invite = amira.post(reverse("registration_resend", args=[registration.pk]), {"invitation": 0})
        assert invite.status_code == status
    assert Notice.objects.filter(to_email="earlier1@people.example", secret_link__contains="/nqsw/join/").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_however_much_there_is(before: Cast, count: int):
    for number in range(count):
        confirmed(checked(PEOPLE, [person(number), *[person(10 * number + 9, funded="")] * count], before), before)
    file = EarlierFile.objects.earliest("id")
    erin = signed_in(before.erin)
    addresses = (FILES, f"{FILES}/{file.pk}", f"{FILES}/{file.pk}/rows")
    made = []
    for address in addresses:
        erin.get(address)
        with CaptureQueriesContext(connection) as queries:
            erin.get(address)
        made.append(len(queries))
    assert made == [12, 13, 12]


def test_a_change_of_the_year_says_what_was_paid_before(before: Cast):
    taken(PEOPLE, [person(1)], before)
    taken(PAYMENTS, [payment(1)], before)
    registration = Registration.objects.get()
    lines = money_lines(look(registration, NOW), look(registration, NOW))
    assert "was made before this service. It is not made again, and nothing of it is recovered here." in lines[0]


def test_an_outcome_from_before_promises_no_certificate(before: Cast):
    taken(PEOPLE, [person(1)], before)
    taken(OUTCOMES, [outcome(1)], before)
    page = said(signed_in(before.amira).get(reverse("outcome", args=[Registration.objects.get().pk])))
    assert "Decided before this service" in page
    assert "None is made here." in page
