"""The state of the register on the page of a registration, in the lists of what waits, and before an outcome."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.waiting import found
from asye import clock
from registrations import register_page, waiting
from registrations.models import NQSW, RegisterRequest
from registrations.queries import latest_answer
from registrations.services import checking, looking
from registrations.states import LeftBecause, NoAnswer
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once
from tests.registrations.register.test_answers import LEFT, NO_ANSWER

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
OTHER_NAME = "Philippa Marriott"
REFUSED = 409


@pytest.fixture(autouse=True)
def at_later():
    with clock.moved_to(LATER):
        yield


@built_once
def sent(cast, year):
    return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)


@built_once
def here(cast, year):
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


def opened(client, who, registration, name="registration"):
    client.force_login(who)
    page = client.get(reverse(name, args=[registration.pk]))
    return page.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def said(client, who, registration, server, manner):
    """The page after the caseworker had the register asked, as somebody reads it."""
    client.force_login(who)
    server.manners[registration.nqsw.swe_number] = manner
    answer = client.post(reverse("registration_check_register", args=[registration.pk]), follow=True)
    return answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("manner", [manner for manner, why in NO_ANSWER.items() if why != NoAnswer.SLOW] + ["slow"])
def test_no_answer_is_shown_as_such(client, cast, sent, server, manner):
    page = said(client, cast.erin, sent, server, manner)
    assert "The register did not answer. Try again, or later." in page
    assert NO_ANSWER[manner].label in page
    assert "No answer says nothing about the person" in page
    assert "Let the service keep asking" in page
    assert "Check the register again" in page
    assert "no longer registered" not in page
    assert "has nobody with the number" not in page


@pytest.mark.parametrize(("manner", "left"), LEFT.items())
def test_each_way_of_leaving_is_shown(client, cast, here, server, manner, left):  # noqa: PLR0917
    page = said(client, cast.erin, here, server, manner)
    assert "is no longer registered with Social Work England" in page
    assert LeftBecause(left).label.lower() in page
    for who in (cast.amira, cast.lena, cast.noor, cast.udo):
        assert "is no longer registered with Social Work England" in opened(client, who, here)


@pytest.mark.parametrize("manner", ["nobody", "vanished"])
def test_nobody_is_shown(client, cast, sent, server, manner):
    page = said(client, cast.erin, sent, server, manner)
    assert f"has nobody with the number {sent.nqsw.swe_number}" in page
    assert "The register says: not found." in page


def test_a_strangers_name_is_for_caseworkers_and_auditors(client, cast, here, server):
    server.names[here.nqsw.swe_number] = OTHER_NAME
    assert OTHER_NAME in said(client, cast.erin, here, server, "")
    assert OTHER_NAME in opened(client, cast.udo, here)
    for who in (cast.amira, cast.lena, cast.ben, cast.noor):
        page = opened(client, who, here)
        assert OTHER_NAME not in page
        assert "Social Work England register" in page


def test_only_a_caseworker_is_offered_to_ask(client, cast, here):
    assert "Check the register again" in opened(client, cast.erin, here)
    for who in (cast.amira, cast.udo, cast.noor):
        assert "Check the register" not in opened(client, who, here)


def test_the_whole_history_is_shown(client, cast, sent, server):
    said(client, cast.erin, sent, server, "")
    said(client, cast.erin, sent, server, "cpd")
    page = said(client, cast.erin, sent, server, "html")
    assert page.count(LeftBecause.CPD.label.lower()) >= 2  # what stands now, and in the history
    assert "It sent something that cannot be read" in page
    assert "Every time the register was checked" in page
    assert "A caseworker asked" in page


def test_the_service_keeps_asking(client, cast, sent, server):
    said(client, cast.erin, sent, server, "fault")
    url = reverse("registration_keep_asking", args=[sent.pk])
    page = client.post(url, follow=True).content.decode()
    assert "The service keeps asking the register" in page
    assert "has been asking the register by itself since" in page
    assert "Let the service keep asking" not in page
    assert RegisterRequest.objects.get().wanted_by == cast.erin


def test_a_different_name_is_settled_on_a_page(client, cast, sent, server):
    server.names[sent.nqsw.swe_number] = OTHER_NAME
    page = said(client, cast.erin, sent, server, "")
    assert "under a different name" in page
    url = reverse("registration_settle_name", args=[sent.pk])
    assert url in page
    form = opened(client, cast.erin, sent, "registration_settle_name")
    assert OTHER_NAME in form
    assert "Different words" in form
    seen = latest_answer(sent).pk
    assert "Enter why it is the same person" in client.post(url, {"seen_check": seen, "because": ""}).content.decode()
    assert "checked again after you opened" in client.post(url, {"seen_check": "x", "because": "y"}).content.decode()
    done = client.post(url, {"seen_check": seen, "because": "They married."}, follow=True).content.decode()
    assert "The names are settled" in done
    assert "Erin Doyle found that it is the same person" in done
    assert "They married." in done
    assert client.get(url).status_code == 404
    assert client.post(url, {"seen_check": seen, "because": "Again."}).status_code == REFUSED


def test_names_a_letter_apart_are_pointed_out(client, cast, sent, server):
    first, last = sent.given_first_name, sent.given_last_name
    server.names[sent.nqsw.swe_number] = f"{first}a {last}"
    said(client, cast.erin, sent, server, "")
    assert "A letter or two" in opened(client, cast.erin, sent, "registration_settle_name")


def test_after_the_renewals_the_old_look_is_called_old(client, cast, here):
    december = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    with clock.moved_to(december):
        assert "The yearly renewal has ended since" in opened(client, cast.erin, here)
        checking.check_register_entry(here, by=cast.erin, now=december)
        assert "The yearly renewal has ended since" not in opened(client, cast.erin, here)


def test_after_a_corrected_number_the_old_look_is_called_old(client, cast, here):
    NQSW.objects.filter(pk=here.nqsw_id).update(swe_number="SW700018")
    assert "The number was changed after the register was checked" in opened(client, cast.erin, here)
    here.refresh_from_db()
    assert "must be checked again" in register_page.before_outcome(here, latest_answer(here), TODAY)


def test_the_timeline_says_what_the_register_said(client, cast, here, server):
    page = said(client, cast.erin, here, server, "deceased")
    assert "Register checked: no longer registered" in page
    assert "Register checked: registered" in page


def test_an_erased_look_is_shown_as_erased(client, cast, here):
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_register_check(%s, %s)", [here.register_checks.get().pk, NOW])
    assert "Erased" in opened(client, cast.erin, here)


def tasks(user, kinds=waiting.FOR_PERSON):
    """What of the register waits for somebody; what follows from it elsewhere is tried there."""
    listed = [(task.what, task.about) for task in found([kinds], user, roles.ALL, TODAY)[0].tasks]
    return [each for each in listed if "register" in each[0].split()]


def test_a_lapse_waits_for_the_caseworker_and_the_coordinator_until_it_is_over(cast, here, server):
    number, name = here.nqsw.swe_number, here.nqsw.full_name
    server.manners[number] = "lapsed"
    checking.check_register_entry(here, by=cast.erin, now=LATER)
    assert ("Speak to somebody the register does not have", name) in tasks(cast.amira)
    assert ("Look into what the register says", name) in tasks(cast.erin)
    assert tasks(cast.cora) == tasks(cast.sol) == []
    server.manners[number] = "busy"
    checking.check_register_entry(here, by=cast.erin, now=LATER)
    assert ("Speak to somebody the register does not have", name) in tasks(cast.amira)
    server.manners[number] = ""
    checking.check_register_entry(here, by=cast.erin, now=LATER)
    assert "Speak to somebody the register does not have" not in dict(tasks(cast.amira))
    assert tasks(cast.erin) == []


def test_a_different_name_waits_for_the_caseworker_alone(cast, here, server):
    server.names[here.nqsw.swe_number] = OTHER_NAME
    check = checking.check_register_entry(here, by=cast.erin, now=LATER)
    assert dict(tasks(cast.erin)) == {"Look into what the register says": here.nqsw.full_name}
    assert tasks(cast.amira) == []
    looking.settle_name(here, "They married.", seen_check=check.pk, by=cast.erin, now=LATER)
    assert tasks(cast.erin) == []


def test_an_ended_registration_waits_for_nobody(cast, here, server):
    server.manners[here.nqsw.swe_number] = "removed"
    checking.check_register_entry(here, by=cast.erin, now=LATER)
    make.withdrawn(here, by=cast.amira, now=LATER)
    assert tasks(cast.erin) == tasks(cast.amira) == []


def test_what_was_left_to_the_service_waits_on_the_register(cast, sent, server):
    server.manners[sent.nqsw.swe_number] = "busy"
    checking.check_register_entry(sent, by=cast.erin, now=LATER)
    looking.keep_asking(sent, by=cast.erin, now=LATER)
    assert ("The register has not answered yet", sent.nqsw.full_name) in tasks(cast.erin, waiting.ON_OTHERS)


def test_lists_and_page_cost_the_same_with_one_and_three_lapses(client, cast, year, server):
    def lapsed(number):
        one = make.registered(
            cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, number=number
        )
        server.manners[one.nqsw.swe_number] = "lapsed"
        checking.check_register_entry(one, by=cast.erin, now=LATER)
        return one

    def costs():
        found = []
        for url in (reverse("registration", args=[first.pk]), "/waiting"):
            client.get(url)
            with CaptureQueriesContext(connection) as made:
                assert client.get(url).status_code == 200
            found.append(len(made))
        return found

    client.force_login(cast.erin)
    first = lapsed(0)
    one = costs()
    for number in (1, 2):
        lapsed(number)
        checking.check_register_entry(first, by=cast.erin, now=LATER)
    assert costs() == one


@pytest.mark.parametrize(
    ("manner", "days", "expected"),
    [
        ("", 0, ""),
        ("", 28, ""),
        ("", 29, "must be checked again before you confirm"),
        ("lapsed", 0, "no longer registered with Social Work England: did not renew"),
        ("nobody", 0, "has nobody with the number"),
    ],
)
def test_what_is_said_before_an_outcome(cast, here, server, manner, days, expected):  # noqa: PLR0917
    server.manners[here.nqsw.swe_number] = manner
    checking.check_register_entry(here, by=cast.erin, now=LATER)
    sentence = register_page.before_outcome(here, latest_answer(here), clock.london_date(LATER) + timedelta(days=days))
    assert expected in sentence
    assert bool(sentence) == bool(expected)


def test_nothing_known_is_said_before_an_outcome(cast, sent):
    assert "must be checked again" in register_page.before_outcome(sent, None, TODAY)


def test_without_a_number_the_page_stands(client, cast, here):
    NQSW.objects.filter(pk=here.nqsw_id).update(swe_number=None, number_unknown_because="Taken over.")
    opened(client, cast.erin, here)
    answer = client.post(reverse("registration_check_register", args=[here.pk]))
    assert answer.status_code == REFUSED
    assert "not known" in answer.content.decode()
