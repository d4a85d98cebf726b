"""The settings of the real service, an https SITE_URL, read in a process of their own as a server reads them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ground.cluster import ROOT, environment
from tests.test_compose import SERVICES

pytestmark = pytest.mark.xdist_group("settings")
HOST = "asye.example.org"
LIKE_A_BROWSER = """
import json, os, threading, wsgiref.simple_server
import django
django.setup()
from unittest import mock
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client

class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *words): pass

client = Client(headers={"host": "%(host)s"})
page = client.get("/sign-in", secure=True)
plain = client.get("/sign-in")
health = mock.patch("accounts.views.health._worker", return_value=True)
server = wsgiref.simple_server.make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://localhost:{server.server_port}/"
with health:
    outcomes = []
    for site in (os.environ["SITE_URL"], "https://another.example.org"):
        os.environ["SITE_URL"] = site
        try:
            exec(os.environ["PROBE"].replace("http://localhost:8000/", here))
            outcomes.append(200)
        except Exception as error:
            outcomes.append(getattr(error, "code", repr(error)))
server.shutdown()
print(json.dumps({
    "status": page.status_code,
    "headers": dict(page.headers),
    "text": page.content.decode(),
    "cookies": {name: {key: value for key, value in morsel.items() if value} for name, morsel in page.cookies.items()},
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "plain": [plain.status_code, plain.headers.get("Location")],
    "proxied": Client(headers={"host": "%(host)s", "x-forwarded-proto": "https"}).get("/sign-in").status_code,
    "probe": outcomes,
}))
"""

MALFORMED: list[tuple[str, str | None]] = [
    *[(name, missing) for name in ("SECRET_KEY", "SITE_URL", "DATABASE_URL", "REDIS_URL") for missing in (None, " ")],
    ("SECRET_KEY", "short"),
    ("SITE_URL", "asye.example.org"),
    ("SITE_URL", "ftp://asye.example.org"),
    ("SITE_URL", "http://asye.example.org"),
    ("SITE_URL", "https://example.org/asye"),
    ("DATABASE_URL", "mysql://asye@localhost/asye"),
    ("DATABASE_URL", "postgresql://asye@localhost"),
    ("DATABASE_POOL", "many"),
    ("DATABASE_POOL", "-1"),
    ("TRUSTED_PROXY_COUNT", "one"),
    ("EMAIL_PORT", "smtp"),
    ("EMAIL_USE_TLS", "yes"),
    ("DEMO", "true"),
    ("DEMO", "1"),
    ("CLOCK_FILE", "clock"),
    ("MAIL_FOLDER", "mail"),
    ("REGISTER", "swe"),
    ("MAIL_BY", "post"),
    ("NOTIFY_CALLBACK_TOKEN", "short"),
]
READ_AGAIN = """
import json, os, runpy
from django.core.exceptions import ImproperlyConfigured
right, said = dict(os.environ), []
for name, value in json.loads(os.environ["CASES"]):
    os.environ.clear()
    os.environ.update(right if value is None else {**right, name: value})
    if value is None:
        del os.environ[name]
    try:
        runpy.run_module("asye.settings")
    except ImproperlyConfigured as error:
        said.append(str(error))
    else:
        said.append("")
