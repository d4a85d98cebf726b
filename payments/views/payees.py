"""Vendor details: proposed by one person, verified by another."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.models import Employer
from asye import clock
from payments import rules
from payments.forms import CallBack, Proposal, Reason
from payments.permissions import (
    check_may_approve,
    check_may_prepare,
    check_sees_all_money,
    get_payee_for,
    may_approve,
    may_prepare,
)
from payments.presenters import vendor
from payments.queries import contacts
from payments.queries.lines import live_batch_of, payees_in_use
from payments.queries.sharing import others_with_number, shared_numbers
from payments.services import payees as services

ON_A_PAGE = 50


@login_required
@require_safe
def payees(request: SignedInRequest) -> HttpResponse:
    """Vendor details that are in use or wait to be verified."""
    today = clock.today()
    check_sees_all_money(request.user, on=today)
    page = Paginator(payees_in_use(), ON_A_PAGE).get_page(request.GET.get("page"))
    shared = Paginator(shared_numbers(), ON_A_PAGE).get_page(request.GET.get("shared"))
    context = {
        "header": vendor.PAYEES,
        "rows": vendor.payee_rows(page),
        "page": page,
        "shared_header": vendor.SHARED,
        "shared_page": shared,
        "shared": vendor.shared_rows(shared, may_prepare(request.user, on=today)),
        "can_propose": may_prepare(request.user, on=today),
    }
    return render(request, "payments/payees.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def payee_propose(request: SignedInRequest) -> HttpResponse:
    """Proposes an employer's vendor number."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    open_ones = list(Employer.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today)).order_by("name"))
    form = Proposal(request.POST or None, employers=open_ones)
    made: list[Any] = []
    if request.method == "POST" and form.is_valid():
        employer = get_object_or_404(Employer, pk=form.cleaned_data["employer"])
        number = form.cleaned_data["vendor_number"]
        if done(form, lambda: made.append(services.propose(employer, number, by=request.user, now=now))):
            messages.success(
                request, f"The vendor details of {employer.name} wait for a payments approver to verify them."
            )
            return redirect("payee", pk=made[0].pk)
    return render(request, "payments/payee_propose.html", {"form": form})


@login_required
@require_safe
def payee(request: SignedInRequest, pk: int) -> HttpResponse:
    """One employer's vendor details: who proposed and who verified them."""
    today = clock.today()
    one = get_payee_for(request.user, pk, on=today)
    approver = may_approve(request.user, on=today)
    waits = one.verified_at is None and one.refused_at is None
    can_verify = approver and rules.can_verify(one, request.user.human_id)
    context = {
        "payee": one,
        "facts": vendor.payee_facts(one),
        "waits": waits,
        "same_number": vendor.same_number(others_with_number(one)) if one.ended_at is None else "",
        "can_verify": can_verify,
        "can_refuse": approver and waits,
    }
    return render(request, "payments/payee.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def payee_verify(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirms vendor details after a call to the employer."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_approve(request.user, on=today)
    one = get_payee_for(request.user, pk, on=today)
    held = contacts.contacts_for(one, request.user, today)
    form = CallBack(request.POST or None, contacts=[(each.key, each.words) for each in held])
    if request.method == "POST" and form.is_valid():
        given, made = form.cleaned_data, []
        if done(form, lambda: made.append(services.verify(one, **given, by=request.user, now=now))):
            messages.success(request, vendor.verified_sentence(made[0], today))
            return redirect("payee", pk=pk)
    context = {
        "payee": one,
        "facts": vendor.payee_facts(one),
        "form": form,
        "held": held,
        "barred": rules.refusal(lambda: rules.check_can_verify(one, request.user.human_id)),
        "live": rules.refusal(lambda: rules.check_not_in_batch(one.employer.name, live_batch_of(one.employer_id))),
        "number_changed": vendor.number_changed(one, today),
        "same_number": vendor.same_number(others_with_number(one)),
    }
    return render(request, "payments/payee_verify.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def payee_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turns proposed vendor details down."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_approve(request.user, on=today)
    one = get_payee_for(request.user, pk, on=today)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: services.refuse(one, reason, by=request.user, now=now)):
            messages.success(
                request,
                f"The vendor details of {one.employer.name} are refused. "
                "The officer who proposed them has been told, and can propose others.",
            )
            return redirect("payee", pk=pk)
    return render(request, "payments/payee_refuse.html", {"payee": one, "facts": vendor.payee_facts(one), "form": form})
