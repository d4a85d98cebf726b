"""Accounts and employers, for administrators."""

from collections import defaultdict
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import letter_queries, presenters, queries, roles, search
from accounts.acting import done
from accounts.forms import Because, FindPeople, GiveRole
from accounts.http import SignedInRequest
from accounts.models import Employer, Membership, User
from accounts.permissions import get_person_for
from accounts.services import people as services
from asye import clock

A_PAGE = 50
FOUND = ["Name", "Email address", "Roles", "Account"]
ROLES = ["Role", "Where", "From", "Until", "Action"]


def find(request: SignedInRequest) -> HttpResponse:
    """Search among all accounts; called by the page of people, which has checked the role."""
    form = FindPeople(request.POST if request.method == "POST" else None, initial=search.asked(request))
    if request.method == "POST" and form.is_valid():
        return search.show(request, form.cleaned_data)
    text = search.asked(request).get("text", "")
    page = Paginator(queries.search_people(text), A_PAGE).get_page(request.GET.get("page"))
    held: dict[int, list[Membership]] = defaultdict(list)
    for one in Membership.objects.live(clock.today()).filter(user__in=page.object_list).select_related("employer"):
        held[one.user_id].append(one)
    came_back = letter_queries.why_they_come_back(each.email for each in page.object_list)
    words = {
        "form": form,
        "text": text,
        "page": page,
        "address": search.address(request),
        "header": FOUND,
        "rows": presenters.found_rows(page.object_list, held, came_back),
    }
    return render(request, "accounts/people.html", words)


@login_required
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One account: its roles now and before, its open invitations, and what was done to it."""
    now = clock.now()
    today = clock.london_date(now)
    user = get_person_for(request.user, pk, on=today)
    held = user.memberships.select_related("employer").order_by("-starts_on", "-id")
    came_back = letter_queries.why_they_come_back([user.email])
    words = {
        "person": user,
        "is_me": user.human_id == request.user.human_id,
        "made_on": user.created_at,
        "roles_header": ROLES,
        "roles": presenters.membership_rows(held, today, may_end=True),
        "invited_header": ["Email address", "Role", "Sent", "Link works until", "Action"],
        "invited": presenters.invitation_rows(queries.invitations_open().filter(user=user), now, came_back),
        "came_back": presenters.why_lines(came_back),
        "history": presenters.history(queries.history_of(user)[:A_PAGE]),
    }
    return render(request, "accounts/person.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def person_role(request: SignedInRequest, pk: int) -> HttpResponse:
    """Gives somebody a further role from today."""
    now = clock.now()
    today = clock.london_date(now)
    user = get_person_for(request.user, pk, on=today)
    form = GiveRole(request.POST or None)
    if request.method == "POST" and form.is_valid():
        role = roles.ALL[form.cleaned_data["role"]]
        employer = Employer.objects.filter(pk=form.cleaned_data["employer"] or 0).first()
        if done(
            form, lambda: services.give_role(user, role, employer=employer, starts_on=today, by=request.user, now=now)
        ):
            messages.success(request, f"{user.full_name} is {role.name} from today. We have told them.")
            return redirect("person", pk=pk)
    return render(request, "accounts/person_role.html", {"form": form, "person": user})


@login_required
@require_http_methods(["GET", "POST"])
def person_deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirms, asks why, and shuts an account."""
    said = "The account is deactivated and all its sessions have ended."
    return _with_reason(request, pk, services.deactivate, "accounts/person_deactivate.html", said)


@login_required
@require_http_methods(["GET", "POST"])
def person_reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirms, asks why, and opens a deactivated account again."""
    said = "The account is open. The person chooses a new password from the sign-in page."
    return _with_reason(request, pk, services.reactivate, "accounts/person_reactivate.html", said)


def _with_reason(request: SignedInRequest, pk: int, act: Callable[..., User], page: str, said: str) -> HttpResponse:
    now = clock.now()
    user = get_person_for(request.user, pk, on=clock.london_date(now))
    form = Because(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: act(user, because=form.cleaned_data["because"], by=request.user, now=now)
    ):
        messages.success(request, said)
        return redirect("person", pk=pk)
    return render(request, page, {"form": form, "person": user})
