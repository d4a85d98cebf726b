"""An NQSW's own pages."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from asye import clock
from asye.refusals import Refused
from registrations import presenters, queries
from registrations.forms.own import CertificateName, Equality
from registrations.models import EqualityAnswers, Registration
from registrations.permissions import get_own_nqsw_for
from registrations.services import equality
from registrations.states import Stage


@login_required
@require_http_methods(["GET"])
def my_year(request: SignedInRequest) -> HttpResponse:
    """The NQSW's registrations, review dates and what they can change themselves."""
    on = clock.today()
    nqsw = get_own_nqsw_for(request.user)
    found = queries.with_stage(Registration.objects.filter(nqsw=nqsw), on).select_related("programme_year", "nqsw")
    return render(
        request,
        "registrations/my_year.html",
        {
            "nqsw": nqsw,
            "years": [_year(registration, on) for registration in found],
            "answered": EqualityAnswers.objects.filter(nqsw=nqsw).exists(),
        },
    )


def _year(registration: Registration, on: date) -> dict[str, Any]:
    placement = queries.placement_of(registration, on)
    assessor = queries.assessor_of(registration, on)
    label, colour = presenters.stage_of(registration)
    return {
        "registration": registration,
        "stage": label,
        "colour": colour,
        "next": presenters.next_step(registration, deferred=label == Stage.DEFERRED.label),
        "rows": presenters.year_rows(
            registration,
            employer=placement.employer.name,
            assessor=assessor.full_name if assessor else "",
            end=queries.planned_end(registration),
        ),
        "reviews": presenters.review_rows(queries.planned_dates(registration), queries.open_deferral(registration)),
    }


@login_required
@require_http_methods(["GET", "POST"])
def my_equality(request: SignedInRequest) -> HttpResponse:
    """The NQSW's equality answers: every question may be left or answered "Prefer not to say", and changed later."""
    nqsw = get_own_nqsw_for(request.user)
    kept = EqualityAnswers.objects.filter(nqsw=nqsw).first()
    form = Equality(request.POST) if request.method == "POST" else Equality(initial=kept.answers if kept else {})
    if request.method == "POST" and form.is_valid():
        try:
            equality.save(nqsw, form.answers(), by=request.user, now=clock.now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, "Your answers are saved. You can change them whenever you like.")
            return redirect("my_year")
    return render(request, "registrations/my_equality.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def my_certificate_name(request: SignedInRequest) -> HttpResponse:
    """The name the NQSW's certificate is made out to."""
    nqsw = get_own_nqsw_for(request.user)
    form = CertificateName(
        request.POST if request.method == "POST" else None, initial={"certificate_name": nqsw.name_on_certificate}
    )
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["certificate_name"]
            equality.choose_certificate_name(nqsw, name, by=request.user, now=clock.now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, "The name on your certificate is saved.")
            return redirect("my_year")
    return render(request, "registrations/my_certificate_name.html", {"form": form, "nqsw": nqsw})
