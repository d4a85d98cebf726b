"""Hostile requests: made from docs/openapi.json by schemathesis, and good bodies with one part gone bad."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from registrations.models import ProgrammeYear
from tests.api.asking import System
from tests.cast import NOW, Cast
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in json.loads(DESCRIPTION.read_text())["paths"].items()
    for method in methods
)
# Beyond the description stand the rules: what has the right form may still be refused, with 422.
NOT_CHECKED = ("positive_data_acceptance",)
EVERY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


handler = cache(WSGIHandler)  # one for all the requests, as in production


def served(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The service, and beside it the description that schemathesis reads."""
    if environ["PATH_INFO"] == "/openapi.json":
        start("200 OK", [("Content-Type", "application/json")])
        return [DESCRIPTION.read_bytes()]
    return handler()(environ, start)


@pytest.fixture
def registered(cast: Cast, year: ProgrammeYear, settings: Any) -> Iterator[None]:
    """Something to find, no end of requests in one minute, and the test's own connection to the database for each."""
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=1)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.usefixtures("registered")
def test_schemathesis_finds_nothing(north: System, method: str, path: str, mode: GenerationMode) -> None:
    load_all_checks()
    description = schemathesis.openapi.from_wsgi("/openapi.json", served, config=SchemathesisConfig())
    checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_CHECKED]
    headers = {"Authorization": f"Bearer {north.secret}"}

    @EVERY
    @given(description[path][method].as_strategy(mode))
    def ask(case: schemathesis.Case) -> None:
        case.headers.pop("host", None)  # of any case: a service that is asked for under another name answers 400
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=checks)
            transaction.set_rollback(True)

    ask()


BAD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=300),
    st.sampled_from(
        ["\x00", "a\u202eb", "=1+1", "9" * 5000, "2026-02-30", "0000-00-00", "9999-12-31", "SW０１", "é" * 200]
    ),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


@pytest.mark.usefixtures("registered")
def test_a_good_body_with_parts_gone_bad_is_answered(north: System, body: Callable[..., dict[str, Any]]) -> None:
    good = body(2)

    @EVERY
    @given(st.dictionaries(st.sampled_from([*good, "post_note", "route_other", "colour"]), BAD, min_size=1, max_size=3))
    def ask(bad: dict[str, Any]) -> None:
        with transaction.atomic():
            for path in ("/registrations", "/registrations/check"):
                response = north.ask("POST", path, good | bad)
                assert response.status_code in (200, 201, 422), (bad, response.content)
            transaction.set_rollback(True)

    ask()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[" * 100_00, 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b"\xff\xfe{}", 400),
        (b'\xef\xbb\xbf{"a": 1}', 400),
        (b'{"a":' + b"9" * 9000 + b"}", 400),
        (b'{"a":' * 11 + b"1" + b"}" * 11, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b'{"a": "' + b"x" * 65_536 + b'"}', 413),
    ],
)
@pytest.mark.usefixtures("registered")
def test_what_is_no_json_object(north: System, raw: bytes, status: int) -> None:
    for path in ("/registrations", "/registrations/check", "/registrations/search", "/registrations/1/withdraw"):
        response = north.ask("POST", path, raw)
        assert (response.status_code, response.json()["status"]) == (status, status), (path, response.content)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
@pytest.mark.usefixtures("registered")
def test_what_says_it_is_no_json(north: System, body: Callable[..., dict[str, Any]], kind: str) -> None:
    assert north.ask("POST", "/registrations", body(2), **{"Content-Type": kind}).status_code == 415
