"""The first page of everybody who is signed in."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, memberships_of, role_keys_of
from accounts.waiting import Waiting
from asye import clock
from payments.forms import Find
from payments.permissions import FINDS_PAYMENTS
from reporting.presenters import home as presenter
from reporting.queries import waiting

TASKS_ON_A_PAGE = 50


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    today = clock.today()
    memberships = memberships_of(request, today)
    held = role_keys_of(request, today)
    mine, others = waiting.both(request.user, held, today, upto=presenter.SHOWN_TASKS)
    context = {
        "find": Find() if any(role.key in held for role in FINDS_PAYMENTS) else None,
        "first_name": request.user.first_name,
        "mine": presenter.lines(mine.tasks, today),
        "mine_count": mine.count,
        "others": presenter.lines(others.tasks, today, of_others=True),
        "others_count": others.count,
        "sections": presenter.sections(request.user, memberships, today),
    }
    return render(request, "reporting/home.html", context)


@require_safe
@login_required
def waiting_for_me(request: SignedInRequest) -> HttpResponse:
    return _list(request, "What waits for you", waiting.for_person, of_others=False)


@require_safe
@login_required
def waiting_on_others(request: SignedInRequest) -> HttpResponse:
    return _list(request, "What you are waiting for", waiting.on_others, of_others=True)


def _list(request: SignedInRequest, title: str, find: Callable[..., Waiting], *, of_others: bool) -> HttpResponse:
    today = clock.today()
    held = role_keys_of(request, today)
    asked = request.GET.get("page", "")
    number = max(int(asked), 1) if asked.isdecimal() and len(asked) < 5 else 1
    found = find(request.user, held, today, upto=number * TASKS_ON_A_PAGE)
    page = Paginator(range(found.count), TASKS_ON_A_PAGE).get_page(number)
    before = (page.number - 1) * TASKS_ON_A_PAGE
    lines = presenter.lines(found.tasks[before : before + TASKS_ON_A_PAGE], today, of_others=of_others)
    return render(request, "reporting/waiting.html", {"title": title, "page": page, "lines": lines})
