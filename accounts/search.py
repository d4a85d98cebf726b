"""What somebody searched for, kept out of addresses: a list's form posts, then the page is asked for with `?s=<token>`.

    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            return search.show(request, form.cleaned_data)
    else:
        form = SearchForm(initial=search.asked(request))

The token is encrypted and opens for the person and the page it was made for, for 12 hours.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect

from accounts.sealing import seal, unseal

LASTS = timedelta(hours=12)


def show(request: HttpRequest, criteria: Mapping[str, Any], path: str = "") -> HttpResponseRedirect:
    """To this page, or to that of `path`, with the criteria sealed in its address."""
    return HttpResponseRedirect(sealed(request, criteria, path))


def sealed(request: HttpRequest, criteria: Mapping[str, Any], path: str = "") -> str:
    """The address of this page, or of `path`, with the criteria (str, int, bool, lists of them); bare without any."""
    path = path or request.path
    given = {name: value for name, value in criteria.items() if value not in (None, "", [])}
    if not given:
        return path
    return f"{path}?s={seal(_purpose(request, path), json.dumps(given).encode()).decode()}"


def asked(request: HttpRequest, path: str = "") -> dict[str, Any]:
    """The criteria of this page's address; none where there is no token or it is not this person's for this page.

    With `path` those of that page's address, which this one was asked for with.
    """
    text = unseal(_purpose(request, path or request.path), request.GET.get("s", "").encode(), lasts=LASTS)
    return json.loads(text) if text else {}


def address(request: HttpRequest) -> str:
    """The query to keep in the links to a list's other pages."""
    token = request.GET.get("s", "")
    return f"s={token}" if token and asked(request) else ""


def _purpose(request: HttpRequest, path: str) -> str:
    return f"search of {request.user.pk} on {path}"
