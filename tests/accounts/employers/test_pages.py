"""Pages of employers, requests and terms: each way from its first page to what it does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import employer_rules as rules
from accounts import roles
from accounts.models import Employer, EmployerRequest, Invitation, Notice, TermsAcceptance, User
from accounts.services import employers, people, reference, terms
from asye import clock, throttle
from tests.cast import NOW, TODAY, Cast

pytestmark = pytest.mark.django_db
FAY = {"first_name": "Fay", "last_name": "O'Brien", "email": "fay@camden.example"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(throttle, "too_many", lambda request, what: False)


def day(name: str = "on", on: Any = TODAY) -> dict[str, str]:
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def posted(client: Client, page: str, answers: dict[str, dict[str, str]]) -> str:
    """Goes through the pages of a journey; the text of the last."""
    text = ""
    for step, said in answers.items():
        text = client.post(reverse(page, args=[step]), said, follow=True).content.decode()
    return text


COUNCIL = {
    "kind": {"kind": "local_authority"},
    "code": {"code": "202"},
    "found": {},
    "phone": {"phone": "+44 20 7974 4444"},
    "person": FAY,
}
CHARITY = {
    "kind": {"kind": "voluntary"},
    "place": {"name": "Westport Families", "region": "E12000002"},
    "phone": {"phone": "0300 123 4567"},
    "person": {**FAY, "job_title": "Head of practice"},
}


class TestMakingOne:
    def test_by_its_code(self, client: Client, cast: Cast) -> None:
        reference.load_local_authorities(NOW)
        client.force_login(cast.adele)
        check = posted(client, "employer_new_step", COUNCIL)
        for said in ("Camden", "202", "London", "020 7974 4444", "fay@camden.example"):
            assert said in check
        page = client.post(reverse("employer_new_step", args=["check"]), follow=True).content.decode()
        assert "Camden is an employer from today" in page
        made = Employer.objects.get(name="Camden")
        assert Invitation.objects.get(employer=made).user.email == FAY["email"]

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            ("2a2", rules.CODE_NUMBERS),
            ("20", rules.CODE_THREE),
            ("203", rules.CODE_USED),
            ("999", rules.CODE_UNKNOWN),
        ],
    )
    def test_each_wrong_code_has_its_own_sentence(self, client: Client, cast: Cast, code: str, sentence: str) -> None:
        """So that it is clear which digit to look at, or that the code is taken."""
        reference.load_local_authorities(NOW)
        Employer.objects.filter(pk=cast.northshire.pk).update(local_authority="203")
        client.force_login(cast.adele)
        page = posted(client, "employer_new_step", {"kind": COUNCIL["kind"], "code": {"code": code}})
        assert sentence in page
        assert "There is a problem" in page

    def test_others_say_their_name_and_region(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.adele)
        posted(client, "employer_new_step", {**CHARITY, "person": FAY, "check": {}})
        assert Employer.objects.get(name="Westport Families").region == "E12000002"

    def test_jumping_ahead_leads_to_the_first_open_question(self, client: Client, cast: Cast) -> None:
        """Posting the check page alone makes nothing."""
        client.force_login(cast.adele)
        for step in ("check", "person", "phone", "code"):
            answer = client.post(reverse("employer_new_step", args=[step]), FAY)
            assert answer["Location"] == reverse("employer_new_step", args=["kind"])
        assert Employer.objects.count() == 2

    def test_a_new_code_is_looked_at_again(self, client: Client, cast: Cast) -> None:
        reference.load_local_authorities(NOW)
        client.force_login(cast.adele)
        posted(client, "employer_new_step", COUNCIL)
        answer = client.post(reverse("employer_new_step", args=["code"]), {"code": "203"})
        assert answer["Location"] == reverse("employer_new_step", args=["found"])


class TestAsking:
    def test_from_a_stranger_to_a_coordinator(self, client: Client, client_for: Any, cast: Cast) -> None:
        check = posted(client, "employer_ask_step", CHARITY)
        assert "Head of practice" in check
        page = client.post(reverse("employer_ask_step", args=["check"]), follow=True).content.decode()
        assert "Check your email" in page
        erin = client_for()
        erin.force_login(cast.erin)
        assert "No request is waiting" in erin.get(reverse("employer_requests")).content.decode()
        link = Notice.objects.get(kind="accounts.confirm_request").secret_link
        path = re.sub(r"^https?://[^/]+", "", link)
        assert "You ask for Westport Families" in client.get(path).content.decode()
        assert EmployerRequest.objects.get().state == "unconfirmed"  # looking confirms nothing
        assert "Your request is confirmed" in client.post(path).content.decode()
        listed = erin.get(reverse("employer_requests")).content.decode()
        assert "Westport Families" in listed
        asked = EmployerRequest.objects.get()
        assert (
            "No employer has this code or a like name"
            in erin.get(reverse("employer_request", args=[asked.pk])).content.decode()
        )
        page = erin.post(reverse("employer_request_approve", args=[asked.pk]), follow=True).content.decode()
        assert "Westport Families is an employer from today" in page
        again = erin.post(reverse("employer_request_approve", args=[asked.pk]))
        assert again.status_code == 409
        assert "has already been approved" in refused(again)

    def test_the_answer_tells_nobody_who_has_an_account(self, client_for: Any, cast: Cast) -> None:
        pages = []
        for email in (cast.ben.email, "nobody@nowhere.example"):
            client = client_for()
            posted(client, "employer_ask_step", {**CHARITY, "person": {**CHARITY["person"], "email": email}})
            pages.append(client.post(reverse("employer_ask_step", args=["check"]), follow=True).content)
        assert len({re.sub(rb'nonce="[^"]*"', b"", page) for page in pages}) == 1

    def test_a_link_that_is_not_ours(self, client: Client, cast: Cast) -> None:
        for answer in (
            client.get(reverse("employer_request_confirm", args=["x"])),
            client.post(reverse("employer_request_confirm", args=["x"])),
        ):
            assert answer.status_code == 404
            assert "This link does not work" in answer.content.decode()

    def test_too_many_are_asked_to_wait(self, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(throttle, "too_many", lambda request, what: True)
        answer = client.post(reverse("employer_ask_step", args=["kind"]), CHARITY["kind"])
        assert answer.status_code == 429

    def test_refusing(self, client: Client, cast: Cast) -> None:
        posted(client, "employer_ask_step", {**CHARITY, "check": {}})
        EmployerRequest.objects.update(state="waiting", confirmed_at=NOW)
        asked = EmployerRequest.objects.get()
        client.force_login(cast.erin)
        address = reverse("employer_request_refuse", args=[asked.pk])
        assert "Enter why" in client.post(address, {"because": ""}).content.decode()
        page = client.post(address, {"because": "Not in England."}, follow=True).content.decode()
        assert "is refused" in page


def refused(answer: Any) -> str:
    """What the error summary of a page says of a refusal, which its title announces."""
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<title>Error: " in page
    found = re.search(
        r'There is a problem\s*</h2>\s*<div class="govuk-error-summary__body">(.*?)</div>', page, re.DOTALL
    )
    assert found is not None
    return found[1]


class TestOneEmployer:
    def test_details_change_and_what_they_were_is_shown(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.adele)
        address = reverse("employer_change", args=[cast.northshire.pk])
        new = {"name": "Northshire Together", "kind": "nhs", "region": "E12000001", "phone": "0300 123 4567"}
        stale = client.post(address, {**new, "because": "x", "version": "0"})
        assert stale.status_code == 409
        page = client.post(address, {**new, "because": "New name.", "version": "1"}, follow=True).content.decode()
        for said in ("Northshire Together", "What it was before", "New name.", "0300 123 4567", "name, kind"):
            assert said in page

    def test_a_coordinator_is_asked_for_the_phone_only(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.amira)
        address = reverse("employer_change", args=[cast.northshire.pk])
        page = client.get(address).content.decode()
        assert 'name="phone"' in page
        assert 'name="name"' not in page
        wrong = client.post(address, {"phone": "12", "because": "x", "version": "1"})
        assert "Enter a UK phone number" in wrong.content.decode()
        posted = {"phone": "0300 123 4567", "because": "Moved.", "version": "1", "name": "Mine"}
        assert client.post(address, posted).status_code == 302
        cast.northshire.refresh_from_db()
        assert (cast.northshire.name, cast.northshire.phone) == ("Northshire", "+443001234567")

    @pytest.mark.parametrize(
        ("criteria", "found"),
        [
            ({"text": "north"}, {"Northshire"}),
            ({"text": "old name"}, {"Southmouth"}),
            ({"region": "E12000009"}, {"Southmouth"}),
            ({"kind": "nhs"}, set()),
            ({"state": "closed"}, set()),
            ({"state": "open"}, {"Northshire", "Southmouth"}),
        ],
    )
    def test_the_list_is_narrowed(self, client: Client, cast: Cast, criteria: dict[str, str], found: set[str]) -> None:
        own = cast.southmouth
        for name in ("Old name", "Southmouth"):
            details = employers.Details(name, own.kind, own.region)
            employers.change_details(own, details, "x", by=cast.adele, now=NOW)
        client.force_login(cast.erin)
        page = client.post(reverse("employers"), criteria, follow=True).content.decode()
        assert {name for name in ("Northshire", "Southmouth") if f">{name}</a>" in page} == found
        if not found:
            assert "No employer is like this" in page

    def test_another_employer_is_refused(self, client: Client, cast: Cast) -> None:
        for who in (cast.cora, cast.sol, cast.ben, cast.omar):
            client.force_login(who)
            for name in ("employer", "employer_change", "employer_terms"):
                assert client.get(reverse(name, args=[cast.northshire.pk])).status_code == 404


class TestRoles:
    def test_an_end_to_come_and_back(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.amira)
        held = cast.ben.memberships.get()
        later = TODAY.replace(month=12, day=1)
        page = client.post(reverse("role_end", args=[held.pk]), day(on=later), follow=True).content.decode()
        assert "Until 1 December 2026" in page
        page = client.post(reverse("role_keep", args=[held.pk]), follow=True).content.decode()
        assert "Ben Okafor stays Assessor" in page
        client.post(reverse("role_end", args=[held.pk]), day())
        page = client.get(reverse("people_of", args=[cast.northshire.pk])).content.decode()
        assert "Roles that have ended or not begun" in page
        page = client.post(reverse("role_again", args=[held.pk]), follow=True).content.decode()
        assert "Ben Okafor is Assessor again from today" in page
        assert refused(client.post(reverse("role_again", args=[held.pk])))

    def test_a_coordinator_is_replaced(self, client: Client, cast: Cast) -> None:
        before = User.objects.filter(pk=cast.amira.pk).values().get()
        client.force_login(cast.adele)
        held = cast.amira.memberships.get()
        page = client.post(reverse("role_replace", args=[held.pk]), {**FAY, **day()}, follow=True).content.decode()
        assert "We sent an invitation to fay@camden.example. Amira" in page
        assert User.objects.filter(pk=cast.amira.pk).values().get() == before

    def test_who_was_invited_before_gets_no_second_letter(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.adele)
        client.post(reverse("people_invite", args=[cast.northshire.pk]), {**FAY, "role": "coordinator"})
        address = reverse("role_replace", args=[cast.amira.memberships.get().pk])
        page = client.post(address, {**FAY, **day(on=TODAY + timedelta(days=7))}, follow=True).content.decode()
        assert "There is an invitation already for fay@camden.example. Amira" in page
        page = client.post(address, {**FAY, **day(on=TODAY + timedelta(days=7))}).content.decode()
        assert "This role ends on 21 September 2026 already" in page
        assert list(Notice.objects.order_by("id").values_list("to_email", flat=True)) == [
            FAY["email"],
            cast.amira.email,
        ]

    def test_the_banner_is_true(self, client: Client, cast: Cast) -> None:
        """Where it says that an email was sent, one is."""
        client.force_login(cast.adele)
        client.post(reverse("role_replace", args=[cast.amira.memberships.get().pk]), {**FAY, **day()})
        assert set(Notice.objects.values_list("to_email", flat=True)) == {FAY["email"], cast.amira.email}

    def test_the_main_contact_is_named_on_the_employers_page(self, client: Client, cast: Cast) -> None:
        second = people.give_role(
            cast.ben, roles.COORDINATOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW
        )
        client.force_login(cast.amira)
        page = client.post(reverse("role_main", args=[second.pk]), follow=True).content.decode()
        assert "Ben Okafor is the main contact as Co-ordinator" in page
        assert "Ben Okafor, " in client.get(reverse("employer", args=[cast.northshire.pk])).content.decode()


class TestTerms:
    def test_from_a_draft_to_an_acceptance(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.adele)
        said = {"text": "Spend it well.\n\nReport it.", "what_changed": "First.", **day("required_from")}
        assert "Enter the text" in client.post(reverse("terms_draft"), {**said, "text": ""}).content.decode()
        page = client.post(reverse("terms_draft"), said, follow=True).content.decode()
        assert "another administrator has to publish it" in page
        version = terms.GrantTerms.objects.get()
        publish = reverse("terms_publish", args=[version.pk])
        assert "another administrator" in refused(client.post(publish, {"edits": "1"}))
        client.force_login(cast.zora)
        assert "Publish the grant terms" in client.get(reverse("home")).content.decode()
        assert "is published" in client.post(publish, {"edits": "1"}, follow=True).content.decode()
        client.force_login(cast.lena)
        assert "Accept the grant terms" in client.get(reverse("home")).content.decode()
        address = reverse("employer_terms", args=[cast.northshire.pk])
        page = client.get(address).content.decode()
        assert "Spend it well." in page
        digest = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
        assert digest is not None
        agreed = {"sha256": digest[1], "agreed": "on"}
        assert "Confirm that you accept" in client.post(address, {"sha256": digest[1]}).content.decode()
        assert client.post(address, {**agreed, "sha256": "0" * 64}).status_code == 409
        page = client.post(address, agreed, follow=True).content.decode()
        assert "You accepted version 1 of the terms for Northshire" in page
        assert TermsAcceptance.objects.get().accepted_by == cast.lena
        assert "Accept the grant terms" not in client.get(reverse("home")).content.decode()


def many(cast: Cast, count: int) -> None:
    for number in range(count):
        made = employers.create_employer(f"E{number}", "nhs", "E12000006", by=cast.adele, now=NOW)
        people.give_role(cast.lena, roles.SENIOR_LEAD, employer=made, starts_on=TODAY, by=cast.adele, now=NOW)
        version = terms.draft(f"Terms {number}.", "x", TODAY, by=cast.adele, now=NOW)
        terms.publish(version, by=cast.zora, now=NOW)
        digest = version.__class__.objects.get(pk=version.pk).sha256
        terms.accept(version, cast.northshire, by=cast.lena, now=NOW, seen_sha256=digest)
        details = employers.Details(f"Northshire {number}", cast.northshire.kind, cast.northshire.region)
        employers.change_details(cast.northshire, details, "x", by=cast.adele, now=NOW)
        EmployerRequest.objects.create(
            name=f"Northshire {number}", kind="nhs", region="E12000001", phone="+443001234567", first_name="F",
            last_name="F", email="f@f.example", job_title="x", state="waiting", token_hash=f"{number}",
            asked_at=NOW, confirmed_at=NOW, expires_at=NOW.replace(year=2027),
        )  # fmt: skip


LISTS = {
    "employers": ("erin", 13),
    "employer": ("erin", 20),
    "employer_requests": ("erin", 13),
    "employer_request": ("erin", 15),
    "terms": ("adele", 15),
    "employer_terms": ("amira", 15),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_queries_however_long(
    client: Client, cast: Cast, django_assert_num_queries: Any, name: str, count: int
) -> None:
    who, queries = LISTS[name]
    many(cast, count)
    about = {
        "employer": [cast.northshire.pk],
        "employer_terms": [cast.northshire.pk],
        "employer_request": [EmployerRequest.objects.latest("id").pk],
    }.get(name, [])
    client.force_login(getattr(cast, who))
    with django_assert_num_queries(queries):
        assert client.get(reverse(name, args=about)).status_code == 200
