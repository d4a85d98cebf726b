"""The first page of everybody who is signed in."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import roles, search
from accounts.http import SignedInRequest, memberships_of, role_keys_of
from accounts.waiting import Waiting
from asye import clock
from payments.permissions import FINDS_PAYMENTS
from reporting.forms import TaskFilter
from reporting.presenters import home as presenter
from reporting.presenters import tasks
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
        "find": presenter.find_box() if any(role.key in held for role in FINDS_PAYMENTS) else None,
        "first_name": request.user.first_name,
        "mine": tasks.lines(mine.tasks, today, name="mine"),
        "nothing": "" if mine.count else _nothing(request, today),
        "mine_count": mine.count,
        "others": tasks.lines(others.tasks, today, name="others", of_others=True),
        "others_count": others.count,
        "sections": presenter.sections(request.user, memberships, today),
    }
    return render(request, "reporting/home.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def waiting_for_me(request: SignedInRequest) -> HttpResponse:
    return _list(request, "What waits for you", waiting.for_person, of_others=False)


@login_required
@require_http_methods(["GET", "POST"])
def waiting_on_others(request: SignedInRequest) -> HttpResponse:
    return _list(request, "What you are waiting for", waiting.on_others, of_others=True)


def _list(request: SignedInRequest, title: str, find: Callable[..., Waiting], *, of_others: bool) -> HttpResponse:
    """A list of tasks, narrowed by what was searched for. Its first page finds no more than it shows."""
    today = clock.today()
    held = role_keys_of(request, today)
    asked: dict[str, Any] = {}
    form = TaskFilter(request.POST)
    if request.method == "POST":
        if form.is_valid():
            return search.show(request, form.cleaned_data)
    else:
        asked = search.asked(request)
        form = TaskFilter(initial=asked)
    wanted = request.GET.get("page", "")
    number = max(int(wanted), 1) if wanted.isdecimal() and len(wanted) < 5 else 1
    found = find(request.user, held, today, **({} if asked else {"upto": number * TASKS_ON_A_PAGE}))
    if asked:
        narrowed = waiting.narrowed(found.tasks, today, text=asked.get("text", ""), when=asked.get("when", ""))
        found = Waiting(narrowed, len(narrowed))
    page = Paginator(range(found.count), TASKS_ON_A_PAGE).get_page(number)
    before = (page.number - 1) * TASKS_ON_A_PAGE
    words = {
        "title": title,
        "form": form,
        "asked": bool(asked),
        "page": page,
        "address": search.address(request),
        "lines": tasks.lines(
            found.tasks[before : before + TASKS_ON_A_PAGE], today, name="waiting", of_others=of_others
        ),
        "empty": "" if found.count else "You wait for nobody today." if of_others else _nothing(request, today),
        "may_choose": bool(held & {roles.NQSW.key, roles.ASSESSOR.key}),
        "chosen": [
            {
                "called": called,
                "value": value,
                "href": search.sealed(request, {key: each for key, each in asked.items() if key != name}),
            }
            for name, called, value in form.chosen(asked)
        ],
    }
    return render(request, "reporting/waiting.html", words)


def _nothing(request: SignedInRequest, today: date) -> str:
    return tasks.nothing(waiting.coming(request.user, role_keys_of(request, today), today), today)
