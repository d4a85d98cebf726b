"""Files with registrations: exactly what the list shows, safe in a spreadsheet, and known who took them."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import AuditEvent, SensitiveRead
from accounts.states import Region
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import exporting, finding, queries
from registrations.bulk import reader, writing
from registrations.export_columns import COLUMNS
from registrations.finding import Criteria
from registrations.models import Change, Export, Registration
from registrations.models.finding import Ending
from registrations.services import assessors, undoing
from registrations.services import exporting as services
from reporting.queries import figures
from tests.cast import NOW, TODAY
from tests.factories import accounts as make_accounts
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
LIST, EXPORT = "/registrations", "/registrations/export"


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def named(cast):
    numbers = iter(range(100))

    def made(first: str, last: str, **changed) -> Registration:
        given = {"first_name": first, "last_name": last, "number": next(numbers), **changed}
        return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, **given)

    return made


def taken(client, query: str = "", ending: str = "csv") -> bytes:
    response = client.post(EXPORT + query, {"ending": ending})
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_exactly_what_is_filtered(client, cast, named):
    for last in ("Smith", "Smythe", "Jones"):
        named("Ann", last)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=90, last_name="Smith")
    client.force_login(cast.amira)
    address = client.post(LIST, {"name": "smi", "stage": "being_checked"}).url
    shown = client.get(address)
    (row,) = lines(taken(client, address.removeprefix(LIST)))
    assert len(shown.context["cells"]) == 1
    assert (row["First name"], row["Last name"], row["Employer"]) == ("Ann", "Smith", "Northshire")
    assert (row["Stage"], row["Sent on"], row["Assessor"]) == ("Being checked", TODAY.isoformat(), "Ben Okafor")
    assert date.fromisoformat(row["Planned end"]) > TODAY
    assert [each["Last name"] for each in lines(taken(client))] == ["Jones", "Smythe", "Smith"]
    client.force_login(cast.erin)
    assert len(lines(taken(client))) == 4


def test_every_page_of_it(client, cast, named, monkeypatch):
    monkeypatch.setattr("registrations.exporting.AT_ONCE", 2)
    for last in "ABCDE":
        named("Ann", last)
    client.force_login(cast.amira)
    assert "".join(each["Last name"] for each in lines(taken(client))) == "EDCBA"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(start):
    typed = f"{start}cmd|' /C calc'!A0"
    assert exporting.cell(typed).startswith("'")
    assert next(csv.reader(io.StringIO(writing.as_csv([[typed]]).decode("utf-8-sig"), newline="")))[0].startswith("'")


@pytest.mark.parametrize("text", ["O’Neill-Łukasz", "SW12", "100", "", "'t Hooft"])
def test_other_cells_are_left_as_they_are(text):
    assert exporting.cell(text) == text


def test_a_workbook_that_opens(client, cast, named):
    named("Siân", "=HYPERLINK(1)")
    client.force_login(cast.amira)
    sheet = reader.read(taken(client, ending="xlsx"))
    assert list(sheet.header)[:3] == ["Reference", "First name", "Last name"]


def test_it_is_kept_who_took_what(client, cast, named):
    one = named("Ann", "Smith")
    client.force_login(cast.erin)
    address = client.post(LIST, {"name": "smith", "region": Region.NORTH_EAST.value}).url
    taken(client, address.removeprefix(LIST))
    made = Export.objects.get()
    assert (made.made_by, made.count, made.registrations) == (cast.erin, 1, [one.pk])
    assert made.criteria == ["text", f"region={Region.NORTH_EAST.value}"]
    event = AuditEvent.objects.get(act="registrations.export")
    assert event.codes == ["csv", "count=1", "text", f"region={Region.NORTH_EAST.value}"]
    assert event.detail.words == {"text": "smith"}
    assert SensitiveRead.objects.filter(actor=cast.erin, object_type="registrations.export", object_id=made.pk).exists()


def test_nothing_is_no_file(client, cast):
    client.force_login(cast.amira)
    response = client.post(EXPORT)
    assert response.status_code == 409
    assert not Export.objects.exists()


def test_equality_answers_are_in_no_column():
    words = " ".join(column.heading + column.means for column in COLUMNS).lower()
    assert not any(word in words for word in ("ethnic", "sex", "gender", "disab", "religion", "orientation"))


def test_only_what_is_theirs(cast, named):
    theirs = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=90)
    with pytest.raises(NotAllowed):
        services.export([theirs.pk], Criteria(), Ending.CSV, by=cast.amira, now=NOW)
    for who in (cast.noor, cast.omar, cast.ana, cast.dev, cast.nils):
        with pytest.raises(NotAllowed):
            services.export([theirs.pk], Criteria(), Ending.CSV, by=who, now=NOW)
    with pytest.raises(Refused):
        services.export([], Criteria(), Ending.CSV, by=cast.erin, now=NOW)


def test_a_former_employer_reads_no_other_employer_in_it(client, cast, named):
    moved = named("Ann", "Smith")
    here = moved.placements.get()
    here.ends_on = TODAY
    here.save(update_fields=["ends_on"])
    there = moved.placements.create(nqsw=moved.nqsw, employer=cast.southmouth, starts_on=TODAY)
    there.assignments.create(assessor=cast.cal, starts_on=TODAY, assigned_by=cast.cora, assigned_at=NOW)
    client.force_login(cast.amira)
    (row,) = lines(taken(client))
    assert (row["Employer"], row["Region"], row["Assessor"]) == ("Northshire", "North East", "Ben Okafor")
    client.force_login(cast.cora)
    (row,) = lines(taken(client))
    assert (row["Employer"], row["Assessor"]) == ("Southmouth", "Cal Penrose")


def test_what_was_undone_or_is_to_come_is_not_shown_as_now(cast, named):
    """An assessor who was never theirs, and an employer they never came to, stood in the file, the list and at home."""
    make_accounts.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    one = make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, number=91, nqsw_user=cast.noor
    )
    assessors.assign_assessor(one, cast.dev, TODAY, by=cast.amira, now=NOW)
    undoing.undo(Change.objects.get(), "Another person.", by=cast.amira, now=NOW)
    assessors.assign_assessor(one, cast.dev, TODAY + timedelta(days=9), by=cast.amira, now=NOW)
    one.placements.create(
        nqsw=one.nqsw,
        employer=cast.southmouth,
        starts_on=TODAY + timedelta(days=20),
        ends_on=TODAY + timedelta(days=20),
    )
    row = next(iter(exporting.rows([one.pk], cast.erin, TODAY)))
    assert (row.employer, row.assessor) == ("Northshire", "Ben Okafor")
    assert finding.employers_shown([one], cast.erin, TODAY) == {one.pk: finding.Shown(cast.northshire, left=False)}
    assert queries.last_employers([one], TODAY) == {one.pk: cast.northshire}
    for employer, count in ((cast.northshire, 1), (cast.southmouth, 0)):
        assert finding.narrowed(Registration.objects.all(), Criteria(employer=employer.pk), TODAY).count() == count
    own = figures.own_years(cast.noor, TODAY)[0]
    assert (own.employer, own.assessor) == ("Northshire", "Ben Okafor")


def test_costs_the_same_at_one_and_three(client, cast, named):
    client.force_login(cast.amira)

    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            taken(client)
        return len(made)

    named("Ann", "A")
    cost()
    one = cost()
    named("Ann", "B")
    named("Ann", "C")
    assert (one, cost()) == (19, 19)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registrations_export SET count = 0",
        "DELETE FROM registrations_export",
        "TRUNCATE registrations_export",
        "INSERT INTO registrations_export (made_by_id, made_at, ending, criteria, registrations, count) "  # noqa: ISC004
        "SELECT made_by_id, made_at, ending, criteria, registrations, count + 1 FROM registrations_export",
    ],
)
def test_what_the_database_refuses(cast, named, statement):
    services.export([named("Ann", "A").pk], Criteria(), Ending.CSV, by=cast.amira, now=NOW + timedelta(minutes=1))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
