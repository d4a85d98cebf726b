"""The first page of everybody who is signed in."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.queries import role_keys_of, roles_of
from accounts.waiting import Task
from asye import clock
from reporting.presenters import home as presenter
from reporting.queries import waiting

TASKS_ON_A_PAGE = 50


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    today = clock.today()
    memberships = roles_of(request.user, today)
    held = {membership.role for membership in memberships}
    mine = waiting.for_person(request.user, held, today)
    others = waiting.on_others(request.user, held, today)
    context = {
        "first_name": request.user.first_name,
        "mine": presenter.lines(mine[: presenter.SHOWN_TASKS], today),
        "mine_count": len(mine),
        "others": presenter.lines(others[: presenter.SHOWN_TASKS], today, of_others=True),
        "others_count": len(others),
        "sections": presenter.sections(request.user, memberships, today),
    }
    return render(request, "reporting/home.html", context)


@require_safe
@login_required
def waiting_for_me(request: SignedInRequest) -> HttpResponse:
    today = clock.today()
    page = _page(request, waiting.for_person(request.user, role_keys_of(request.user, today), today))
    context = {"title": "What waits for you", "page": page, "lines": presenter.lines(page.object_list, today)}
    return render(request, "reporting/waiting.html", context)


@require_safe
@login_required
def waiting_on_others(request: SignedInRequest) -> HttpResponse:
    today = clock.today()
    page = _page(request, waiting.on_others(request.user, role_keys_of(request.user, today), today))
    lines = presenter.lines(page.object_list, today, of_others=True)
    return render(
        request, "reporting/waiting.html", {"title": "What you are waiting for", "page": page, "lines": lines}
    )


def _page(request: SignedInRequest, tasks: list[Task]) -> Page:
    return Paginator(tasks, TASKS_ON_A_PAGE).get_page(request.GET.get("page"))
