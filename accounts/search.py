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


def show(request: HttpRequest, criteria: Mapping[str, Any]) -> HttpResponseRedirect:
    """To this page with the criteria (str, int, bool, lists of them) sealed in its address; bare without any."""
    given = {name: value for name, value in criteria.items() if value not in (None, "", [])}
    if not given:
        return HttpResponseRedirect(request.path)
    token = seal(_purpose(request), json.dumps(given).encode()).decode()
    return HttpResponseRedirect(f"{request.path}?s={token}")


def asked(request: HttpRequest) -> dict[str, Any]:
    """The criteria of this page's address; none where there is no token or it is not this person's for this page."""
    text = unseal(_purpose(request), request.GET.get("s", "").encode(), lasts=LASTS)
    return json.loads(text) if text else {}


def address(request: HttpRequest) -> str:
    """The query to keep in the links to a list's other pages."""
    token = request.GET.get("s", "")
    return f"s={token}" if token and asked(request) else ""


def _purpose(request: HttpRequest) -> str:
    return f"search of {request.user.pk} on {request.path}"
