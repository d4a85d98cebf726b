"""Payments of people whose records turned out to be one person's. A merge changes no row here."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from payments.models import Line

PERSON = Coalesce("slot__person__merged_into", "slot__person")


def paid_before() -> Exists:
    """Of a payment line: whether an earlier one settled the same milestone of the same person under another record.

    Both stay as they are; the later one is to be recovered.
    """
    earlier = (
        Line.objects.live()
        .filter(batch__handed_over_at__isnull=False, pk__lt=OuterRef("pk"))
        .annotate(who=PERSON)
        .filter(who=Coalesce(OuterRef("slot__person__merged_into"), OuterRef("slot__person")))
        .filter(milestone=OuterRef("milestone"))
        .exclude(slot=OuterRef("slot"))
    )
    merged = Q(slot__person__merged_into__isnull=False) | Q(slot__person__merged_from__isnull=False)
    return Exists(earlier.filter(merged))
