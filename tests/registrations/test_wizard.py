"""The registration form in a browser's place: pages, bad input, other people, twice and late."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.services import people
from asye import clock
from registrations import simulator
from registrations.forms.steps import STEPS
from registrations.models import Registration, RegistrationDraft
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once
from tests.ground.pages import CommittingClient

pytestmark = pytest.mark.django_db
PERSON = simulator.people()[0]


@pytest.fixture(autouse=True)
def at_now():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def amira(client, cast, year):
    client.force_login(cast.amira)
    return client


def given(cast):
    def day(name, when):
        return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}

    return {
        "name": {"first_name": PERSON.first_name, "last_name": PERSON.last_name, "former_name": ""},
        "email": {"email": "noor@northshire.example"},
        "number": {"swe_number": f"sw 00{PERSON.number[2:]}"},
        "qualified": day("qualified_on", date(2023, 6, 1)),
        "registered": day("swe_registered_from", PERSON.registered_from),
        "qualification": {"qualification": "ma"},
        "route": {"route": "postgraduate", "route_other": ""},
        "employment": day("employment_start", date(2026, 9, 1)),
        "start": day("asye_start", date(2026, 9, 1)),
        "job-title": {"job_title": "Social worker"},
        "contract": {"contract": "permanent"},
        "hours": {"fte_percent": "80"},
        "assessor": {"assessor": cast.ben.pk},
        "assessor-experience": {"assessor_experienced": "yes"},
        "post": {"post": "social_work"},
        "service": {"child_and_family": "yes"},
        "place": {"in_england": "yes"},
        "before": {"previous": "none"},
    }


def begin(client):
    response = client.post(reverse("registration_start"))
    assert response.status_code == 302, response.content
    return RegistrationDraft.objects.latest("id")


def send(client, draft, key, values):
    draft.refresh_from_db()
    url = reverse("registration_draft_step", args=[draft.pk, key])
    return client.post(url, {**values, "version": draft.version})


def fill(client, draft, answers):
    for key, values in answers.items():
        page = client.get(reverse("registration_draft_step", args=[draft.pk, key]))
        assert page.status_code == 200, (key, page.status_code)
        response = send(client, draft, key, values)
        assert response.status_code == 302, (key, errors_of(response))
    draft.refresh_from_db()
    return draft


def saved(draft, cast, until):
    """The draft with the pages before `until` answered, as the form would have saved them."""
    answers = given(cast)
    keys = list(answers)
    draft.data = {key: {name: str(value) for name, value in answers[key].items()} for key in keys[: keys.index(until)]}
    draft.save(update_fields=["data"])
    return draft


def browser_of(user):
    client = CommittingClient()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@built_once
def begun(cast, year):
    """A draft of Amira's with nothing answered."""
    with clock.moved_to(NOW):
        return begin(browser_of(cast.amira))


@built_once
def filled(cast, begun):
    """The draft with every page answered and sent by itself."""
    with clock.moved_to(NOW):
        return fill(browser_of(cast.amira), RegistrationDraft.objects.get(pk=begun.pk), given(cast))


def errors_of(response):
    return response.context["form"].errors.as_json() if response.context else response.content


def submit(client, draft):
    draft.refresh_from_db()
    return client.post(reverse("registration_draft_check", args=[draft.pk]), {"version": draft.version}, follow=True)


def test_it_works(amira, cast):
    draft = fill(amira, begin(amira), given(cast))
    page = amira.get(reverse("registration_draft", args=[draft.pk]), follow=True)
    text = page.content.decode()
    assert "Check your answers" in text
    assert "Can be funded" in text
    assert "80% of full time" in text
    done = submit(amira, draft)
    assert "Registration sent" in done.content.decode()
    registration = Registration.objects.get()
    assert registration.nqsw.swe_number == PERSON.number
    assert registration.fte_percent == 80
    shown = amira.get(reverse("registration", args=[registration.pk]))
    assert shown.status_code == 200
    assert amira.get(reverse("registrations")).status_code == 200


def test_sent_twice_is_one_registration(amira, filled, cast):
    submit(amira, filled)
    again = submit(amira, filled)
    assert Registration.objects.count() == 1
    assert "Registration sent" in again.content.decode()
    late = send(amira, filled, "name", given(cast)["name"])
    assert late.status_code == 302


