"""An NQSW sees what is held about them, keeps their own part, has the rest corrected and takes it with them."""

import json
from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Notice
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import own_queries, verdict_queries
from registrations.forms.steps import STEPS
from registrations.models import AddressProof, AdjustmentReader, FactRequest
from registrations.rules.own_facts import FACTS, restored, stored
from registrations.services import changes, equality, own, own_facts
from tests.cast import NOW, PASSWORD, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
DETAILS = 20


@pytest.fixture(autouse=True)
def at_now():
    with clock.moved_to(LATER):
        yield


def at(name, *args):
    return reverse(name, args=args)


def text_of(response):
    return response.content.decode().replace("&#x27;", "'")


@built_once
def registration(cast, year):
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


@pytest.fixture
def noor(client, cast, registration):
    client.force_login(cast.noor)
    return client


def asked(registration, cast, key="qualified", **wanted):
    return own_facts.ask(
        registration, key, wanted or {"qualified_on": date(2019, 6, 1)}, "It was then.", by=cast.noor, now=LATER
    )


def test_the_facts_are_those_of_the_registration_form():
    fields = {step.key: tuple(step.form.base_fields) for step in STEPS if step.key in FACTS}
    assert {key: sorted(names) for key, names in fields.items()} == {key: sorted(n) for key, n in FACTS.items()}
    values = {"qualified_on": date(2025, 6, 1)}
    assert restored(stored(values)) == values


def test_it_works(noor, cast, registration):
    """Everything held, who gave it and since when; not the answers of the equality form."""
    equality.save(registration.nqsw, {"religion": "other", "religion_words": "Quietist"}, by=cast.noor, now=NOW)
    page = text_of(noor.get(at("my_details")))
    for words in (
        "Amira Aslan, Northshire",
        "14 September 2026",
        "Social Work England register",
        "SW7000",
        "Ben Okafor",
    ):
        assert words in page
    assert "Quietist" not in page
    assert "Ask for a correction of date qualified" in page
    assert "See and correct what is held about you" in text_of(noor.get(at("my_year")))


def test_own_details_are_saved_and_shown_with_who_and_when(noor, cast, registration):
    given = {
        "title": "Dr",
        "date_of_birth_day": "29",
        "date_of_birth_month": "2",
        "date_of_birth_year": "2000",
        "institution": "University of Leeds",
        "personal_email": "",
    }
    assert noor.post(at("my_contact"), given).status_code == 302
    registration.nqsw.refresh_from_db()
    assert (registration.nqsw.title, registration.nqsw.date_of_birth) == ("Dr", date(2000, 2, 29))
    page = text_of(noor.get(at("my_details")))
    assert "University of Leeds" in page
    assert "15 September 2026" in page
    too_young = noor.post(at("my_contact"), {**given, "date_of_birth_year": "2016"})
    assert "at least 18 years ago" in text_of(too_young)


def test_fault_14_lengths_are_checked_in_the_form(noor, cast, registration):
    """Else a long name fails only in the database, and the page breaks."""
    long = {"first_name": "x" * 101, "last_name": "Rahman", "middle_names": "y" * 101, "because": "Married."}
    page = text_of(noor.post(at("my_correction", "name"), long))
    assert "must be 100 characters or fewer" in page
    page = text_of(noor.post(at("my_contact"), {"title": "x" * 21, "institution": "x" * 201}))
    assert "Your title must be 20 characters or fewer" in page
    assert not FactRequest.objects.exists()


