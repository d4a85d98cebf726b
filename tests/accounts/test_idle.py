"""Sessions that nobody used, and the text that came too late."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import KeptText
from accounts.services import kept
from asye import clock
from tests.cast import NOW, PASSWORD

FORM = {"first_name": "Noor", "comments": "Two\nlines & <b>bold</b>", "version": "3", "tick": ["a", "b"]}
INVITE = "/people/at/{}/invite"


@pytest.fixture
def at(monkeypatch):
    """Moves the service's clock to so many minutes after NOW."""

    def move(minutes: float) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))
        return clock.now()

    move(0)
    return move


def test_a_session_in_use_goes_on(client, cast, at):
    client.force_login(cast.ben)
    for minutes in range(0, 200, 29):
        at(minutes)
        assert client.get("/account").status_code == 200


def test_a_page_after_30_idle_minutes_asks_to_sign_in_and_leads_back(client, cast, at):
    client.force_login(cast.ben)
    client.get("/account")
    at(30)
    answer = client.get("/account")
    assert answer["Location"] == "/sign-in?next=%2Faccount"
    page = client.get(answer["Location"]).content.decode()
    assert "You were signed out because you did nothing for 30 minutes" in page
    assert "_auth_user_id" not in client.session


def test_the_last_use_is_written_once_a_minute(client, cast, at, django_assert_num_queries):
    client.force_login(cast.ben)
    client.get("/account")
    at(0.9)
    with django_assert_num_queries(8) as few:
        client.get("/account")
    assert not [query for query in few.captured_queries if "UPDATE" in query["sql"]]
    at(1)
    client.get("/account")
    assert client.session["last_seen"] == clock.now().isoformat()


def test_a_form_after_30_idle_minutes_is_kept_and_sent_again(client, cast, at):
    client.force_login(cast.amira)
    client.get("/account")
    at(40)
    invite = INVITE.format(cast.northshire.pk)
    answer = client.post(
        invite, {**FORM, "last_name": "", "email": "x", "password1": "secret", "csrfmiddlewaretoken": "t"}
    )
    row = KeptText.objects.get()
    assert answer["Location"] == f"/sign-in?next=%2Fkept%2F{row.pk}"
    assert (row.user, row.path) == (cast.amira, invite)
    assert b"Noor" not in bytes(row.body)
    assert "We kept what you had typed" in client.get(answer["Location"]).content.decode()

    signed_in = client.post("/sign-in", {"login": cast.amira.email, "password": PASSWORD, "next": f"/kept/{row.pk}"})
    page = client.get(signed_in["Location"]).content.decode()
    assert "Two\nlines &amp; &lt;b&gt;bold&lt;/b&gt;" in page
    assert "First name" in page
    assert "secret" not in page
    assert '<input type="hidden" name="version" value="3">' in page
    assert page.count('name="tick"') == 2

    sent = client.post(f"/kept/{row.pk}", FORM)
    assert (sent.status_code, sent["Location"]) == (307, invite)
    assert not KeptText.objects.exists()
    assert client.get(f"/kept/{row.pk}").status_code == 404
    assert client.post(f"/kept/{row.pk}", FORM).status_code == 404


def test_the_text_is_offered_after_any_sign_in(client, cast, at):
    row = kept.keep("/account", [("a", "b")], by=cast.ben, now=clock.now())
    answer = client.post("/sign-in", {"login": cast.ben.email, "password": PASSWORD})
    assert answer["Location"] == f"/kept/{row.pk}"


def test_kept_text_is_its_owners_only(client, cast, at):
    row = kept.keep("/account", [("a", "b")], by=cast.ben, now=clock.now())
    client.force_login(cast.cal)
    assert client.get(f"/kept/{row.pk}").status_code == 404
    assert client.post(f"/kept/{row.pk}").status_code == 404
    assert KeptText.objects.exists()
    row.user = cast.cal
    row.save(update_fields=["user"])
    assert kept.offer(row.pk, by=cast.cal, now=clock.now()) is None  # the key is of the person


def test_kept_text_is_gone_after_24_hours(client, cast, at):
    row = kept.keep("/account", [("a", "b")], by=cast.ben, now=clock.now())
    just_in_time = NOW + timedelta(hours=24, seconds=-1)
    assert kept.purge(just_in_time) == 0
    assert kept.offer(row.pk, by=cast.ben, now=just_in_time).fields == [("a", "b")]
    assert kept.offer(row.pk, by=cast.ben, now=NOW + timedelta(hours=24)) is None
    assert kept.newest(by=cast.ben, now=NOW + timedelta(hours=24)) is None
    assert kept.purge(NOW + timedelta(hours=24)) == 1


def test_an_older_key_still_opens(cast, settings):
    row = kept.keep("/account", [("a", "b")], by=cast.ben, now=NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 9
    assert kept.offer(row.pk, by=cast.ben, now=NOW) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert kept.offer(row.pk, by=cast.ben, now=NOW) is None


@pytest.mark.parametrize("path", ["/sign-out", "/kept/1"])
def test_some_forms_are_never_kept(client, cast, at, path):
    client.force_login(cast.ben)
    client.get("/account")
    at(40)
    assert client.post(path, {"a": "b"})["Location"] == "/sign-in?next=%2F"
    assert not KeptText.objects.exists()


def test_too_much_text_is_not_kept(cast):
    assert kept.keep("/account", [("a", "b" * 500_001)], by=cast.ben, now=NOW) is None
    assert kept.keep("/account", [], by=cast.ben, now=NOW) is None


class TestForgery:
    def strict(self, cast):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.amira)
        return client

    def test_an_old_page_of_a_signed_in_person_keeps_its_text(self, cast, at):
        answer = self.strict(cast).post(INVITE.format(cast.northshire.pk), FORM)
        assert answer["Location"] == f"/kept/{KeptText.objects.get().pk}"

    def test_a_stranger_gets_a_clear_refusal(self, db):
        answer = Client(enforce_csrf_checks=True).post("/sign-in", {"login": "x", "password": "y"})
        assert answer.status_code == 403
        assert "load the page again" in answer.content.decode()

    @pytest.mark.parametrize("origin", ["https://evil.example", "null"])
    def test_a_form_from_another_site_is_not_kept(self, cast, at, origin):
        answer = self.strict(cast).post(INVITE.format(cast.northshire.pk), FORM, headers={"origin": origin})
        assert answer.status_code == 403
        assert not KeptText.objects.exists()

    def test_a_form_that_is_never_kept_is_refused(self, cast, at):
        assert self.strict(cast).post("/sign-out", {"a": "b"}).status_code == 403
        assert not KeptText.objects.exists()


def test_the_cookie_lives_longer_than_the_idle_limit():
    assert settings.SESSION_COOKIE_AGE > settings.IDLE_MINUTES * 60
