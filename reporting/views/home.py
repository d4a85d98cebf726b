"""The first page of everybody who is signed in."""

from collections.abc import Callable
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import roles_of
from accounts.waiting import Task
from asye import clock
from reporting.presenters import home as presenter
from reporting.queries import waiting

TASKS_ON_A_PAGE = 50


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    today = clock.london_date(now)
    mine = waiting.for_person(request.user, today)
    others = waiting.on_others(request.user, today)
    context = {
        "first_name": request.user.first_name,
        "mine": presenter.lines(mine[: presenter.SHOWN_TASKS], today),
        "mine_count": len(mine),
        "others": presenter.lines(others[: presenter.SHOWN_TASKS], today),
        "others_count": len(others),
        "sections": presenter.sections(request.user, roles_of(request.user, today), now),
    }
    return render(request, "reporting/home.html", context)


@require_safe
@login_required
def waiting_for_me(request: HttpRequest) -> HttpResponse:
    return _all_tasks(request, waiting.for_person, "What waits for you")


@require_safe
@login_required
def waiting_on_others(request: HttpRequest) -> HttpResponse:
    return _all_tasks(request, waiting.on_others, "What you are waiting for")


def _all_tasks(request: HttpRequest, gather: Callable[[User, date], list[Task]], title: str) -> HttpResponse:
    today = clock.today()
    page = Paginator(gather(request.user, today), TASKS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"title": title, "page": page, "lines": presenter.lines(page.object_list, today)}
    return render(request, "reporting/waiting.html", context)