def test_a_personal_address_is_proved_by_a_link_and_survives_leaving(noor, cast, registration):
    before = cast.noor.email
    noor.post(at("my_contact"), {"title": "", "institution": "", "personal_email": "Noor@Home.example"})
    letter = Notice.objects.get(kind="registrations.prove_address")
    assert (letter.to_email, letter.user) == ("noor@home.example", None)
    registration.nqsw.refresh_from_db()
    assert registration.nqsw.personal_email == ""  # nothing changes before the link is opened
    path = "/" + letter.secret_link.split("/", 3)[3]
    assert "Confirm this address" in text_of(noor.get(path))
    registration.nqsw.refresh_from_db()
    assert registration.nqsw.personal_email == ""  # opening it is not enough: mail scanners open links
    assert noor.post(path).status_code == 302
    cast.noor.refresh_from_db()
    registration.nqsw.refresh_from_db()
    assert cast.noor.email == registration.nqsw.personal_email == "noor@home.example"
    emptied = noor.post(at("my_contact"), {"title": "Dr", "institution": "", "personal_email": ""})
    assert "Enter your personal email address: you sign in with it" in text_of(emptied)
    taken = noor.post(at("my_contact"), {"title": "Dr", "institution": "", "personal_email": cast.amira.email})
    assert "There is a problem" in text_of(taken)
    registration.nqsw.refresh_from_db()
    assert (registration.nqsw.personal_email, registration.nqsw.title) == ("noor@home.example", "")
    assert registration.nqsw.email == before  # what the employer gave stays theirs
    told = Notice.objects.filter(kind="accounts.address_changed").values_list("to_email", flat=True)
    assert set(told) == {before, "noor@home.example"}
    assert "has been used" in text_of(noor.get(path))
    changes.withdraw(registration, TODAY, "Left.", by=cast.amira, now=NOW)
    again = Client()
    assert again.post("/sign-in", {"login": "noor@home.example", "password": PASSWORD}).status_code == 302
    assert "What is held about you" in text_of(again.get(at("my_details")))
    assert Client().post("/sign-in", {"login": before, "password": PASSWORD}).status_code == 200  # refused


def test_an_address_that_two_people_asked_for_is_the_first_ones(cast, registration):
    other = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1)
    make.joined(other.nqsw, cast.nils)
    for nqsw, who in ((registration.nqsw, cast.noor), (other.nqsw, cast.nils)):
        own.ask_for_address(nqsw, "home@people.example", by=who, now=NOW)
    first, second = (
        letter.secret_link.rsplit("/", 1)[1]
        for letter in Notice.objects.filter(kind="registrations.prove_address").order_by("id")
    )
    own.prove_address(first, by=cast.noor, now=NOW)
    with pytest.raises(Refused, match="belongs to another account"):
        own.prove_address(second, by=cast.nils, now=NOW)


def test_a_link_proves_nothing_to_others_later_or_twice(client, cast, registration):
    own.ask_for_address(registration.nqsw, "first@home.example", by=cast.noor, now=NOW)
    own.ask_for_address(registration.nqsw, "noor@home.example", by=cast.noor, now=NOW)
    letters = Notice.objects.filter(kind="registrations.prove_address").order_by("id")
    first, second = (letter.secret_link.rsplit("/", 1)[-1] for letter in letters)
    with pytest.raises(NotAllowed):
        own.prove_address(second, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="newer one"):
        own.prove_address(first, by=cast.noor, now=NOW)
    with pytest.raises(Refused, match="too old"):
        own.prove_address(second, by=cast.noor, now=NOW + own.PROOF_LASTS)
    client.force_login(cast.amira)
    assert client.get(at("my_address", second)).status_code == 404
    with pytest.raises(Refused, match="another account"):
        own.ask_for_address(registration.nqsw, cast.ben.email, by=cast.noor, now=NOW)
    assert second not in {proof.token_hash for proof in AddressProof.objects.all()}


def test_a_correction_is_asked_for_and_accepted_with_before_and_after(noor, client, cast, registration):
    url = at("my_correction", "qualified")
    assert "Enter why it is wrong" in text_of(noor.post(url, {}))
    day = {"qualified_on_day": "1", "qualified_on_month": "6", "qualified_on_year": "2019"}
    assert noor.post(url, {**day, "because": "My award letter says so."}).status_code == 302
    assert "You have asked for this already" in text_of(noor.post(url, {**day, "because": "Again."}))
    request = FactRequest.objects.get()
    assert "Waits for your co-ordinator" in text_of(noor.get(at("my_details")))
    assert Notice.objects.filter(kind="registrations.fact_asked", user=cast.amira).count() == 1
    client.force_login(cast.amira)
    page = text_of(client.get(at("fact_request", request.pk)))
    assert "1 June 2019" in page
    assert "My award letter says so." in page
    assert "Select your answer" in text_of(client.post(at("fact_request", request.pk), {}))
    assert client.post(at("fact_request", request.pk), {"answer": "accept"}).status_code == 302
    registration.refresh_from_db()
    assert registration.qualified_on == date(2019, 6, 1)
    words = AuditEvent.objects.get(act="registrations.accept_correction").detail.words
    assert words["after"] == "2019-06-01"
    assert words["before"] != words["after"]
    assert "Corrected as the NQSW asked" in text_of(client.get(at("registration", registration.pk)))
    assert (registration.verdict, verdict_queries.open_verdict(registration).verdict) == ("fundable", "unfunded")
    client.force_login(cast.noor)
    assert "Corrected by Amira Aslan" in text_of(client.get(at("my_details")))


