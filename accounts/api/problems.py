"""What went wrong, as data (RFC 9457): a code, the sentence, and for each wrong field its name and sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import set_rollback

from asye.http import request_id
from asye.refusals import Refused, Stale

MEDIA_TYPE: Final = "application/problem+json"
AT_ONCE: Final = ("55P03", "40P01", "40001")  # a lock was not to be had in time; two waited for each other
CODES: Final = {
    400: ("malformed", "The request cannot be read"),
    401: ("no_key", "An API key is needed"),
    403: ("not_allowed", "This is not allowed"),
    404: ("not_found", "There is nothing here"),
    405: ("method", "This address does not take that method"),
    409: ("conflict", "This cannot be done as things stand"),
    413: ("too_large", "The body is too large"),
    415: ("not_json", "The body must be JSON"),
    422: ("invalid", "Something must be corrected"),
    429: ("too_many", "Too many requests"),
}


@dataclass
class Problem(Exception):
    """A request that is answered with a problem. `errors` are (field, sentence); `more` further members."""

    status: int
    sentence: str
    code: str = ""
    errors: Sequence[tuple[str, str]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="The name of the field, of the parameter, or empty.")
    sentence = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457: what every answer of 400 and above looks like."""

    type = serializers.CharField(help_text="urn:asye:problem: and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for a person.")
    code = serializers.CharField()
    request_id = serializers.CharField(help_text="Name it when you contact us.")
    errors = FieldErrorSerializer(many=True)


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The handler of every view of the API; None for what is our own fault."""
    problem = _problem_of(error)
    if problem is None:
        return None
    set_rollback()
    return response(problem)


def response(problem: Problem) -> Response:
    """The problem as it is sent."""
    code, title = CODES[problem.status]
    code = problem.code or code
    sentence = _ended(problem.sentence)
    body = {
        "type": f"urn:asye:problem:{code}",
        "title": title,
        "status": problem.status,
        "detail": sentence,
        "code": code,
        "request_id": request_id.get(),
        "errors": [{"field": name, "sentence": _ended(words)} for name, words in problem.errors],
        **problem.more,
    }
    return Response(body, status=problem.status, headers=dict(problem.headers), content_type=MEDIA_TYPE)


def _problem_of(error: Exception) -> Problem | None:
    kinds: list[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], Problem | None]]] = [
        (Problem, lambda problem: problem),
        (Stale, lambda stale: Problem(409, str(stale), code="stale")),
        (Refused, _of_refusal),
        (Http404, lambda _: Problem(404, "There is nothing at this address that your API key may see.")),
        (PermissionDenied, lambda refusal: Problem(403, str(refusal) or "This is not allowed.")),
        ((IntegrityError, OperationalError), _of_database),
        (APIException, _of_framework),
    ]
    return next((made(error) for kind, made in kinds if isinstance(error, kind)), None)


def _of_refusal(refusal: Refused) -> Problem:
    if refusal.field:
        return Problem(422, str(refusal), code="refused", errors=[(refusal.field, str(refusal))])
    return Problem(409, str(refusal), code="refused")


def _of_database(error: IntegrityError | OperationalError) -> Problem | None:
    """Two at once, of whom the constraint or the lock let one through."""
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if isinstance(error, OperationalError) and state not in AT_ONCE:
        return None
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    sentence = "Somebody else changed the same thing at this moment. Send the request again."
    return Problem(409, sentence, code="at_once", headers={"Retry-After": "1"})


def _of_framework(error: APIException) -> Problem:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    sentences = {
        401: None,
        405: "This address does not take that method.",
        415: "Send the body as JSON, with the header Content-Type: application/json.",
        429: f"Your API key has sent too many requests. Wait {headers.get('Retry-After', '60')} seconds.",
    }
    said = sentences.get(error.status_code) or str(error.detail)
    if getattr(error, "default_code", "") == "not_authenticated":
        said = "Send your API key as “Authorization: Bearer” and the key."
    return Problem(error.status_code, said, headers=headers)


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence.endswith((".", "?", "!")) else f"{sentence}."
