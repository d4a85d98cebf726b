"""Registrations and outcomes in figures."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from asye import clock
from reporting import permissions
from reporting.presenters import statistics as presenter
from reporting.queries.counts import registrations_and_outcomes
from reporting.statistics import Statistics, tables


def _counted(user: User, now: datetime) -> tuple[Statistics, bool]:
    """The release as it stands, and whether this reader may see the tables by protected characteristics."""
    on = clock.london_date(now)
    permissions.check_may_see_statistics(user, on=on)
    return tables(registrations_and_outcomes(), as_at=now), permissions.may_see_equality_tables(user, on=on)


@require_safe
@login_required
def statistics(request: SignedInRequest) -> HttpResponse:
    counted, with_equality = _counted(request.user, clock.now())
    return render(request, "reporting/statistics.html", presenter.page(counted, with_equality=with_equality))


@require_POST
@login_required
def statistics_file(request: SignedInRequest) -> HttpResponse:
    counted, with_equality = _counted(request.user, clock.now())
    content = presenter.csv_file(counted, with_equality=with_equality)
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{presenter.file_name(counted)}"'},
    )
