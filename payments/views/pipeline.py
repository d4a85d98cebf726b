"""The front page of payments, preparing a batch, and the ledger."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.models import Employer
from asye import clock
from asye.money import pounds
from payments.forms import Find, Nothing
from payments.models import Batch
from payments.permissions import check_may_prepare, check_sees_all_money, may_prepare, sees_all_money
from payments.presenters import ageing as words_of_age
from payments.presenters import forecast as forecasting
from payments.presenters import pages
from payments.queries import forecast, over_budget, year_begins
from payments.queries.ageing import OwedRows, ageing, in_batches
from payments.queries.ledger import trial_balance, verify
from payments.queries.lines import batches_in_progress
from payments.queries.owed import owed_totals
from payments.services import preparing
from payments.views import statements

ON_A_PAGE = 50


@login_required
@require_safe
def payments(request: SignedInRequest) -> HttpResponse:
    """What is owed, blocked and in which batch, for those who look after the money; else the person's statements."""
    now = clock.now()
    today = clock.london_date(now)
    if not sees_all_money(request.user, on=today):
        return statements.own(request, today)
    aged = ageing(today)
    years = forecast(now)
    page = Paginator(batches_in_progress(request.user, today), ON_A_PAGE).get_page(request.GET.get("page"))
    words = {
        "find": Find(),
        "owed_sentence": words_of_age.owed_sentence(aged),
        "can_prepare": any(not one.blocked for one in aged) and may_prepare(request.user, on=today),
        "warnings": forecasting.warnings(years),
        "budget_header": forecasting.YEARS,
        "budgets": forecasting.year_rows(year for year in years if year.starts_on >= year_begins(today)),
        "pipeline_header": words_of_age.PIPELINE,
        "pipeline": words_of_age.pipeline_rows(aged, in_batches()),
        "ageing_header": words_of_age.AGEING,
        "ageing": words_of_age.ageing_rows(aged),
        "blocked_header": words_of_age.BLOCKED,
        "blocked": words_of_age.blocked_rows(OwedRows(today, only_blocked=True)[:ON_A_PAGE]),
        "blocked_count": sum(one.count for one in aged if one.blocked),
        "blocked_shown": ON_A_PAGE,
        "batch_header": pages.BATCHES,
        "page": page,
        "batches": pages.batch_rows(page),
    }
    return render(request, "payments/payments.html", words)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_prepare(request: SignedInRequest) -> HttpResponse:
    """Prepares a batch of everything owed, after saying how much that is."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    form = Nothing(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Batch] = []
        if done(form, lambda: made.append(preparing.prepare_batch(by=request.user, now=now))):
            messages.success(request, f"Batch {made[0].reference} prepared")
            return redirect("batch", pk=made[0].pk)
    free = [total for total in owed_totals(today) if not total.blocked]
    words = {
        "form": form,
        "count": sum(total.count for total in free),
        "total": pounds(sum(total.sum_pence for total in free)),
        "warnings": forecasting.warnings(year for year in over_budget(now) if year.pence("owed")),
    }
    return render(request, "payments/prepare.html", words)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def ledger(request: SignedInRequest) -> HttpResponse:
    """The trial balance; when it is asked for, also whether the ledger, its seals and the files agree."""
    check_sees_all_money(request.user, on=clock.today())
    balances = trial_balance()
    names = dict(Employer.objects.values_list("id", "name"))
    words = {
        "header": pages.BALANCES,
        "rows": pages.balance_rows(balances, names),
        "debit": pounds(sum(one.debit for one in balances)),
        "credit": pounds(sum(one.credit for one in balances)),
        "checked": request.method == "POST",
        "faults": verify() if request.method == "POST" else [],
    }
    return render(request, "payments/ledger.html", words)
