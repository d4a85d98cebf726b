"""Second attempts that were allowed, for caseworkers and auditors."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from asye import clock
from registrations import permissions, presenters
from registrations.models import AllowedAgain
from registrations.views.registration import PER_PAGE


@login_required
@require_safe
def again_allowed(request: SignedInRequest) -> HttpResponse:
    """Second attempts that were allowed, the latest first."""
    on = clock.today()
    permissions.check_may_read_late(request.user, on)
    found = AllowedAgain.objects.select_related("employer", "allowed_by", "failed")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "header": presenters.AGAIN_HEADER,
        "cells": presenters.again_cells(page),
        "may_allow": permissions.may_check(request.user, on),
    }
    return render(request, "registrations/again_allowed.html", words)
