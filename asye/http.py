"""What every request passes through: an id, privacy of the answer, refusals as pages, and a GET that cannot write."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import structlog
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from asye.refusals import Refused, Stale

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"
LEAST_WRITTEN = 20  # characters that are a sentence rather than a name or a number

request_id: ContextVar[str] = ContextVar("request_id", default="")
acting_by: ContextVar[str] = ContextVar("acting_by", default="")  # the code of the API key that acts for a person


class RequestIdMiddleware:
    """Gives each request a short reference that stands in the logs, the audit trail and on the error page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = uuid.uuid4().hex[:12].upper()
        token = request_id.set(reference)
        structlog.contextvars.bind_contextvars(request_id=reference)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
            request_id.reset(token)
        response["X-Request-Id"] = reference
        return response


class CookielessMiddleware:
    """Hides every cookie from the API: a browser that is signed in is no more than a stranger there. Each request
    begins without an API key that acts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API):
            request.COOKIES = {}
            request.META.pop("HTTP_COOKIE", None)
        token = acting_by.set("")
        try:
            return self.get_response(request)
        finally:
            acting_by.reset(token)


class PrivateResponseMiddleware:
    """Keeps pages out of every cache and turns off browser features nobody here uses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response


class RefusalMiddleware:
    """Answers a refusal that a view did not turn into a form error: 409 and the sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refused) else None


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The 409 page with the refusal's sentence, ended by a full stop; told to reload only where the page is stale."""
    sentence = str(refusal)
    if sentence and not sentence.endswith((".", "?", "!")):
        sentence += "."  # beside a form field a sentence stands without one
    words = {"sentence": sentence, "stale": isinstance(refusal, Stale), "typed": typed_words(request)}
    return render(request, "409.html", words, status=409)


def typed_words(request: HttpRequest) -> list[str]:
    """What somebody had written in sentences, so that it is not lost with a page that is out of date: no browser keeps
    the form of a page that must not be stored. Never a password."""
    return [
        value
        for name, values in request.POST.lists()
        for value in values
        if len(value) > LEAST_WRITTEN and " " in value.strip() and "password" not in name.lower()
    ]


def writes_on_get(view: Any) -> Any:
    """Marks a view that must write on GET. A test holds the list of them."""
    view.writes_on_get = True
    return view


class ReadOnlyGetMiddleware:
    """Runs every GET in a transaction that PostgreSQL itself holds to reading."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if request.method not in SAFE_METHODS or getattr(view, "writes_on_get", False):
            return None
        request.user.is_authenticated  # noqa: B018  (the session and the person are loaded before the door closes)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            try:
                response = view(request, *args, **kwargs)
            except Refused as refusal:  # Django asks process_exception only about views it calls itself
                response = refused(request, refusal)
            if hasattr(response, "render"):
                response = response.render()
            transaction.set_rollback(True)  # nothing was written; inside a test this also lifts READ ONLY again
        return response
