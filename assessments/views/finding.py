"""The list of registrations: searched, narrowed, paged, and taken out in a file."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import reading, search
from accounts.http import SignedInRequest
from accounts.models import User
from assessments.queries.overdue import with_overdue_review
from asye import clock, keyset
from registrations import exporting, finding, list_page, permissions, queries
from registrations.export_columns import COLUMNS
from registrations.finding import Criteria
from registrations.forms.lists import Filter
from registrations.models import Registration
from registrations.models.finding import Ending
from registrations.rules import searching
from registrations.services import exporting as services
from registrations.states import Stage

PER_PAGE = 25


@login_required
@require_http_methods(["GET", "POST"])
def registrations(request: SignedInRequest) -> HttpResponse:
    """The registrations this person may see, narrowed by what they searched for."""
    on = clock.today()
    if not permissions.may_list(request.user, on):
        raise PermissionDenied("You do not work with registrations.")
    everyone = finding.sees_all(request.user, on)
    options: dict[str, Any] = {
        "years": finding.year_choices(),
        "employers": finding.employer_choices(on) if everyone else None,
    }
    if request.method == "POST":
        form = Filter(request.POST, **options)
        if form.is_valid():
            return search.show(request, form.cleaned_data)
        asked: dict[str, Any] = {}
    else:
        asked = search.asked(request) or stage_in_address(request)
        form = Filter(initial=asked, **options)
    criteria = Criteria.of(asked)
    found = matching(request.user, criteria, on, everyone=everyone)
    page = keyset.page(found.select_related("nqsw"), request.GET, finding.NEWEST_FIRST, PER_PAGE)
    count = finding.counted(found)
    words = {
        "form": form,
        "page": page,
        "asked": bool(asked),
        "count": count,
        "caption": list_page.how_many(count),
        "chosen": [
            {"called": called, "value": value, "href": search.sealed(request, finding.without(asked, name))}
            for name, called, value in form.chosen(asked)
        ],
        "doubt": searching.understood(criteria.text).doubt,
        "header": list_page.HEADER,
        "cells": list_page.cells(page, finding.employers_shown(page, request.user, on)),
        "address": address_of(request, criteria),
        "columns": [[column.heading, column.means] for column in COLUMNS],
        "columns_header": ["Column", "What it means"],
        "may_register": permissions.employers_to_register_for(request.user, on).exists(),
        "may_check": permissions.may_check(request.user, on),
    }
    return render(request, "assessments/registrations.html", words)


def matching(user: User, criteria: Criteria, on: date, *, everyone: bool) -> QuerySet[Registration]:
    """The registrations that a person may see and that fit the criteria, each with its stage.

    An employer's people (not `everyone`) find by stage or by overdue reviews only what is still with them: how a year
    goes on elsewhere is not theirs to find out by asking.
    """
    found = finding.narrowed(queries.registrations_visible_to(user, on), criteria, on)
    if criteria.asks_how_it_goes and not everyone:
        found = found.filter(finding.still_held(user, on))
    return queries.with_stage(with_overdue_review(found, on) if criteria.overdue else found, on)


def stage_in_address(request: SignedInRequest) -> dict[str, Any]:
    """The stage of `?stage=deferred`, which figures lead to: it names nobody, so it needs no sealing."""
    stage = request.GET.get("stage", "")
    return {"stage": stage} if stage in Stage.values else {}


def address_of(request: SignedInRequest, criteria: Criteria) -> str:
    """The query to keep in the links to the list's other pages and to its file."""
    sealed = search.address(request)
    return sealed or (f"stage={criteria.stage}" if criteria.stage and stage_in_address(request) else "")


LIST = "registrations"


def criteria_of_list(request: SignedInRequest) -> Criteria:
    """What the list was narrowed by from which another address, with the same query, was asked for."""
    return Criteria.of(search.asked(request, reverse(LIST)) or stage_in_address(request))


@login_required
@require_http_methods(["POST"])
def registrations_export(request: SignedInRequest) -> StreamingHttpResponse:
    """The registrations of the list with the same query, every page of it, as a file."""
    now = clock.now()
    on = clock.london_date(now)
    if not permissions.may_list(request.user, on):
        raise PermissionDenied("You do not work with registrations.")
    criteria = criteria_of_list(request)
    ending = Ending.XLSX if request.POST.get("ending") == Ending.XLSX else Ending.CSV
    everyone = criteria.asks_how_it_goes and finding.sees_all(request.user, on)
    found = matching(request.user, criteria, on, everyone=everyone).order_by(*finding.NEWEST_FIRST.names())
    pks = list(found.values_list("pk", flat=True)[: services.MOST + 1])
    made = services.export(pks, criteria, ending, by=request.user, now=now)
    reading.note(request, made)
    name = f"registrations-{on.isoformat()}.{ending}"
    return StreamingHttpResponse(
        exporting.file(pks, ending, user=request.user, on=on),
        content_type=exporting.TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
