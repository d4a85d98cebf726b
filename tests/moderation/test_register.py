"""Whoever confirms an outcome is told what the Social Work England register says (rule E13), and decides."""

from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from asye import clock
from moderation.models import Allocation, PopulationItem
from registrations.models import RegisterRequest, Registration
from registrations.register import Answer, CannotSay, Found, NotFound
from registrations.states import LeftBecause, NoAnswer, RegisterStatus
from tests.cast import NOW, TODAY, Cast
from tests.moderation.test_pages import words


@pytest.fixture
def registration(read_pass: Allocation) -> Registration:
    """Recommended, read and ready to be confirmed; the register was looked into when it was approved."""
    return read_pass.item.population.registration


def confirm(client: Client, registration: Registration, **said: str) -> str:
    url = reverse("outcome_confirm", args=[registration.pk])
    return words(client.post(url, said) if said else client.get(url))


def check(client: Client, registration: Registration, answer: Answer) -> str:
    url = reverse("outcome_check_register", args=[registration.pk])
    with mock.patch("registrations.register.look_up", return_value=answer), clock.moved_to(NOW):
        return words(client.post(url, follow=True))


def gone(number: str) -> Found:
    return Found(number, RegisterStatus.NOT_REGISTERED, "A B", TODAY, TODAY, LeftBecause.FAILED_TO_RENEW)


@pytest.mark.django_db
def test_opening_a_round_has_the_register_asked(registration: Registration) -> None:
    assert RegisterRequest.objects.get(registration=registration).occasion == "outcome"


@pytest.mark.django_db
def test_it_is_said_on_both_pages_and_the_decision_stays_theirs(
    client: Client, cast: Cast, registration: Registration
) -> None:
    client.force_login(cast.lena)
    number = str(registration.nqsw.swe_number)
    page = check(client, registration, gone(number))
    assert "is no longer registered with Social Work England: did not renew" in page
    assert "The register says: no longer registered." in page
    item = PopulationItem.objects.get(registration=registration)
    said = {"revision": str(item.final_revision_id), "result": "pass", "reason": ""}
    with clock.moved_to(NOW):
        assert "is no longer registered" in confirm(client, registration, **said)
        assert "Outcome confirmed" in words(
            client.post(reverse("outcome_confirm", args=[registration.pk]), {**said, "confirmed": "yes"}, follow=True)
        )


@pytest.mark.django_db
def test_a_good_answer_takes_the_warning_away(client: Client, cast: Cast, registration: Registration) -> None:
    client.force_login(cast.lena)
    number = str(registration.nqsw.swe_number)
    assert "has nobody with the number" in check(client, registration, NotFound(number))
    name = f"{registration.given_first_name} {registration.given_last_name}"
    page = check(client, registration, Found(number, RegisterStatus.REGISTERED, name, TODAY))
    assert "The register says: registered." in page
    assert "Social Work England register" not in page


@pytest.mark.django_db
def test_no_answer_is_no_answer_and_the_service_goes_on_asking(
    client: Client, cast: Cast, registration: Registration
) -> None:
    client.force_login(cast.lena)
    page = check(client, registration, CannotSay(str(registration.nqsw.swe_number), NoAnswer.DROPPED))
    assert "The register did not answer. Try again, or later." in page
    assert "no longer registered" not in page
    assert RegisterRequest.objects.filter(registration=registration, done_at=None).count() == 1


@pytest.mark.django_db
def test_others_do_not_have_it_asked(client: Client, cast: Cast, registration: Registration) -> None:
    url = reverse("outcome_check_register", args=[registration.pk])
    with clock.moved_to(NOW):
        for who in (cast.amira, cast.sol, cast.ben, cast.erin, cast.noor):
            client.force_login(who)
            assert client.post(url).status_code in (403, 404)
