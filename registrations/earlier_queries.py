"""Files of records from before this service that wait for somebody."""

from datetime import date
from typing import Any, Final

from django.db.models import Exists, Q, QuerySet

from accounts import roles
from accounts.models import User
from accounts.queries import holding
from accounts.waiting import Kind, lines
from registrations.models import EarlierFile
from registrations.states import EarlierKind

TO_CONFIRM: Final = Q(kind=EarlierKind.PAYMENTS, good__gt=0, taken_at__isnull=True)  # past payments nobody confirmed


def _to_confirm(user: User, on: date) -> QuerySet[Any, Any]:
    """Past payments that another human has sent in."""
    waiting = EarlierFile.objects.filter(TO_CONFIRM, purged_at__isnull=True)
    others = waiting.exclude(uploaded_human=user.human_id).exclude(uploaded_by__human=user.human_id)
    return lines(others.filter(Exists(holding(user, on, roles.PAYMENTS_APPROVER))), about="name")


FOR_PERSON: Final = (Kind("Confirm past payments", "earlier_file", frozenset({roles.PAYMENTS_APPROVER}), _to_confirm),)
