"""What a year asks for: kinds, points, least numbers, and what counts."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import requirements
from assessments.models import Record
from assessments.queries import due_dates, evidence_counts
from assessments.queries.years import due_dates as things_due
from assessments.services import records
from asye import clock
from asye.refusals import Refused
from registrations.management.shipped import EVIDENCE
from registrations.models import ProgrammeYear, Registration
from registrations.queries import agreement_due
from tests.assessments.kinds.conftest import Folders
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.factories import registrations as register

OBSERVATION = "direct_observation"


def words(year: Registration) -> dict[str, str]:
    return {f"{one.kind}{'*' if one.within else ''}": one.words for one in evidence_counts(year)}


def test_the_refreshed_set(year: Registration) -> None:
    assert words(year) == {
        "agreement": "0 of 1",
        "self_assessment": "0 of 3",
        "critical_reflection": "0 of 2",
        "review": "0 of 3",
        "development_plan": "0 of 4",
        OBSERVATION: "0 of 3",
        f"{OBSERVATION}*": "0 of 2",
        "feedback_families": "0 of 3",
        "feedback_professionals": "0 of 3",
        "written_report": "0 of 3",
        "supervision": "0",
    }
    due = due_dates(year)
    assert due["self_assessment", "start"] == due["agreement", ""] == agreement_due(year)
    assert due["critical_reflection", "review_6"] == due["review", "review_6"]
    assert ("supervision", "") not in due


@pytest.mark.parametrize(
    ("code", "reflections"),
    [
        ("refreshed-2022", ("review_6", "review_final")),
        ("four-part-2015", ("review_3", "review_6", "review_final")),
        ("adults-2015", ("review_6", "review_final")),
        ("two-year-draft", ("review_final",)),
    ],
)
def test_each_set_has_its_own_reflections(code: str, reflections: tuple[str, ...]) -> None:
    year = ProgrammeYear(
        requirement_set=code, review_months={"review_3": 3, "review_6": 6, "review_final": 12}, evidence={}
    )
    wanted = requirements.of_year(year).of("critical_reflection")
    assert wanted is not None
    assert wanted.points_in(year) == reflections
    assert wanted.least_in(year) == len(reflections)


def test_a_year_adjusts_a_number_and_never_beyond_the_points_there_are() -> None:
    year = ProgrammeYear(
        requirement_set="refreshed-2022",
        review_months={"review_6": 6, "review_9": 9, "review_final": 12},
        optional_reviews=["review_9"],
        evidence={"written_report": 5, "critical_reflection": 9},
    )
    chosen = requirements.of_year(year)
    assert {kind: chosen.of(kind).least_in(year) for kind in ("written_report", "critical_reflection", "review")} == {  # type: ignore[union-attr]
        "written_report": 5,
        "critical_reflection": 2,
        "review": 2,
    }


def test_only_a_review_is_left_out_and_not_what_is_written_at_its_point(cast: Cast, client: Any) -> None:
    """Where an employer may leave out the 6-month review, the self-assessment of the middle is asked for and counts."""
    register.published_year(by=cast.adele, second=cast.zora, now=NOW, evidence=EVIDENCE, optional_reviews=["review_6"])
    year = register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    make.agreed(year, "self_assessment", review_point="review_6", now=NOW)
    make.agreed(year, "review", review_point="review_6", now=NOW)
    assert (words(year)["self_assessment"], words(year)["review"]) == ("1 of 3", "0 of 2")
    days = things_due(year)
    assert ("critical_reflection", "review_6", 1) in days
    assert ("review", "review_6", 1) not in days
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.moved_to(NOW):
        page = client.get(reverse("records", args=[year.pk])).content.decode()
    assert "May be left out" not in page  # the review has been held, and the reflection has to be written


def test_fault_t40_an_observation_below_the_level_expected_awards_nothing(
    year: Registration, cast: Cast, client: Any
) -> None:
    for ordinal, met in enumerate(("met", "not_met", "partly"), start=1):
        make.agreed(year, OBSERVATION, ordinal=ordinal, now=NOW, met=met)
    found = next(one for one in evidence_counts(year) if one.kind == OBSERVATION)
    assert (found.agreed, found.set_aside, found.is_met) == (2, 1, False)
    client.force_login(cast.ben, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.moved_to(NOW):
        page = client.get(reverse("records", args=[year.pk])).content.decode()
    assert "2 of 3" in page
    assert "1 more is in the record, judged below the level expected, and not counted." in page


def test_feedback_given_without_agreement_is_not_counted(year: Registration, cast: Cast) -> None:
    make.agreed(year, "feedback_families", now=NOW, consent=False)
    make.agreed(year, "feedback_families", ordinal=2, now=NOW)
    assert words(year)["feedback_families"] == "1 of 3"


def test_only_what_the_set_has_can_be_opened(year: Registration, cast: Cast, folders: Folders, client: Any) -> None:
    wanted = folders.read("requirement_sets", "refreshed-2022.json")
    wanted["kinds"] = [one for one in wanted["kinds"] if one["kind"] != "written_report"]
    folders.write("requirement_sets", "refreshed-2022.json", wanted)
    with pytest.raises(Refused, match="no such record: written report"):
        records.open_record(year, "written_report", by=cast.noor, now=NOW)
    with pytest.raises(Refused, match="no such critical reflection"):
        records.open_record(year, "critical_reflection", review_point="review_3", by=cast.noor, now=NOW)
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.moved_to(NOW):
        missing = client.get(reverse("record_new", args=[year.pk, "written_report", "1"]))
        page = client.get(reverse("records", args=[year.pk])).content.decode()
        refused = client.post(reverse("record_new", args=[year.pk, "critical_reflection", "review_3"]))
    assert missing.status_code == refused.status_code == 404
    assert "Written report" not in page
    assert not Record.objects.exists()


def test_the_counting_takes_one_query(year: Registration) -> None:
    make.agreed(year, OBSERVATION, now=NOW)
    assert year.programme_year
    with CaptureQueriesContext(connection) as queries:
        evidence_counts(year)
    assert len(queries) == 1
