"""Pages of caseworkers, co-ordinators and NQSWs; who sees what; how many queries a list costs."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import SensitiveRead
from accounts.services import people
from accounts.waiting import found
from asye import clock
from registrations import waiting
from registrations.models import EqualityAnswers, ProgrammeYear, Registration
from registrations.services import checking, joining
from registrations.states import EndReason, State
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now():
    with clock.moved_to(NOW):
        yield


def at(name, *args):
    return reverse(name, args=args)


def text_of(response):
    return response.content.decode().replace("&#x27;", "'")


@built_once
def sent(cast, year):
    return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)


@built_once
def registration(cast, year):
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


def several(cast, count):
    for number in range(count):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=number)


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [("registrations", "amira", 17), ("registrations", "erin", 18), ("registration_queue", "erin", 12)],
)
def test_lists_cost_the_same_at_one_and_three(client, cast, year, name, who, expected):  # noqa: PLR0917
    client.force_login(getattr(cast, who))
    several(cast, 1)
    one = queries_of(client, at(name))
    for number in (1, 2):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=number)
    assert (one, queries_of(client, at(name))) == (expected, expected)


def tasks_of(kinds, user):
    """What waits of these kinds, whichever roles the person holds: the rows themselves say whose they are."""
    return found([kinds], user, roles.ALL, TODAY)[0].tasks


def test_waiting_costs_the_same_at_one_and_three(cast, year):
    def cost():
        with CaptureQueriesContext(connection) as counted:
            for user in (cast.amira, cast.erin, cast.noor, cast.ana):
                tasks_of(waiting.FOR_PERSON, user)
                tasks_of(waiting.ON_OTHERS, user)
        return len(counted)

    several(cast, 1)
    cost()  # each statement is prepared once for a connection
    one = cost()
    for number in (1, 2):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=number)
    assert (one, cost()) == (8, 8)
    assert len(tasks_of(waiting.FOR_PERSON, cast.erin)) == 3
    assert {task.what for task in tasks_of(waiting.ON_OTHERS, cast.amira)} == {
        "A registration is being checked",
        "The NQSW has not joined yet",
    }
    assert tasks_of(waiting.ON_OTHERS, cast.cora) == tasks_of(waiting.FOR_PERSON, cast.cora) == []


@pytest.mark.parametrize(
    ("who", "list_status", "page_status"),
    [
        ("amira", 200, 200),
        ("lena", 200, 200),
        ("ben", 200, 200),
        ("dev", 403, 404),
        ("noor", 403, 200),
        ("cora", 200, 404),
        ("sol", 200, 404),
        ("cal", 200, 404),
        ("erin", 200, 200),
        ("udo", 200, 200),
        ("adele", 200, 200),
        ("omar", 403, 404),
        ("priya", 403, 404),
        ("ana", 403, 404),
        ("nils", 403, 404),
    ],
)
def test_who_sees_a_registration(client, cast, registration, who, list_status, page_status):  # noqa: PLR0917
    client.force_login(getattr(cast, who))
    listed = client.get(at("registrations"))
    assert listed.status_code == list_status
    if list_status == 200:
        assert (registration.reference in text_of(listed)) == (page_status == 200)
    assert client.get(at("registration", registration.pk)).status_code == page_status
    assert SensitiveRead.objects.filter(object_id=registration.pk).exists() == (page_status == 200)


def test_search_keeps_names_out_of_addresses(client, cast, registration):
    client.force_login(cast.amira)
    response = client.post(at("registrations"), {"name": registration.nqsw.last_name, "stage": ""})
    assert registration.nqsw.last_name not in response.url
    assert registration.reference in text_of(client.get(response.url))
    empty = client.post(at("registrations"), {"name": "Nobody", "stage": ""}, follow=True)
    assert "No registration fits" in text_of(empty)
    by_stage = client.post(at("registrations"), {"name": "", "stage": "on_programme"}, follow=True)
    assert registration.reference in text_of(by_stage)
    assert "from the list" in text_of(client.post(at("registrations"), {"stage": "what"}))


def test_who_sent_it_in_is_not_offered_to_decide(client, cast, sent):
    """A co-ordinator who has become a caseworker: the page says why, and offers what others may do to others."""
    people.give_role(cast.amira, roles.CASEWORKER, starts_on=TODAY, by=cast.adele, now=NOW)
    pages = {}
    for who in (cast.amira, cast.erin):
        client.force_login(who)
        pages[who] = text_of(client.get(at("registration", sent.pk)))
    offered = [
        at("registration_ask", sent.pk),
        at("registration_refuse", sent.pk),
        at("registration_check_register", sent.pk),
    ]
    assert [link for link in offered if link not in pages[cast.erin]] == []
    assert [link for link in offered if link in pages[cast.amira]] == []
    why = (
        "You cannot decide on a registration that is your own or that you sent in. Another caseworker has to check it."
    )
    assert [why in pages[who] for who in (cast.amira, cast.erin)] == [True, False]


def test_a_caseworker_checks_and_approves(client, cast, sent):
    client.force_login(cast.erin)
    assert sent.nqsw.last_name in text_of(client.get(at("registration_queue")))
    page = client.get(at("registration", sent.pk))
    assert "has not been checked yet" in text_of(page)
    assert "A simulator of invented people answers instead" in text_of(page)
    checked = client.post(at("registration_check_register", sent.pk), follow=True)
    assert "The register says: registered" in text_of(checked)
    sent.refresh_from_db()
    confirm = client.get(at("registration_approve", sent.pk))
    assert "What approving does" in text_of(confirm)
    done = client.post(at("registration_approve", sent.pk), {"version": sent.version}, follow=True)
    sent.refresh_from_db()
    assert sent.reference in text_of(done)
    assert "What happens next" in text_of(done)
    assert client.post(at("registration_approve", sent.pk), {"version": sent.version}).status_code == 200
    assert client.get(at("registration_approve", sent.pk)).status_code == 409  # there is nothing to approve any more
    sent.refresh_from_db()
    assert sent.state == State.REGISTERED


def test_a_stale_approval_is_409(client, cast, sent):
    client.force_login(cast.erin)
    seen = sent.version
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    for version in (seen, "", "x", "-1"):
        assert client.post(at("registration_approve", sent.pk), {"version": version}).status_code == 409
    sent.refresh_from_db()
    assert sent.state == State.SUBMITTED


def test_ask_answer_refuse(client, cast, sent):
    client.force_login(cast.erin)
    assert "Enter your question" in text_of(client.post(at("registration_ask", sent.pk), {"version": 1}))
    client.post(at("registration_ask", sent.pk), {"version": sent.version, "question": "Which team?"})
    sent.refresh_from_db()
    assert sent.state == State.QUERIED
    assert client.get(at("registration_ask", sent.pk)).status_code == 409
    client.force_login(cast.cora)
    assert client.get(at("registration_answer", sent.pk)).status_code == 404
    client.force_login(cast.ben)
    assert client.get(at("registration_answer", sent.pk)).status_code == 403
    client.force_login(cast.amira)
    assert "Which team?" in text_of(client.get(at("registration", sent.pk)))
    assert "Which team?" in text_of(client.get(at("registration_answer", sent.pk)))
    assert "Enter your answer" in text_of(client.post(at("registration_answer", sent.pk), {"version": 1}))
    client.post(at("registration_answer", sent.pk), {"version": sent.version, "text": "Team A"})
    sent.refresh_from_db()
    client.force_login(cast.erin)
    assert "Team A" in text_of(client.get(at("registration", sent.pk)))
    assert "Enter the reason" in text_of(client.post(at("registration_refuse", sent.pk), {"version": 1}))
    client.post(at("registration_refuse", sent.pk), {"version": sent.version, "because": "No."}, follow=True)
    sent.refresh_from_db()
    assert sent.state == State.REFUSED
    client.force_login(cast.amira)
    assert "Why it was refused" in text_of(client.get(at("registration", sent.pk)))


def day(name, when):
    return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}


AGREED = {
    **day("nqsw_on", TODAY),
    **day("assessor_on", TODAY),
    **day("manager_on", TODAY),
    "manager_name": "Lin Manning",
}


@pytest.mark.parametrize(
    ("name", "given", "seen_in_confirm"),
    [
        ("withdraw", {**day("on", TODAY), "because": "Moved"}, "No certificate is issued"),
        ("defer", {**day("from_", TODAY), "reason": "parental", **AGREED}, "Waits for the return"),
        ("extend", {"days": "30", "reason": "Part-time"}, "30 December 2026"),
    ],
)
def test_a_change_shows_its_effects_first(client, cast, registration, name, given, seen_in_confirm):  # noqa: PLR0917
    client.force_login(cast.amira)
    url = at(f"registration_{name}", registration.pk)
    assert client.get(url).status_code == 200
    assert "There is a problem" in text_of(client.post(url, {"version": registration.version}))
    given["version"] = registration.version
    shown = client.post(url, given)
    assert seen_in_confirm in text_of(shown)
    registration.refresh_from_db()
    assert registration.version == given["version"]
    assert client.post(url, {**given, "back": "yes"}).status_code == 200
    done = client.post(url, {**given, "confirmed": "yes"}, follow=True)
    assert "have been told" in text_of(done)
    assert client.post(url, {**given, "confirmed": "yes"}).status_code == 409
    registration.refresh_from_db()
    assert registration.version == given["version"] + 1
    client.force_login(cast.noor)
    assert client.get(at("my_year")).status_code == 200


@pytest.mark.parametrize("name", ["withdraw", "defer", "resume", "extend", "assessor", "answer", "correct", "resend"])
def test_only_the_co_ordinator_records_changes(client, cast, registration, name):
    for user, status in ((cast.ben, 403), (cast.lena, 403), (cast.erin, 403), (cast.noor, 403), (cast.cora, 404)):
        client.force_login(user)
        url = at({"resend": "registration_resend"}.get(name, f"registration_{name}"), registration.pk)
        assert client.post(url, {}).status_code == status


def test_resume_and_assessor(client, cast, registration):
    from accounts import roles
    from tests.factories import accounts

    accounts.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    make.deferred(registration, by=cast.amira, now=NOW)
    later = NOW + timedelta(days=20)
    with clock.moved_to(later):
        client.force_login(cast.amira)
        url = at("registration_resume", registration.pk)
        given = {**day("on", later.date()), "version": registration.version, "confirmed": "yes"}
        assert "The return is recorded" in text_of(client.post(url, given, follow=True))
        registration.refresh_from_db()
        url = at("registration_assessor", registration.pk)
        given = {**day("from_", later.date()), "assessor": cast.dev.pk, "version": registration.version}
        assert "Both assessors" in text_of(client.post(url, given))
        assert "The assessor is changed" in text_of(client.post(url, {**given, "confirmed": "yes"}, follow=True))
        client.force_login(cast.ben)
        assert client.get(at("registration", registration.pk)).status_code == 404


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("withdraw", {**day("on", TODAY + timedelta(days=1)), "because": "x"}, "today or in the past"),
        ("withdraw", day("on", TODAY), "Enter why they left"),
        ("defer", {**day("from_", TODAY), "reason": "capability", **AGREED}, "from the list"),
        ("defer", {**day("from_", TODAY), "reason": "other", **AGREED}, "Enter the reason for the deferral"),
        ("defer", {**day("from_", TODAY), "reason": "sickness"}, "Enter the date the line manager agreed"),
        ("defer", {**day("from_", TODAY), "reason": "sickness", **AGREED, "manager_name": ""}, "name of their line"),
        ("defer", {**day("from_", TODAY - timedelta(days=90)), "reason": "sickness", **AGREED}, "on or after"),
        ("resume", day("on", TODAY), "is not deferred"),
        ("extend", {"days": "0", "reason": "x"}, "between 1 and 366"),
        ("extend", {"days": "366"}, "Enter the reason"),
        ("assessor", {"assessor": "1", **day("from_", TODAY)}, "from the list"),
    ],
)
def test_bad_changes_are_said_and_not_kept(client, cast, registration, name, given, words):  # noqa: PLR0917
    client.force_login(cast.amira)
    response = client.post(
        at(f"registration_{name}", registration.pk), {**given, "version": registration.version, "confirmed": "yes"}
    )
    assert response.status_code == 200
    assert words in text_of(response)
    assert Registration.objects.get().version == registration.version


def test_joining_by_the_link(client, cast, sent, monkeypatch):
    client.force_login(cast.amira)
    seen = {"invitation": sent.nqsw.invitation_id}
    page = " ".join(text_of(client.get(at("registration", sent.pk))).split())
    assert f'name="invitation" value="{sent.nqsw.invitation_id}"' in page
    client.post(at("registration_resend", sent.pk), seen)
    again = client.post(at("registration_resend", sent.pk), seen)
    assert (again.status_code, "A new invitation has been sent already." in text_of(again)) == (409, True)
    sent.nqsw.refresh_from_db()
    link = sent.nqsw.invitation.user.notices.order_by("-id").first().secret_link
    path = link[link.index("/nqsw/join/") :]
    client.logout()
    assert "Choose a password" in text_of(client.get(path))
    assert "There is a problem" in text_of(client.post(path, {"password1": "short"}))
    done = client.post(path, {"password1": "seven green herons walk"})
    assert "What happens next" in text_of(done)
    assert client.get(path).status_code == 410
    assert client.get(at("nqsw_join", "nothing")).status_code == 404
    sent.nqsw.refresh_from_db()
    client.force_login(sent.nqsw.user)
    assert "Being checked" in text_of(client.get(at("my_year")))


def test_an_account_that_exists_joins_signed_in(client, cast, year):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, email="noor@people.example")
    link = cast.noor.notices.order_by("-id").first().secret_link
    path = link[link.index("/nqsw/join/") :]
    assert "Sign in to that account" in text_of(client.get(path))
    assert client.post(path).status_code == 403
    client.force_login(cast.noor)
    assert client.post(path).url == at("my_year")
    sent.nqsw.refresh_from_db()
    assert sent.nqsw.user == cast.noor
    assert joining.find("nothing") is None


def test_equality_answers_are_the_nqsws_alone(client, cast, registration):
    client.force_login(cast.noor)
    url = at("my_equality")
    assert client.get(url).status_code == 200
    given = {"sex": "female", "ethnic_group": "white", "ethnic_detail_white": "roma", "ethnic_detail_black": "african"}
    client.post(url, given)
    kept = EqualityAnswers.objects.get()
    assert kept.answers == {"sex": "female", "ethnic_group": "white", "ethnic_detail_white": "roma"}
    client.post(url, {"sex": "prefer_not_to_say", "ethnic_group": "black"})
    kept.refresh_from_db()
    assert kept.answers == {"sex": "prefer_not_to_say", "ethnic_group": "black"}
    assert "Select" in text_of(client.post(url, {"sex": "what"}))
    assert "Change your equality answers" in text_of(client.get(at("my_year")))
    for user in (cast.amira, cast.ben, cast.erin, cast.udo, cast.adele):
        client.force_login(user)
        assert client.get(url).status_code == 404
        page = text_of(client.get(at("registration", registration.pk)))
        assert "equality" not in page.lower().replace("equality answers themselves", "")
        assert "Roma" not in page


def test_certificate_name(client, cast, registration):
    client.force_login(cast.noor)
    url = at("my_certificate_name")
    assert "Enter the name" in text_of(client.post(url, {"certificate_name": " "}))
    client.post(url, {"certificate_name": " Noor  Aliyah Rahman "})
    registration.nqsw.refresh_from_db()
    assert registration.nqsw.name_on_certificate == "Noor Aliyah Rahman"


def test_programme_years_are_loaded_once(cast, capsys):
    call_command("load_programme_years", cast.adele.email)
    call_command("load_programme_years", cast.adele.email)
    assert ProgrammeYear.objects.count() == 11
    assert "Drafted 0" in capsys.readouterr().out
    newest = ProgrammeYear.objects.get(code="2026-27", programme="asye_cf")
    assert sorted(newest.amounts.values_list("amount_pence", flat=True)) == [100_000, 100_000]
    assert newest.published_at is None
    assert newest.on_fail == ""


def test_ended_registration_offers_no_changes(client, cast, registration):
    make.withdrawn(registration, by=cast.amira, now=NOW)
    client.force_login(cast.amira)
    page = text_of(client.get(at("registration", registration.pk)))
    assert "Record a change" not in page
    assert EndReason.WITHDRAWN.label in page
