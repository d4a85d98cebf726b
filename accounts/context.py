"""What every page knows of the person who reads it."""

from typing import Any

from django.http import HttpRequest


def person(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in and what they may open, for the top of every page."""
    return {}
