"""Health, the log of sensitive reads, search tokens and commands."""

from datetime import timedelta

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django.urls import get_resolver

from accounts import search
from accounts.models import LocalAuthority, SensitiveRead, User
from accounts.services import jobs, reads
from asye import clock
from tests.cast import NOW


class TestHealth:
    @pytest.fixture(autouse=True)
    def _now(self, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)

    def test_it_works(self, client, db):
        jobs.beat("worker", NOW - timedelta(seconds=119))
        answer = client.get("/health")
        assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok", "worker": "ok"})
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("seconds", [None, 120])
    def test_a_silent_worker_is_named(self, client, db, seconds):
        if seconds:
            jobs.beat("worker", NOW - timedelta(seconds=seconds))
        answer = client.get("/health")
        assert (answer.status_code, answer.json()["worker"]) == (503, "failing")

    def test_a_silent_redis_is_named(self, client, db, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1"
        answer = client.get("/health")
        assert (answer.status_code, answer.json()["redis"]) == (503, "failing")

    def test_a_redis_that_refuses_is_named(self, client, db, monkeypatch):
        monkeypatch.setattr(redis.Redis, "ping", lambda self: (_ for _ in ()).throw(redis.RedisError("x")))
        assert client.get("/health").json()["redis"] == "failing"

    def test_a_silent_database_is_named(self, client, db, monkeypatch):
        def no_cursor():
            raise DatabaseError("x")

        with monkeypatch.context() as broken:
            broken.setattr(connection, "cursor", no_cursor)
            answer = client.get("/health")
        assert (answer.status_code, answer.json()["database"]) == (503, "failing")
        assert answer.json()["worker"] == "failing"

    def test_it_is_only_read(self, client, db):
        assert client.post("/health").status_code == 405


class TestSensitiveReads:
    def test_opening_a_message_is_logged(self, client, cast):
        from accounts import notices

        letter = notices.queue(notices.PasswordChanged(), to=cast.ben, now=NOW)
        client.force_login(cast.udo)
        client.get(f"/mail/{letter.pk}")
        read = SensitiveRead.objects.get()
        assert (read.actor, read.object_type, read.object_id) == (cast.udo, "accounts.notice", letter.pk)
        assert read.request_id

    def test_the_page_is_withheld_where_the_log_cannot_be_written(self, client, cast, monkeypatch):
        from accounts import notices

        letter = notices.queue(notices.PasswordChanged(), to=cast.ben, now=NOW)
        client.force_login(cast.udo)
        client.raise_request_exception = False

        def fails(*args, **options):
            raise DatabaseError("no room")

        monkeypatch.setattr(reads.SensitiveRead.objects, "bulk_create", fails)
        answer = client.get(f"/mail/{letter.pk}")
        assert answer.status_code == 500
        assert cast.ben.email not in answer.content.decode()


def writers_on_get(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from writers_on_get(pattern)
        elif getattr(pattern.callback, "writes_on_get", False):
            yield pattern.name


def test_no_page_writes_on_get():
    """The health check is on the list only because it must answer without a database."""
    assert set(writers_on_get()) == {"health"}


class TestSearch:
    def request(self, user, path="/people", **query):
        request = RequestFactory().get(path, query)
        request.user = user
        return request

    def test_it_works(self, cast):
        there = search.show(self.request(cast.adele), {"text": "Ben", "kinds": ["a", "b"], "blank": "", "none": None})
        token = there["Location"].removeprefix("/people?s=")
        assert search.asked(self.request(cast.adele, s=token)) == {"text": "Ben", "kinds": ["a", "b"]}
        assert search.address(self.request(cast.adele, s=token)) == f"s={token}"

    @pytest.mark.parametrize(("who", "path"), [("zora", "/people"), ("adele", "/other")])
    def test_a_token_opens_for_one_person_on_one_page(self, cast, who, path):
        token = search.show(self.request(cast.adele), {"text": "Ben"})["Location"].removeprefix("/people?s=")
        assert search.asked(self.request(getattr(cast, who), path, s=token)) == {}
        assert search.address(self.request(getattr(cast, who), path, s=token)) == ""

    @pytest.mark.parametrize("token", ["", "x", "é", "gAAAA", "a" * 5000])
    def test_rubbish_is_no_search(self, cast, token):
        assert search.asked(self.request(cast.adele, s=token)) == {}


class TestCommands:
    def test_the_first_administrator_is_let_in_once(self, db, capsys):
        facts = {"email": "a@dfe.example", "first_name": "A", "last_name": "B"}
        call_command("first_administrator", **facts)
        assert "http://localhost:8000/join/" in capsys.readouterr().out
        with pytest.raises(CommandError, match="already an administrator"):
            call_command("first_administrator", **{**facts, "email": "b@dfe.example"})
        assert User.objects.get().email == "a@dfe.example"

    def test_a_wrong_address_is_named(self, db):
        with pytest.raises(CommandError, match="--email"):
            call_command("first_administrator", email="nobody", first_name="A", last_name="B")

    def test_reference_data_is_loaded_and_loaded_again(self, db, capsys):
        call_command("load_reference")
        LocalAuthority.objects.filter(code="202").update(name="Old name")
        call_command("load_reference")
        assert capsys.readouterr().out.count("153 local authorities are loaded.") == 2
        assert LocalAuthority.objects.get(code="202").name == "Camden"
