"""Reads of grant years and of what was changed about them."""

from django.db.models import QuerySet

from accounts.models import AuditEvent
from payments.models import GrantYear, Payee


def all_years() -> QuerySet[GrantYear]:
    """Every grant year, the newest first."""
    return GrantYear.objects.order_by("-starts_on")


def changes_of_years() -> QuerySet[AuditEvent]:
    """What was set by people, newest first, with who."""
    return AuditEvent.objects.filter(act="payments.change_year").select_related("actor").order_by("-id")


def proposals_waiting() -> int:
    """How many changes of vendor details wait to be verified."""
    waiting = Payee.objects.filter(verified_at__isnull=True, refused_at__isnull=True)
    return waiting.filter(employer__in=Payee.objects.filter(verified_at__isnull=False).values("employer")).count()
