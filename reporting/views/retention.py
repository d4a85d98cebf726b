"""What would be forgotten, before it is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from asye import clock
from reporting.permissions import check_may_see_retention
from reporting.presenters import forgetting as presenter
from reporting.queries import forgetting


@login_required
@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    """For every job that forgets: what it would forget now and in the next 30 days, and what is kept back and why."""
    now = clock.now()
    check_may_see_retention(request.user, on=clock.london_date(now))
    words = {
        "header": presenter.HEADER,
        "rows": presenter.rows(forgetting.forecasts(now)),
        "money_header": presenter.MONEY,
        "money": presenter.money_rows(forgetting.open_money(now)),
        "at": now,
    }
    return render(request, "reporting/retention.html", words)
