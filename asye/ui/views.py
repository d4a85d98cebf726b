"""Pages that belong to no app: the colour, the statements every public service has, and the error pages."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from asye.http import API, request_id, typed_words
from asye.ui import context, theme

KEEP_THEIR_WORDS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)  # a right may end while somebody writes


@require_safe
def theme_css(request: HttpRequest) -> HttpResponse:
    """The service's colour; its address changes with it, so it may be kept for a year."""
    response = HttpResponse(theme.style_sheet(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    header = ["Name", "What it is for", "How long it lasts"]
    hours = settings.SESSION_COOKIE_AGE // 3600
    rows = [
        [settings.SESSION_COOKIE_NAME, "Keeps you signed in", f"{hours} hours, or until you sign out"],
        [settings.CSRF_COOKIE_NAME, "Makes sure that forms you send come from this service", "1 year"],
    ]
    return render(request, "pages/cookies.html", {"cookie_header": header, "cookie_rows": rows})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, "403.html", 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _refusal(request, "500.html", 500)


def _refusal(request: HttpRequest, page: str, status: int, sentence: str = "") -> HttpResponse:
    return problem(request, status) if request.path_info.startswith(API) else _page(request, page, status, sentence)


def problem(request: HttpRequest, status: int) -> HttpResponse:
    """The same for a system that asks the API: RFC 9457, without a sentence of ours about what went wrong."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "request_id": request_id.get()}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _page(request: HttpRequest, page: str, status: int, sentence: str = "") -> HttpResponse:
    """The page with the person's navigation where they are known; from the service's own words alone where not.

    A 500 is always the latter: the database may be what is broken.
    """
    if status != HTTPStatus.INTERNAL_SERVER_ERROR and hasattr(request, "user"):
        typed = typed_words(request) if status in KEEP_THEIR_WORDS else []
        return render(request, page, {"sentence": sentence, "typed": typed}, status=status)
    words = {**context.service(request), "sentence": sentence, "typed": []}
    return HttpResponse(render_to_string(page, words), status=status)
