"""Pages about people: who may open them, what they show, and how many queries they take."""

import re

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, Invitation, Notice, User
from accounts.services import invitations, people
from asye import clock
from tests.cast import NOW, TODAY

ROLES = ("amira", "lena", "ben", "dev", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def sent():
    """Invitations of the test; the cast's own was accepted long ago."""
    return Invitation.objects.filter(sent_at=NOW)


def invite(cast, email="fay@people.example", by=None):
    by = by or cast.amira
    employer = cast.northshire if by == cast.amira else cast.southmouth
    return invitations.invite(email, "Fay", "Ferris", roles.ASSESSOR, employer, by=by, now=NOW)[0]


@pytest.mark.parametrize(
    ("name", "argument", "may"),
    [
        ("account", None, set(ROLES)),
        ("people", None, {"amira", "adele"}),
        ("people_of", "northshire", {"amira", "adele"}),
        ("people_of", "southmouth", {"adele"}),
        ("people_invite", "northshire", {"amira", "adele"}),
        ("dfe_invite", None, {"adele"}),
        ("invitation_sent", "invitation", {"amira", "adele"}),
        ("role_end", "bens", {"amira", "adele"}),
        ("role_end", "erins", {"adele"}),
        ("role_end", "noors", set()),
        ("employers", None, {"adele", "erin", "udo"}),
        ("employer_new", None, {"adele"}),
        ("person", "ben", {"adele"}),
        ("person_role", "ben", {"adele"}),
        ("person_deactivate", "ben", {"adele"}),
        ("person_reactivate", "ben", {"adele"}),
        ("mail_returned", None, {"erin", "omar", "priya", "ana", "udo", "adele"}),
        ("mail", None, {"erin", "omar", "priya", "ana", "udo", "adele"}),
        ("mail_message", "notice", {"erin", "omar", "priya", "ana", "udo", "adele"}),
    ],
)
def test_who_may_open_it(client_for, cast, name, argument, may):
    invitation = invite(cast)
    things = {
        "invitation": invitation,
        "notice": Notice.objects.get(),
        "bens": cast.ben.memberships.get(),
        "erins": cast.erin.memberships.get(),
        "noors": cast.noor.memberships.get(),
    }
    thing = things.get(argument) or (argument and getattr(cast, argument))
    address = reverse(name, args=[thing.pk] if thing else [])
    opened = set()
    for who in ROLES:
        client = client_for()
        client.force_login(getattr(cast, who))
        answer = client.get(address, follow=True)
        assert answer.status_code in (200, 403, 404), who
        if answer.status_code == 200:
            opened.add(who)
    assert opened == may
    assert client_for().get(address)["Location"].startswith("/sign-in?next=")


def test_outside_the_demo_only_administrators_read_the_mail(client, cast, settings):
    settings.DEMO = False
    invite(cast)
    client.force_login(cast.erin)
    assert client.get(reverse("mail")).status_code == 403
    client.force_login(cast.adele)
    page = client.get(reverse("mail_message", args=[Notice.objects.get().pk])).content.decode()
    assert "(the link)" in page
    assert "/join/" not in page


def test_a_coordinator_sees_her_people_and_not_the_neighbours(client, cast):
    invite(cast)
    invite(cast, email="sue@people.example", by=cast.cora)
    client.force_login(cast.amira)
    page = client.get(reverse("people"), follow=True).content.decode()
    assert "Ben Okafor" in page
    assert "fay@people.example" in page
    assert "Cal Penrose" not in page
    assert "sue@people.example" not in page


def test_who_is_invited_is_shown_by_address_only(client, cast):
    """The name of an account belongs to the person; inviting an address must not tell it."""
    invite(cast, email=cast.cal.email)
    client.force_login(cast.amira)
    for name, argument in (("people_of", cast.northshire.pk), ("invitation_sent", sent().get().pk)):
        page = client.get(reverse(name, args=[argument])).content.decode()
        assert cast.cal.email in page
        assert "Penrose" not in page


class TestInviting:
    def test_it_works(self, client, cast):
        client.force_login(cast.amira)
        address = reverse("people_invite", args=[cast.northshire.pk])
        facts = {"first_name": "Fay", "last_name": "Ferris", "email": "fay@people.example", "role": "assessor"}
        answer = client.post(address, facts, follow=True)
        assert "We sent an invitation to fay@people.example" in answer.content.decode()
        assert sent().get().sent_by == cast.amira

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"first_name": ""}, "Enter their first name"),
            ({"last_name": "x" * 101}, "100 characters or fewer"),
            ({"email": "fay"}, "Enter their email address in the correct format"),
            ({"email": "ben@northshire.example"}, "This person already has this role there"),
            ({"email": "amira@northshire.example"}, "You cannot invite yourself"),
            ({"role": ""}, "Select what they will do"),
            ({"role": "administrator"}, "Select what they will do from the list"),
        ],
    )
    def test_what_is_wrong_is_named(self, client, cast, changed, sentence):
        client.force_login(cast.amira)
        address = reverse("people_invite", args=[cast.northshire.pk])
        facts = {"first_name": "Fay", "last_name": "Ferris", "email": "fay@people.example", "role": "assessor"}
        answer = client.post(address, {**facts, **changed})
        assert answer.status_code == 200
        assert sentence.replace("'", "&#x27;") in answer.content.decode()
        assert not sent().exists()
        assert not User.objects.filter(email="fay@people.example").exists()

    def test_send_again_and_take_back(self, client, cast):
        first = invite(cast)
        client.force_login(cast.amira)
        client.post(reverse("invitation_resend", args=[first.pk]))
        second = sent().exclude(pk=first.pk).get()
        page = client.post(reverse("invitation_revoke", args=[second.pk]), follow=True).content.decode()
        assert "no longer works" in page
        assert not sent().filter(revoked_at__isnull=True).exists()
        assert client.post(reverse("invitation_revoke", args=[second.pk])).status_code == 409
        assert "closed" in client.get(reverse("invitation_sent", args=[second.pk])).content.decode()
        client.force_login(cast.cora)
        assert client.post(reverse("invitation_resend", args=[second.pk])).status_code == 404


