"""Payments that are to be recovered: proposals, which no machine carries out."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from asye import clock
from payments.permissions import check_sees_all_money
from payments.presenters import pages
from payments.queries.effects import to_recover

ON_A_PAGE = 50


@login_required
@require_safe
def recoveries(request: SignedInRequest) -> HttpResponse:
    """What was paid and is to be asked back, with the reason: `queries.effects.to_recover` says when."""
    check_sees_all_money(request.user, on=clock.today())
    page = Paginator(to_recover(), ON_A_PAGE).get_page(request.GET.get("page"))
    words = {"page": page, "header": pages.RECOVERIES, "rows": pages.recovery_rows(page)}
    return render(request, "payments/recoveries.html", words)
