"""manage.py check names the file that is broken and says what is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest

from assessments.checks import check_forms_and_sets
from tests.assessments.kinds.conftest import Folders

Change = Callable[[dict[str, Any]], object]


def said() -> list[str]:
    return [error.msg for error in check_forms_and_sets()]


def test_what_is_shipped_is_sound() -> None:
    assert said() == []


def field(form: dict[str, Any], section: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = form["sections"][section]["fields"][0]
    return found


BROKEN: list[tuple[str, str, Change, str]] = [
    ("schemas", "review.2.json", lambda form: form.update(version=7), "says it is review version 7"),
    ("schemas", "review.2.json", lambda form: form.pop("sections"), "is not a form"),
    ("schemas", "review.2.json", lambda form: form.update(colour="red"), "is not a form"),
    ("schemas", "review.2.json", lambda form: form.update(beside="a_cat"), "the unknown list 'a_cat'"),
    ("schemas", "supervision.1.json", lambda form: field(form).update(type="essay"), "unknown type"),
    (
        "schemas",
        "supervision.1.json",
        lambda form: field(form, 1).update({"from": {"kind": "poem", "field": "x"}}),
        "of which there is no form",
    ),
    (
        "schemas",
        "review.2.json",
        lambda form: field(form).update({"from": {"kind": "supervision", "field": "discussed"}}),
        "keeps from its readers",
    ),
    (
        "schemas",
        "review.2.json",
        lambda form: field(form).update({"from": {"kind": "recommendation", "field": "accurate"}}),
        "keeps from its readers",
    ),
    (
        "schemas",
        "review.2.json",
        lambda form: field(form).update({"from": {"kind": "agreement", "field": "colour"}}),
        "does not ask it",
    ),
    ("schemas", "review.2.json", lambda form: field(form).update({"from": {"made": "up"}}), "nothing makes"),
    ("schemas", "supervision.1.json", lambda form: field(form).update({"from": {"made": "dates"}}), "only a text"),
    (
        "requirement_sets",
        "refreshed-2022.json",
        lambda one: one["kinds"].append({"kind": "poem"}),
        "there is no form of poem",
    ),
    ("requirement_sets", "refreshed-2022.json", lambda one: one["kinds"].pop(), "ends with a recommendation"),
    ("requirement_sets", "refreshed-2022.json", lambda one: one.pop("kinds"), "is not a set of requirements"),
    (
        "requirement_sets",
        "refreshed-2022.json",
        lambda one: one["kinds"][5]["not_counted"].update(field="mood"),
        "counted by mood",
    ),
    (
        "requirement_sets",
        "refreshed-2022.json",
        lambda one: one["kinds"][5]["not_counted"].update(answers=["not-met"]),
        "an answer to met that its form does not offer",
    ),
    (
        "requirement_sets",
        "adults-2015.json",
        lambda one: one["kinds"][8]["of_which"][0].update(answers=["court_report"]),
        "an answer to sort that its form does not offer",
    ),
    ("requirement_sets", "refreshed-2022.json", lambda one: one["kinds"][1].pop("points"), "points"),
    ("requirement_sets", "refreshed-2022.json", lambda one: one["kinds"][1]["points"].append("later"), "unknown point"),
    ("requirement_sets", "refreshed-2022.json", lambda one: one["kinds"].append({"kind": "agreement"}), "twice"),
    ("requirement_sets", "refreshed-2022.json", lambda one: one["kinds"][0].update(part="review_3"), "unknown part"),
    (
        "standard_sets",
        "pqs-2018.json",
        lambda one: one.update(family="pcf", standards=[["pcf-1", "Again"]]),
        "has the family 'pcf' already",
    ),
    ("standard_sets", "pcf-2018.json", lambda one: one["standards"].append(["pcf-9", "Again"]), "once each"),
    ("standard_sets", "pcf-2018.json", lambda one: one.pop("standards"), "is not a set of standards"),
    ("standard_sets", "pqs-2018.json", lambda one: one.update(beside=["xyz"]), "of which there is no file"),
]


@pytest.mark.parametrize(("folder", "name", "change", "sentence"), BROKEN, ids=[each[3] for each in BROKEN])
def test_a_broken_file_is_refused_by_its_name(
    folders: Folders, folder: str, name: str, change: Change, sentence: str
) -> None:
    data = folders.read(folder, name)
    change(data)
    folders.write(folder, name, data)
    assert any(sentence in each and name in each for each in said()), said()


@pytest.mark.parametrize("folder", ["schemas", "requirement_sets", "standard_sets"])
def test_a_file_that_is_no_json_is_refused_by_its_name(folders: Folders, folder: str) -> None:
    folders.write(folder, "wrong.1.json", "{,")
    assert len(said()) == 1
    assert said()[0].startswith("wrong.1.json is not")


@pytest.mark.parametrize(
    ("folder", "name"), [("requirement_sets", "adults-2015.json"), ("standard_sets", "kss-adults-2015.json")]
)
def test_a_set_that_a_year_may_name_must_be_there(folders: Folders, folder: str, name: str) -> None:
    folders.remove(folder, name)
    assert any(each.startswith(f"{name} is missing") for each in said())
