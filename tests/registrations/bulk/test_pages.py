"""The pages of a file: sent in, watched, corrected, confirmed."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from asye import clock
from registrations.bulk import checking, reader
from registrations.bulk.columns import HEADINGS, REASONS
from registrations.models import BulkUpload, Registration
from registrations.services import bulk
from tests.cast import NOW
from tests.registrations.bulk.people import checked, confirmed, csv, person, sent

FILES = "/registrations/files"


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def amira(client, cast):
    client.force_login(cast.amira)
    return client


def send(client, content: bytes, name: str = "people.csv"):
    return client.post(FILES, {"file": SimpleUploadedFile(name, content)})


def said(response) -> str:
    return " ".join(response.content.decode().split())


def downloaded(client, upload: BulkUpload) -> bytes:
    return client.post(reverse("registration_file_corrections", args=[upload.pk])).content


def test_it_works(amira):
    response = send(amira, csv([person(1), person(2)]))
    upload = BulkUpload.objects.get()
    page = reverse("registration_file", args=[upload.pk])
    assert response["Location"] == page
    waiting = amira.get(page)
    assert (waiting["Refresh"], "Reading the file" in said(waiting)) == ("3", True)
    checking.check_pending(NOW)
    shown = said(amira.get(page))
    assert "Every row can be registered" in shown
    assert "Register 2 NQSWs" in shown
    assert "what was paid for an earlier registration is not paid again" in shown
    upload.refresh_from_db()
    for _ in range(2):
        amira.post(f"{page}/register", {"which": "all", "digest": upload.digest})
    assert "2 NQSWs sent in for registration" in said(amira.get(page))
    assert Registration.objects.count() == 2


def test_a_wrong_file_is_refused_on_the_page(amira):
    assert "The file is a PDF." in said(send(amira, b"%PDF-1.7"))
    assert "This column is missing: “Last name”." in said(
        send(amira, csv([person(1)], {k: v for k, v in HEADINGS.items() if k != "last_name"}))
    )
    assert "must be a CSV or XLSX file" in said(send(amira, csv([person(1)]), "people.doc"))
    assert "Select the file" in said(amira.post(FILES))
    assert not BulkUpload.objects.exists()


def test_a_file_that_breaks_off_says_where(amira, cast):
    content = csv([person(1)]) + b'"Ann,SW1\r\n'
    upload = checked(cast.northshire, content, by=cast.amira)
    shown = said(amira.get(reverse("registration_file", args=[upload.pk])))
    assert "We could not read this file" in shown
    assert "Row 3: A quotation mark is opened here" in shown


def test_a_fall_of_our_own_holds_up_no_other_file(amira, cast, monkeypatch):
    first = sent(cast.northshire, csv([person(1)]), by=cast.amira)
    second = sent(cast.northshire, csv([person(2)]), by=cast.amira)
    whole = checking.check

    def falls(upload: BulkUpload, now: datetime) -> None:
        if upload == first:
            raise ZeroDivisionError
        whole(upload, now)

    monkeypatch.setattr(checking, "check", falls)
    assert checking.check_pending(NOW) == 2
    shown = said(amira.get(reverse("registration_file", args=[first.pk])))
    assert "We could not check the file because of a fault of ours." in shown
    assert "Every row can be registered" in said(amira.get(reverse("registration_file", args=[second.pk])))


def test_the_same_file_says_when_and_by_whom(amira, cast):
    content = csv([person(1)])
    sent(cast.northshire, content, by=cast.amira)
    response = amira.post(FILES, {"file": SimpleUploadedFile("again.csv", content)}, follow=True)
    assert "Nothing was changed. Amira Aslan sent in this file on 14 September 2026 at 11am." in said(response)
    assert BulkUpload.objects.count() == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_corrections_can_be_sent_in_as_they_are(amira, cast, ending):
    """The error file, corrected where it says so, is taken without a word; the column of reasons is not read."""
    bad = person(2, asye_start="31/02/2026", job_title="=Worker", email="")
    upload = checked(cast.northshire, csv([person(1), bad, person(3)]), by=cast.amira)
    BulkUpload.objects.filter(pk=upload.pk).update(ending=ending)
    sheet = reader.read(downloaded(amira, upload))
    rows = list(sheet.rows)
    assert (sheet.ending, sheet.header[-1], len(rows)) == (ending, REASONS, 3)
    assert (rows[0].cells[-1], rows[2].cells[-1]) == ("", "")
    assert "ASYE starts: The date their ASYE starts must be a real date. Write it like" in rows[1].cells[-1]
    assert "Job title: It begins with =" in rows[1].cells[-1]
    assert "Email address: The cell is empty. Enter their email address." in rows[1].cells[-1]
    again = csv([person(1), person(2), person(3)]).decode().replace("\r\n", ',"something to correct"\r\n').encode()
    again = again.replace(b"something to correct", REASONS.encode(), 1)
    assert checked(cast.northshire, again, by=cast.amira).good == 3


def test_after_the_good_ones_only_the_others_are_to_correct(amira, cast):
    upload = checked(cast.northshire, csv([person(1), {**person(2), "email": ""}]), by=cast.amira)
    confirmed(upload, by=cast.amira)
    left = list(reader.read(downloaded(amira, upload)).rows)
    assert [row.cells[5] for row in left] == ["SW810002"]
    shown = said(amira.get(reverse("registration_file", args=[upload.pk])))
    assert "1 NQSW sent in for registration" in shown
    assert "Nobody in the other 1 row is registered." in shown


def test_corrections_run_nothing(amira, cast):
    upload = checked(cast.northshire, csv([person(1, job_title="=1+1", former_name="@x")]), by=cast.amira)
    assert b"'=1+1" in downloaded(amira, upload)
    assert b"'@x" in downloaded(amira, upload)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_has_our_headings_and_nobody(amira, cast, ending):
    response = amira.get(f"{FILES}/template.{ending}")
    with pytest.raises(reader.BadFile, match="headings but no rows"):
        list(reader.read(response.content).rows)
    assert reader.read(response.content).header == tuple(HEADINGS.values())
    assert amira.get(f"{FILES}/template.exe").status_code == 404


def test_rows_are_shown_as_they_were_written(amira, cast):
    rows = [person(1), {**person(2), "email": ""}, person(3, qualified_on="2020-01-01")]
    upload = checked(cast.northshire, csv(rows), by=cast.amira)
    shown = said(amira.get(reverse("registration_file_rows", args=[upload.pk])))
    for words in ("Zoë O’Neill-Łukasz", "SW810001", "01.09.2026", "Can be registered", "To correct", "Without funding"):
        assert words in shown


def test_check_again_and_delete(amira, cast):
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    page = reverse("registration_file", args=[upload.pk])
    amira.post(f"{page}/check-again")
    assert amira.get(page)["Refresh"]
    checking.check_pending(NOW)
    assert "Are you sure" in said(amira.get(f"{page}/delete"))
    amira.post(f"{page}/delete")
    assert "This file has been deleted" in said(amira.get(page))
    assert amira.post(f"{page}/register", {"which": "all", "digest": upload.digest}).status_code == 409
    assert amira.post(f"{page}/to-correct").status_code == 409


def test_a_stale_page_is_409(amira, cast):
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    page = reverse("registration_file_register", args=[upload.pk])
    assert amira.post(page, {"which": "all", "digest": "0" * 64}).status_code == 409
    assert not Registration.objects.exists()


def test_somebody_was_quicker(amira, cast):
    upload = checked(cast.northshire, csv([person(1), person(2)]), by=cast.amira)
    confirmed(checked(cast.southmouth, csv([person(1, assessor=cast.cal.email)]), by=cast.cora), by=cast.cora)
    page = reverse("registration_file", args=[upload.pk])
    response = amira.post(f"{page}/register", {"which": "all", "digest": upload.digest}, follow=True)
    shown = said(response)
    assert "Nothing was registered: some rows have become impossible." in shown
    assert "A person with this Social Work England number is already registered." in shown
    assert "Southmouth" not in shown


def test_closed(client_for, cast):
    with clock.moved_to(NOW + timedelta(days=400)):
        amira = client_for()
        amira.force_login(cast.amira)
        assert "Registration is closed" in said(amira.get(FILES))
        assert "Registration is closed" in said(send(amira, csv([person(1)])))


def test_other_employer_is_refused(client_for, cast):
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    cora = client_for()
    cora.force_login(cast.cora)
    assert cora.get(reverse("registration_file", args=[upload.pk])).status_code == 404
    ben = client_for()
    ben.force_login(cast.ben)
    assert ben.get(FILES).status_code == 403
    assert ben.get(f"{FILES}/template.csv").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(amira, cast, django_assert_num_queries, count):
    for number in range(count):
        sent(cast.northshire, csv([person(number)]), by=cast.amira)
    with django_assert_num_queries(14):
        amira.get(FILES)


@pytest.mark.parametrize("count", [1, 3])
def test_page_query_count(amira, cast, django_assert_num_queries, count):
    rows = [{**person(number), "email": ""} for number in range(count)]
    upload = checked(cast.northshire, csv(rows), by=cast.amira)
    with django_assert_num_queries(15):
        amira.get(reverse("registration_file", args=[upload.pk]))


def test_purged_in_time(cast):
    checked(cast.northshire, csv([person(1)]), by=cast.amira)
    assert bulk.purge(NOW + timedelta(days=31)) == 1
