"""Logs are one JSON object a line, from an allowed list of fields: never a name, an address or what somebody wrote."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset({"event", "level", "timestamp", "logger", "request_id", "route", "method", "status", "ms"}) | {
    "user_id", "job", "period", "count", "task", "object_type", "object_id", "act", "exception"
}  # fmt: skip


SECRET_PATHS = re.compile(r"/(join|password/reset)/[^\s\"']+")


def without_secrets(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cuts the secret part out of addresses that act for whoever holds them."""
    event["event"] = SECRET_PATHS.sub(r"/\1/...", str(event.get("event", "")))
    return event


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
                structlog.processors.format_exc_info,
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
