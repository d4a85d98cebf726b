"""Requests to take part, for caseworkers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import employer_pages as pages
from accounts import employer_queries as queries
from accounts import employer_rules, roles
from accounts.acting import done
from accounts.forms import Because
from accounts.http import SignedInRequest
from accounts.permissions import check_has_role, get_request_for, has_role
from accounts.services import requests as services
from accounts.states import REQUEST_COLOURS, RequestState
from asye import clock
from asye.refusals import Refused

A_PAGE = 50
REQUESTS = ["Name", "Kind", "Region", "Confirmed on", "State"]
ALIKE = ["Name", "Code", "Kind", "Region", "State"]


@login_required
@require_safe
def employer_requests(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, oldest first, and what was decided."""
    check_has_role(request.user, roles.CASEWORKER, roles.AUDITOR, on=clock.today())
    page = Paginator(queries.requests_decided(), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "header": REQUESTS,
        "waiting": pages.request_rows(queries.requests_to_decide()),
        "decided": pages.request_rows(page.object_list),
        "page": page,
    }
    return render(request, "accounts/employer_requests.html", words)


@login_required
@require_safe
def employer_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request, with the employers and requests it may be a double of."""
    return _page(request, pk, "")


@login_required
@require_POST
def employer_request_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Makes the employer and invites who asked."""
    today = clock.today()
    found = get_request_for(request.user, pk, on=today)
    try:
        made = services.approve(found, by=request.user, now=clock.now())
    except Refused as refusal:
        return _page(request, pk, str(refusal))
    messages.success(request, f"{made.name} is an employer from today. We sent {found.email} an invitation.")
    return redirect("employer", pk=made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def employer_request_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks why, and turns the organisation down."""
    check_has_role(request.user, roles.CASEWORKER, on=clock.today())
    found = get_request_for(request.user, pk, on=clock.today())
    form = Because(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: services.refuse(found, form.cleaned_data["because"], by=request.user, now=clock.now())
    ):
        messages.success(request, f"The request of {found.name} is refused. We have told {found.email} why.")
        return redirect("employer_requests")
    return render(request, "accounts/employer_request_refuse.html", {"form": form, "asked": found})


def _page(request: SignedInRequest, pk: int, refusal: str) -> HttpResponse:
    today = clock.today()
    found = get_request_for(request.user, pk, on=today)
    state = RequestState(found.state)
    decides = has_role(request.user, roles.CASEWORKER, on=today) and employer_rules.can_move(
        found, RequestState.APPROVED
    )
    words = {
        "asked": found,
        "state": state.label,
        "colour": REQUEST_COLOURS[state],
        "sections": pages.request_sections(found),
        "alike_header": ALIKE,
        "alike": pages.employer_rows(queries.like(found)[:A_PAGE], today) if decides else [],
        "others_header": REQUESTS,
        "others": pages.request_rows(queries.other_requests(found)[:A_PAGE]) if decides else [],
        "decides": decides,
        "refusal": refusal,
    }
    return render(request, "accounts/employer_request.html", words, status=409 if refusal else 200)
