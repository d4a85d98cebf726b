"""A request by somebody who is signed in: what every view behind `login_required` gets."""

from datetime import date

from django.http import HttpRequest

from accounts import queries
from accounts.models import Membership, User
from asye.refusals import NotAllowed
from asye.ui.forms import SeenNumber


class SignedInRequest(HttpRequest):
    """The same request, with a `user` that is never anonymous."""

    user: User
    role_keys: frozenset[str]


def person_of(request: HttpRequest) -> User:
    """Who is signed in, on a page that strangers see too; raises NotAllowed for a stranger."""
    if not isinstance(request.user, User):
        raise NotAllowed("Sign in first.")
    return request.user


def seen_number(request: HttpRequest, name: str) -> int:
    """The hidden number `name` of what the page showed; one that no row has where it is missing or altered."""
    return SeenNumber().clean(request.POST.get(name))


def memberships_of(request: SignedInRequest, on: date) -> list[Membership]:
    """The roles the person holds on a day with their employers, read once for the whole page."""
    memberships = queries.roles_of(request.user, on)
    request.role_keys = frozenset(membership.role for membership in memberships)
    return memberships


def role_keys_of(request: HttpRequest, on: date) -> frozenset[str]:
    """The keys of the roles the person holds on a day, read once for the whole page."""
    if not hasattr(request, "role_keys"):
        request.role_keys = queries.role_keys_of(person_of(request), on)  # type: ignore[attr-defined]
    return request.role_keys  # type: ignore[attr-defined]