def test_stale_check_page_is_409(amira, filled, cast):
    seen = filled.version
    send(amira, filled, "job-title", {"job_title": "Senior"})
    response = amira.post(reverse("registration_draft_check", args=[filled.pk]), {"version": seen})
    assert response.status_code == 409
    assert not Registration.objects.exists()


def test_hidden_and_unknown_steps_are_404(amira, filled, cast):
    assert amira.get(reverse("registration_draft_step", args=[filled.pk, "duties"])).status_code == 404
    assert amira.get(reverse("registration_draft_step", args=[filled.pk, "nothing"])).status_code == 404
    send(amira, filled, "contract", {"contract": "agency"})
    assert amira.get(reverse("registration_draft_step", args=[filled.pk, "duties"])).status_code == 200
    send(amira, filled, "duties", {"duties_agreed": "no"})
    text = amira.get(reverse("registration_draft_check", args=[filled.pk])).content.decode()
    assert "Cannot be registered" in text
    assert "Send registration" not in text
    submit(amira, filled)
    assert not Registration.objects.exists()


def test_a_changed_answer_that_breaks_a_later_one_asks_it_again(amira, filled, cast):
    later = {"employment_start_day": 10, "employment_start_month": 9, "employment_start_year": 2026}
    response = send(amira, filled, "employment", later)
    start = reverse("registration_draft_step", args=[filled.pk, "start"])
    assert response.url == start
    assert "on or after the date their employment started, 10 September 2026" in amira.get(start).content.decode()


def test_other_employer_is_refused(amira, filled, client, cast):
    client.force_login(cast.cora)
    for name in ("", "_check", "_sent", "_delete"):
        assert client.get(reverse(f"registration_draft{name}", args=[filled.pk])).status_code == 404
    url = reverse("registration_draft_step", args=[filled.pk, "name"])
    assert client.get(url).status_code == 404
    assert client.post(url, {"first_name": "X", "last_name": "Y", "version": filled.version}).status_code == 404


def test_fault_12_a_number_is_compared_as_it_is_stored(amira, filled, cast):
    """Else sw1234 and SW1234 are two people."""
    submit(amira, filled)
    again = given(cast)
    again["number"] = {"swe_number": f" s w-000{PERSON.number[2:]} "}
    again["email"] = {"email": "other@northshire.example"}
    draft = fill(amira, begin(amira), again)
    assert "is already registered" in submit(amira, draft).content.decode()
    assert Registration.objects.get().nqsw.swe_number == PERSON.number


def test_stale_tab_is_409_and_changes_nothing(amira, begun, cast):
    url = reverse("registration_draft_step", args=[begun.pk, "name"])
    first = {"first_name": "A", "last_name": "B", "former_name": "", "version": begun.version}
    assert amira.post(url, first).status_code == 302
    assert amira.post(url, first).status_code == 302  # the same page sent twice
    stale = amira.post(url, {**first, "first_name": "Other"})
    assert stale.status_code == 409
    begun.refresh_from_db()
    assert begun.data["name"]["first_name"] == "A"


def test_jumping_ahead_leads_to_the_first_open_question(amira, begun, cast):
    first = reverse("registration_draft_step", args=[begun.pk, "name"])
    for key in ("start", "before"):
        assert amira.get(reverse("registration_draft_step", args=[begun.pk, key])).url == first
    assert amira.get(reverse("registration_draft_check", args=[begun.pk])).url == first
    assert amira.post(reverse("registration_draft_check", args=[begun.pk]), {"version": 1}).url == first


def test_leaver_loses_their_drafts(amira, begun, cast):
    people.deactivate(cast.amira, because="left", by=cast.adele, now=NOW)
    response = amira.get(reverse("registration_draft", args=[begun.pk]))
    assert response.url.startswith(reverse("account_login"))


def test_drafts_list_and_delete(amira, begun, cast):
    send(amira, begun, "name", given(cast)["name"])
    assert PERSON.last_name in amira.get(reverse("registration_drafts")).content.decode()
    url = reverse("registration_draft_delete", args=[begun.pk])
    assert amira.get(url).status_code == 200
    assert amira.post(url, follow=True).status_code == 200
    assert not RegistrationDraft.objects.exists()
    assert amira.get(url).status_code == 404


