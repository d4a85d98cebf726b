"""Two employers under one vendor number: why that is right, and who confirms it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from payments import rules
from payments.forms import Nothing, Reason
from payments.permissions import (
    check_may_approve,
    check_may_prepare,
    get_payee_for,
    get_shared_number_for,
    may_approve,
)
from payments.presenters import vendor
from payments.queries.sharing import turned_down
from payments.services import sharing


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def payee_shared(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """An officer says why it is right that two employers are paid under one number."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    one, two = get_payee_for(request.user, pk, on=today), get_payee_for(request.user, other, on=today)
    if one.employer_id == two.employer_id or one.vendor_number != two.vendor_number:
        raise Http404
    form = Reason(request.POST or None)
    made: list[Any] = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: made.append(sharing.explain(one, two, reason, by=request.user, now=now))):
            messages.success(request, "It waits for a payments approver to confirm it. Until then both are held.")
            return redirect("shared_number", pk=made[0].pk)
    context = {"one": one, "two": two, "form": form, "before": vendor.before(turned_down(one, two))}
    return render(request, "payments/payee_shared.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def shared_number(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was said of two employers under one number; its button confirms it."""
    now = clock.now()
    today = clock.london_date(now)
    said = get_shared_number_for(request.user, pk, on=today)
    form = Nothing(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        check_may_approve(request.user, on=today)
        if done(form, lambda: sharing.confirm(said, by=request.user, now=now)):
            messages.success(request, "Confirmed. What is owed to both employers can go into the next batch.")
            return redirect("payees")
    context = {
        "said": said,
        "facts": vendor.shared_facts(said),
        "form": form,
        "can_confirm": may_approve(request.user, on=today) and rules.can_confirm_shared(said, request.user.human_id),
        "can_refuse": may_approve(request.user, on=today) and rules.can_refuse_shared(said),
        "waits": rules.can_refuse_shared(said),
    }
    return render(request, "payments/shared_number.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def shared_number_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """An approver turns down what was said of two employers under one number."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_approve(request.user, on=today)
    said = get_shared_number_for(request.user, pk, on=today)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: sharing.refuse(said, reason, by=request.user, now=now)):
            messages.success(request, "Turned down. Both employers stay held, and the officer who said it is told.")
            return redirect("shared_number", pk=pk)
    context = {
        "said": said,
        "facts": vendor.shared_facts(said),
        "form": form,
        "barred": rules.refusal(lambda: rules.check_can_refuse_shared(said)),
    }
    return render(request, "payments/shared_number_refuse.html", context)
