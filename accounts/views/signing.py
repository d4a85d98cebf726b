"""Signing in and out. Forms and checks are django-allauth's; the addresses and pages are ours."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.keeping import never_kept
from accounts.rules import canonical_email


@never_kept
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The answer to every attempt while an address is locked, whether it has an account or not."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)


def typed_email(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The address that an attempt to sign in was for, in the one form in which attempts are counted."""
    typed = (credentials or {}).get("email") or (request.POST.get("login", "") if request else "")
    return canonical_email(typed)[:254]
