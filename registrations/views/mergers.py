"""An employer closes, or goes into a successor: pages for caseworkers."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roles
from accounts.http import SignedInRequest
from accounts.models import Employer
from accounts.permissions import check_has_role, get_employer_to_read, has_role
from asye import clock
from asye.dates import long_date
from asye.refusals import Refused, Stale
from asye.ui.links import link
from registrations import merger_queries as queries
from registrations.forms.mergers import CallOff, Closing, Merging, SeenPlacements
from registrations.models import Merger, Placement
from registrations.permissions import get_merger_for
from registrations.services import mergers as services

PLACED = ["Name", "Reference", "From", "Until"]


@login_required
@require_http_methods(["GET", "POST"])
def employer_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Closes an employer without a successor, on a day; lists who has to be moved or ended first."""
    now = clock.now()
    today = clock.london_date(now)
    check_has_role(request.user, roles.CASEWORKER, on=today)
    employer = get_employer_to_read(request.user, pk, on=today)
    form = Closing(request.POST if request.method == "POST" else None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.close(employer, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            day = long_date(form.cleaned_data["on"])
            messages.success(request, f"{employer.name} closes on {day}. From that day nobody acts for it.")
            return redirect("employer", pk=pk)
    words = {
        "form": form,
        "employer": employer,
        "header": PLACED,
        "placed": _placed(queries.placed_from(employer, today)),
    }
    return render(request, "registrations/employer_close.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def merger_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Proposes that an employer goes into another."""
    today = clock.today()
    check_has_role(request.user, roles.CASEWORKER, on=today)
    employer = get_employer_to_read(request.user, pk, on=today)
    others = Employer.objects.filter(closed_on__isnull=True).exclude(pk=pk)
    named = [(str(one.pk), one.name) for one in others]
    form = Merging(request.POST if request.method == "POST" else None, employers=named)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            made = services.propose(
                employer,
                others.get(pk=clean["successor"]),
                clean["effective_on"],
                clean["because"],
                by=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "The merger is proposed. Another caseworker has to confirm it.")
            return redirect("merger", pk=made.pk)
    return render(request, "registrations/merger_propose.html", {"form": form, "employer": employer})


@login_required
@require_safe
def merger(request: SignedInRequest, pk: int) -> HttpResponse:
    """One merger: who moves, by name, and what there is to do about it."""
    return _page(request, pk, "")


@login_required
@require_POST
def merger_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """The second person confirms exactly who they saw."""
    today = clock.today()
    check_has_role(request.user, roles.CASEWORKER, on=today)
    found = get_merger_for(request.user, pk, on=today)
    form = SeenPlacements(request.POST)
    if not form.is_valid():
        raise Stale("This page did not say who moves. Look at the list again.")
    seen = form.cleaned_data
    try:
        services.confirm(found, by=request.user, now=clock.now(), seen_count=seen["count"], seen_sha256=seen["sha256"])
    except Stale:
        raise
    except Refused as refusal:
        return _page(request, pk, str(refusal))
    messages.success(request, f"{found.employer.name} is now part of {found.successor.name}. Everybody has been told.")
    return redirect("merger", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def merger_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks why, and calls a proposed merger off."""
    today = clock.today()
    check_has_role(request.user, roles.CASEWORKER, on=today)
    found = get_merger_for(request.user, pk, on=today)
    form = CallOff(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(found, form.cleaned_data["because"], by=request.user, now=clock.now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "The merger is called off. Nothing has moved.")
            return redirect("employer", pk=found.employer_id)
    return render(request, "registrations/merger_cancel.html", {"form": form, "merger": found})


def _page(request: SignedInRequest, pk: int, refusal: str) -> HttpResponse:
    today = clock.today()
    found = get_merger_for(request.user, pk, on=today)
    moving = list(queries.placed_from(found.employer, found.effective_on)) if found.is_open else []
    decides = found.is_open and has_role(request.user, roles.CASEWORKER, on=today)
    mine = request.user.human_id in found.proposers
    words = {
        "merger": found,
        "details": _details(found),
        "header": PLACED,
        "moving": _placed(moving),
        "count": len(moving),
        "sha256": services.digest(moving),
        "decides": decides,
        "mine": mine,
        "may_confirm": decides and not mine and found.effective_on <= today,
        "too_early": found.is_open and found.effective_on > today,
        "refusal": refusal,
    }
    return render(request, "registrations/merger.html", words, status=409 if refusal else 200)


def _details(found: Merger) -> list[tuple[str, str]]:
    rows = [
        ("Employer", found.employer.name),
        ("Goes into", found.successor.name),
        ("First day there", long_date(found.effective_on)),
        ("Why", found.because),
        ("Proposed by", f"{found.proposed_by.full_name}, {long_date(clock.london_date(found.proposed_at))}"),
    ]
    if found.confirmed_by and found.confirmed_at:
        day = long_date(clock.london_date(found.confirmed_at))
        rows += [("Confirmed by", f"{found.confirmed_by.full_name}, {day}"), ("NQSWs who moved", str(found.count))]
    if found.cancelled_by and found.cancelled_at:
        day = long_date(clock.london_date(found.cancelled_at))
        rows += [("Called off by", f"{found.cancelled_by.full_name}, {day}"), ("Because", found.cancelled_because)]
    return rows


def _placed(placements: Iterable[Placement]) -> list[list[Any]]:
    return [
        [
            link(reverse("registration", args=[each.registration_id]), each.nqsw.full_name),
            each.registration.reference or "None yet",
            long_date(each.starts_on),
            long_date(each.ends_on) if each.ends_on else "Open",
        ]
        for each in placements
    ]
