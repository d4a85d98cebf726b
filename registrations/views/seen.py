"""The version, or the number of a thing, that a page showed, as its form sends it back."""

from django.http import HttpRequest

NEVER = 0


def seen_version(request: HttpRequest, name: str = "version") -> int:
    """The number in a field; one that no row has where it is missing or wrong, so the page is stale."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else NEVER
