"""Many registrations approved at once: who they are, what will be owed, and what became of each."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import reading, search
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.models import User
from asye import clock
from asye.money import pounds
from asye.refusals import Stale
from asye.ui.links import link
from payments.queries.approving import settled_for
from registrations import approving, permissions, queries
from registrations.finding import OLDEST_FIRST
from registrations.forms.approving import AsShown
from registrations.models import Registration
from registrations.services import approving as services
from registrations.states import Milestone

HEADER = ["Name", "Employer", "Register", {"text": "Will be owed", "numeric": True}]
LEFT_HEADER = ["Name", "Why it is not approved"]
DONE_HEADER = ["Name", "Reference"]


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def registrations_approve(request: SignedInRequest) -> HttpResponse:
    """Shows the registrations that were ticked, and approves exactly those."""
    now = clock.now()
    on = clock.london_date(now)
    permissions.check_may_check(request.user, on)
    if request.method == "POST":
        return _approve(request, now)
    ticked = search.asked(request).get("rows", [])
    if not ticked:
        return redirect("registration_queue")
    rows = _rows([int(pk) for pk in ticked], request.user, on)
    for row in rows:
        reading.note(request, row.registration)
    good = [row for row in rows if not row.refusal]
    shown = [row.shown for row in good]
    employers = queries.last_employers([row.registration for row in rows], on)
    words = {
        "count": len(good),
        "header": HEADER,
        "cells": [_cells(row, employers) for row in good],
        "sum": pounds(sum(row.pence for row in good)),
        "left_header": LEFT_HEADER,
        "left": [[_name(row.registration), row.refusal] for row in rows if row.refusal],
        "form": AsShown(initial={"rows": " ".join(shown), "digest": approving.digest(shown)}),
        "rows": " ".join(shown),
        "digest": approving.digest(shown),
    }
    return render(request, "payments/registrations_approve.html", words)


def _approve(request: SignedInRequest, now: Any) -> HttpResponse:
    form = AsShown(request.POST)
    shown = form.shown() if form.is_valid() else []
    if not shown or approving.digest(":".join(map(str, row)) for row in shown) != form.cleaned_data["digest"]:
        raise Stale("This is not what the page showed. Select the registrations again.")
    on = clock.london_date(now)
    owed = {row.registration.pk: row.pence for row in _rows([pk for pk, _, _ in shown], request.user, on)}
    same = [(pk, version) for pk, version, pence in shown if owed.get(pk, pence) == pence]
    results = services.approve_many(same, by=request.user, now=now)
    outcome = {
        "approved": [each.registration.pk for each in results if not each.refusal],
        "left": [[each.registration.pk, each.refusal] for each in results if each.refusal]
        + [[pk, services.CHANGED] for pk, _, pence in shown if owed.get(pk, pence) != pence],
    }
    return search.show(request, outcome, reverse("registrations_approved"))


@login_required
@require_http_methods(["GET"])
def registrations_approved(request: SignedInRequest) -> HttpResponse:
    """What became of each registration that was to be approved."""
    on = clock.today()
    permissions.check_may_check(request.user, on)
    asked = search.asked(request)
    if not asked:
        return redirect("registration_queue")
    approved, left = asked.get("approved", []), dict(asked.get("left", []))
    found = Registration.objects.select_related("nqsw").in_bulk([*approved, *left])
    words = {
        "count": len(approved),
        "heading": f"{len(approved)} registration{'' if len(approved) == 1 else 's'} approved",
        "next_steps": ["Employers, assessors and NQSWs are told.", "What is owed goes into the next payment run."],
        "header": DONE_HEADER,
        "cells": [[_name(found[pk]), found[pk].reference] for pk in approved if pk in found],
        "left_header": LEFT_HEADER,
        "left": [[_name(found[pk]), why] for pk, why in left.items() if pk in found],
    }
    return render(request, "payments/registrations_approved.html", words)


def _rows(pks: list[int], by: User, on: date) -> list[approving.Row]:
    """Each of these registrations, the one that has waited longest first, with what its approval would make due."""
    found = list(approving.ready(Registration.objects.filter(pk__in=pks)).order_by(*OLDEST_FIRST.names()))
    amounts = approving.amounts(found)
    settled = settled_for([each.nqsw_id for each in found], Milestone.REGISTRATION)
    return [
        approving.Row(each, 0 if each.nqsw_id in settled else amounts[each.pk], approving.refusal_of(each, by, on))
        for each in found
    ]


def _cells(row: approving.Row, employers: dict[int, Any]) -> list[Any]:
    money = pounds(row.pence) if row.pence else "Nothing"
    return [
        _name(row.registration),
        str(employers.get(row.registration.pk, "")),
        approving.register_says(row.registration),
        money,
    ]


def _name(registration: Registration) -> Any:
    return link(reverse("registration", args=[registration.pk]), registration.nqsw.full_name)
