"""The outcome of a year, an appeal against it, and its certificate."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.acting import done
from accounts.http import SignedInRequest
from assessments import certificate_facts, presenters, rules
from assessments.forms import AppealCloseForm, AppealForm
from assessments.models import Outcome
from assessments.permissions import (
    check_may_appeal,
    get_appeal_for,
    get_certificate_for,
    get_outcome_for,
    list_appeal_results_for,
)
from assessments.queries import open_appeal, valid_certificate
from assessments.services import appeals, certificates
from assessments.states import ModerationBasis, Result
from asye import clock
from asye.refusals import NotAllowed
from registrations.permissions import check_is_coordinator_of, get_registration_for, is_coordinator_of


@login_required
@require_http_methods(["GET"])
def outcome(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was decided, until when it can be appealed, and where the certificate is."""
    today = clock.today()
    found = get_outcome_for(request.user, pk, on=today)
    registration = found.registration
    reading.note(request, registration)
    certificate = valid_certificate(registration)
    appeal = open_appeal(registration)
    is_own = registration.nqsw.user_id == request.user.pk
    may_appeal = _allowed(partial(check_may_appeal, registration=registration), request)
    return render(
        request,
        "assessments/outcome.html",
        {
            "registration": registration,
            "outcome": found,
            "is_own": is_own,
            "heading": f"Outcome: {registration.nqsw.full_name}",
            "rows": presenters.outcome_rows(found),
            "is_pass": found.result == Result.PASS,
            "is_earlier": found.moderation_basis == ModerationBasis.EARLIER,
            "last_day": appeals.last_day(found),
            "appeal": appeal,
            "past_appeals": registration_appeals(found),
            "certificate": certificate,
            "facts": certificate_facts.rows(certificate.facts) if certificate else [],
            "can_download": certificate is not None and appeal is None and may_appeal,
            "can_appeal": may_appeal
            and not (is_own and found.result == Result.PASS)
            and rules.can_appeal(last_day=appeals.last_day(found), today=today, open_already=appeal is not None),
            "can_close": appeal is not None and _allowed(partial(list_appeal_results_for, appeal=appeal), request),
            "can_replace": certificate is not None
            and appeal is None
            and is_coordinator_of(request.user, registration, today)
            and rules.can_reissue(certificate.name_as_issued, registration.nqsw.name_on_certificate),
        },
    )


def registration_appeals(found: Outcome) -> list[tuple[str, str]]:
    """Closed appeals of the year: how each ended and why."""
    closed = [
        appeal
        for earlier in found.registration.outcomes.prefetch_related("appeals")
        for appeal in earlier.appeals.all()
        if appeal.closed_at
    ]
    return [(appeal.get_result_display(), appeal.closed_because) for appeal in closed]


@login_required
@require_http_methods(["GET", "POST"])
def appeal_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Recording an appeal."""
    found = get_outcome_for(request.user, pk, on=clock.today())
    check_may_appeal(request.user, found.registration, on=clock.today())
    form = AppealForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: appeals.open_(found, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(
            request,
            "The appeal is recorded. What happens next: somebody who did not confirm the outcome decides it.",
        )
        return redirect("outcome", pk=pk)
    context = {"outcome": found, "form": form, "last_day": appeals.last_day(found)}
    return render(request, "assessments/appeal.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def appeal_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Recording how an appeal ended."""
    appeal = get_appeal_for(request.user, pk, on=clock.today())
    found = appeal.outcome
    results = list_appeal_results_for(request.user, appeal, on=clock.today())
    form = AppealCloseForm(found.result, results, request.POST or None)
    if request.method == "POST" and done(
        form, lambda: appeals.close(appeal, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "The appeal is closed. What happens next: everybody concerned has been told.")
        return redirect("outcome", pk=found.registration_id)
    return render(request, "assessments/appeal_close.html", {"appeal": appeal, "outcome": found, "form": form})


@login_required
@require_http_methods(["POST"])
def certificate_download(request: SignedInRequest, pk: int) -> HttpResponse:
    """The certificate as a file."""
    certificate = get_certificate_for(request.user, pk, on=clock.today())
    pdf = certificates.download(certificate, by=request.user, now=clock.now())
    name = f"certificate-{certificate.public_code}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@login_required
@require_http_methods(["GET", "POST"])
def certificate_replace(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new certificate after a change of name; the old one is then shown as replaced."""
    registration = get_registration_for(request.user, pk, on=clock.today())
    check_is_coordinator_of(request.user, registration, clock.today())
    certificate = valid_certificate(registration)
    if request.method == "POST":
        certificates.reissue(registration, by=request.user, now=clock.now())
        messages.success(request, "The old certificate is no longer valid. What happens next: the new one is prepared.")
        return redirect("outcome", pk=pk)
    context = {"registration": registration, "certificate": certificate}
    return render(request, "assessments/replace.html", context)


def _allowed(check: Callable[..., object], request: SignedInRequest) -> bool:
    try:
        check(request.user, on=clock.today())
    except NotAllowed:
        return False
    return True
