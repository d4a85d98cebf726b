"""What the grant costs by month and year, and what is owed by age."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from asye import clock
from payments import queries
from payments.permissions import check_sees_all_money
from payments.presenters import ageing, forecast
from payments.queries.ageing import OwedRows
from payments.states import Age, Blocked

ON_A_PAGE = 50
READY = "ready"


@login_required
@require_safe
def forecast_page(request: SignedInRequest) -> HttpResponse:
    """Paid, in batches, owed and expected by month, against the budget of each financial year."""
    now = clock.now()
    today = clock.london_date(now)
    check_sees_all_money(request.user, on=today)
    years = queries.forecast(now)
    asked = request.GET.get("year") or queries.year_begins(today)
    chosen = next((year for year in years if asked in (year.code, year.starts_on)), None)
    chosen = chosen or next(year for year in years if year.starts_on == queries.year_begins(today))
    words = {
        "warnings": forecast.warnings(years),
        "year_header": forecast.YEARS,
        "years": forecast.year_rows(years),
        "chosen": chosen,
        "month_header": forecast.OF_MONTHS,
        "months": forecast.month_rows(chosen),
        "is_empty": not chosen.total_pence,
    }
    return render(request, "payments/forecast.html", words)


@login_required
@require_safe
def owed_payments(request: SignedInRequest) -> HttpResponse:
    """What is owed and in no batch, for one reason of blocking (`why`) and of one age (`age`), oldest first."""
    today = clock.today()
    check_sees_all_money(request.user, on=today)
    why, age = request.GET.get("why", ""), request.GET.get("age", "")
    why = why if why in (READY, *Blocked.values) else ""
    age = age if age in Age.values else ""
    reason = {"": None, READY: ""}.get(why, why)
    found: Any = OwedRows(today, why=reason, age=age or None)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [ageing.READY if why == READY else Blocked(why).label] if why else []
    words = {
        "header": ageing.BLOCKED,
        "rows": ageing.blocked_rows(page),
        "page": page,
        "address": "&".join(f"{key}={value}" for key, value in (("why", why), ("age", age)) if value),
        "shown": ". ".join([*shown, *([Age(age).label] if age else [])]),
    }
    return render(request, "payments/owed.html", words)
