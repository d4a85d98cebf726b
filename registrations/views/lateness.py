"""Caseworkers allow late registrations; auditors read which were allowed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.models import Employer
from asye import clock
from asye.refusals import Refused
from registrations import move_queries, permissions, presenters
from registrations.forms.lateness import Late
from registrations.models import AllowedLate
from registrations.services import lateness
from registrations.views.registration import PER_PAGE


@login_required
@require_safe
def late_allowed(request: SignedInRequest) -> HttpResponse:
    """Late registrations that were allowed, the latest first."""
    on = clock.today()
    permissions.check_may_read_late(request.user, on)
    found = AllowedLate.objects.select_related("employer", "allowed_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "header": presenters.LATE_HEADER,
        "cells": presenters.late_cells(page),
        "may_allow": permissions.may_check(request.user, on),
    }
    return render(request, "registrations/late_allowed.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def late_allow(request: SignedInRequest) -> HttpResponse:
    """Asks for whom, at which employer, until when and why."""
    today = clock.today()
    permissions.check_may_check(request.user, today)
    employers = [(str(each.pk), each.name) for each in move_queries.employers_open(today)]
    form = Late(request.POST if request.method == "POST" else None, employers=employers)
    if request.method == "POST" and form.is_valid() and _allowed(request, form):
        messages.success(request, "The late registration is allowed. We have told the employer’s co-ordinators.")
        return redirect("registration_late_allowed")
    return render(request, "registrations/late_allow.html", {"form": form})


def _allowed(request: SignedInRequest, form: Late) -> bool:
    given = form.cleaned_data
    employer = Employer.objects.get(pk=int(given["employer"]))
    try:
        lateness.allow(
            given["swe_number"], employer, given["until"], given["because"], by=request.user, now=clock.now()
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True
