"""The equality form is one structure: every list, label and check comes from it, and only the NQSW writes or reads."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import equality, own_data
from registrations.equality import ALL, NOT_SAID, Question
from registrations.forms.own import Equality
from registrations.models import EqualityAnswers
from registrations.services import equality as acts
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

ROOT = Path(__file__).resolve().parents[2]
EVERY = [*ALL, *(each for question in ALL for below in question.beneath.values() for each in below)]


@built_once
def registration(cast, year):
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


@pytest.fixture
def noor(client, cast, registration):
    client.force_login(cast.noor)
    with clock.moved_to(NOW):
        yield client


def kept():
    return EqualityAnswers.objects.get().answers


@pytest.mark.parametrize("question", EVERY, ids=lambda question: question.key)
def test_prefer_not_to_say_is_the_last_answer_of_each_and_none_is_forced(question):
    field = Equality().fields[question.key]
    assert not field.required
    assert field.label == question.label
    if question.offered:
        assert [value for value, _ in field.choices] == [*question.offered, NOT_SAID]


def test_keys_are_used_once_and_roma_is_there():
    keys = [question.key for question in EVERY]
    assert len(keys) == len(set(keys))
    backgrounds = {each.key: each for each in EVERY if each.key.startswith("ethnic_detail_")}
    assert len(backgrounds) == 5
    assert backgrounds["ethnic_detail_white"].offered["roma"] == "Roma"


def test_sex_gender_and_disability_are_asked_in_the_harmonised_words():
    labels = {question.key: question.label for question in EVERY}
    assert labels["sex"] == "What is your sex?"
    assert labels["gender_same"] == "Is the gender you identify with the same as your sex registered at birth?"
    assert labels["disability"] == "Do you consider yourself to have a disability as defined by the Equality Act 2010?"


@pytest.mark.django_db
def test_nothing_has_to_be_answered_and_the_list_is_named(noor):
    assert noor.post(reverse("my_equality"), {}).status_code == 302
    assert kept() == {}
    assert EqualityAnswers.objects.get().list_version == equality.LIST_VERSION
    everything_unsaid = {question.key: NOT_SAID for question in ALL}
    assert noor.post(reverse("my_equality"), everything_unsaid).status_code == 302
    assert kept() == everything_unsaid


@pytest.mark.django_db
def test_fault_10_what_belonged_to_another_group_goes(noor):
    """Else the old sub-group stays stored, and its words are shown under the new group."""
    url = reverse("my_equality")
    first = {"ethnic_group": "white", "ethnic_detail_white": "roma", "ethnic_words_white": "Kalderash"}
    noor.post(url, first)
    assert kept() == first
    noor.post(url, {**first, "ethnic_group": "asian", "ethnic_detail_asian": "chinese"})  # all that the page sends
    assert kept() == {"ethnic_group": "asian", "ethnic_detail_asian": "chinese"}
    assert "Kalderash" not in noor.get(url).content.decode()
    noor.post(url, {**first, "ethnic_group": NOT_SAID})
    assert kept() == {"ethnic_group": NOT_SAID}
    noor.post(url, {"gender_same": "yes", "gender_words": "x", "religion": "none", "religion_words": "y"})
    assert kept() == {"gender_same": "yes", "religion": "none"}


@pytest.mark.django_db
def test_fault_10_in_the_act_too(cast, registration):
    given = {"ethnic_group": "black", "ethnic_detail_white": "irish", "sex": "female", "made_up": "x"}
    acts.save(registration.nqsw, given, by=cast.noor, now=NOW)
    assert kept() == {"ethnic_group": "black", "sex": "female"}
    for wrong in ({"sex": "what"}, {"ethnic_group": "white", "ethnic_detail_white": "arab"}):
        with pytest.raises(Refused) as refusal:
            acts.save(registration.nqsw, wrong, by=cast.noor, now=NOW)
        assert refusal.value.field in wrong
    with pytest.raises(Refused, match="100 characters"):
        acts.save(registration.nqsw, {"religion": "other", "religion_words": "x" * 101}, by=cast.noor, now=NOW)
    for user in (cast.amira, cast.ben, cast.erin, cast.adele, cast.udo):
        with pytest.raises(NotAllowed):
            acts.save(registration.nqsw, {"sex": "male"}, by=user, now=NOW)


@pytest.mark.django_db
def test_fault_24_a_question_is_added_in_one_place(noor, cast, registration, monkeypatch):
    """Where forms are written page by page, one more question means changing a dozen files."""
    carer = Question(
        "carer",
        "whether you care for somebody",
        "Do you care for somebody?",
        {"yes": "Yes", "no": "No"},
        beneath={"yes": (Question("carer_words", "whom you care for", "Whom do you care for?"),)},
    )
    monkeypatch.setattr(equality, "ALL", (*ALL, carer))
    url = reverse("my_equality")
    assert "Do you care for somebody?" in noor.get(url).content.decode()
    noor.post(url, {"carer": "yes", "carer_words": "My father"})
    assert kept() == {"carer": "yes", "carer_words": "My father"}
    page = noor.get(url).content.decode()
    assert "My father" in page
    assert ("Do you care for somebody?", "Yes") in equality.words(kept())
    assert b"My father" in own_data.as_json(registration.nqsw, NOW, TODAY)
    noor.post(url, {"carer": "no", "carer_words": "My father"})
    assert kept() == {"carer": "no"}


MAY_NAME_THEM = {
    "registrations/forms/own.py",
    "registrations/models/__init__.py",
    "registrations/models/people.py",
    "registrations/own_data.py",  # the NQSW's own file
    "registrations/services/equality.py",
    "registrations/views/nqsw.py",  # the NQSW's own page
    "registrations/waiting.py",  # whether they were given, for the NQSW
    "reporting/demo/nqsw.py",
    "reporting/queries/counts.py",  # in aggregate
    "reporting/statistics.py",  # the names of the groups
}


def test_no_other_code_names_them():
    """Whatever comes to read equality answers is added here by somebody who has thought about it."""
    names = re.compile(
        r"EqualityAnswers|equality_answers|registrations(\.services)? import .*\bequality\b|\.equality\b"
    )
    found = {
        str(path.relative_to(ROOT))
        for app in ("accounts", "registrations", "assessments", "moderation", "payments", "reporting", "asye")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and names.search(path.read_text())
    }
    assert found == MAY_NAME_THEM
    shown = [p for p in (ROOT / "templates").rglob("*") if p.is_file() and "equality_answers" in p.read_text()]
    assert shown == []
