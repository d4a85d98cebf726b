"""The list of registrations and the page of one."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import reading, search
from accounts.http import SignedInRequest
from asye import clock
from registrations import permissions, presenters, queries, register, register_page
from registrations.forms.lists import Filter
from registrations.models import Registration
from registrations.rules import standing
from registrations.states import Stage, State, Verdict

PER_PAGE = 25


@login_required
@require_http_methods(["GET", "POST"])
def registrations(request: SignedInRequest) -> HttpResponse:
    """The registrations this person may see, narrowed by what they searched for."""
    on = clock.today()
    if not permissions.may_list(request.user, on):
        raise PermissionDenied("You do not work with registrations.")
    if request.method == "POST":
        form = Filter(request.POST)
        if form.is_valid():
            return search.show(request, form.cleaned_data)
        asked: dict[str, Any] = {}
    else:
        asked = search.asked(request) or _stage_in_address(request)
        form = Filter(initial=asked)
    found = queries.with_stage(queries.registrations_visible_to(request.user, on), on)
    found = queries.narrowed(found, text=asked.get("name", ""), stage=asked.get("stage", ""))
    page = Paginator(found.select_related("nqsw"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "registrations/list.html",
        {
            "form": form,
            "page": page,
            "asked": bool(asked),
            "rows": page.paginator.count,
            "caption": f"{page.paginator.count} registration{'' if page.paginator.count == 1 else 's'}",
            "header": presenters.TABLE_HEADER,
            "cells": presenters.table_cells(presenters.list_rows(page, queries.last_employers(page))),
            "address": search.address(request) or urlencode(_stage_in_address(request)),
            "may_register": permissions.employers_to_register_for(request.user, on).exists(),
            "may_check": permissions.may_check(request.user, on),
        },
    )


def _stage_in_address(request: SignedInRequest) -> dict[str, Any]:
    """The stage of `?stage=deferred`, which figures lead to: it names nobody, so it needs no sealing."""
    stage = request.GET.get("stage", "")
    return {"stage": stage} if stage in Stage.values else {}


@login_required
@require_http_methods(["GET"])
def registration(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about one registration, and what this person may do to it."""
    on = clock.today()
    found = permissions.get_registration_for(request.user, pk, on=on)
    reading.note(request, found)
    return render(request, "registrations/registration.html", page_of(request, found))


def page_of(request: SignedInRequest, found: Registration) -> dict[str, Any]:
    """What the page of a registration shows to the person who asks."""
    on = clock.today()
    placement = queries.placement_of(found, on)
    assessor = queries.assessor_of(found, on)
    deferral = queries.open_deferral(found)
    annotated = queries.with_stage(Registration.objects.filter(pk=found.pk), on).get()
    stage, colour = presenters.stage_of(annotated)
    coordinator = permissions.is_coordinator_of(request.user, found, on)
    caseworker = permissions.may_check(request.user, on)
    sees_names = caseworker or permissions.is_auditor(request.user, on)
    return {
        "registration": found,
        "stage": stage,
        "colour": colour,
        "next": presenters.next_step(found, deferred=stage == Stage.DEFERRED.label, checks=caseworker),
        "verdict_colour": presenters.VERDICT_COLOURS[Verdict(found.verdict)],
        "reasons": presenters.reasons(found),
        "person_rows": presenters.person_rows(found, joined=found.nqsw.user_id is not None),
        "year_rows": presenters.year_rows(
            found,
            employer=placement.employer.name,
            assessor=assessor.full_name if assessor else "",
            end=queries.planned_end(found),
        ),
        "review_rows": presenters.review_rows(queries.planned_dates(found), deferral),
        "deferral_rows": presenters.deferral_rows(found.deferrals.all()),
        "register": register_of(found, on, caseworker=caseworker, sees_names=sees_names),
        "events": presenters.timeline(queries.history(found)),
        "open_query": queries.open_query(found),
        "has_records": found.state == State.REGISTERED and permissions.may_follow_year(request.user, found, on),
        "coordinator": coordinator,
        "caseworker": caseworker,
        "simulated": register.is_simulated(),
        "waits_for_check": found.state == State.SUBMITTED and found.ended_on is None,
        "changes": presenters.changes_open(found, deferred=deferral is not None) if coordinator else [],
        "listed": permissions.may_list(request.user, on),
        "can_resend": coordinator and found.nqsw.user_id is None and standing.is_live(found),
    }


def register_of(found: Registration, on: date, *, caseworker: bool, sees_names: bool) -> register_page.Part:
    """What the page shows of the register, to those who may have it asked and to the others."""
    looks = found.register_checks.select_related("checked_by", "settled__settled_by")
    waiting = found.register_requests.filter(done_at__isnull=True).first() if caseworker else None
    return register_page.part(found, list(looks), waiting, on=on, sees_names=sees_names, asks=caseworker)
