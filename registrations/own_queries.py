"""Reads of what an NQSW keeps and asks themselves."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import roles
from accounts.models import AuditEvent, Membership, User
from registrations import queries
from registrations.models import NQSW, AdjustmentReader, Adjustments, FactRequest, Registration
from registrations.rules.own_facts import NAMES


def newest_registration(nqsw: NQSW) -> Registration | None:
    """The registration that runs, else the last one."""
    found = Registration.objects.filter(nqsw=nqsw).select_related("nqsw__user", "programme_year", "submitted_by")
    return found.order_by("-submitted_at", "-id").first()


def may_be_named(nqsw: NQSW, on: date) -> QuerySet[User]:
    """Whom an NQSW may let read their wish for adjustments: co-ordinators of their employer, and their assessor."""
    registration = newest_registration(nqsw)
    if registration is None:
        return User.objects.none()
    placement = queries.placement_of(registration, on)
    assessor = queries.assessor_of(registration, on)
    leads = Membership.objects.live(on).filter(role=roles.COORDINATOR.key, employer=placement.employer)
    return User.objects.filter(
        Q(pk__in=leads.values("user")) | Q(pk__in=[assessor.pk] if assessor else [], is_active=True)
    ).exclude(nqsw=nqsw)


def adjustments_read_by(user: User, registration: Registration, on: date) -> Adjustments | None:
    """The wish for adjustments, for somebody the NQSW has named and who still stands to them as they did."""
    named = AdjustmentReader.objects.filter(nqsw=OuterRef("pk"), user=user, until__isnull=True)
    found = Adjustments.objects.filter(Exists(named), nqsw=registration.nqsw_id).first()
    if found is None or not may_be_named(registration.nqsw, on).filter(pk=user.pk).exists():
        return None
    return found


def requests_of(nqsw: NQSW) -> QuerySet[FactRequest]:
    """What the NQSW has asked for, newest first."""
    return FactRequest.objects.filter(nqsw=nqsw).select_related("answered_by").order_by("-id")


def open_requests(*, names: bool) -> QuerySet[FactRequest]:
    """Requests that wait for an answer: those about names, or the others."""
    found = FactRequest.objects.filter(answered_at__isnull=True).select_related("registration__nqsw")
    return found.filter(field=NAMES) if names else found.exclude(field=NAMES)


def events_of(obj: NQSW | Registration) -> QuerySet[AuditEvent]:
    """What was done to a person's record or to a registration, oldest first, with who did it."""
    label = obj._meta.label_lower
    return AuditEvent.objects.filter(object_type=label, object_id=obj.pk).select_related("actor").order_by("id")
