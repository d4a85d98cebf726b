"""Statements of employers, and the page behind every line."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.queries import employers_of
from accounts.reading import note
from asye import clock
from asye.refusals import NotAllowed
from payments.models import GrantYear, Line
from payments.permissions import (
    SEES_STATEMENT,
    get_grant_year,
    get_line_for,
    get_statement_employer_for,
    may_prepare,
    sees_all_money,
    sees_lines,
)
from payments.presenters import pages, recoveries, words
from payments.queries.lines import history_of_line
from payments.queries.recoveries import heir_of, inherited, of_line, room_of
from payments.queries.statements import statement as read_statement
from payments.rules import recoveries as rules

ON_A_PAGE = 50


def own(request: SignedInRequest, today: date) -> HttpResponse:
    """The statements of the employers a person co-ordinates or leads; raises NotAllowed where there are none."""
    mine = list(employers_of(request.user, today, *SEES_STATEMENT))
    if not mine:
        raise NotAllowed("Statements are for co-ordinators and senior leads of the employer.")
    if len(mine) == 1:
        return redirect("statement_of", pk=mine[0].pk)
    return render(request, "payments/my_statements.html", {"employers": mine})


@login_required
@require_safe
def statement_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leads to an employer's statement for the financial year it is in London, or the last there is."""
    today = clock.today()
    employer = get_statement_employer_for(request.user, pk, on=today)
    year = GrantYear.objects.filter(starts_on__lte=today).order_by("-starts_on").first()
    if year is None:
        return render(request, "payments/no_statement.html", {"employer": employer})
    return redirect("statement", pk=employer.pk, code=year.code)


@login_required
@require_safe
def statement(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """What an employer was paid, is owed and waits for in one financial year, a page at a time; a senior lead sees
    only sums."""
    now = clock.now()
    today = clock.london_date(now)
    employer = get_statement_employer_for(request.user, pk, on=today)
    shown = read_statement(employer, get_grant_year(code), now=now)
    names, staff = sees_lines(request.user, employer, on=today)
    page = Paginator(shown.lines if names else Line.objects.none(), ON_A_PAGE).get_page(request.GET.get("page"))
    owed = Paginator(shown.owed if names else [], ON_A_PAGE).get_page(request.GET.get("owed"))
    back = Paginator(shown.recoveries if names else [], ON_A_PAGE).get_page(request.GET.get("back"))
    context = {
        "employer": employer,
        "year": shown.year,
        "other_years": _other_years(shown.year, today),
        "facts": pages.statement_facts(shown),
        "names": names,
        "staff": staff,
        "line_header": pages.STATEMENT_LINES if names else pages.STATEMENT_TOTALS,
        "page": page,
        "lines": pages.statement_rows(page) if names else pages.statement_total_rows(shown),
        "owed_header": pages.STATEMENT_OWED,
        "owed_page": owed,
        "owed": pages.statement_owed_rows(owed),
        "back_header": recoveries.OF_STATEMENT,
        "taken_over": recoveries.taken_over(
            employer, heir_of(employer, today), shown.recoveries, inherited(employer, shown.year, today)
        ),
        "back_page": back,
        "back": recoveries.statement_rows(back),
    }
    return render(request, "payments/statement.html", context)


def _other_years(year: GrantYear, today: date) -> list[GrantYear]:
    return list(GrantYear.objects.filter(starts_on__lte=today).exclude(pk=year.pk).order_by("-starts_on"))


@login_required
@require_safe
def line(request: SignedInRequest, pk: int) -> HttpResponse:
    """Why this pound: what a line stands on and everything that was done with it."""
    today = clock.today()
    one = get_line_for(request.user, pk, on=today)
    all_money = sees_all_money(request.user, on=today)
    note(request, one)
    context = {
        "line": one,
        "facts": pages.line_facts(one, all_money),
        "events": words.events(history_of_line(one)) if all_money else [],
        "back": one.batch_id if all_money else None,
        "can_ask_back": all_money and may_prepare(request.user, on=today) and rules.can_ask_back(one, room_of(one)),
        "recoveries_header": recoveries.OF_LINE,
        "recoveries": recoveries.of_line_rows(of_line(one)) if all_money else [],
    }
    return render(request, "payments/line.html", context)
