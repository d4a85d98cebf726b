"""The scenarios of a file with many registrations, by their number."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from asye import clock
from registrations.bulk import checks, reader
from registrations.models import NQSW, Registration
from registrations.rules import taken
from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.registrations.bulk.people import checked, confirmed, csv, found, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


def corrections(client: Client, cast: Cast, upload) -> reader.Sheet:
    client.force_login(cast.amira)
    return reader.read(client.post(reverse("registration_file_corrections", args=[upload.pk])).content)


def test_scenario_21_near_duplicates_in_a_file(client: Client, cast: Cast) -> None:
    """One number written in two ways is one person, named in both rows; blank cells match nobody; a name stays as it
    was written; a cell that begins a formula runs nowhere; a row without its number is a fault and no blank row."""
    rows = [
        person(1),
        person(2, swe_number=" sw 0810001 "),
        person(3, swe_number="sw810003", former_name="", middle_names=""),
        person(4, former_name="", middle_names=""),
        person(5, swe_number=" "),
        person(6, job_title="=1+1", team="@x", former_name="+1", middle_names="-1"),
    ]
    upload = checked(cast.northshire, csv(rows), by=cast.amira)
    about = {(row, column) for row, column, _ in found(upload)}
    number = "Social Work England number"
    assert {(2, number), (3, number), (6, number)} <= about
    assert {row for row, _ in about} == {2, 3, 6, 7}
    assert confirmed(upload, by=cast.amira).registered == 2
    assert set(NQSW.objects.values_list("swe_number", "last_name")) == {
        ("SW810003", "O’Neill-Łukasz"),
        ("SW810004", "O’Neill-Łukasz"),
    }
    sheet = corrections(client, cast, upload)
    left = list(sheet.rows)
    assert [row.cells[sheet.header.index(number)].strip() for row in left] == ["SW810001", "sw 0810001", "", "SW810006"]
    raw = client.post(reverse("registration_file_corrections", args=[upload.pk])).content
    for neutral in (b"'=1+1", b"'@x", b"'+1", b"'-1"):
        assert neutral in raw


def test_scenario_22_a_stale_confirm(client: Client, cast: Cast) -> None:
    """Somebody is registered elsewhere between the check and the button: their row fails with a reason that names no
    employer, the rest follow what was chosen, pressed twice it is done once, and the file of what is left, corrected
    where it says so, is taken without a word."""
    upload = checked(cast.northshire, csv([person(number) for number in range(1, 4)]), by=cast.amira)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, swe_number="SW810002", number=5)
    upload = confirmed(upload, by=cast.amira)
    assert found(upload) == [(3, "Social Work England number", checks.halves(taken.LIVE_ELSEWHERE).reason)]
    assert "Southmouth" not in str(list(upload.findings.values()))
    again = confirmed(upload, by=cast.amira, now=NOW + timedelta(minutes=1))
    assert (upload.registered, again.registered, again.registered_at) == (2, 2, NOW)
    assert Registration.objects.filter(placements__employer=cast.northshire).count() == 2
    sheet = corrections(client, cast, upload)
    (left,) = sheet.rows
    cells = ["SW810009" if cell == "SW810002" else cell for cell in left.cells]
    corrected = csv([dict(enumerate(cells))], headings=dict(enumerate(sheet.header)))
    assert confirmed(checked(cast.northshire, corrected, by=cast.amira), by=cast.amira).registered == 1
