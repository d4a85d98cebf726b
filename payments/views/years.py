"""Grant years: what each says of vendor details and of the final-year advance, and how an administrator changes it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from payments.forms import YearSettings
from payments.permissions import check_may_set_years, check_reads_years, get_grant_year, may_set_years
from payments.presenters import years as words
from payments.queries.forecast import forecast
from payments.queries.years import all_years, changes_of_years, proposals_waiting
from payments.rules.years import seen_of
from payments.services import years as services
from payments.views.confirming import Asked, Change, answer

CHANGES_ON_A_PAGE = 20


@login_required
@require_safe
def grant_years(request: SignedInRequest) -> HttpResponse:
    """Every grant year with its settings, and what was changed about them."""
    today = clock.today()
    check_reads_years(request.user, on=today)
    years = list(all_years())
    page: Any = Paginator(changes_of_years(), CHANGES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "header": words.HEADER,
        "rows": words.year_rows(years, today, may_change=may_set_years(request.user, on=today)),
        "events": words.events(page, {year.pk: year.code for year in years}),
        "page": page,
    }
    return render(request, "payments/grant_years.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def grant_year_change(request: SignedInRequest, code: str) -> HttpResponse:
    """Changes the settings of a grant year, after showing what that does."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_set_years(request.user, on=today)
    year = get_grant_year(code)
    initial = {
        "cool_off_days": year.cool_off_days,
        "contact_settled_days": year.contact_settled_days,
        "final_year_advance_on": year.final_year_advance_on,
        "seen": seen_of(year),
    }
    form = YearSettings(request.POST if request.method == "POST" else None, initial=initial)
    money: list[str] = []

    def act(given: dict[str, Any]) -> object:
        before = forecast(now)
        done = services.change_settings(year, **given, by=request.user, now=now)
        money.extend(words.money(before, forecast(now)))
        return done

    def shown(given: dict[str, Any]) -> tuple[list[str], list[str]]:
        return words.effects(year, given, today, proposals_waiting()), money

    there = reverse("grant_years")
    change = Change(f"Settings of grant year {code}", "Change the settings", f"Grant year {code} is changed.", ())
    return answer(request, Asked(change, form, act, None, back_to=there, go_to=there, shown=shown), now)
