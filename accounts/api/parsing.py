"""JSON in and JSON out: small, whole, in UTF-8, with no name twice and nothing that is no JSON."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

DEEPEST = 10


class TooLarge(APIException):
    """The body is larger than anything we ask for."""

    status_code = 413
    default_code = "too_large"
    default_detail = f"The body must be {settings.API_MOST_BYTES // 1024} KB or smaller."


class JsonOnly(BaseContentNegotiation):
    """Whatever is asked for, the answer is JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return parsers[0] if kind == parsers[0].media_type else None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class BoundedJson(BaseParser):
    """Reads no more than API_MOST_BYTES. The bytes are left on the request as `raw`, for its digest."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(settings.API_MOST_BYTES + 1)
        if len(raw) > settings.API_MOST_BYTES:
            raise TooLarge
        if parser_context is not None:
            parser_context["request"].raw = raw
        return strict(raw)


def strict(raw: bytes) -> Any:
    """The value of a JSON text; raises ParseError with a sentence."""
    try:
        text = raw.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a character, such as "\\ud800", is none
    except UnicodeError as error:
        raise ParseError("The body must be JSON in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise ParseError(f"The body must be JSON. {_where(error)}".strip()) from error
    if _depth(found) > DEEPEST:
        raise ParseError("The body must be JSON. It is nested too deeply.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands in it twice.")
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number.")


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"It cannot be read at line {error.lineno}, character {error.colno}."
    return str(error) if type(error) is ValueError and str(error).endswith(".") else ""


def _depth(value: Any, level: int = 0) -> int:
    if level > DEEPEST or not isinstance(value, (dict, list)):
        return level
    inner = value.values() if isinstance(value, dict) else value
    return max((_depth(each, level + 1) for each in inner), default=level + 1)