def test_fault_11_nothing_is_complete_that_was_not_answered(amira, begun, cast):
    """Posting the check page alone, with nothing answered, registers nobody."""
    url = reverse("registration_draft_check", args=[begun.pk])
    first = reverse("registration_draft_step", args=[begun.pk, "name"])
    assert amira.post(url, {"version": begun.version}).url == first
    assert amira.get(url).url == first
    begun.data = {key: {} for key in given(cast)}
    begun.save(update_fields=["data"])
    assert amira.post(url, {"version": begun.version}).url == first
    assert not Registration.objects.exists()


def test_fault_14_too_long_is_said_at_the_field(amira, begun, cast):
    """Else a long name fails only in the database, and the page breaks."""
    long = {"first_name": "x" * 101, "middle_names": "y" * 101, "last_name": "z" * 101}
    page = send(amira, begun, "name", long).content.decode()
    for noun in ("first name", "middle names", "last name"):
        assert f"Their {noun} must be 100 characters or fewer" in page


LONG = "x" * 500
BAD = [
    ("name", {"first_name": "", "last_name": "B"}, "Enter their first name"),
    ("name", {"first_name": "A"}, "Enter their last name"),
    ("name", {"first_name": LONG, "last_name": "B"}, "Their first name must be 100 characters or fewer"),
    ("name", {"first_name": "A\x00", "last_name": "B"}, "control characters|Null characters"),
    ("email", {}, "Enter their email address"),
    ("email", {"email": "nobody"}, "in the correct format"),
    ("email", {"email": LONG + "@example.org"}, "254 characters|correct format"),
    ("number", {}, "Enter their Social Work England number"),
    ("number", {"swe_number": "SW12O4"}, "letter O where there should be a zero"),
    ("number", {"swe_number": "SW１２３４"}, "digits 0 to 9 from a standard keyboard"),
    ("number", {"swe_number": "12345"}, "must start with SW"),
    ("number", {"swe_number": "SW12345678"}, "7 digits or fewer"),
    ("number", {"swe_number": "SW0000"}, "cannot be all zeros"),
    ("number", {"swe_number": LONG}, "7 digits or fewer"),
    ("qualified", {}, "Enter the date they qualified"),
    ("qualified", {"qualified_on_day": 31, "qualified_on_month": 2, "qualified_on_year": 2025}, "real date"),
    ("qualified", {"qualified_on_day": 1, "qualified_on_month": 1}, "must include a year"),
    ("qualified", {"qualified_on_day": 1, "qualified_on_month": 1, "qualified_on_year": 2027}, "today or in the past"),
    (
        "registered",
        {"swe_registered_from_day": 1, "swe_registered_from_month": 1, "swe_registered_from_year": 2020},
        "on or after the date they qualified, 1 June 2023",
    ),
    ("qualification", {"qualification": "phd"}, "from the list"),
    ("qualification", {}, "Select their highest qualification"),
    ("route", {"route": "other", "route_other": ""}, "Enter the other route"),
    ("employment", {"employment_start_day": "x"}, "must include|real date"),
    (
        "start",
        {"asye_start_day": 1, "asye_start_month": 8, "asye_start_year": 2026},
        "on or after the date their employ",
    ),
    ("start", {"asye_start_day": 1, "asye_start_month": 8, "asye_start_year": 2027}, "14 March 2027 or earlier"),
    ("job-title", {}, "Enter their job title"),
    ("contract", {"contract": "none"}, "from the list"),
    ("hours", {"fte_percent": "9"}, "between 10 and 100"),
    ("hours", {"fte_percent": "101"}, "between 10 and 100"),
    ("hours", {"fte_percent": "half"}, "must be a number"),
    ("hours", {"fte_percent": "0.5"}, "whole number"),
    ("assessor", {"assessor": "999999"}, "from the list"),
    ("assessor-experience", {}, "Select yes if"),
    ("post", {}, "Select whether"),
    ("service", {"child_and_family": "perhaps"}, "Select yes if"),
    ("place", {}, "Select yes if"),
    ("before", {"previous": "what"}, "from the list"),
]


