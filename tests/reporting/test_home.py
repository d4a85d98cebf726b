"""Everybody's first page: their own work, and nothing of the neighbour's."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from asye import clock
from tests.cast import NOW
from tests.factories import accounts as people
from tests.factories import assessments as assess
from tests.factories import payments as pay
from tests.factories import registrations as make
from tests.ground.built_once import built_once

BEFORE = NOW - timedelta(days=120)
HEADINGS = {
    "amira": ["Your programme"],
    "lena": ["The whole programme"],
    "ben": ["The NQSWs you assess"],
    "dev": ["Moderation"],
    "noor": ["Where you stand"],
    "erin": ["Registrations to check"],
    "omar": ["Payments"],
    "priya": ["Payments"],
    "ana": ["Statistics"],
    "udo": ["Everything, to read"],
    "adele": ["Administration"],
}


@pytest.fixture(autouse=True)
def at_now():
    with clock.moved_to(NOW):
        yield


@built_once
def year(cast):
    return make.published_year(by=cast.adele, second=cast.zora, now=BEFORE)


@built_once
def noors(cast, year):
    """Her year, which began in May."""
    return registered(cast, 0, now=BEFORE, nqsw_user=cast.noor)


@built_once
def evidence(noors):
    """All that her recommendation stands on, agreed."""
    assess.evidence(noors, now=NOW)


@pytest.fixture
def read(client):
    """The page of a person as words, without its tags."""

    def read(user, address="/"):
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == 200
        main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))

    return read


def registered(cast, number, at="northshire", now=NOW, **changed):
    by, assessor = (cast.amira, cast.ben) if at == "northshire" else (cast.cora, cast.cal)
    return make.registered(
        getattr(cast, at), by=by, caseworker=cast.erin, assessor=assessor, now=now, number=number, **changed
    )


def submitted(cast, number, at="northshire", now=NOW):
    by, assessor = (cast.amira, cast.ben) if at == "northshire" else (cast.cora, cast.cal)
    return make.submitted(getattr(cast, at), by=by, assessor=assessor, now=now, number=number)


def test_signed_out_is_sent_to_sign_in(db, client):
    assert client.get("/").headers["Location"] == "/sign-in?next=/"
    assert client.get("/waiting").headers["Location"] == "/sign-in?next=/waiting"
    assert client.get("/waiting/others").headers["Location"] == "/sign-in?next=/waiting/others"


@pytest.mark.parametrize("who", HEADINGS)
def test_each_role_has_its_section_and_no_other(who, cast, client):
    client.force_login(getattr(cast, who))
    page = client.get("/").content.decode()
    sections = re.findall(r'<h2 class="govuk-heading-m" id="section-\d+">([^<]+)</h2>', page)
    assert sections == HEADINGS[who]
    assert f"Hello {getattr(cast, who).first_name}" in page
    assert "What waits for you" in page


def test_somebody_without_a_role_is_told_so(cast, read):
    page = read(cast.nils)
    assert "Nothing waits for you today." in page
    assert "You have no role in this service at the moment." in page


def test_several_roles_at_once_each_have_a_section_and_the_money_stands_once(cast, client):
    people.in_role(cast.omar, roles.PAYMENTS_APPROVER, by=cast.adele, now=NOW)
    people.in_role(cast.omar, roles.ANALYST, by=cast.adele, now=NOW)
    client.force_login(cast.omar)
    page = client.get("/").content.decode()
    assert re.findall(r'id="section-\d+">([^<]+)<', page) == ["Payments", "Statistics"]


def test_a_role_that_has_ended_has_no_section(cast, read):
    cast.ana.memberships.update(ends_on=NOW.date())
    assert "Registrations and outcomes" not in read(cast.ana)


def test_a_co_ordinator_sees_stages_and_questions_of_their_own_employer(cast, year, read):
    registered(cast, 0)
    registered(cast, 1)
    asked = make.queried(submitted(cast, 2), by=cast.erin, now=NOW)
    neighbour = make.queried(submitted(cast, 3, "southmouth"), by=cast.erin, now=NOW)
    page = read(cast.amira)
    assert f"Answer a question about a registration {asked.nqsw.full_name}" in page
    assert "1 Question asked 2 On the programme" in page
    assert "Payment statement of Northshire" in page
    assert "Northshire" not in read(cast.cora)
    assert neighbour.nqsw.full_name not in page
    assert "Southmouth" not in page


def test_a_figure_leads_to_the_registrations_it_counts(cast, year, client):
    here = registered(cast, 0)
    asked = make.queried(submitted(cast, 1), by=cast.erin, now=NOW)
    client.force_login(cast.amira)
    address = "/registrations?stage=question_asked"
    assert f'<a class="govuk-link" href="{address}">Question asked</a>' in client.get("/").content.decode()
    listed = client.get(address).content.decode()
    assert asked.nqsw.full_name in listed
    assert here.nqsw.full_name not in listed
    every = client.get("/registrations?stage=elsewhere").content.decode()
    assert asked.nqsw.full_name in every
    assert here.nqsw.full_name in every


def test_a_co_ordinator_waits_for_the_caseworker(cast, year, read):
    waiting = submitted(cast, 0)
    neighbour = submitted(cast, 1, "southmouth")
    page = read(cast.amira)
    assert f"A registration is being checked {waiting.nqsw.full_name}. Waiting for a caseworker" in page
    assert neighbour.nqsw.full_name not in page
    assert neighbour.nqsw.full_name not in read(cast.amira, "/waiting/others")


def test_a_senior_lead_sees_the_same_counts_of_their_employer(cast, year, read):
    registered(cast, 0)
    registered(cast, 1, "southmouth")
    page = read(cast.lena)
    assert "0 Outcomes to confirm 1 On the programme" in page
    assert "Northshire" in page
    assert "Southmouth" not in page


def test_an_assessor_sees_whose_review_is_due_and_when(cast, year, read):
    mine = registered(cast, 0, now=BEFORE)
    neighbour = registered(cast, 1, "southmouth", now=BEFORE)
    assert f"{mine.nqsw.full_name} Support and assessment agreement 31 May 2026, 106 days late" in read(cast.ben)
    make.joined(mine.nqsw, cast.noor)
    assess.agreed(mine, "agreement", now=BEFORE)
    page = read(cast.ben)
    assert f"{mine.nqsw.full_name} 3-month review 3 August 2026, 42 days late" in page
    assert neighbour.nqsw.full_name not in page


def test_an_assessor_of_nobody(cast, read):
    assert "You assess nobody at the moment." in read(cast.ben)


def test_an_nqsw_sees_their_own_year_step_by_step(cast, noors, read):
    other = registered(cast, 1, now=BEFORE)
    assess.agreed(noors, "agreement", now=BEFORE)
    page = read(cast.noor)
    assert f"{noors.reference} On the programme. Your year at Northshire." in page
    assert "Support and assessment agreement Done You and your assessor, Ben Okafor" in page
    assert "3-month review Next Due 3 August 2026, 42 days late" in page
    assert "Certificate Later" in page
    assert "Download your certificate" not in page
    assert other.reference not in page


def test_an_nqsw_who_failed_is_told_so_and_offered_no_certificate(cast, noors, evidence, read):
    record = assess.agreed(noors, "recommendation", now=NOW, recommendation="fail")
    assess.decided(record, "fail", by=cast.lena, now=NOW)
    page = read(cast.noor)
    assert "The outcome of your year at Northshire is a fail. You can appeal until 12 October 2026." in page
    assert "See the outcome" in page
    assert "Download your certificate" not in page


def test_an_nqsw_who_passed_downloads_the_certificate_by_a_button(cast, noors, evidence, client):
    record = assess.agreed(noors, "recommendation", now=NOW, recommendation="pass")
    assess.certificates.render(assess.decided(record, by=cast.lena, now=NOW).pk, now=NOW)
    client.force_login(cast.noor)
    page = client.get("/").content.decode()
    assert f'<form method="post" action="/registrations/{noors.pk}/certificate" data-download>' in page
    assert 'name="csrfmiddlewaretoken"' in page.split("<main", 1)[1]
    assert "You have passed your year at Northshire." in page


def test_a_caseworker_sees_the_queue_and_how_old_it_is(cast, year, read):
    first = submitted(cast, 0, now=NOW - timedelta(days=9))
    submitted(cast, 1, "southmouth")
    make.queried(submitted(cast, 2), by=cast.erin, now=NOW)
    page = read(cast.erin)
    assert "The oldest was sent on 5 September 2026, 9 days ago. 2 To check 1 Questions with employers" in page
    assert f"Check a registration {first.nqsw.full_name}. Due 12 September 2026 2 days late" in page


def test_the_money_by_how_far_it_has_come(cast, read, client):
    pay.setting(cast, now=NOW)
    pay.registered(cast, now=NOW, number=0)
    pay.registered(cast, now=NOW, number=1)
    pay.submitted(cast, now=NOW)
    pay.registered(cast, now=NOW, number=2)
    expected = (
        "£1,000 owed, in no batch, 1 line £0 owed, held up, 0 lines £0 in draft batches, 0 lines "
        "£2,000 waiting for approval, 2 lines £0 approved, not handed over, 0 lines £0 with the payer, 0 lines "
        "£0 paid, 0 lines"
    )
    assert expected in read(cast.omar)
    assert expected in read(cast.priya)
    page = client.get("/").content.decode()
    for address, words in (
        ("/payments", "owed, in"),
        ("/payments#blocked", "owed, held"),
        ("/payments/ledger", "paid, "),
    ):
        assert f'href="{address}">{words}' in page
    shown = client.get("/payments").content.decode()
    assert 'id="blocked"' in shown
    assert 'id="batches"' in shown
    statement = client.get(reverse("statement", args=[cast.northshire.pk, "2026-27"])).content.decode()
    assert 'href="/payments" class="govuk-back-link"' in statement


def test_money_paid(cast, read):
    pay.setting(cast, now=NOW)
    pay.registered(cast, now=NOW, number=0)
    pay.confirmed(cast, now=NOW)
    assert "£0 with the payer, 0 lines £1,000 paid, 1 line" in read(cast.omar)


def test_only_ten_lines_are_shown_and_all_are_a_link_away(cast, year, read):
    for number in range(12):
        submitted(cast, number)
    page = read(cast.erin)
    assert page.count("Check a registration") == 10
    assert "See all 12" in page
    assert read(cast.erin, "/waiting").count("Check a registration") == 12
    assert "Nothing waits for you today." in read(cast.ana, "/waiting")


def in_every_state(cast, number, **own):
    """Somebody of everything that shows on a home page; the one whose year has begun is given back."""
    mine = registered(cast, number, now=BEFORE, **own)
    submitted(cast, 10 + number)
    make.queried(submitted(cast, 20 + number), by=cast.erin, now=NOW)
    return mine


@built_once
def one_of_each(cast):
    """Noor, and somebody in every other state."""
    pay.setting(cast, now=BEFORE)
    assess.agreed(in_every_state(cast, 0, nqsw_user=cast.noor), "agreement", now=BEFORE)


@pytest.fixture
def crowd(cast, one_of_each):
    """So many people of everything, and a batch of payments that waits for its approval."""

    def crowd(count):
        for number in range(1, count):
            in_every_state(cast, number)
        pay.submitted(cast, now=NOW)

    return crowd


QUERIES = {
    "amira": 17, "lena": 18, "ben": 19, "dev": 10, "noor": 24, "erin": 9, "omar": 18, "priya": 16, "ana": 7,
    "udo": 7, "adele": 8,
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_queries(count, crowd, cast, client):
    crowd(count)
    made = {}
    for who in QUERIES:
        client.force_login(getattr(cast, who))
        client.get("/")  # the session is written and the statements are prepared once
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        made[who] = len(queries)
    assert made == QUERIES
