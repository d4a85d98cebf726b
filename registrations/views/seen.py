"""The version a page showed, as its form sends it back."""

from django.http import HttpRequest

NEVER = 0


def seen_version(request: HttpRequest) -> int:
    """The number in the field `version`; one that no row has where it is missing or wrong, so the page is stale."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else NEVER
