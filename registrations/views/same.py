"""Records that may be one person: pages for caseworkers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import reading
from accounts.http import SignedInRequest
from asye import clock
from asye.refusals import Refused, Stale
from registrations import same_page
from registrations import same_queries as queries
from registrations.forms.same import Different, Same
from registrations.models import NQSW, Likeness
from registrations.permissions import check_may_check
from registrations.services import same as services
from registrations.views.registration import PER_PAGE


@login_required
@require_safe
def same_people(request: SignedInRequest) -> HttpResponse:
    """Pairs that wait to be looked at, the oldest first."""
    check_may_check(request.user, clock.today())
    page = Paginator(queries.open_pairs(), PER_PAGE).get_page(request.GET.get("page"))
    words = {"page": page, "header": same_page.HEADER, "rows": same_page.rows(page)}
    return render(request, "registrations/same_people.html", words)


@login_required
@require_safe
def same_pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both records side by side, and what was decided."""
    pair = _pair(request, pk)
    for one in (pair.one, pair.other):
        reading.note(request, one)
    return render(request, "registrations/same_pair.html", _words(pair))


@login_required
@require_http_methods(["GET", "POST"])
def same_different(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks why they are two people."""
    pair = _pair(request, pk)
    form = Different(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.tell_apart(pair, form.cleaned_data["because"], by=request.user, now=clock.now())
        messages.success(request, "They are remembered as different people.")
        return redirect("same_people")
    return render(request, "registrations/same_different.html", {**_words(pair), "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def same_merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says what a merge does, asks which record is kept and why, and merges."""
    pair = _pair(request, pk)
    form = Same(request.POST if request.method == "POST" else None, records=same_page.choices(pair))
    if request.method == "POST" and form.is_valid():
        keep: NQSW = pair.one if form.cleaned_data["keep"] == str(pair.one_id) else pair.other
        try:
            services.merge(pair, keep, form.cleaned_data["because"], by=request.user, now=clock.now())
        except Stale:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, "The two records are one person from now on.")
            return redirect("same_people")
    return render(request, "registrations/same_merge.html", {**_words(pair), "form": form})


def _pair(request: SignedInRequest, pk: int) -> Likeness:
    check_may_check(request.user, clock.today())
    return get_object_or_404(Likeness.objects.select_related("one__user", "other__user", "decided_by"), pk=pk)


def _words(pair: Likeness) -> dict[str, Any]:
    return {
        "pair": pair,
        "alike": same_page.alike(pair),
        "header": same_page.SIDES,
        "rows": same_page.sides(pair),
        "registered_header": same_page.REGISTRATIONS,
        "registered": same_page.registrations(pair),
        "decided": same_page.decided(pair),
        "said": same_page.said(pair),
    }
