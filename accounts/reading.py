"""The log of who opened a sensitive record: a view notes it, the middleware writes it before the page leaves."""

from django.db.models import Model
from django.http import HttpRequest


def note(request: HttpRequest, obj: Model) -> None:
    """Says that this page shows a sensitive record. The page is withheld where that cannot be logged."""
    noted(request).append((obj._meta.label_lower, obj.pk))


def noted(request: HttpRequest) -> list[tuple[str, int]]:
    """What was noted so far: names of models and ids."""
    if not hasattr(request, "sensitive_reads"):
        request.sensitive_reads = []  # type: ignore[attr-defined]
    return request.sensitive_reads  # type: ignore[attr-defined]
