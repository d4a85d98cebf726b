"""Late registrations that a caseworker allows, each for one person at one employer (U3)."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Notice
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import simulator
from registrations.models import AllowedLate, ProgrammeYear
from registrations.services import lateness
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.ground.browser import Look

pytestmark = pytest.mark.django_db
START = TODAY - timedelta(days=100)
LATE = {"asye_start": START, "employment_start": START}
UNTIL = TODAY + timedelta(days=14)
LIST = 11


def number() -> str:
    return simulator.people()[0].number


def allow(cast: Cast, **changed: object) -> AllowedLate:
    given = {"employer": cast.northshire, "until": UNTIL, "because": "The letter was lost.", **changed}
    return lateness.allow(number(), by=cast.erin, now=NOW, **given)  # type: ignore[arg-type]


def test_it_works(cast: Cast, year: ProgrammeYear) -> None:
    given = {"by": cast.amira, "assessor": cast.ben, "now": NOW, **LATE}
    given |= {"swe_registered_from": START, "qualified_on": START - timedelta(days=20)}
    with pytest.raises(Refused, match="within 90 days"):
        make.submitted(cast.northshire, **given)
    allowed = allow(cast)
    told = Notice.objects.get(kind="registrations.late_allowed")
    assert (told.user, number() in told.body, number() in told.subject) == (cast.amira, True, False)
    assert AuditEvent.objects.get(act="registrations.allow_late").object_id == allowed.pk
    made = make.submitted(cast.northshire, **given)
    (reason,) = [one for one in made.verdict_reasons if one["rule"] == "U3"]
    assert (made.verdict, "A caseworker has allowed" in reason["sentence"]) == ("fundable", True)


def test_nobody_else_at_no_other_employer_and_not_for_ever(cast: Cast, year: ProgrammeYear) -> None:
    allow(cast)
    of = {"swe_registered_from": START, "qualified_on": START - timedelta(days=20), **LATE}
    with pytest.raises(Refused, match="within 90 days"):
        make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, **of)
    with pytest.raises(Refused, match="within 90 days"):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1, **of)
    with pytest.raises(Refused, match="within 90 days"):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW + timedelta(days=15), **of)


def test_only_a_caseworker_allows_it(cast: Cast) -> None:
    for by in cast.everybody():
        if by != cast.erin:
            with pytest.raises(NotAllowed):
                lateness.allow(number(), cast.northshire, UNTIL, "Please.", by=by, now=NOW)
    assert not AllowedLate.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=190)}, "until"),
        ({"because": " "}, "because"),
    ],
)
def test_bad_input(cast: Cast, changed: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        allow(cast, **changed)
    assert refused.value.field == field


def test_an_employer_that_has_closed(cast: Cast) -> None:
    cast.northshire.closed_on = TODAY
    with pytest.raises(Refused, match="has closed"):
        allow(cast)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", ["app_sql", "owner_sql"])
def test_it_stays_as_it_was_allowed(request: pytest.FixtureRequest, cast: Cast, sql: str) -> None:
    allow(cast)
    connected = request.getfixturevalue(sql)
    for change in ("UPDATE registrations_allowedlate SET until = until + 1", "DELETE FROM registrations_allowedlate"):
        with pytest.raises(psycopg.Error):
            connected.execute(change)


def test_the_pages(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.erin)
    with clock.moved_to(NOW):
        day = {"until_day": UNTIL.day, "until_month": UNTIL.month, "until_year": UNTIL.year}
        given = {"swe_number": f" {number().lower()} ", "employer": cast.northshire.pk, "because": "Lost.", **day}
        url = reverse("registration_late_allow")
        assert "with SW" in client.post(url, {**given, "swe_number": "12"}).content.decode()
        assert client.post(url, given).status_code == 302
        page = client.get(reverse("registration_late_allowed")).content.decode()
    assert number() in page
    assert "Northshire" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, count: int) -> None:
    for _ in range(count):
        allow(cast)
    client = Client()
    client.force_login(cast.udo)
    url = reverse("registration_late_allowed")
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    assert len(made) == LIST


def test_accessible(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.erin, "registration_late_allowed")
    looked_at(cast.erin, "registration_late_allow")
    looked_at(cast.erin, "registration_late_allow", press="Allow it")
    allow(cast)
    looked_at(cast.erin, "registration_late_allowed")
