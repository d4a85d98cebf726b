"""The public page on which a stranger checks a certificate. It needs no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments import certificate_facts
from assessments.forms import VerifyForm
from assessments.queries import certificate_by_code
from assessments.states import CertificateState
from asye import throttle

COLOURS = {CertificateState.VALID: "green", CertificateState.REPLACED: "orange", CertificateState.REVOKED: "red"}

HEADINGS = {
    CertificateState.VALID: "This certificate is valid",
    CertificateState.REPLACED: "This certificate was replaced",
    CertificateState.REVOKED: "This certificate was revoked",
}


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for the number printed on a certificate."""
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("verify_code", code=form.cleaned_data["code"])
    return render(request, "assessments/verify.html", {"form": form})


@require_http_methods(["GET"])
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Every printed fact of one certificate, and whether it is valid, replaced or revoked."""
    if throttle.too_many(request, "verify"):
        response = render(request, "assessments/verify_wait.html", status=429)
        response["Retry-After"] = str(throttle.SECONDS)
        return response
    typed = certificate_facts.typed_code(code)
    certificate = certificate_by_code(typed) if typed else None
    if certificate is None:
        return render(request, "assessments/verify_unknown.html", status=404)
    if code != certificate.public_code:
        return redirect("verify_code", code=certificate.public_code)
    state = CertificateState(certificate.state)
    return render(
        request,
        "assessments/verified.html",
        {
            "certificate": certificate,
            "is_valid": state == CertificateState.VALID,
            "state": state,
            "heading": HEADINGS[state],
            "colour": COLOURS[state],
            "rows": certificate_facts.rows(certificate.facts),
        },
    )
