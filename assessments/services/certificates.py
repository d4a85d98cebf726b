"""Certificates: drawn once by the worker for every pass that has none, kept as they were issued."""

import hashlib
from contextlib import redirect_stdout
from datetime import datetime
from importlib import import_module
from io import StringIO
from types import ModuleType

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.services import audit
from assessments import certificate_facts
from assessments.models import Certificate, Outcome
from assessments.notices import CertificateReady
from assessments.permissions import check_may_appeal
from assessments.queries import last_placement, open_appeal, pending_certificates, valid_certificate
from assessments.rules import check_can_reissue
from assessments.states import CertificateState
from asye.clock import london_date
from asye.refusals import Refused
from registrations.models import Registration
from registrations.permissions import check_is_coordinator_of

log = structlog.get_logger(__name__)

ENGINE = "assessments.paper"  # imported only here and only when drawing: it loads the system's libraries for PDF


class CannotDraw(Exception):
    """The libraries that make PDF files are not installed on this machine. Certificates wait until they are."""


def render_pending(*, now: datetime) -> int:
    """Draws every certificate that is wanting; answers how many. Raises CannotDraw where the machine cannot.

    One that fails does not keep the others waiting: it is logged, and the first such error is raised at the end.
    """
    wanting = list(pending_certificates().values_list("pk", flat=True))
    if wanting:
        _engine()  # before any lock is taken: loading the fonts is slow the first time
    drawn, first = 0, None
    for outcome_id in wanting:
        try:
            drawn += render(outcome_id, now=now) is not None
        except (CannotDraw, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            log.exception("certificate_not_drawn", object_type="assessments.outcome", object_id=outcome_id)
            first = first or error
    if first is not None:
        raise first
    return drawn


@transaction.atomic
def render(outcome_id: int, *, now: datetime) -> Certificate | None:
    """Draws and keeps the certificate of one outcome; None where another worker holds it or nothing is wanting.

    The row and its file appear in one commit: a worker that dies half-way leaves nothing behind.
    """
    engine = _engine()
    registration = (
        Registration.objects.select_for_update(of=("self",), skip_locked=True).filter(outcomes=outcome_id).first()
    )
    outcome = (
        pending_certificates()
        .select_related("registration__nqsw__user", "registration__programme_year")
        .filter(pk=outcome_id, registration=registration)
        .first()
    )
    if registration is None or outcome is None:
        return None
    code = certificate_facts.new_code()
    facts = certificate_facts.facts_of(
        outcome, last_placement(registration, london_date(now)), code=code, issued_on=london_date(now)
    )
    pdf = engine.draw(facts, address=verification_address(code), code=code)
    certificate = Certificate.objects.create(
        registration=registration,
        outcome=outcome,
        public_code=code,
        name_as_issued=facts["name"],
        facts=facts,
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=now,
        replaces=_forerunner(outcome),
    )
    audit.record("assessments.issue_certificate", certificate, by=None, now=now)
    if outcome.registration.nqsw.user:
        path = reverse("outcome", args=[registration.pk])
        notices.queue(CertificateReady(path=path), to=outcome.registration.nqsw.user, now=now)
    return certificate


@transaction.atomic
def reissue(registration: Registration, *, by: User, now: datetime) -> Certificate:
    """Puts a certificate out of use because the name has changed; the worker then draws its successor.

    By a co-ordinator of the employer. Raises Refused where none is valid or its name is still the right one.
    """
    under = check_is_coordinator_of(by, registration, london_date(now))
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    certificate = valid_certificate(registration)
    if certificate is None:
        raise Refused("There is no valid certificate to replace.")
    check_can_reissue(certificate.name_as_issued, registration.nqsw.name_on_certificate)
    _check_not_frozen(registration)
    certificate.state, certificate.state_changed_at = CertificateState.REPLACED, now
    certificate.save(update_fields=["state", "state_changed_at"])
    audit.record("assessments.replace_certificate", certificate, by=by, now=now, under=under)
    return certificate


@transaction.atomic
def download(certificate: Certificate, *, by: User, now: datetime) -> bytes:
    """The file as it was issued, for the NQSW and co-ordinators of the employer; noted in the audit trail.

    Raises Refused while an appeal is open, NotAllowed to everybody else.
    """
    under = check_may_appeal(by, certificate.registration, on=london_date(now))
    if certificate.state != CertificateState.VALID:
        raise Refused("This certificate is no longer valid.")
    _check_not_frozen(certificate.registration)
    audit.record("assessments.download_certificate", certificate, by=by, now=now, under=under)
    return bytes(certificate.pdf)


def verification_address(code: str) -> str:
    """Where a stranger checks a certificate: what its QR code says."""
    return f"{settings.SITE_URL}{reverse('verify_code', args=[code])}"


def _check_not_frozen(registration: Registration) -> None:
    if open_appeal(registration) is not None:
        raise Refused("An appeal is open. The certificate can be used again when it has been decided.")


def _forerunner(outcome: Outcome) -> Certificate | None:
    """The certificate this one takes the place of."""
    earlier = Certificate.objects.filter(outcome=outcome, state=CertificateState.REPLACED, replaced_by__isnull=True)
    return earlier.defer("pdf").order_by("-id").first()


def _engine() -> ModuleType:
    try:
        with redirect_stdout(StringIO()):  # WeasyPrint prints its own notice at every try
            return import_module(ENGINE)
    except OSError as missing:
        raise CannotDraw(
            "Certificates wait: the libraries that make PDF files are missing. On Debian or Ubuntu: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
        ) from missing
