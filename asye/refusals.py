"""What a service raises when it will not do what was asked. Every sentence is fit to be shown to the person."""

from django.core.exceptions import PermissionDenied


class Refused(Exception):
    """A rule forbids the act for this thing in its present state. `str(error)` says why and how to put it right.

    `field` names the form field the sentence belongs to, where there is one.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Stale(Refused):
    """Somebody else changed the thing after the person opened the page: the answer is 409, never a silent overwrite."""


class NotAllowed(PermissionDenied):
    """This person may not do this act to this thing: the answer is 403, or 404 where its existence is not theirs to
    know."""
