"""The page behind an invitation's link."""

from django.http import Http404, HttpRequest, HttpResponse


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what the invitation is to and takes it up."""
    raise Http404
