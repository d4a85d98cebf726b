"""What is below /api/ and is no address."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.states import Scope


@extend_schema(exclude=True)
class Nowhere(APIView):
    """Answers as the rest of the API does: without a key 401, with one 404."""

    scope_to_post = Scope.WRITE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        if request.auth is None:
            self.permission_denied(request)
        self.check_throttles(request)
        raise Http404

    def get(self, request: Request) -> Response:
        raise Http404
