"""Logs are one JSON object a line, from an allowed list of fields: never a name, an address or what somebody wrote."""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import psycopg
import structlog
from django.db.utils import Error as DjangoDatabaseError

ALLOWED = frozenset({"event", "level", "timestamp", "logger", "request_id", "route", "method", "status", "ms"}) | {
    "user_id", "job", "period", "count", "task", "object_type", "object_id", "act", "exception"
}  # fmt: skip

SLASH = r"(?:/|%(?:25)*2F)"  # in ?next= an address is written in percent signs, once or over again
ACT_FOR_THEIR_READER = ("join", "password/reset", "take-part/confirm", "my-details/email", "verify")
SECRET_PATHS = re.compile(
    rf"({SLASH}(?:{'|'.join(each.replace('/', SLASH) for each in ACT_FOR_THEIR_READER)}){SLASH})[^\s\"']+",
    re.IGNORECASE,
)
ROW = re.compile(r"(DETAIL|CONTEXT):.*", re.DOTALL)  # where PostgreSQL repeats the row: names and addresses
DATABASE_ERRORS = (DjangoDatabaseError, psycopg.Error)
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def without_secrets(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cuts the secret part out of addresses that act for whoever holds them."""
    event["event"] = str(event.get("event", ""))
    for key in {"event", "exception"} & event.keys():
        event[key] = SECRET_PATHS.sub(r"\1...", str(event[key]))
    return event


def without_rows(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes what the database said out of the sentence that reports it, as Celery's does; the type stands instead."""
    said = str(event.get("event", ""))
    error = _error(event.get("exc_info"))
    if error is not None and _is_of_database(error):
        for link in _chain(error):
            for words in filter(None, (repr(link), str(link))):
                said = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", _type_name(link), said)
    event["event"] = ROW.sub(r"\1: ...", said)
    return event


def format_exception(exc_info: ExcInfo) -> str:
    """A traceback. Where the database is anywhere in its chain only types and places are told, from the first cause
    on: the messages may repeat the row, and so may those of the errors that were raised from them."""
    error = exc_info[1]
    if not _is_of_database(error):
        return "".join(traceback.format_exception(*exc_info)).rstrip()
    lines = []
    for link in reversed(list(_chain(error))):
        lines.append(_type_name(link))
        frame = exc_info[2] if link is error else link.__traceback__
        while frame is not None:
            code = frame.tb_frame.f_code
            lines.append(f"  {code.co_filename}:{frame.tb_lineno} {code.co_name}")
            frame = frame.tb_next
    return "\n".join(lines)


def _error(exc_info: object) -> BaseException | None:
    """The exception of a log call, which may be given as itself, as a triple or as True for the present one."""
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    elif exc_info is True:
        exc_info = sys.exception()
    return exc_info if isinstance(exc_info, BaseException) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was raised from, beside or as a group of, each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__context__, link.__cause__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def _is_of_database(error: BaseException) -> bool:
    return any(isinstance(link, DATABASE_ERRORS) for link in _chain(error))


def _type_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def only_allowed(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drops every field that is not on the allowed list, so that personal data cannot slip in by a new argument."""
    return {key: value for key, value in event.items() if key in ALLOWED or key.startswith("_")}


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


class HealthFilter(logging.Filter):
    """Leaves out the access lines of the health check, which a load balancer asks for all day."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "/health" not in record.getMessage()


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"health": {"()": HealthFilter}},
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [
                without_rows,
                structlog.processors.ExceptionRenderer(format_exception),
                only_allowed,
                without_secrets,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["health"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "CRITICAL"},  # it writes e-mail addresses
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