def on(day):
    """A day as its three boxes are posted."""
    return {"on_day": str(day.day), "on_month": str(day.month), "on_year": str(day.year)}


class TestEndingARole:
    def test_it_works(self, client, cast):
        client.force_login(cast.amira)
        held = cast.ben.memberships.get()
        page = client.post(reverse("role_end", args=[held.pk]), on(TODAY), follow=True).content.decode()
        assert "Ben Okafor is no longer Assessor" in page
        held.refresh_from_db()
        assert held.ends_on == TODAY

    def test_a_refusal_is_shown(self, client, cast):
        client.force_login(cast.amira)
        answer = client.post(reverse("role_end", args=[cast.amira.memberships.get().pk]), on(TODAY))
        assert answer.status_code == 409
        assert "This is the only co-ordinator" in answer.content.decode()


class TestAdministrator:
    def test_a_search_puts_no_name_into_an_address(self, client, cast):
        client.force_login(cast.adele)
        answer = client.post(reverse("people"), {"text": "okafor"})
        assert answer["Location"].startswith("/people?s=")
        assert "okafor" not in answer["Location"].lower()
        page = client.get(answer["Location"]).content.decode()
        assert "Ben Okafor" in page
        assert "Cal Penrose" not in page
        assert 'value="okafor"' in page
        client.force_login(cast.zora)  # the token is Adele's
        assert "Cal Penrose" in client.get(answer["Location"]).content.decode()
        assert "Enter a name or email address" in client.post(reverse("people"), {"text": ""}).content.decode()
        assert "Nobody was found" in client.post(reverse("people"), {"text": "zzz"}, follow=True).content.decode()

    def test_gives_a_role(self, client, cast):
        client.force_login(cast.adele)
        address = reverse("person_role", args=[cast.nils.pk])
        wrong = client.post(address, {"role": "assessor", "employer": ""})
        assert "Select the employer where this person is assessor" in wrong.content.decode()
        page = client.post(address, {"role": "assessor", "employer": cast.northshire.pk}, follow=True)
        assert "Nils Berg is Assessor from today" in page.content.decode()

    def test_deactivates_and_opens_again(self, client, cast):
        client.force_login(cast.adele)
        shut = reverse("person_deactivate", args=[cast.ben.pk])
        assert "Enter why" in client.post(shut, {"because": ""}).content.decode()
        assert "The account is deactivated" in client.post(shut, {"because": "Left"}, follow=True).content.decode()
        assert "already been deactivated" in client.post(shut, {"because": "Left"}).content.decode()
        reopen = reverse("person_reactivate", args=[cast.ben.pk])
        assert "The account is open" in client.post(reopen, {"because": "Back"}, follow=True).content.decode()

    def test_invites_to_dfe(self, client, cast):
        client.force_login(cast.adele)
        facts = {"first_name": "Fay", "last_name": "F", "email": "fay@dfe.example", "role": "analyst"}
        client.post(reverse("dfe_invite"), facts)
        assert sent().get().role == "analyst"


