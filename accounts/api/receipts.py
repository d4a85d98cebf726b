"""Where GOV.UK Notify reports what became of a letter. It is let in by NOTIFY_CALLBACK_TOKEN and by nothing else."""

import hmac
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import notify
from accounts.api.keys import SCHEME
from accounts.api.problems import Problem
from accounts.api.throttle import MINUTE, is_within
from accounts.services import receipts
from asye import clock

A_MINUTE: Final = 3_000  # as many letters as Notify sends for us in one; it reports again what is answered with 429


class ByToken(BaseAuthentication):
    """`Authorization: Bearer` and the token, compared in a time that tells nothing of it. Whoever has it is Notify."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str]:
        scheme, _, shown = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        ours = settings.NOTIFY_CALLBACK_TOKEN
        same = hmac.compare_digest(shown.strip().encode(errors="replace"), ours.encode())
        if not (ours and same and scheme.lower() == SCHEME.lower()):
            raise AuthenticationFailed("Send the token of this service as “Authorization: Bearer” and the token.")
        return AnonymousUser(), SCHEME

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class OfReceipts(BaseThrottle):
    """A_MINUTE reports in each minute of the clock."""

    def allow_request(self, request: Request, view: Any) -> bool:
        return is_within("receipts", A_MINUTE)

    def wait(self) -> float:
        return float(MINUTE)


@extend_schema(exclude=True)
class LetterReceipts(APIView):
    """Answers 204 when the report is kept, also where it was before; 404 when the letter is none of ours. Notify sends
    again what is answered with 429 or 5xx, and nothing else."""

    authentication_classes = (ByToken,)
    permission_classes = ()
    throttle_classes = (OfReceipts,)

    def post(self, request: Request) -> Response:
        try:
            receipts.take(notify.read(request.data), now=clock.now())
        except notify.Unreadable as error:
            raise Problem(422, str(error)) from error
        except receipts.NoSuchLetter as error:
            raise Problem(404, "No letter that left has this reference.") from error
        return Response(status=204)
