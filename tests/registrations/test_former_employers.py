"""What an employer finds in lists, files and figures of a year that has gone on with another one: as its page says."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts import roles
from accounts.models import User
from asye import clock
from registrations.models import Registration
from registrations.presenters import LEFT
from registrations.services import changes, transfers
from registrations.states import Stage
from reporting.queries import figures
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LIST = "/registrations"
LEAVES = TODAY + timedelta(days=20)
LATER = NOW + timedelta(days=200)  # the review at three months is overdue


@built_once
def moved(cast: Cast, year: object) -> Registration:
    """A year that began at Northshire, with Ben, and goes on at Southmouth, with Cal."""
    made = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    transfers.let_go(made, LEAVES, None, by=cast.amira, now=NOW)
    transfers.take_over(made.nqsw.swe_number or "", cast.southmouth, LEAVES, cast.cal, by=cast.cora, now=NOW)
    return made


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def said(who: User, **asked: object) -> list[tuple[str, str]]:
    """(employer, stage) of what the list shows where it is narrowed by this."""
    client = signed_in(who)
    with clock.moved_to(LATER):
        shown = client.get(client.post(LIST, asked).headers["Location"] if asked else LIST)
    return [
        (row[2], next(label for label in (*Stage.labels, LEFT[0]) if label in row[4])) for row in shown.context["cells"]
    ]


def in_file(who: User) -> dict[str, str]:
    with clock.moved_to(LATER):
        response = signed_in(who).post(f"{LIST}/export", {"ending": "csv"})
        content = b"".join(response)
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {name: row[name] for name in ("Employer", "Assessor", "Stage", "Planned end", "Ended on", "End")}


def test_the_list_says_what_the_page_says(cast: Cast, moved: Registration) -> None:
    on: date = LATER.date()
    changes.defer(moved, on, "bereavement", agreed=make.agreed(LATER), by=cast.cora, now=LATER)
    for who in (cast.amira, cast.ben):
        assert said(who) == [("Northshire", "With another employer")]
        assert [said(who, stage=stage) for stage in Stage.values] == [[]] * len(Stage.values)
    for who in (cast.cora, cast.erin):
        assert said(who) == said(who, stage="deferred") == [("Southmouth", "Deferred")]
    counted = {who: figures.by_stage(who, roles.COORDINATOR, on) for who in (cast.amira, cast.cora)}
    assert counted == {cast.amira: {}, cast.cora: {"deferred": 1}}


def test_an_overdue_review_is_found_by_whoever_has_them(cast: Cast, moved: Registration) -> None:
    kept = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, number=2)
    overdue = {"overdue": ["overdue"]}
    assert said(cast.amira, **overdue) == said(cast.ben, **overdue) == [("Northshire", "On the programme")]
    assert said(cast.cora, **overdue) == [("Southmouth", "On the programme")]
    assert len(said(cast.erin, **overdue)) == 2
    changes.withdraw(kept, LATER.date(), "They left.", by=cast.amira, now=LATER)
    assert said(cast.amira, stage="withdrawn") == [("Northshire", "Withdrawn")]  # theirs to the end


def test_the_file_says_what_the_page_says(cast: Cast, moved: Registration) -> None:
    changes.withdraw(moved, LATER.date(), "They left.", by=cast.cora, now=LATER)
    theirs = {"Employer": "Northshire", "Assessor": "Ben Okafor", "Stage": "With another employer"}
    assert in_file(cast.amira) == {**theirs, "Planned end": "", "Ended on": "", "End": ""}
    there = in_file(cast.cora)
    assert date.fromisoformat(there.pop("Planned end")) > TODAY
    assert there == {
        "Employer": "Southmouth",
        "Assessor": "Cal Penrose",
        "Stage": "Withdrawn",
        "Ended on": LATER.date().isoformat(),
        "End": "Withdrawn",
    }
    assert in_file(cast.erin) == in_file(cast.cora)
