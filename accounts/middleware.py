"""A session that nobody used ends; a page that shows a sensitive record leaves a trace."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts import keeping, reading
from accounts.http import person_of
from accounts.models import User
from accounts.services import keys, reads
from asye import clock
from asye.http import SAFE_METHODS

GetResponse = Callable[[HttpRequest], HttpResponse]
LAST_SEEN = "last_seen"
NOTED_EVERY = timedelta(minutes=1)


class IdleMiddleware:
    """Asks a person to sign in again who did nothing for IDLE_MINUTES. What they had typed is kept for them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # After the view, so that the session is written outside its read-only transaction.
        if request.user.is_authenticated and not _is_idle(request):
            now, seen = clock.now(), last_seen(request)
            if seen is None or now - seen >= NOTED_EVERY or now < seen:
                request.session[LAST_SEEN] = now.isoformat()
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not _is_idle(request):
            return None
        return sign_in_again(request, request.user, clock.now())


def last_seen(request: HttpRequest) -> datetime | None:
    """When this session was last used, to the minute; None where it has just begun."""
    text = request.session.get(LAST_SEEN)
    return datetime.fromisoformat(text) if text else None


def _is_idle(request: HttpRequest) -> bool:
    seen = last_seen(request)
    return seen is not None and clock.now() - seen >= timedelta(minutes=settings.IDLE_MINUTES)


def sign_in_again(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    """Ends the session and leads to the sign-in page, from there back to where the person was or to their text."""
    text = keeping.keep_form(request, user, now)
    if text:
        back = reverse("kept_text", args=[text.pk])
    else:
        back = request.get_full_path() if request.method in SAFE_METHODS else "/"
    logout(request)
    sentence = f"You were signed out because you did nothing for {settings.IDLE_MINUTES} minutes. "
    messages.info(request, sentence + ("We kept what you had typed. Sign in to see it." if text else "Sign in again."))
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


class SensitiveReadMiddleware:
    """Logs the sensitive records a page shows. If that fails the error is the answer, and the page is not."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        noted = reading.noted(request)
        if noted:
            key = getattr(request, "api_key", None)  # whoever answers for it has read it
            reads.log(noted, by=key.holder if key else person_of(request), now=clock.now())
        return response


class ApiKeyUseMiddleware:
    """Notes that an API key was used today, outside the read-only transaction of the request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        used = getattr(request, "api_key", None)
        if used is not None:
            keys.note_use(used, clock.now())
        return response
