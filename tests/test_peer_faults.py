"""Faults of an earlier service for the same programme: docs/peer-faults.md says for each of them which test this
service passes, or why it cannot have it. Those that no other file shows stand here."""

import ast
import re
import smtplib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts import roles
from accounts.models import Employer, Invitation, LocalAuthority, Notice, User
from accounts.permissions import has_role
from accounts.services import mail, people
from accounts.states import EmployerKind, EmployerState, Region
from asye import clock
from registrations.models import RegistrationDraft
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.factories import registrations as make
from tests.registrations.test_wizard import given

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs/peer-faults.md").read_text()
ROWS = {int(row[0]): row for row in re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", TABLE, re.MULTILINE)}
SHOWN = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(?:\w+::)*(\w+)`", TABLE)))
FAY = {"first_name": "Fay", "last_name": "Ferris", "email": "fay@people.example"}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_each_of_the_26_has_a_test_or_a_reason() -> None:
    assert sorted(ROWS) == list(range(1, 27))
    assert [number for number, row in ROWS.items() if "`tests/" not in row[2] and "Cannot occur" not in row[2]] == []


def test_every_test_that_is_named_is_there() -> None:
    trees = {file: ast.parse((ROOT / file).read_text()) for file, _ in SHOWN}
    there = {
        (file, node.name)
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert set(SHOWN) - there == set()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [roles.ADMINISTRATOR, roles.CASEWORKER, roles.PAYMENTS_APPROVER, roles.NQSW])
def test_fault_3_a_role_that_was_not_offered_is_not_given(client: Client, cast: Cast, role: roles.Role) -> None:
    """Tampering with the form of a co-ordinator's own people, and posting to a neighbour's."""
    client.force_login(cast.amira)
    answer = client.post(reverse("people_invite", args=[cast.northshire.pk]), {**FAY, "role": role.key})
    assert "Select what they will do" in answer.content.decode()
    neighbour = client.post(reverse("people_invite", args=[cast.southmouth.pk]), {**FAY, "role": roles.ASSESSOR.key})
    assert neighbour.status_code in (403, 404)
    assert not Invitation.objects.filter(sent_at=NOW).exists()


@pytest.mark.django_db
def test_fault_8_a_letter_that_does_not_leave_is_said_and_tried_again(
    client: Client, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done stays done; the letter waits in the same database, and whoever sent it sees what became of it."""
    settings.DEMO = False
    client.force_login(cast.amira)
    client.post(reverse("people_invite", args=[cast.northshire.pk]), {**FAY, "role": roles.ASSESSOR.key})
    sent = Invitation.objects.get(sent_at=NOW)

    def letter() -> str:
        return client.get(reverse("invitation_sent", args=[sent.pk])).content.decode()

    assert "Waits to be sent" in letter()
    with monkeypatch.context() as broken:
        broken.setattr(django_mail.EmailMessage, "send", _disconnected)
        assert mail.send_pending(NOW) == 0
    assert "It could not be sent. We try again on 14 September 2026 at 11:01am" in letter()
    assert mail.send_pending(NOW + timedelta(minutes=2)) == 1
    assert "Left on 14 September 2026" in letter()
    assert [each.to for each in django_mail.outbox] == [[FAY["email"]]]


def _disconnected(message: object, *args: object) -> None:
    raise smtplib.SMTPServerDisconnected("x")


@pytest.mark.django_db
def test_fault_16_dates_are_compared_with_today(client: Client, cast: Cast) -> None:
    """An employer acts until the day it closes, and a role is held between its own days: not "has an end" or not."""
    closes = TODAY + timedelta(days=5)
    cast.northshire.closed_on = closes
    states = [cast.northshire.state(closes + timedelta(days=days)) for days in (-1, 0, 1)]
    assert states == [EmployerState.CLOSING, EmployerState.CLOSED, EmployerState.CLOSED]
    held = people.give_role(
        cast.nils, roles.ASSESSOR, employer=cast.southmouth, starts_on=TODAY + timedelta(days=2), by=cast.adele, now=NOW
    )
    held.ends_on = TODAY + timedelta(days=4)
    held.save(update_fields=["ends_on"])
    days = [TODAY + timedelta(days=days) for days in range(1, 6)]
    assert [has_role(cast.nils, roles.ASSESSOR, on=day) for day in days] == [False, True, True, False, False]


@pytest.mark.django_db
def test_fault_17_an_administrator_without_an_employer_keeps_the_one_they_look_at(client: Client, cast: Cast) -> None:
    """Which employer is meant stands in the address, never in what the session remembers: no page loses it."""
    client.force_login(cast.adele)
    assert not cast.adele.memberships.filter(employer__isnull=False).exists()
    own = cast.southmouth.pk
    for name in ("employer", "people_of", "people_invite", "employer_change", "employer_terms"):
        page = client.get(reverse(name, args=[own]))
        assert page.status_code == 200, name
        assert "Southmouth" in page.content.decode(), name
    client.post(reverse("people_invite", args=[own]), {**FAY, "role": roles.COORDINATOR.key})
    assert Invitation.objects.get(sent_at=NOW).employer == cast.southmouth


@pytest.mark.django_db
def test_fault_19_no_link_is_made_from_what_a_browser_says_of_its_host(
    client: Client, cast: Cast, settings: Any
) -> None:
    client.force_login(cast.amira)
    url = reverse("people_invite", args=[cast.northshire.pk])
    assert client.post(url, {**FAY, "role": roles.ASSESSOR.key}, headers={"host": "evil.example"}).status_code == 400
    assert not Notice.objects.exists()
    forged = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-original-host": "evil.example"}
    assert client.post(url, {**FAY, "role": roles.ASSESSOR.key}, headers=forged).status_code == 302
    letter = Notice.objects.get()
    assert letter.secret_link.startswith(f"{settings.SITE_URL}/")
    assert "evil.example" not in letter.body + letter.secret_link


@pytest.mark.django_db
def test_fault_21_the_database_holds_an_address_and_a_code_once(cast: Cast) -> None:
    """Whoever writes and however many at once; also against accounts that were closed, which open again instead."""
    authority = LocalAuthority.objects.first() or LocalAuthority.objects.create(
        code="202", name="Camden", gss_code="E09000007", region=Region.LONDON
    )
    facts = {"kind": EmployerKind.LOCAL_AUTHORITY, "region": authority.region, "opened_on": TODAY}
    Employer.objects.create(name="Camden", local_authority=authority, **facts)
    people.deactivate(cast.ben, because="Left.", by=cast.adele, now=NOW)
    for write in (
        lambda: Employer.objects.create(name="Another Camden", local_authority=authority, **facts),
        lambda: Employer.objects.create(name="CAMDEN", **{**facts, "kind": EmployerKind.PRIVATE}),
        lambda: User.objects.create(email=cast.ben.email, first_name="B", last_name="O", human_id=cast.nils.human_id),
        lambda: User.objects.create(
            email=cast.amira.email.upper(), first_name="A", last_name="R", human_id=cast.nils.human_id
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_fault_22_every_page_has_one_title_and_a_heading() -> None:
    pages = {path: path.read_text() for path in (ROOT / "templates").rglob("*.html")}
    found = {path: text for path, text in pages.items() if 'extends "base.html"' in text}
    assert len(found) > 150
    for path, text in found.items():
        assert len(re.findall(r"{% block title %}.+?{% endblock %}", text)) == 1, path
        assert re.search(r'<h1|page_header|confirmation |"panel"|gds_fields form', text), path


@pytest.mark.django_db
def test_fault_22_the_title_of_a_question_is_that_question(client: Client, cast: Cast) -> None:
    """Title and heading are written once, in the form: no page can bear the title of another."""
    make.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
    client.force_login(cast.amira)
    client.post(reverse("registration_start"))
    draft = RegistrationDraft.objects.get()
    answers = {key: {name: str(value) for name, value in raw.items()} for key, raw in given(cast).items()}
    RegistrationDraft.objects.filter(pk=draft.pk).update(data=answers)
    titles = []
    for key in answers:
        page = html.fromstring(client.get(reverse("registration_draft_step", args=[draft.pk, key])).content.decode())
        (heading,) = page.xpath("//h1")
        titles.append(" ".join(heading.text_content().split()))
        assert (page.findtext(".//title") or "").startswith(titles[-1]), key
    assert len(set(titles)) == len(answers)


@pytest.mark.django_db
def test_fault_22_every_link_at_the_foot_of_a_page_opens(client: Client) -> None:
    foot = client.get(reverse("account_login")).content.decode().rsplit("<footer", 1)[1]
    links = re.findall(r'href="([^"]+)"', foot)
    assert len(links) >= 3
    for link in links:
        assert link != "#"
        assert link.startswith("mailto:") or client.get(link).status_code == 200


@pytest.mark.django_db
def test_fault_23_a_half_finished_form_is_gone_on_with_on_another_machine(cast: Cast) -> None:
    """Sessions and answers are rows: any process serves them, and signing out loses nothing."""
    make.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
    first, second = Client(), Client()
    first.force_login(cast.amira)
    first.post(reverse("registration_start"))
    draft = RegistrationDraft.objects.get()
    step = reverse("registration_draft_step", args=[draft.pk, "name"])
    first.post(step, {"first_name": "Fay", "last_name": "Ferris", "version": draft.version})
    first.post(reverse("account_logout"))
    second.post(reverse("account_login"), {"login": cast.amira.email, "password": PASSWORD})
    page = second.get(reverse("registration_draft", args=[draft.pk]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("registration_draft_step", args=[draft.pk, "email"])
    assert 'value="Ferris"' in second.get(step).content.decode()


@pytest.mark.django_db
def test_fault_25_empty_lists_pages_past_the_end_and_unknown_ids(client: Client, cast: Cast) -> None:
    """Each is answered with its page: nothing yet, the last page there is, or not found."""
    for user, names in {
        cast.erin: ("registrations", "registration_queue", "same_people", "moves", "registration_late_allowed"),
        cast.adele: ("employers", "people", "programme_years"),
        cast.amira: ("registrations", "registration_drafts", "registration_files"),
        cast.omar: ("payments", "owed_payments", "payees", "recoveries"),
    }.items():
        client.force_login(user)
        for name in names:
            for query in ("", "?page=99999", "?page=0", "?page=x"):
                assert client.get(reverse(name) + query).status_code == 200, (name, query)
    client.force_login(cast.erin)
    for name in ("registration", "registration_history", "move", "same_pair"):
        assert client.get(reverse(name, args=[999_999])).status_code == 404, name
