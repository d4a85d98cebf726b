"""Who asks the API: an employer's key in the Authorization header, and nothing else."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.services import keys
from accounts.states import Scope
from asye import clock
from asye.http import acting_by

SCHEME = "Bearer"


class ByKey(BaseAuthentication):
    """`Authorization: Bearer asye_...`. The request's `auth` is the key; there is no user, and no cookie counts."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, presented = header.partition(" ")
        if scheme.lower() != SCHEME.lower():
            raise AuthenticationFailed("Send your API key as “Authorization: Bearer” and the key.")
        try:
            key = keys.let_in(presented.strip(), clock.today())
        except keys.KeyRefused as refusal:
            raise AuthenticationFailed(str(refusal)) from refusal
        request._request.api_key = key  # for the middleware that notes its use
        acting_by.set(f"api-key-{key.pk}")
        return AnonymousUser(), key  # whoever answers for it is asked for by name

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class HasScope(BasePermission):
    """A key that may do what the view's `scopes` say for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        wanted = Scope.READ if request.method in ("GET", "HEAD") else view.scope_to_post
        self.message = f"This API key may not do this: it needs the scope {wanted}."
        return isinstance(request.auth, ApiKey) and wanted in request.auth.scopes


class KeyScheme(OpenApiAuthenticationExtension):
    """How the description of the API names the key."""

    target_class = "accounts.api.keys.ByKey"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of your organisation, asye_..."}
