"""Reads with two callers or more: what is agreed, what was decided, what waits for a certificate."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from assessments.models import Appeal, Certificate, Outcome, Record
from assessments.schema import RECOMMENDATION
from assessments.states import CertificateState, Part, Result
from registrations.models import Placement, Registration


def recommendation_of(registration: Registration) -> Record | None:
    """The registration's recommendation, in whatever state, with its current revision loaded."""
    return (
        Record.objects.filter(registration=registration, kind=RECOMMENDATION)
        .select_related("current_revision", "placement")
        .first()
    )


def recommended_result(record: Record) -> Result | None:
    """What the assessor recommends in the current revision; None before there is one."""
    if record.current_revision is None:
        return None
    value = record.current_revision.content.get("recommendation")
    return Result(value) if value in Result.values else None


def ready_for_moderation() -> QuerySet[Record]:
    """Recommendations their assessor has signed, of registrations without an outcome, oldest first."""
    return (
        Record.objects.done()
        .filter(kind=RECOMMENDATION, registration__outcomes__isnull=True, registration__ended_on__isnull=True)
        .select_related("registration__nqsw", "registration__programme_year", "placement__employer", "current_revision")
        .order_by("current_revision__created_at", "id")
    )


def evidence_for_reading(registration: Registration) -> list[Record]:
    """What a moderator judges from: every agreed record but the blind ones, each with its current revision."""
    return list(
        Record.objects.done()
        .filter(registration=registration, blind=False)
        .select_related("current_revision", "opened_by")
        .order_by("opened_at", "id")
    )


def assessors_of(registration: Registration) -> list[User]:
    """Everybody who ever assessed under the registration: none of them may judge it."""
    return list(User.objects.filter(assignments__placement__registration=registration).distinct().order_by("id"))


def last_placement(registration: Registration) -> Placement:
    """Where the year is carried or, once it has ended, was carried last. Raises Placement.DoesNotExist for none."""
    return registration.placements.select_related("employer").order_by("-starts_on", "-id")[:1].get()


def signer_of(record: Record, part: Part) -> User | None:
    """Who signed the current revision in a part."""
    signature = record.signatures.filter(revision=record.current_revision, part=part).select_related("person").first()
    return signature.person if signature else None


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


def pending_certificates() -> QuerySet[Outcome]:
    """Passes that have earned a certificate nobody has drawn yet: this query is the renderer's outbox."""
    certificates = Certificate.objects.filter(outcome=OuterRef("pk"))
    appeals = Appeal.objects.filter(outcome__registration=OuterRef("registration"), closed_at__isnull=True)
    return (
        Outcome.objects.live()
        .filter(~Exists(certificates), ~Exists(appeals), result=Result.PASS)
        .order_by("decided_at", "id")
    )
