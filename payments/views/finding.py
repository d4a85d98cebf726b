"""Payments found by an employer's name or a reference, and why an employer received what it did."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import search
from accounts.http import SignedInRequest
from asye import clock
from payments.forms import Find
from payments.models import Line
from payments.permissions import check_finds_payments, get_remittance_for, sees_all_money
from payments.presenters import remittances as words
from payments.queries import remittances
from payments.rules.finding import understood

ON_A_PAGE, LINES_ON_A_PAGE = 25, 50


@login_required
@require_http_methods(["GET", "POST"])
def payments_find(request: SignedInRequest) -> HttpResponse:
    """Payments that fit what was typed, the latest paid first; a co-ordinator finds those of their employer."""
    today = clock.today()
    check_finds_payments(request.user, on=today)
    asked: dict[str, Any] = {}
    if request.method == "POST":
        form = Find(request.POST)
        if form.is_valid():
            return search.show(request, form.cleaned_data)
    else:
        asked = search.asked(request)
        form = Find(initial=asked)
    staff = sees_all_money(request.user, on=today)
    what = understood(str(asked.get("text", "")))
    lines = Line.objects.visible_to(request.user, today) if asked else Line.objects.none()
    page = Paginator(remittances.found(lines, what, today), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "asked": bool(asked),
        "doubt": what.doubt,
        "header": words.header(staff),
        "page": page,
        "rows": words.rows(page, staff),
        "address": search.address(request),
    }
    return render(request, "payments/find.html", context)


@login_required
@require_safe
def remittance(request: SignedInRequest, pk: int, employer: int) -> HttpResponse:
    """Why an employer received what it did from one batch: each line with its reason; for those who look after the
    money also who prepared, submitted and approved it, in which file it went and what the payer answered."""
    today = clock.today()
    shown = get_remittance_for(request.user, pk, employer, on=today)
    staff = sees_all_money(request.user, on=today)
    page = Paginator(shown.lines, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "employer_id": employer,
        "year": shown.lines[0].grant_year.code,
        "heading": words.heading(shown),
        "facts": words.facts(shown),
        "header": words.OF_LINES,
        "page": page,
        "rows": words.line_rows(page),
        "how_paid": words.how_paid(shown) if staff else [],
    }
    return render(request, "payments/remittance.html", context)