def test_a_refusal_needs_a_reason_that_the_nqsw_reads(client, cast, registration):
    request = asked(registration, cast)
    client.force_login(cast.amira)
    url = at("fact_request", request.pk)
    assert "Enter why it stays as it is" in text_of(client.post(url, {"answer": "refuse", "because": ""}))
    client.post(url, {"answer": "refuse", "because": "The certificate says 2026."})
    registration.refresh_from_db()
    assert registration.qualified_on != date(2019, 6, 1)
    client.force_login(cast.noor)
    assert "The certificate says 2026." in text_of(client.get(at("my_details")))
    with pytest.raises(Refused, match="answered already"):
        own_facts.accept(request, by=cast.amira, now=LATER)


def test_a_name_is_a_caseworkers_to_correct(client, cast, registration):
    names = {"first_name": "Nour", "middle_names": "", "last_name": "Rahman-Hill", "former_name": "Rahman"}
    request = asked(registration, cast, "name", **names)
    with pytest.raises(NotAllowed):
        own_facts.accept(request, by=cast.amira, now=LATER)
    client.force_login(cast.amira)
    assert client.get(at("fact_request", request.pk)).status_code == 404
    own_facts.accept(request, same_person=True, by=cast.erin, now=LATER)
    registration.nqsw.refresh_from_db()
    cast.noor.refresh_from_db()
    assert registration.nqsw.full_name == registration.nqsw.name_on_certificate == "Nour Rahman-Hill"
    assert cast.noor.full_name == "Nour Rahman-Hill"
    registration.refresh_from_db()
    assert registration.given_last_name != "Rahman-Hill"  # what the employer wrote stays


def test_fault_15_dates_stay_in_order_when_corrected(cast, registration):
    request = asked(registration, cast, "qualified", qualified_on=registration.swe_registered_from + timedelta(days=1))
    with pytest.raises(Refused, match="on or after the date they qualified"):
        own_facts.accept(request, by=cast.amira, now=LATER)
    request = asked(registration, cast, "start", asye_start=registration.employment_start - timedelta(days=1))
    with pytest.raises(Refused, match="on or after the date their employment"):
        own_facts.accept(request, by=cast.amira, now=LATER)


def test_a_new_start_moves_the_placement_and_the_assessor(cast, registration):
    to = registration.asye_start + timedelta(days=3)
    own_facts.accept(asked(registration, cast, "start", asye_start=to), by=cast.amira, now=LATER)
    registration.refresh_from_db()
    placement = registration.placements.get()
    assert registration.asye_start == placement.starts_on == placement.assignments.get().starts_on == to


def test_fault_9_nobody_writes_over_what_changed_meanwhile(cast, registration):
    """An old tab that is sent writes back only what it asks about, not every column as it was."""
    request = asked(registration, cast, "hours", fte_percent=60)
    other = asked(registration, cast, "job-title", job_title="Senior", team="", service_area="")
    own_facts.accept(other, by=cast.amira, now=LATER)
    registration.refresh_from_db()
    assert (registration.job_title, registration.fte_percent) == ("Senior", 100)
    type(registration).objects.filter(pk=registration.pk).update(fte_percent=80)
    with pytest.raises(Refused, match="has changed since"):
        own_facts.accept(request, by=cast.amira, now=LATER)


def test_who_asks_and_who_answers(cast, registration):
    with pytest.raises(NotAllowed):
        own_facts.ask(registration, "hours", {"fte_percent": 60}, "So.", by=cast.amira, now=LATER)
    request = asked(registration, cast)
    for user in (cast.cora, cast.noor, cast.ben, cast.erin, cast.udo):
        with pytest.raises(NotAllowed):
            own_facts.refuse(request, "No.", by=user, now=LATER)
    assert own_queries.open_requests(names=False).get() == request
    with pytest.raises(Refused, match="what we hold already"):
        asked(registration, cast, "hours", fte_percent=100)
    with pytest.raises(Refused, match="cannot be corrected"):
        own_facts.ask(registration, "number", {}, "So.", by=cast.noor, now=LATER)


