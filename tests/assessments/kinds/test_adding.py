"""A question, a kind and a set of standards are data: adding one touches files only, and what was signed stays."""

from typing import Any

from django.urls import reverse

from assessments.models import Record, Revision
from assessments.queries import schema_of
from assessments.services import drafts, records
from assessments.states import Part
from asye import clock
from registrations.models import ProgrammeYear, Registration
from tests.assessments.kinds.conftest import Folders
from tests.cast import NOW, Cast
from tests.factories import assessments as make

QUESTION = {
    "key": "rest",
    "label": "How have you rested?",
    "noun": "how you have rested",
    "type": "text",
    "writer": "nqsw",
    "max_length": 100,
    "at": ["review_6"],
}


def ask_at_six_months(folders: Folders) -> None:
    form = folders.read("schemas", "review.2.json")
    form["version"] = 3
    form["sections"][0]["fields"].append(QUESTION)
    folders.write("schemas", "review.3.json", form)


def page_of(client: Any, record: Record) -> str:
    with clock.moved_to(NOW):
        text: str = client.get(reverse("record", args=[record.pk])).content.decode()
    return text


def test_adding_a_question_to_the_six_month_review_touches_only_a_file(
    year: Registration, cast: Cast, folders: Folders, client: Any
) -> None:
    signed = make.agreed(year, "review", review_point="review_6", now=NOW)
    before = Revision.objects.get(pk=signed.current_revision_id)
    ask_at_six_months(folders)
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "How have you rested?" not in page_of(client, signed)
    assert Revision.objects.get(pk=signed.current_revision_id) == before
    assert Record.objects.get(pk=signed.pk).is_done
    later = make.agreed(year, "review", review_point="review_final", now=NOW)
    assert (signed.schema_version, later.schema_version) == (2, 3)
    assert "How have you rested?" not in page_of(client, later)  # it is asked at six months only


def test_the_new_question_is_asked_in_the_next_six_month_review(
    year: Registration, cast: Cast, folders: Folders
) -> None:
    ask_at_six_months(folders)
    asked = make.agreed(year, "review", review_point="review_6", now=NOW, rest="In the hills.")
    assert asked.current_revision.content["rest"] == "In the hills."


def test_fault_t41_a_draft_opens_under_the_form_it_was_begun_with(
    year: Registration, cast: Cast, folders: Folders, client: Any
) -> None:
    begun = make.draft(year, "review", review_point="review_6", now=NOW)
    said = make.content(schema_of(begun), Part.NQSW, reflection="Slower is sooner.")
    drafts.save(begun, said, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    ask_at_six_months(folders)
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.moved_to(NOW):
        page = client.get(reverse("record_edit", args=[begun.pk])).content.decode()
    assert "Slower is sooner." in page
    assert "How have you rested?" not in page
    records.submit(begun, by=cast.noor, now=NOW)
    begun.refresh_from_db()
    assert begun.schema_version == 2
    assert begun.current_revision.content == said


def test_adding_a_kind_touches_only_files(year: Registration, cast: Cast, folders: Folders, client: Any) -> None:
    form = folders.read("schemas", "written_report.1.json")
    folders.write("schemas", "poem.1.json", {**form, "kind": "poem", "title": "Poem"})
    wanted = folders.read("requirement_sets", "refreshed-2022.json")
    wanted["kinds"].insert(-1, {"kind": "poem", "least": 2})
    folders.write("requirement_sets", "refreshed-2022.json", wanted)
    make.agreed(year, "poem", now=NOW)
    client.force_login(cast.ben, backend="allauth.account.auth_backends.AuthenticationBackend")
    with clock.moved_to(NOW):
        page = client.get(reverse("records", args=[year.pk])).content.decode()
    assert "Poem: 1 of 2" in page
    assert "Poem 2" in page


def test_the_standards_are_the_years_and_a_record_keeps_them(year: Registration, cast: Cast, folders: Folders) -> None:
    """Forms name the role, so another year's standards are asked about without a new form."""
    first = make.draft(year, "self_assessment", review_point="start", now=NOW)
    keys = {field.key for field in schema_of(first).fields}
    assert {"level_pqs_1", "words_pqs_10", "talked_on"} <= keys
    other = Record(kind="self_assessment", schema_version=1, standard_set="early-career-2027", review_point="start")
    keys = {field.key for field in schema_of(other).fields}
    assert "level_ecs_6" in keys
    assert not any("pqs" in key for key in keys)
    assert ProgrammeYear.objects.get(pk=year.programme_year_id).standard_set == first.standard_set == "pqs-2018"
