"""Payments of people whose records turned out to be one person's. A merge changes no row here."""

from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Coalesce

from payments.models import Entitlement, Line

PERSON = Coalesce("slot__person__merged_into", "slot__person")
THEIRS = Coalesce(OuterRef("slot__person__merged_into"), OuterRef("slot__person"))


def paid_before() -> Case:
    """Of a payment line: whether an earlier one, or a payment before this service, settled the same milestone of the
    same person under another record.

    All stay as they are; the later one is to be recovered.
    """
    earlier = (
        Line.objects.live()
        .filter(batch__handed_over_at__isnull=False, pk__lt=OuterRef("pk"))
        .annotate(who=PERSON)
        .filter(who=THEIRS, milestone=OuterRef("milestone"))
        .exclude(slot=OuterRef("slot"))
    )
    elsewhere = (
        Entitlement.objects.filter(open=False, milestone=OuterRef("milestone"))
        .annotate(who=Coalesce("person__merged_into", "person"))
        .filter(who=THEIRS)
    )
    merged = Q(slot__person__merged_into__isnull=False) | Q(slot__person__merged_from__isnull=False)
    return Case(When(Q(Exists(earlier.filter(merged))) | Q(Exists(elsewhere)), then=True), default=False)