@pytest.mark.parametrize(("key", "values", "words"), BAD)
def test_bad_input_is_said_and_not_kept(amira, begun, cast, key, values, words):  # noqa: PLR0917
    draft = saved(begun, cast, key)
    response = send(amira, draft, key, values)
    assert response.status_code == 200
    text = response.content.decode().replace("&#x27;", "'")
    assert "There is a problem" in text
    assert re.search(words, text), errors_of(response)
    draft.refresh_from_db()
    assert key not in draft.data


def test_every_step_has_bad_input_above():
    assert {step.key for step in STEPS} - {key for key, _, _ in BAD} <= {"duties"}


def test_assessor_of_another_employer_cannot_be_chosen(amira, begun, cast):
    draft = saved(begun, cast, "assessor")
    assert "from the list" in send(amira, draft, "assessor", {"assessor": cast.cal.pk}).content.decode()


def test_live_elsewhere_is_said_before_sending(amira, cast):
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=0)
    draft = fill(amira, begin(amira), given(cast))
    text = amira.get(reverse("registration_draft_check", args=[draft.pk])).content.decode()
    assert "already registered" in text
    assert "Southmouth" not in text
    submit(amira, draft)
    assert Registration.objects.count() == 1


def test_correcting_a_registration_that_was_asked_about(amira, cast):
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    make.queried(registration, by=cast.erin, now=NOW)
    response = amira.post(reverse("registration_correct", args=[registration.pk]), follow=True)
    assert "Check your answers" in response.content.decode()
    draft = RegistrationDraft.objects.get(corrects=registration)
    send(amira, draft, "hours", {"fte_percent": "60"})
    draft.refresh_from_db()
    url = reverse("registration_draft_check", args=[draft.pk])
    assert "Enter your answer" in amira.post(url, {"version": draft.version, "text": ""}).content.decode()
    done = amira.post(url, {"version": draft.version, "text": "It is 60%."}, follow=True)
    assert "Answer sent" in done.content.decode()
    registration.refresh_from_db()
    assert (registration.state, registration.fte_percent) == ("submitted", 60)
    assert "Answer sent" in amira.post(url, {"version": draft.version, "text": "x"}, follow=True).content.decode()


def test_nobody_else_starts(client, cast, year):
    for user in (cast.ben, cast.lena, cast.erin, cast.ana, cast.noor):
        client.force_login(user)
        assert client.get(reverse("registration_start")).status_code == 403
        assert client.post(reverse("registration_start")).status_code == 403


def test_several_employers_are_asked_for(amira, cast):
    from tests.factories import accounts

    accounts.in_role(cast.amira, roles.COORDINATOR, cast.southmouth, by=cast.adele, now=NOW)
    assert "Who employs them?" in amira.get(reverse("registration_start")).content.decode()
    assert "Select who employs them" in amira.post(reverse("registration_start")).content.decode()
    amira.post(reverse("registration_start"), {"employer": cast.southmouth.pk})
    assert RegistrationDraft.objects.get().employer == cast.southmouth
    assert NOW.date() == TODAY


def test_the_post_in_full(amira, cast):
    """Team, service area and the line manager are optional; a post that is no social work post is explained."""
    answers = given(cast)
    answers["name"]["middle_names"] = "Aliyah"
    answers["job-title"] |= {"team": "North", "service_area": "care"}
    answers["assessor"] |= {"assessor_is_manager": "yes"}
    draft = fill(
        amira, begin(amira), {key: answers[key] for key in answers if key not in ("post", "service", "place", "before")}
    )
    assert (
        "Enter how they can show the standard in it"
        in send(amira, draft, "post", {"post": "evidences"}).content.decode()
    )
    answers["post"] = {"post": "evidences", "post_note": "Visits with a social worker each week"}
    draft = fill(amira, draft, {key: answers[key] for key in ("post", "service", "place", "before")})
    page = amira.get(reverse("registration_draft_check", args=[draft.pk])).content.decode()
    for words in ("Aliyah", "North", "Children in care", "Visits with a social worker each week"):
        assert words in page
    submit(amira, draft)
    made = Registration.objects.get()
    assert (made.given_middle_names, made.nqsw.middle_names) == ("Aliyah", "Aliyah")
    assert (made.team, made.service_area, made.assessor_is_manager) == ("North", "care", True)
    assert made.eligibility_answers["post_note"] == "Visits with a social worker each week"
    shown = amira.get(reverse("registration", args=[made.pk])).content.decode()
    assert "also the line manager" in shown
