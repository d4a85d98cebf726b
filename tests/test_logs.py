"""Logs carry an allowed list of fields, no address that acts for whoever holds it, and no row of the database."""

import json
import logging
import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.urls import get_resolver

from accounts.models import User
from asye.logs import LOGGING
from tests.cast import NOW


def line(message: str, *args: object, error: BaseException | None = None, **extra: object) -> dict[str, object]:
    """What the console gets for a message of Django's."""
    formatter = LOGGING["formatters"]["json"]
    made = formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    exc_info = error and (type(error), error, error.__traceback__)
    record = logging.LogRecord("django.request", logging.WARNING, "x", 1, message, args, exc_info)
    for key, value in extra.items():
        setattr(record, key, value)
    found: dict[str, object] = json.loads(made.format(record))
    return found


def test_a_secret_link_is_cut() -> None:
    assert line("%s: %s", "Gone", "/join/s3cret-T0ken")["event"] == "Gone: /join/..."
    assert line("%s: %s", "Not Found", "/nqsw/join/s3cret")["event"] == "Not Found: /nqsw/join/..."
    assert line("%s: %s", "Gone", "/password/reset/1-abc/set-password")["event"] == "Gone: /password/reset/..."
    assert line("%s: %s", "Not Found", "/registrations/7")["event"] == "Not Found: /registrations/7"


def test_every_address_with_a_secret_in_it_is_cut() -> None:
    parts = [part for group in get_resolver().url_patterns for part in getattr(group, "url_patterns", [])]
    secret = [str(part.pattern) for part in parts if re.search("<str:(token|key|code)>", str(part.pattern))]
    assert len(secret) >= 6
    logged = [line("Not Found: %s", "/" + re.sub("<str:[a-z0-9_]+>", "s3cret", each))["event"] for each in secret]
    assert [each for each in logged if "s3cret" in str(each)] == []


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("/sign-in?next=%2Fjoin%2Fs3cret-T0ken", "/sign-in?next=%2Fjoin%2F..."),
        ("/sign-in?next=%2fpassword%2freset%2fs3cret%2F", "/sign-in?next=%2fpassword%2freset%2f..."),
        ("/sign-in?next=/password/reset/s3cret", "/sign-in?next=/password/reset/..."),
        ("/sign-in?next=%252Fjoin%252Fs3cret", "/sign-in?next=%252Fjoin%252F..."),
    ],
)
def test_a_secret_link_is_cut_out_of_another_address(written: str, logged: str) -> None:
    assert line('"GET %s HTTP/1.1" 200', written)["event"] == f'"GET {logged} HTTP/1.1" 200'


def test_a_secret_link_is_cut_out_of_a_traceback() -> None:
    told = str(line("x", error=caught(lambda: int("/join/s3cret")))["exception"])
    assert "invalid literal" in told
    assert "/join/..." in told
    assert "s3cret" not in told


def caught(act: Callable[[], object]) -> Exception:
    """What an act raises."""
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def two_of_an_address() -> None:
    with transaction.atomic():
        User.objects.make("noor@people.example", "Noor", "Rahman", now=NOW)


def a_row_without_a_date() -> None:
    with transaction.atomic():
        User.objects.filter(email="noor@people.example").update(created_at=None)


def raised_from_a_row() -> None:
    try:
        two_of_an_address()
    except IntegrityError as error:
        raise RuntimeError(f"It did not work: {error}") from error


def raised_in_spite_of_a_row() -> None:
    try:
        two_of_an_address()
    except IntegrityError as error:
        raise RuntimeError(f"It did not work: {error}") from None


def raised_in_a_group() -> None:
    raise ExceptionGroup("several", [ValueError("x"), caught(a_row_without_a_date)])


@pytest.mark.parametrize(
    ("act", "types"),
    [
        (two_of_an_address, ["psycopg.errors.UniqueViolation", "django.db.utils.IntegrityError"]),
        (a_row_without_a_date, ["psycopg.errors.NotNullViolation", "django.db.utils.IntegrityError"]),
        (raised_from_a_row, ["psycopg.errors.UniqueViolation", "builtins.RuntimeError"]),
        (raised_in_spite_of_a_row, ["psycopg.errors.UniqueViolation", "builtins.RuntimeError"]),
        (raised_in_a_group, ["psycopg.errors.NotNullViolation", "builtins.ExceptionGroup"]),
    ],
)
def test_what_the_database_says_about_a_row_is_not_told(
    cast: object, act: Callable[[], None], types: list[str]
) -> None:
    error = caught(act)
    # Celery puts the exception into the sentence itself
    found = line("Task %(name)s raised unexpected: %(exc)s", {"name": "a.task", "exc": repr(error)}, error=error)
    told = str(found["exception"])
    assert all(name in told.splitlines() for name in types)
    assert f"{__file__}:" in told
    assert f" {act.__name__}" in told
    for words in ("noor", "Noor", "Rahman", "people.example", "DETAIL", "Failing row"):
        assert words not in json.dumps(found)
    assert str(found["event"]).startswith(f"Task a.task raised unexpected: {types[-1]}")


def test_a_row_in_a_sentence_of_its_own_is_cut(cast: object) -> None:
    error = caught(two_of_an_address)
    assert "Key (email)=(noor@people.example)" in str(error)
    found = str(line("Failed: %s", error)["event"])
    assert found.startswith("Failed: duplicate key value")
    assert found.endswith("DETAIL: ...")


def test_another_exception_is_told_whole() -> None:
    told = str(line("x", error=caught(lambda: int("x")))["exception"])
    assert told.startswith("Traceback (most recent call last)")
    assert told.endswith("ValueError: invalid literal for int() with base 10: 'x'")


def test_fields_are_those_of_the_list() -> None:
    assert sorted(line("x", status_code=404, request="GET /?name=Noor", email="noor@people.example")) == [
        "event",
        "level",
        "logger",
        "timestamp",
    ]
