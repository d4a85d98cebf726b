"""The words about every address that go into docs/openapi.json."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from accounts.api.problems import MEDIA_TYPE, ProblemSerializer
from registrations.states import Stage

ALWAYS = (401, 403, 429)
WORDS = {
    400: "The request cannot be read.",
    401: "No API key, or one that is unknown, revoked or expired.",
    403: "The key may not do this, or nobody answers for it any more.",
    404: "There is no such registration that this key may see.",
    409: "A rule forbids it as things stand, or the version is old (code stale), or two asked at once.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Fields to correct, each with its sentence; or the rules do not allow it.",
    429: "Too many requests. Retry-After says how many seconds to wait.",
}
READ_BODY = (400, 413, 415, 422)
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="New for every request. The same request again under the same key is answered as it was before and "
    "done once. Kept for two days.",
)
WHICH = OpenApiParameter(
    "which",
    {"type": "string", "pattern": "^([0-9]{1,18}|[A-Z]{2}[0-9]{7}[0-9A-Z])$"},
    OpenApiParameter.PATH,
    description="The id or the reference.",
)
LISTING = (
    OpenApiParameter("updated_since", OpenApiTypes.DATETIME, description="Only what reads otherwise since then."),
    OpenApiParameter("stage", str, enum=[*Stage.values, "moved"]),
    OpenApiParameter("cohort", str, description="A programme year, such as 2026-27."),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}, description="How many, at most."
    ),
    OpenApiParameter("cursor", str, description="next_cursor of the page before."),
)


def described(
    name: str,
    summary: str,
    gives: Any,
    *,
    takes: Any = None,
    status: int = 200,
    problems: tuple[int, ...] = (),
    parameters: tuple[OpenApiParameter, ...] = (),
) -> Any:
    """The description of one method of one address, every status among it."""
    every = sorted({*ALWAYS, *problems})
    answers: dict[Any, Any] = {status: gives}
    for code in every:
        answers[(code, MEDIA_TYPE)] = OpenApiResponse(ProblemSerializer, description=WORDS[code])
    return extend_schema(
        operation_id=name, summary=summary, request=takes, responses=answers, parameters=list(parameters), tags=["v1"]
    )


def closed_requests(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Says of everything that is sent that a name we do not know is refused: a hook of the generator."""
    for path in result["paths"].values():
        for operation in path.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rpartition("/")[2]
                result["components"]["schemas"][name]["additionalProperties"] = False
    return result
