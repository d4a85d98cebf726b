"""What each assessor has: for their co-ordinator, and each assessor's own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import search
from accounts.http import SignedInRequest
from assessments.forms import LoadFilter
from assessments.permissions import check_may_see_loads, employers_of_loads, get_assessor_for
from assessments.presenters import load as load_page
from assessments.queries.load import Load, load_of, loads_at
from asye import clock

PER_PAGE = 25


@login_required
@require_http_methods(["GET", "POST"])
def assessor_load(request: SignedInRequest) -> HttpResponse:
    """Every assessor of the employers this person co-ordinates; an assessor is led on to their own."""
    on = clock.today()
    if not check_may_see_loads(request.user, on=on):
        return redirect("assessor_load_of", pk=request.user.pk)
    asked: dict[str, Any] = {}
    form = LoadFilter(request.POST)
    if request.method == "POST":
        if form.is_valid():
            return search.show(request, form.cleaned_data)
    else:
        asked = search.asked(request)
        form = LoadFilter(initial=asked)
    found = _found(request, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "form": form,
        "page": page,
        "asked": bool(asked),
        "caption": f"{len(found)} assessor{'' if len(found) == 1 else 's'}",
        "header": load_page.HEADER,
        "cells": load_page.cells(page.object_list, on, several=len({load.employer_id for load in found}) > 1),
        "address": search.address(request),
        "chosen": [
            {
                "called": called,
                "value": value,
                "href": search.sealed(request, {key: each for key, each in asked.items() if key != name}),
            }
            for name, called, value in form.chosen(asked)
        ],
    }
    return render(request, "assessments/assessor_load.html", words)


@login_required
@require_POST
def assessor_load_file(request: SignedInRequest) -> HttpResponse:
    """Exactly the assessors of the list with the same query, every page of it."""
    on = clock.today()
    check_may_see_loads(request.user, on=on, all_of_them=True)
    found = _found(request, search.asked(request, reverse("assessor_load")))
    return HttpResponse(
        load_page.file(found, on),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="assessors-{on.isoformat()}.csv"'},
    )


@login_required
@require_safe
def assessor_load_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """One assessor's NQSWs: what waits for the assessor in each year, and what is due next."""
    on = clock.today()
    assessor, employers = get_assessor_for(request.user, pk, on=on)
    loads = load_of(assessor, employers, on, seen_by=request.user)
    words = {
        "assessor": assessor,
        "is_own": assessor.pk == request.user.pk,
        "lists_all": check_may_see_loads(request.user, on=on),
        "header": load_page.OF_ONE,
        "loads": [
            {
                "employer": load.employer,
                "summary": load_page.summary(load, on),
                "rows": load_page.rows_of_one(load, on),
            }
            for load in loads
        ],
    }
    return render(request, "assessments/assessor_load_of.html", words)


def _found(request: SignedInRequest, asked: dict[str, Any]) -> list[Load]:
    on = clock.today()
    every = loads_at(employers_of_loads(request.user, on=on), on, seen_by=request.user)
    return load_page.narrowed(every, name=str(asked.get("name", "")), late=bool(asked.get("late")), on=on)
