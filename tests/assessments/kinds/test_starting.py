"""Nothing is asked twice: forms begin with what is there, and nothing of it is kept before the person saves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from assessments import prefill
from assessments.models import Draft, Record
from assessments.queries import evidence_for_reading, schema_of
from assessments.states import Part
from asye import clock
from registrations.models import Registration
from tests.assessments.kinds.conftest import Folders
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def starting(record: Record, part: Part, user: User) -> dict[str, Any]:
    draft = record.drafts.filter(person=user).first()
    return prefill.starting(record, schema_of(record), part, draft, user=user, on=TODAY)


def test_what_the_last_plan_left_is_where_the_next_begins(year: Registration, cast: Cast, client: Any) -> None:
    make.agreed(year, "agreement", now=NOW, needs="Writing for court.")
    first = make.draft(year, "development_plan", review_point="start", now=NOW)
    assert starting(first, Part.NQSW, cast.noor) == {"needs": "Writing for court."}
    make.agreed(year, "development_plan", review_point="start", now=NOW, next="Chairing meetings.")
    second = make.draft(year, "development_plan", review_point="review_3", now=NOW)
    assert starting(second, Part.NQSW, cast.noor)["needs"] == "Chairing meetings."
    last = make.draft(year, "development_plan", review_point="review_final", now=NOW)
    assert starting(last, Part.NQSW, cast.noor) == {"needs_after": "Chairing meetings."}
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("record_edit", args=[second.pk])).content.decode()
    assert "Chairing meetings." in page
    assert "they are kept when you save" in page
    assert not Draft.objects.filter(record=second).exists()
    second.refresh_from_db()
    assert second.current_revision is None


def test_once_something_is_saved_nothing_is_filled_in_again(year: Registration, cast: Cast, client: Any) -> None:
    make.agreed(year, "development_plan", review_point="start", now=NOW, next="Chairing meetings.")
    plan = make.draft(year, "development_plan", review_point="review_3", now=NOW)
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    edit = reverse("record_edit", args=[plan.pk])
    client.post(edit, {"action": "save", "seen_draft": 0, "seen_revision": 0, "needs": "", "actions": "Read."})
    page = client.get(edit).content.decode()
    assert "Chairing meetings." not in page
    assert "Read." in page
    make.finish(plan, Part.NQSW, by=cast.noor, now=NOW)
    plan.refresh_from_db()
    assert starting(plan, Part.NQSW, cast.noor) == {}


def test_a_review_begins_with_what_was_written_since_the_last_one(year: Registration, cast: Cast, client: Any) -> None:
    make.agreed(year, "review", review_point="review_3", now=NOW, met_on="2026-09-10", attended="All of us")
    later = NOW + timedelta(days=20)
    with clock.moved_to(later):
        make.agreed(year, "direct_observation", now=later)
        held = {"held_on": "2026-09-25", "minutes": 90}
        make.agreed(year, "supervision", now=later, **held)
        make.agreed(year, "supervision", ordinal=2, now=later, **{**held, "minutes": 50})
        make.agreed(year, "supervision", ordinal=3, now=later, **{**held, "held_on": "2026-08-25"})
        review = make.draft(year, "review", review_point="review_6", now=later)
        assert starting(review, Part.ASSESSOR, cast.ben) == {
            "attended": "All of us",
            "progress": "Direct observation 1: ",
            "support_check": "Supervision recorded since 10 September 2026: 2 meetings, 2 h 20 min.",
        }
        client.force_login(cast.ben, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = client.get(reverse("record_edit", args=[review.pk])).content.decode()
    assert "Written since 10 September 2026" in page
    assert "Direct observation 1 (opens in a new tab)" in page
    assert "3-month review (opens" not in page


def test_what_an_earlier_review_begins_with_is_not_cut_off_by_a_later_one(year: Registration, cast: Cast) -> None:
    """The 3-month review is written, or reopened, after the 6-month review was held."""
    make.agreed(year, "supervision", now=NOW, held_on="2026-09-05", minutes=60)
    make.agreed(year, "review", review_point="review_6", now=NOW, met_on="2026-09-12")
    late = make.draft(year, "review", review_point="review_3", now=NOW)
    found = starting(late, Part.ASSESSOR, cast.ben)["support_check"]
    assert found == "Supervision recorded since 31 August 2026: 1 meeting, 1 h."


def test_the_recommendation_begins_with_the_final_review_and_the_counters(year: Registration, cast: Cast) -> None:
    make.evidence(year, now=NOW)
    record = make.draft(year, "recommendation", now=NOW)
    found = starting(record, Part.ASSESSOR, cast.ben)
    assert found["accurate"] == "About the strengths."
    assert "Direct observation: 1 of 3" in found["sufficient"].splitlines()
    beside = prefill.beside(record, schema_of(record), user=cast.ben, on=TODAY)
    assert beside is not None
    assert "Final review" in [title for _, title, _ in beside.records]


def test_the_agreement_begins_with_the_dates_of_the_year(year: Registration, cast: Cast) -> None:
    record = make.draft(year, "agreement", now=NOW)
    lines = starting(record, Part.ASSESSOR, cast.ben)["dates"].splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "3-month review",
        "6-month review",
        "Final review",
        "Moderation",
    ]


def test_moderators_see_that_a_self_assessment_was_done_and_none_of_its_words(year: Registration, cast: Cast) -> None:
    record = make.agreed(year, "self_assessment", review_point="start", now=NOW, overall="Courage.")
    make.agreed(year, "supervision", now=NOW)
    shown = {one.kind: one.current_revision.content for one in evidence_for_reading(year) if one.current_revision}
    assert shown == {
        "self_assessment": {"talked_on": "2026-09-10"},
        "supervision": {"held_on": "2026-09-10", "minutes": 90, "supervisor": "assessor"},
    }
    assert record.current_revision is not None
    assert len(record.current_revision.content) == 2 * 10 + 2


def test_another_persons_draft_and_another_year_are_never_carried(
    year: Registration, other_year: Registration, cast: Cast
) -> None:
    make.agreed(other_year, "agreement", now=NOW, needs="Somebody else's.")
    mine = make.draft(year, "agreement", now=NOW)
    said = make.content(schema_of(mine), Part.NQSW, needs="Not yet put into the record.")
    make.records.drafts.save(mine, said, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    plan = make.draft(year, "development_plan", review_point="start", now=NOW)
    assert starting(plan, Part.NQSW, cast.noor) == {}


def test_a_new_carry_over_is_a_change_of_a_file(year: Registration, cast: Cast, folders: Folders) -> None:
    form = folders.read("schemas", "written_report.1.json")
    form["sections"][0]["fields"][3]["from"] = {"kind": "critical_reflection", "field": "change", "at": "review_6"}
    folders.write("schemas", "written_report.1.json", form)
    make.agreed(year, "critical_reflection", review_point="review_6", now=NOW, change="I ask first.")
    report = make.draft(year, "written_report", now=NOW)
    assert starting(report, Part.NQSW, cast.noor) == {"shows": "I ask first."}
