"""The ground the other tests stand on does what they rely on."""

import socket
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page
from pytest_socket import SocketConnectBlockedError

from accounts.models import LocalAuthority
from tests.ground.browser import assert_accessible
from tests.ground.database import empty_every_table
from tests.ground.pages import CommittingClient
from tests.ground.stack import Stack
from tests.ground.templates import UndefinedVariable

BAD_PAGE = "<html><head><title>x</title></head><body><main><img src='/x.png'><input></main></body></html>"
GOOD_PAGE = "<html lang='en'><head><title>x</title></head><body><main><h1>Good</h1></main></body></html>"


class TestDatabase:
    def test_the_flush_empties_append_only_tables_and_keeps_what_migrations_wrote(
        self, bootstrap_sql: psycopg.Connection, owner_sql: psycopg.Connection
    ) -> None:
        owner_sql.execute("CREATE TABLE written_once (id serial PRIMARY KEY)")
        owner_sql.execute(
            "CREATE TRIGGER never BEFORE TRUNCATE ON written_once FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        owner_sql.execute("INSERT INTO written_once DEFAULT VALUES")
        before = ContentType.objects.count()
        try:
            with pytest.raises(psycopg.errors.RestrictViolation):
                owner_sql.execute("TRUNCATE written_once")
            empty_every_table()
            assert owner_sql.execute("SELECT count(*) FROM written_once").fetchone() == (0,)
            owner_sql.execute("INSERT INTO written_once DEFAULT VALUES")
            assert owner_sql.execute("SELECT id FROM written_once").fetchone() == (1,)
        finally:
            owner_sql.execute("DROP TABLE written_once")
        assert ContentType.objects.count() == before > 0

    @pytest.mark.parametrize("turn", [1, 2])
    def test_a_transactional_test_begins_with_empty_tables(self, turn: int, transactional_db: None) -> None:
        assert LocalAuthority.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("asye_app",)

    def test_the_three_roles_see_the_same_database(
        self, app_sql: psycopg.Connection, owner_sql: psycopg.Connection, bootstrap_sql: psycopg.Connection
    ) -> None:
        ask = "SELECT current_database(), current_user"
        said = [sql.execute(ask).fetchone() for sql in (app_sql, owner_sql, bootstrap_sql)]
        assert {name for name, _ in said} == {connection.settings_dict["NAME"]}  # type: ignore[misc]
        assert [role for _, role in said] == ["asye_app", "asye_owner", "postgres"]  # type: ignore[misc]


class TestNetwork:
    def test_the_world_is_out_of_reach(self) -> None:
        with (
            socket.socket() as line,
            pytest.raises(SocketConnectBlockedError),
            pytest.warns(UserWarning, match="tried"),
        ):
            line.connect(("192.0.2.1", 80))

    def test_this_machine_is_not(self) -> None:
        with socket.socket() as server, socket.socket() as line:
            server.bind(("127.0.0.1", 0))
            server.listen()
            line.connect(server.getsockname())


class TestTemplates:
    """Strictness holds for the project's own templates: a file of one is needed to show it."""

    def render(self, source: str, **context: object) -> str:
        engine = engines["django"]
        template = engine.from_string(source)  # type: ignore[attr-defined]
        template.template.origin.name = str(engine.engine.dirs[0]) + "/shown.html"  # type: ignore[attr-defined]
        return template.render(context, RequestFactory().get("/"))

    @pytest.mark.parametrize(
        "source", ["{{ nobody }}", "{{ nobody.name }}", "{{ person.nmae }}", "{{ nobody|default:'x' }}"]
    )
    def test_an_undefined_name_fails(self, source: str) -> None:
        with pytest.raises(UndefinedVariable, match=r"shown\.html"):
            self.render(source, person={"name": "Amira"})

    def test_an_undefined_name_fails_in_a_new_engine_too(self, settings: object) -> None:
        settings.DEBUG = True
        with pytest.raises(UndefinedVariable, match=r"shown\.html"):
            self.render("{{ nobody }}")

    def test_a_loop_over_nothing_known_fails(self) -> None:
        with pytest.raises(UndefinedVariable, match="loops over people"):
            self.render("{% for one in people %}x{% endfor %}")

    def test_a_question_about_an_undefined_name_is_allowed(self) -> None:
        assert self.render("{% if nobody %}x{% else %}y{% endif %}") == "y"

    def test_what_is_there_is_shown(self) -> None:
        source = "{{ person.name }}{% for one in people %}x{% empty %}none{% endfor %}"
        assert self.render(source, person={"name": "Amira"}, people=[]) == "Amiranone"


@pytest.mark.django_db
def test_the_client_does_what_was_left_for_after_the_commit(
    client: CommittingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    handler = client.handler
    monkeypatch.setattr(
        client, "handler", lambda request: [transaction.on_commit(lambda: done.append("yes")), handler(request)][1]
    )
    client.get("/privacy")
    assert done == ["yes"]


class TestBrowser:
    def test_axe_finds_faults_and_says_where(self, page: Page) -> None:
        page.set_content(BAD_PAGE)
        with pytest.raises(pytest.fail.Exception) as said:
            assert_accessible(page)
        assert "image-alt" in str(said.value)
        assert "html-has-lang" in str(said.value)
        assert "input: <input>" in str(said.value)

    def test_axe_is_content_with_a_good_page(self, page: Page, axe: Callable[[Page], None]) -> None:
        page.set_content(GOOD_PAGE)
        axe(page)

    def test_a_plain_page_runs_no_script_and_a_narrow_one_is_narrow(self, plain_page: Page, narrow_page: Page) -> None:
        plain_page.set_content("<script>document.title = 'ran'</script><noscript>none</noscript>")
        assert plain_page.title() == ""
        assert narrow_page.evaluate("innerWidth") == 320


class TestStack:
    def test_the_service_runs_over_this_database(self, stack: Stack, page: Page, axe: Callable[[Page], None]) -> None:
        page.goto(f"{stack.url}/privacy")
        assert page.locator("h1").count() == 1
        axe(page)

    def test_a_killed_worker_comes_back_and_works(self, stack: Stack) -> None:
        stack.rest()  # what it was at would be done again only when the broker gives it up for lost
        stack.kill("worker")
        assert stack.processes["worker"].poll() is not None
        stack.restart("worker")
        stack.run_task("celery.backend_cleanup")

    def test_the_clock_of_all_processes_is_moved(self, stack: Stack) -> None:
        stack.set_clock(datetime(2027, 1, 31, 12, tzinfo=UTC))
        assert stack.clock_file.read_text() == "2027-01-31T12:00:00+00:00"
        with pytest.raises(ValueError, match="time zone"):
            stack.set_clock(datetime(2027, 1, 31, 12))  # noqa: DTZ001

    def test_a_request_to_the_service_is_not_blocked(self, stack: Stack) -> None:
        with urllib.request.urlopen(f"{stack.url}/privacy", timeout=10) as answer:  # noqa: S310
            assert answer.status == 200
