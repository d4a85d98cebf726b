"""A request by somebody who is signed in: what every view behind `login_required` gets."""

from django.http import HttpRequest

from accounts.models import User
from asye.refusals import NotAllowed


class SignedInRequest(HttpRequest):
    """The same request, with a `user` that is never anonymous."""

    user: User


def person_of(request: HttpRequest) -> User:
    """Who is signed in, on a page that strangers see too; raises NotAllowed for a stranger."""
    if not isinstance(request.user, User):
        raise NotAllowed("Sign in first.")
    return request.user
