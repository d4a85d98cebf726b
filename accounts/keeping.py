"""Which parts of a form that came too late are kept for its sender."""

from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.models import KeptText, User
from accounts.services import kept

View = TypeVar("View")


def never_kept(view: View) -> View:
    """Marks a view whose form is not kept when it comes too late, such as every act about money."""
    view.never_kept = True  # type: ignore[attr-defined]
    return view


def keep_form(request: HttpRequest, user: User, now: datetime) -> KeptText | None:
    """Keeps the text fields of a POST for its sender: no passwords, no files, no act marked `never_kept`."""
    if request.method != "POST" or getattr(_view(request), "never_kept", False):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
        for value in values
        if value and "\0" not in value
    ]
    return kept.keep(request.get_full_path(), fields, by=user, now=now)


def _view(request: HttpRequest) -> Any:
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None
