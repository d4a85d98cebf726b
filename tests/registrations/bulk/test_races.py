"""Files and people registered at once, on connections of their own: one winner each, and nobody waits for ever."""

import pytest

from registrations.models import NQSW, Registration
from tests.cast import NOW
from tests.factories import registrations as make
from tests.registrations.bulk.people import checked, confirmed, csv, person
from tests.registrations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 20


def test_pressed_twice_at_once(cast, year):
    upload = checked(cast.northshire, csv([person(number) for number in range(PEOPLE)]), by=cast.amira)
    at_once(*[lambda: confirmed(upload, by=cast.amira)] * 2)
    assert Registration.objects.count() == NQSW.objects.count() == PEOPLE


def test_two_files_with_the_same_people_in_another_order(cast, year):
    people = [person(number) for number in range(PEOPLE)]
    one = checked(cast.northshire, csv(people), by=cast.amira)
    others = [{**each, "assessor": cast.cal.email} for each in reversed(people)]
    two = checked(cast.southmouth, csv(others), by=cast.cora)
    at_once(lambda: confirmed(one, by=cast.amira), lambda: confirmed(two, by=cast.cora))
    assert Registration.objects.count() == NQSW.objects.count() == PEOPLE
    for upload in (one, two):
        upload.refresh_from_db()
    assert sorted([one.registered or 0, two.registered or 0]) == [0, PEOPLE]


@pytest.mark.parametrize("number", range(3))
def test_a_file_and_the_form_register_one_person(cast, year, number):
    upload = checked(cast.northshire, csv([person(each) for each in range(PEOPLE)]), by=cast.amira)
    given = {"swe_number": f"SW{810_000 + number}", "email": f"bulk{number}@people.example"}
    at_once(
        lambda: confirmed(upload, by=cast.amira),
        lambda: make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, **given),
    )
    assert Registration.objects.count() == NQSW.objects.count() == PEOPLE
