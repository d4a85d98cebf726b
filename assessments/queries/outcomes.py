"""Reads of outcomes, appeals and certificates."""

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Appeal, Certificate, Outcome
from assessments.states import CertificateState, ModerationBasis, Result
from registrations.models import Registration


def live_outcome(registration: Registration) -> Outcome | None:
    """The decision that counts now."""
    return Outcome.objects.live().filter(registration=registration).select_related("decided_by").first()


def confirmed_outcomes() -> QuerySet[Outcome]:
    """Every decision that counts now, with its registration and programme year."""
    return Outcome.objects.live().select_related("registration__programme_year", "registration__nqsw")


def open_appeal(registration: Registration) -> Appeal | None:
    """The appeal under way, if any: while there is one, no certificate is made or given out (decision D11)."""
    return Appeal.objects.filter(outcome__registration=registration, closed_at__isnull=True).first()


def valid_certificate(registration: Registration) -> Certificate | None:
    """The certificate that may be shown to others, without the file itself."""
    return Certificate.objects.filter(registration=registration, state=CertificateState.VALID).defer("pdf").first()


def certificate_by_code(code: str) -> Certificate | None:
    """The certificate with this number, in whatever state, without the file itself."""
    return Certificate.objects.filter(public_code=code).defer("pdf").first()


def pending_certificates() -> QuerySet[Outcome]:
    """Passes without a valid certificate: this query is the renderer's outbox. One from before this service has, or
    has not, the certificate of its time."""
    certificates = Certificate.objects.filter(outcome=OuterRef("pk"), state=CertificateState.VALID)
    appeals = Appeal.objects.filter(outcome__registration=OuterRef("registration"), closed_at__isnull=True)
    return (
        Outcome.objects.live()
        .filter(~Exists(certificates), ~Exists(appeals), result=Result.PASS)
        .exclude(moderation_basis=ModerationBasis.EARLIER)
        .order_by("decided_at", "id")
    )
