"""The log of who opened which sensitive record. Reading it is logged as well."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import reading, search
from accounts.http import SignedInRequest
from asye import clock, keyset
from asye.dates import long_date, long_datetime
from reporting.forms import ReadsFilter
from reporting.permissions import check_may_read_log
from reporting.queries import reads

PER_PAGE = 50
HEADER = ["When", "Who", "What"]
CALLED = {"person": "Who", "record": "What", "first": "From", "last": "Until"}


@login_required
@require_http_methods(["GET", "POST"])
def records_opened(request: SignedInRequest) -> HttpResponse:
    """Who opened what, newest first, narrowed by person, registration and days."""
    on = clock.today()
    check_may_read_log(request.user, on=on)
    given: dict[str, Any] = {}
    if request.method == "POST":
        form = ReadsFilter(request.POST)
        if form.is_valid():
            cleaned = form.cleaned_data
            return search.show(
                request, {name: each.isoformat() if isinstance(each, date) else each for name, each in cleaned.items()}
            )
    else:
        given = search.asked(request)
        for name in ("first", "last"):
            if given.get(name):
                given[name] = date.fromisoformat(given[name])
        form = ReadsFilter(initial=given)
    page = keyset.page(reads.reads(reads.Asked(**given), on), request.GET, reads.NEWEST_FIRST, PER_PAGE)
    names = reads.names_of(page)
    reading.noted(request).append(reads.WHOLE_LOG)
    words = {
        "form": form,
        "page": page,
        "header": HEADER,
        "cells": [
            [
                long_datetime(each.at),
                f"{each.actor.full_name}, {each.actor.email}",
                names.get((each.object_type, each.object_id), f"Something that is no longer there ({each.object_id})"),
            ]
            for each in page
        ],
        "chosen": _chosen(request, given),
        "address": search.address(request),
    }
    return render(request, "reporting/records_opened.html", words)


def _chosen(request: SignedInRequest, given: dict[str, Any]) -> list[dict[str, str]]:
    plain = {name: each.isoformat() if isinstance(each, date) else each for name, each in given.items()}
    return [
        {
            "called": CALLED[name],
            "value": long_date(value) if isinstance(value, date) else str(value),
            "href": search.sealed(request, {key: each for key, each in plain.items() if key != name}),
        }
        for name, value in given.items()
    ]