def people_at(cast, count):
    for number in range(count):
        user = people.create_user(f"p{number}@p.example", "Pat", str(number), by=cast.adele, now=NOW)
        people.give_role(user, roles.ASSESSOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW)
        invite(cast, email=f"i{number}@p.example")


LISTS = {
    "people_of": ("amira", people_at, 14),
    "people": ("adele", people_at, 13),
    "mail": ("adele", people_at, 10),
    "person": ("adele", people_at, 13),
    "account": ("ben", people_at, 8),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_queries_however_long(client, cast, django_assert_num_queries, name, count):
    who, make, queries = LISTS[name]
    make(cast, count)
    arguments = {"people_of": [cast.northshire.pk], "person": [cast.ben.pk]}.get(name, [])
    client.force_login(getattr(cast, who))
    client.get(reverse("account"))  # the session's own first write
    with django_assert_num_queries(queries):
        client.get(reverse(name, args=arguments))


def test_the_people_of_an_employer_are_shown_in_pages(client, cast):
    people_at(cast, 51)
    client.force_login(cast.amira)
    pages = [
        re.findall(
            r"p\d+@p\.example",
            client.get(reverse("people_of", args=[cast.northshire.pk]), {"page": page}).content.decode(),
        )
        for page in (1, 2)
    ]
    assert len(pages[1]) > 0
    assert len(set(pages[0] + pages[1])) == 51


class TestOwnName:
    def test_it_is_changed_with_what_it_was_before_in_the_history(self, client, cast):
        client.force_login(cast.ben)
        url = reverse("account_name")
        assert "Ben" in client.get(url).content.decode()
        said = {"first_name": "Ben", "last_name": "Okafor-Lund", "seen": "Ben Okafor"}
        assert "Enter your last name" in client.post(url, {**said, "last_name": " "}).content.decode()
        page = client.post(url, said, follow=True).content.decode()
        assert "Your name is changed." in page
        event = AuditEvent.objects.get(act="accounts.rename")
        assert (event.actor, event.detail.words["before"]) == (cast.ben, "Ben Okafor")
        assert client.post(url, said).status_code == 409  # an old tab

    def test_an_nqsw_asks_for_a_correction_instead(self, client, cast):
        client.force_login(cast.noor)
        said = {"first_name": "Noor", "last_name": "Other", "seen": cast.noor.full_name}
        assert "so a caseworker changes it" in client.post(reverse("account_name"), said).content.decode()
        cast.noor.refresh_from_db()
        assert cast.noor.last_name == "Rahman"


@pytest.mark.parametrize(
    ("who", "items"),
    [
        ("amira", ["Home", "Registrations", "Payments", "Moderation", "People"]),
        ("ben", ["Home", "Registrations"]),
        ("lena", ["Home", "Registrations", "Payments", "Outcomes"]),
        ("dev", ["Home", "Readings"]),
        ("noor", ["Home", "My year"]),
        ("adele", ["Home", "Registrations", "Programme years", "Records opened", "Employers", "People", "Mail"]),
        ("erin", ["Home", "Registrations", "Employers", "Mail"]),
        ("omar", ["Home", "Payments", "Mail"]),
        ("ana", ["Home", "Statistics", "Mail"]),
        ("nils", ["Home"]),
    ],
)
def test_the_navigation_holds_what_the_person_may_open(client, cast, who, items):
    client.force_login(getattr(cast, who))
    assert [item["text"] for item in client.get("/account").context["nav"]] == items