print(json.dumps(said))
"""


def secure(**changes: str | None) -> dict[str, str]:
    """The variables of a real service; None takes one away."""
    ours = {"SITE_URL": f"https://{HOST}", "DEMO": "0", "DJANGO_ALLOW_ASYNC_UNSAFE": None}
    found: dict[str, str | None] = {**environment(), **ours, **changes}
    return {name: value for name, value in found.items() if value is not None}


def run(*arguments: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    """Python on the arguments, in that environment and no other."""
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **secure(**changes)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def answer(django_db_setup: None) -> dict[str, Any]:
    """What one page of the service says behind one proxy, and how the probe of docker-compose.yml fares."""
    probe = SERVICES["web"]["healthcheck"]["test"][-1]
    done = run("-c", LIKE_A_BROWSER % {"host": HOST}, TRUSTED_PROXY_COUNT="1", PROBE=probe)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == 200
    return found


def test_django_finds_nothing_to_warn_of() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_browsers_are_told_to_come_back_by_https_only(answer: dict[str, Any]) -> None:
    assert answer["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_the_content_security_policy_is_this_one(answer: dict[str, Any]) -> None:
    policy = answer["headers"]["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert len(nonce) >= 16
    assert sorted(policy.replace(nonce, "NONCE").split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "script-src 'nonce-NONCE' 'strict-dynamic'",
        "style-src 'self'",
        "trusted-types 'none'",
    ]
    assert answer["text"].count("<script") == answer["text"].count(f'nonce="{nonce}"') > 0


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ],
)
def test_headers_of_a_page(answer: dict[str, Any], header: str, value: str) -> None:
    assert answer["headers"][header] == value


def test_no_cache_keeps_a_page(answer: dict[str, Any]) -> None:
    assert "no-store" in answer["headers"]["Cache-Control"]


def test_cookies_are_bound_to_this_host(answer: dict[str, Any]) -> None:
    assert answer["session"] == ["__Host-session", True, True]
    cookie = answer["cookies"]["__Host-csrf"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert "domain" not in cookie


def test_http_is_sent_to_https_unless_the_proxy_had_https(answer: dict[str, Any]) -> None:
    assert answer["plain"] == [301, f"https://{HOST}/sign-in"]
    assert answer["proxied"] == 200


def test_the_probe_of_the_compose_file_is_answered(answer: dict[str, Any]) -> None:
    """Over plain http inside the container; a Host of another site is refused."""
    assert answer["probe"] == [200, 400]


@pytest.fixture(scope="module")
def refusals() -> list[str]:
    """What reading the settings says to each of MALFORMED, in one process."""
    done = run("-c", READ_AGAIN, CASES=json.dumps(MALFORMED))
    assert done.returncode == 0, done.stderr
    said: list[str] = json.loads(done.stdout)
    return said


def test_what_notify_needs_is_named() -> None:
    some_id = "3d844edf-8d35-48ac-975b-e847b4f122b0"
    right = {
        "MAIL_BY": "notify",
        "NOTIFY_API_KEY": f"asye-{some_id}-{some_id}",
        "NOTIFY_TEMPLATE": some_id,
        "NOTIFY_CALLBACK_TOKEN": "t" * 32,
    }
    wrong = [
        ("MAIL_BY", "notify"),
        ("NOTIFY_API_KEY", some_id),
        ("NOTIFY_TEMPLATE", "letter"),
        ("NOTIFY_CALLBACK_TOKEN", None),
        ("NOTIFY_URL", "http://notify.example.org"),
        ("NOTIFY_URL", "https://notify.example.org/v2"),
    ]
    done = run("-c", READ_AGAIN, CASES=json.dumps(wrong), **right)
    assert done.returncode == 0, done.stderr
    first, *rest = json.loads(done.stdout)
    assert first == ""
    assert [name for (name, _), said in zip(wrong[1:], rest, strict=True) if name not in said] == []


@pytest.mark.parametrize("name_and_value", MALFORMED, ids=str)
def test_a_missing_or_malformed_variable_is_named(refusals: list[str], name_and_value: tuple[str, str | None]) -> None:
    assert name_and_value[0] in refusals[MALFORMED.index(name_and_value)]


def test_the_process_ends_with_the_name() -> None:
    done = run("-c", "import asye.settings", SECRET_KEY=None)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert "SECRET_KEY" in last


def test_what_is_given_right_is_refused_nothing() -> None:
    done = run("-c", READ_AGAIN, CASES=json.dumps([("DEMO", "0")]))
    assert done.stdout == '[""]\n'


def test_an_empty_sender_is_the_address_people_write_to() -> None:
    said = "import asye.settings as s; print(s.DEFAULT_FROM_EMAIL)"
    assert run("-c", said, DEFAULT_FROM_EMAIL="", FEEDBACK_EMAIL="a@b.example").stdout == "a@b.example\n"
    assert run("-c", said, DEFAULT_FROM_EMAIL="c@b.example", FEEDBACK_EMAIL="a@b.example").stdout == "c@b.example\n"


def test_a_service_on_this_machine_may_write_its_mail_to_files(tmp_path: Path) -> None:
    send = (
        "import django; django.setup(); from django.core.mail import EmailMessage;"
        "EmailMessage('Join', 'Open http://localhost:8000/join/x', to=['ada@example.org']).send()"
    )
    done = run("-c", send, SITE_URL="http://localhost:8000", MAIL_FOLDER=str(tmp_path))
    assert done.returncode == 0, done.stderr
    (letter,) = tmp_path.iterdir()
    assert "To: ada@example.org" in letter.read_text()
    assert "Open http://localhost:8000/join/x" in letter.read_text()
