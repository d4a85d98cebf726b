"""Signing in, out, being locked out, and choosing passwords."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import AuditEvent, Notice
from accounts.services import people
from tests.cast import NOW, PASSWORD

NEW = "eleven green kettles hum"
WRONG = "Your email address or password is not right"


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def test_it_works(client, cast):
    assert client.get("/sign-in").status_code == 200
    answer = sign_in(client, " Ben@Northshire.example")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(cast.ben.pk)
    assert not EmailAddress.objects.exists()


def test_the_page_asked_for_comes_after(client, cast):
    page = client.get("/account")
    assert page["Location"] == "/sign-in?next=/account"
    assertContains(client.get(page["Location"]), '<input type="hidden" name="next" value="/account">', html=True)
    assert sign_in(client, cast.ben.email, next="/account")["Location"] == "/account"


def test_another_site_is_not_gone_to(client, cast):
    assert sign_in(client, cast.ben.email, next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("ben@northshire.example", "not the right one", WRONG),
        ("nobody@northshire.example", "not the right one", WRONG),
        ("", "x", "Enter your email address"),
        ("ben", "x", "Enter your email address in the correct format"),
        ("ben@northshire.example", "", "Enter your password"),
        ("ben@northshire.example\0", "x", "email address"),
    ],
)
def test_a_wrong_attempt_says_what_is_wrong(client, cast, email, password, sentence):
    answer = sign_in(client, email, password)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_out_is_a_post(client, cast):
    client.force_login(cast.ben)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("email", ["ben@northshire.example", "nobody@northshire.example"])
def test_five_wrong_passwords_lock_the_address(client, cast, email):
    for _ in range(4):
        assert sign_in(client, email, "wrong").status_code == 200
    locked = sign_in(client, email.upper(), "wrong")
    assert locked.status_code == 429
    assert "Try again in 15 minutes" in locked.content.decode()
    assert sign_in(client, email).status_code == 429
    assert sign_in(client, "cora@southmouth.example").status_code == 302  # her neighbours are not locked with her


def test_known_and_unknown_addresses_get_the_same_lock_out_page(client, cast):
    pages = []
    for email in ("ben@northshire.example", "nobody@northshire.example"):
        for _ in range(5):
            answer = sign_in(client, email, "wrong")
        pages.append(re.sub(r"[0-9A-F]{12}|nonce=\"[^\"]*\"|value=\"[^\"]{60,}\"", "", answer.content.decode()))
    assert pages[0] == pages[1]


def reset_link(user):
    return Notice.objects.get(user=user, kind="accounts.reset_password").secret_link


def test_a_password_is_reset_by_the_link_in_the_letter(client, client_for, cast):
    elsewhere = client_for()
    elsewhere.force_login(cast.ben)
    answer = client.post("/password/reset", {"email": "BEN@northshire.example"})
    assert answer["Location"] == "/password/reset/sent"
    assert client.get(answer["Location"]).status_code == 200
    link = reset_link(cast.ben)
    assert link.startswith("http://localhost:8000/password/reset/")
    form = client.get(link, follow=True)
    assert "Choose a new password" in form.content.decode()
    address = form.redirect_chain[-1][0]
    assert link not in address
    weak = client.post(address, {"password1": "short"})
    assert "Your password must be 15 characters or more" in weak.content.decode()
    done = client.post(address, {"password1": NEW})
    assert done["Location"] == "/password/reset/done"
    assert client.get(done["Location"]).status_code == 200
    cast.ben.refresh_from_db()
    assert cast.ben.check_password(NEW)
    assert elsewhere.get("/account").status_code == 302  # sessions elsewhere have ended
    event = AuditEvent.objects.get(act="accounts.change_password")
    assert (event.actor, event.object_id) == (cast.ben, cast.ben.pk)
    assert Notice.objects.filter(user=cast.ben, kind="accounts.password_changed").exists()
    assert "no longer works" in client.get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_letter(client, cast):
    answer = client.post("/password/reset", {"email": "nobody@northshire.example"})
    assert answer["Location"] == "/password/reset/sent"
    assert not Notice.objects.exists()


def test_a_deactivated_person_gets_no_reset_link(client, cast):
    people.deactivate(cast.ben, because="Left", by=cast.adele, now=NOW)
    Notice.objects.all().delete()
    client.post("/password/reset", {"email": cast.ben.email})
    assert not Notice.objects.exists()


def test_a_password_is_changed_by_its_owner(client, client_for, cast):
    elsewhere = client_for()
    elsewhere.force_login(cast.ben)
    client.force_login(cast.ben)
    assert client.get("/password/change").status_code == 200
    wrong = client.post("/password/change", {"oldpassword": "no", "password1": NEW})
    assert "Your current password is not right" in wrong.content.decode()
    common = client.post("/password/change", {"oldpassword": PASSWORD, "password1": "ben@northshire.example"})
    assert "too like your name or email address" in common.content.decode()
    answer = client.post("/password/change", {"oldpassword": PASSWORD, "password1": NEW})
    assert answer["Location"] == "/account"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/login/", "/signup/", "/accounts/signup/", "/email/", "/logout/"]
)
def test_allauth_has_no_other_address(client, cast, path):
    client.force_login(cast.ben)
    assert client.get(path).status_code == 404


def test_the_closed_page(client, cast):
    assert client.get("/account/closed").status_code == 200


def test_the_old_link_of_a_person_who_signed_in_meanwhile_is_spent(client, cast):
    client.post("/password/reset", {"email": cast.ben.email})
    link = reset_link(cast.ben)
    people.change_password(cast.ben, NEW, by=cast.ben, now=NOW + timedelta(minutes=1))
    assert "no longer works" in client.get(link, follow=True).content.decode()