def test_adjustments_are_read_by_those_named_and_by_nobody_else(client, cast, registration):
    client.force_login(cast.noor)
    url = at("my_adjustments")
    assert "Select whether you would like adjustments" in text_of(client.post(url, {}))
    client.post(url, {"wish": "yes", "detail": "A quiet zebra room", "readers": [cast.ben.pk]})
    letter = Notice.objects.get(kind="registrations.adjustments_shared")
    assert letter.user == cast.ben
    assert "zebra" not in letter.body + letter.subject
    theirs, page = at("registration_adjustments", registration.pk), at("registration", registration.pk)
    for user in cast.everybody():
        client.force_login(user)
        reads = user == cast.ben
        assert (client.get(theirs).status_code == 200) == reads
        assert ("zebra" in text_of(client.get(theirs))) == reads
        assert "zebra" not in text_of(client.get(page))
    own.save_adjustments(registration.nqsw, "yes", "A quiet zebra room", [], by=cast.noor, now=LATER)
    client.force_login(cast.ben)
    assert client.get(theirs).status_code == 404
    assert AdjustmentReader.objects.filter(until__isnull=True).count() == 0
    with pytest.raises(Refused, match="from the list"):
        own.save_adjustments(registration.nqsw, "yes", "", [cast.cora.pk], by=cast.noor, now=LATER)
    kept = own.save_adjustments(registration.nqsw, "no", "A quiet zebra room", [], by=cast.noor, now=LATER)
    assert kept.detail == ""


def test_whoever_no_longer_assesses_no_longer_reads(client, cast, registration):
    own.save_adjustments(registration.nqsw, "yes", "A quiet zebra room", [cast.amira.pk], by=cast.noor, now=LATER)
    cast.amira.memberships.update(ends_on=TODAY)
    assert own_queries.adjustments_read_by(cast.amira, registration, TODAY) is None


def test_everything_is_taken_away_as_a_file(noor, cast, registration):
    equality.save(registration.nqsw, {"religion": "other", "religion_words": "=Quietist"}, by=cast.noor, now=NOW)
    own.save_adjustments(registration.nqsw, "yes", "A quiet room", [], by=cast.noor, now=NOW)
    asked(registration, cast)
    assert noor.get(at("my_data", "csv")).status_code == 405
    assert noor.post(at("my_data", "pdf")).status_code == 404
    table = noor.post(at("my_data", "csv")).content.decode()
    assert "'=Quietist" in table
    assert "A quiet room" in table
    data = json.loads(noor.post(at("my_data", "json")).content)
    assert data["name"] == registration.nqsw.full_name
    headings = [section["section"] for section in data["sections"]]
    assert headings[0] == "You"
    assert headings[-3:] == ["Your equality answers", "Adjustments", "Requests for correction"]
    for user in (cast.amira, cast.erin, cast.udo, cast.ben):
        noor.force_login(user)
        assert noor.post(at("my_data", "csv")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_query_count(client, cast, registration, count):
    for key, wanted in [
        ("hours", {"fte_percent": 60}),
        ("contract", {"contract": "fixed_term"}),
        ("qualification", {"qualification": "ba"}),
    ][:count]:
        asked(registration, cast, key, **wanted)
    client.force_login(cast.noor)
    client.get(at("my_details"))
    with CaptureQueriesContext(connection) as made:
        assert client.get(at("my_details")).status_code == 200
    assert len(made) == DETAILS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app_sql", "owner_sql"])
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM registrations_factrequest",
        "UPDATE registrations_factrequest SET wanted = '{}'",
        "UPDATE registrations_factrequest SET accepted = NULL",
        "UPDATE registrations_factrequest SET accepted = false",
        "UPDATE registrations_factrequest SET answered_at = NULL, answered_by_id = NULL, accepted = NULL",
        "UPDATE registrations_addressproof SET email = 'other@home.example'",
        "UPDATE registrations_addressproof SET revoked_at = now(), used_at = now()",
        "DELETE FROM registrations_addressproof",
        "UPDATE registrations_adjustments SET wish = 'no'",
        "UPDATE registrations_adjustmentreader SET user_id = nqsw_id",
        "DELETE FROM registrations_adjustmentreader",
        "UPDATE registrations_adjustmentreader SET since = now()",
    ],
)
def test_the_database_refuses(request, cast, registration, role, change):
    own_facts.accept(asked(registration, cast, "hours", fte_percent=60), by=cast.amira, now=LATER)
    own.ask_for_address(registration.nqsw, "noor@home.example", by=cast.noor, now=LATER)
    own.save_adjustments(registration.nqsw, "yes", "A quiet room", [cast.ben.pk], by=cast.noor, now=LATER)
    with pytest.raises(psycopg.Error):
        request.getfixturevalue(role).execute(change)
