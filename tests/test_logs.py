"""Logs carry an allowed list of fields, and no address that acts for whoever holds it."""

import json
import logging

from asye.logs import LOGGING


def line(message: str, *args: object, **extra: object) -> dict[str, object]:
    """What the console gets for a message of Django's."""
    formatter = LOGGING["formatters"]["json"]
    made = formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    record = logging.LogRecord("django.request", logging.WARNING, "x", 1, message, args, None)
    for key, value in extra.items():
        setattr(record, key, value)
    found: dict[str, object] = json.loads(made.format(record))
    return found


def test_a_secret_link_is_cut() -> None:
    assert line("%s: %s", "Gone", "/join/s3cret-T0ken")["event"] == "Gone: /join/..."
    assert line("%s: %s", "Not Found", "/nqsw/join/s3cret")["event"] == "Not Found: /nqsw/join/..."
    assert line("%s: %s", "Gone", "/password/reset/1-abc/set-password")["event"] == "Gone: /password/reset/..."
    assert line("%s: %s", "Not Found", "/registrations/7")["event"] == "Not Found: /registrations/7"


def test_fields_are_those_of_the_list() -> None:
    assert sorted(line("x", status_code=404, request="GET /?name=Noor", email="noor@people.example")) == [
        "event",
        "level",
        "logger",
        "timestamp",
    ]
