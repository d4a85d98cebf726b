"""A request that may be sent twice and is done once: the Idempotency-Key."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.problems import Problem
from accounts.services import api_answers

HEADER: Final = "Idempotency-Key"
FORM: Final = re.compile(r"[!-~]{1,200}")
OTHER_BODY: Final = "This Idempotency-Key was used for another request. Use a new one for every new request."


NOT_READABLE: Final = "This request was done before, but its answer cannot be read any more. Ask for what it made."


def once(request: Request, now: datetime, act: Callable[[], tuple[int, Any]]) -> Response:
    """Does the act, unless the same request was done before: then what it was answered is answered again.

    Twins wait for each other. A request that was refused has done nothing and may be sent again under its key.
    Raises Problem without a key (400), where the key was used for something else (422), or where what was answered then
    cannot be read any more (409).
    """
    chosen = request.headers.get(HEADER, "")
    if not FORM.fullmatch(chosen):
        sentence = f"Send the header {HEADER}: 1 to 200 letters, digits or signs that you use for this request only."
        raise Problem(400, sentence, code="idempotency_key")
    digest = _digest(request)
    with transaction.atomic():
        before = api_answers.hold(request.auth, chosen, now)
        if before is not None and before.request_digest != digest:
            raise Problem(422, OTHER_BODY, code="idempotency_key_reused")
        if before is not None:
            body = api_answers.body_of(before)
            if body is None:
                raise Problem(409, NOT_READABLE, code="answer_gone")
            return Response(body, status=before.status, headers={"Idempotent-Replayed": "true"})
        status, body = act()
        api_answers.keep(request.auth, chosen, digest, status=status, body=body, now=now)
    return Response(body, status=status)


def _digest(request: Request) -> str:
    """Of method, address and the bytes of the body."""
    raw = getattr(request, "raw", b"")
    return hashlib.sha256(b"\n".join([str(request.method).encode(), request.path.encode(), raw])).hexdigest()
