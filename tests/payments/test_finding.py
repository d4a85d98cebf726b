"""Payments found by what somebody knows of them, and the page that says why an employer received what it did."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.services import employers, people
from asye import clock
from payments.models import Batch, Line
from payments.rules.finding import Asked, understood
from payments.services import responses
from payments.views import finding
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.browser import Look
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
FIND = "/payments/find"
LATER = NOW + timedelta(days=2)
PAYS = ("omar", "priya", "udo")


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.moved_to(LATER):
        yield


@built_once
def paid(cast: Cast, registration: Registration) -> Batch:
    """Two lines of Northshire and one of Southmouth, paid on 14 September."""
    make.registered(cast, now=NOW, number=1)
    make.registered(cast, now=NOW, number=2, at="southmouth")
    return make.confirmed(cast, now=NOW)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _text(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def found(user: User, typed: str) -> str:
    """What the page says after a search."""
    answer = _as(user).post(FIND, {"text": typed}, follow=True)
    assert answer.status_code == 200
    assert typed not in answer.request["QUERY_STRING"]
    return answer.content.decode()


def of(batch: Batch, name: str) -> str:
    employer = batch.lines.filter(employer__name=name).values_list("employer", flat=True)[0]
    return reverse("remittance", args=[batch.pk, employer])


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("B00012", Asked(batch=12)),
        (" b 12 ", Asked(batch=12)),
        ("B-000120", Asked(batch=120)),
        ("l0123 4567 89ab cdef 012", Asked(line="L0123456789ABCDEF012")),
        ("cf26 00001", Asked(registration="CF2600001")),
        ("Northshire", Asked(employer="Northshire")),
        ("Bath 1", Asked(employer="Bath 1")),
        ("B0", Asked(employer="B0")),
        ("B1234567890", Asked(employer="B1234567890")),
        ("L0123456789ABCDEF01", Asked(employer="L0123456789ABCDEF01")),
        ("SW12345", Asked(employer="SW12345")),
    ],
)
def test_what_was_typed_is_understood(typed: str, asked: Asked) -> None:
    assert understood(typed) == asked


def test_nothing_was_asked_or_found(cast: Cast) -> None:
    blank = _text(_as(cast.omar).get(FIND).content.decode())
    assert "Find a payment" in blank
    assert "No payment was found" not in blank
    assert "No payment was found. Check the spelling, or use a part of the name. Clear the search" in _text(
        found(cast.omar, "Northshire")
    )
    empty = _as(cast.omar).post(FIND, {"text": "  "}).content.decode()
    assert "Enter an employer’s name or a reference" in empty
    assert "<title>Error: " in empty


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, count: int) -> None:
    make.setting(cast, now=NOW)
    for number in range(count):
        make.registered(cast, now=NOW, number=number)
        make.confirmed(cast, now=NOW)
    for number in range(count):
        make.registered(cast, now=NOW, number=10 + number)
    batch = make.confirmed(cast, now=NOW)
    assert (Batch.objects.count(), batch.lines.count()) == (count + 1, count)
    made = {}
    for who in ("omar", "amira"):
        client = _as(getattr(cast, who))
        address = client.post(FIND, {"text": "Northshire"}).headers["Location"]
        for name, url in (("find", address), ("remittance", of(batch, "Northshire"))):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            made[who, name] = len(queries)
    assert set(made.values()) == {12}, made


def test_a_reference_that_cannot_be_is_said(cast: Cast, paid: Batch) -> None:
    reference = str(paid.lines.first().registration)
    wrong = reference[:-1] + ("A" if reference[-1] != "A" else "B")
    assert f"The last character of {wrong} does not fit the rest of it." in _text(found(cast.omar, wrong))


@pytest.mark.parametrize("who", PAYS)
def test_an_employer_is_found_by_its_name_and_by_the_one_it_had(cast: Cast, paid: Batch, who: str) -> None:
    user = getattr(cast, who)
    assert f"Northshire £2,000, paid on 14 September 2026 14 September 2026 {paid.reference} 2 £2,000" in _text(
        found(user, "north")
    )
    details = employers.Details("Kestrel Trust", cast.northshire.kind, cast.northshire.region)
    employers.change_details(cast.northshire, details, "We merged our names.", by=cast.adele, now=LATER)
    for name in ("Northshire", "kestrel"):
        shown = found(user, name)
        assert of(paid, "Kestrel Trust") in shown
        assert "£2,000, paid on 14 September 2026" in shown
        assert "Southmouth" not in shown


def test_a_payment_is_found_by_each_reference_of_it(cast: Cast, paid: Batch) -> None:
    line = paid.lines.filter(employer=cast.northshire).first()
    assert line is not None
    for typed in (line.reference, line.reference.lower(), str(line.registration), str(line.registration)[:-1]):
        shown = found(cast.omar, typed)
        assert of(paid, "Northshire") in shown, typed
        assert of(paid, "Southmouth") not in shown, typed
    shown = found(cast.omar, paid.reference)
    assert of(paid, "Northshire") in shown
    assert of(paid, "Southmouth") in shown


def test_the_latest_comes_first_and_what_is_not_paid_last(cast: Cast, paid: Batch) -> None:
    make.registered(cast, now=LATER, number=3)
    second = make.released(cast, now=LATER)
    responses.import_file(
        make.response(*[(line, "paid", "") for line in second.lines.all()], on=LATER.date()), by=cast.omar, now=LATER
    )
    make.registered(cast, now=LATER, number=4)
    third = make.draft(cast, now=LATER)
    shown = found(cast.omar, "Northshire")
    places = [shown.index(of(batch, "Northshire")) for batch in (second, paid, third)]
    assert places == sorted(places)
    assert "Not paid" in shown[places[2] :]


def test_a_co_ordinator_finds_their_own_employers_only(cast: Cast, paid: Batch) -> None:
    theirs = paid.lines.get(employer=cast.southmouth)
    shown = found(cast.amira, "Northshire")
    assert of(paid, "Northshire") in shown
    assert paid.reference not in _text(shown)
    for typed in ("Southmouth", "south", theirs.reference, str(theirs.registration)):
        shown = found(cast.amira, typed)
        assert "No payment was found." in shown, typed
        assert of(paid, "Southmouth") not in shown, typed
    assert of(paid, "Southmouth") not in found(cast.amira, paid.reference)
    assert of(paid, "Southmouth") in found(cast.cora, "Southmouth")


def test_nobody_else_finds_anything(cast: Cast, paid: Batch) -> None:
    let_in = {getattr(cast, who) for who in (*PAYS, "amira", "cora")}
    for user in cast.everybody():
        client = _as(user)
        expected = (200, 302) if user in let_in else (403, 403)
        assert (client.get(FIND).status_code, client.post(FIND, {"text": "Northshire"}).status_code) == expected, user
        home = client.get("/").content.decode()
        assert (f'action="{FIND}"' in home) == (user in let_in), user
        expected_page = 200 if user in let_in - {cast.cora} else 404
        assert client.get(of(paid, "Northshire")).status_code == expected_page, user
    assert Client().get(FIND).headers["Location"].startswith("/sign-in")
    assert Client().get(of(paid, "Northshire")).headers["Location"].startswith("/sign-in")


def test_a_search_of_somebody_else_is_none(cast: Cast, paid: Batch) -> None:
    """The address of a search opens for whoever made it; to another it is a page without a search."""
    address = _as(cast.omar).post(FIND, {"text": "Southmouth"}).headers["Location"]
    assert "Southmouth" in _as(cast.omar).get(address).content.decode()
    assert "Southmouth" not in _text(_as(cast.amira).get(address).content.decode())


def test_why_it_was_received(cast: Cast, paid: Batch) -> None:
    """Lines with person's reference, milestone, reason and amount; who prepared, submitted and approved; which file
    was handed over when; what the payer answered."""
    shown = _text(_as(cast.udo).get(of(paid, "Northshire")).content.decode())
    assert "Why Northshire received £2,000 on 14 September 2026" in shown
    for line in paid.lines.filter(employer=cast.northshire):
        reference = str(line.registration)
        assert f"{reference} line {line.reference} Registration {line.sentence} £1,000 Paid" in shown
        assert line.registration.nqsw.full_name not in shown
        assert line.sentence.startswith(f"{reference} was registered on 14 September 2026, so the first payment is due")
    answer = paid.responses.get()
    at = "14 September 2026 at 11am"
    for said in (
        f"Batch {paid.reference}",
        f"Prepared {at} by Omar Farouk Submitted {at} by Omar Farouk Approved {at} by Priya Nair",
        f"Payment file {paid.file.name}, written on {at} by the service",
        f"Fingerprint of the file (SHA-256) {paid.content_sha256} Handed over {at} by Omar Farouk",
        "Payer’s response imported 14 September 2026 at midday by Omar Farouk",
        f"Fingerprint of the response (SHA-256) {answer.sha256}",
    ):
        assert said in shown, said
    assert "Southmouth" not in shown


def test_a_co_ordinator_reads_why_and_not_how(cast: Cast, paid: Batch) -> None:
    shown = _text(_as(cast.amira).get(of(paid, "Northshire")).content.decode())
    assert "Why Northshire received £2,000 on 14 September 2026" in shown
    assert "so the first payment is due to the employer that registered the NQSW: Northshire." in shown
    for kept in ("Omar", "Priya", "Vendor", paid.reference, paid.content_sha256):
        assert kept not in shown, kept


def test_statement_and_line_lead_to_what_was_paid_with_it(cast: Cast, paid: Batch) -> None:
    line = paid.lines.filter(employer=cast.northshire).first()
    assert line is not None
    where = of(paid, "Northshire")
    for url in (reverse("statement", args=[cast.northshire.pk, "2026-27"]), reverse("line", args=[line.pk])):
        shown = _as(cast.amira).get(url).content.decode()
        assert f'href="{where}">14 September 2026<' in shown, url
    make.registered(cast, now=LATER, number=5)
    waiting = make.draft(cast, now=LATER).lines.get()
    assert "Paid on" not in _text(_as(cast.amira).get(reverse("line", args=[waiting.pk])).content.decode())


def test_many_are_shown_in_pages(cast: Cast, paid: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "ON_A_PAGE", 1)
    monkeypatch.setattr(finding, "LINES_ON_A_PAGE", 1)
    client = _as(cast.omar)
    address = client.post(FIND, {"text": paid.reference}).headers["Location"]
    first, second = (client.get(f"{address}&page={page}").content.decode() for page in (1, 2))
    assert (of(paid, "Northshire") in first) != (of(paid, "Northshire") in second)
    assert (of(paid, "Southmouth") in first) != (of(paid, "Southmouth") in second)
    pages = [_text(client.get(f"{of(paid, 'Northshire')}?page={page}").content.decode()) for page in (1, 2)]
    assert all("Why Northshire received £2,000" in page for page in pages)
    assert {
        line.reference
        for line in Line.objects.filter(employer=cast.northshire)
        for page in pages
        if line.reference in page
    } == set(Line.objects.filter(employer=cast.northshire).values_list("reference", flat=True))


def test_somebody_with_both_roles_finds_everything(cast: Cast, paid: Batch) -> None:
    people.give_role(cast.amira, roles.AUDITOR, starts_on=TODAY, by=cast.adele, now=NOW)
    assert of(paid, "Southmouth") in found(cast.amira, "Southmouth")


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_accessible(looked_at: Look, cast: Cast, paid: Batch) -> None:
    looked_at(cast.omar, "payments_find")
    looked_at(cast.omar, "payments_find", press="Search")
    page = looked_at(cast.omar, "home")
    page.get_by_label("Employer’s name or reference").fill("Northshire")
    looked_at(cast.omar, "remittance", paid.pk, cast.northshire.pk)
    looked_at(cast.amira, "remittance", paid.pk, cast.northshire.pk)


def test_paid_on_two_days_and_one_returned(cast: Cast, registration: Registration) -> None:
    for number in (1, 2):
        make.registered(cast, now=NOW, number=number)
    batch = make.released(cast, now=NOW)
    first, second, _third = batch.lines.order_by("id")
    for row, day in (((first, "paid", ""), NOW), ((second, "paid", ""), NOW + timedelta(days=1))):
        responses.import_file(make.response(row, on=day.date()), by=cast.omar, now=day)
    responses.import_file(
        make.response((first, "returned", "Account closed"), on=LATER.date()), by=cast.omar, now=LATER
    )
    shown = _text(_as(cast.omar).get(of(batch, "Northshire")).content.decode())
    assert "What Northshire received Paid £1,000 on 14 September 2026 £1,000 on 15 September 2026" in shown
    assert "Returned after it was paid £1,000, 1 of the lines Not paid £1,000, 1 of the lines" in shown
    assert "Northshire. Returned after it was paid: Account closed £1,000 Returned" in shown
    assert shown.count("Payer’s response imported") == 3
    rows = found(cast.omar, "Northshire")
    assert rows.count(of(batch, "Northshire")) == 3


def test_what_was_taken_back_is_taken_off(cast: Cast, first_paid: Batch) -> None:
    make.registered(cast, now=NOW, number=1)
    _, draft = back.offset(first_paid.lines.get(), cast, now=NOW, pence=333_33)
    batch = back.released(draft, cast, now=NOW)
    assert "What Northshire is to receive Paid Nothing yet" in _text(
        _as(cast.amira).get(of(batch, "Northshire")).content.decode()
    )
    back.answered(batch, cast, *[(each, "paid", "") for each in batch.lines.all()], now=NOW)
    shown = _text(_as(cast.amira).get(of(batch, "Northshire")).content.decode())
    assert "Why Northshire received £666.67 on 14 September 2026" in shown
    assert "−£333.33 Taken off" in shown
