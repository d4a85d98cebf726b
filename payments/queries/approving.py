"""For whom a milestone is settled already, whatever registration it was for."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from payments.models import Entitlement, Line
from registrations.models import NQSW
from registrations.states import Milestone


def settled_for(people: Iterable[int], milestone: Milestone) -> set[int]:
    """Those of these people whose milestone was paid elsewhere or stands in a line: two queries."""
    survivors = dict(NQSW.objects.filter(pk__in=list(people)).values_list("pk", Coalesce("merged_into_id", "pk")))
    live = Line.objects.live().filter(slot=OuterRef("pk"))
    paid = Entitlement.objects.annotate(survivor=Coalesce("person__merged_into_id", "person_id")).filter(
        Q(open=False) | Exists(live), survivor__in=set(survivors.values()), milestone=milestone
    )
    settled = set(paid.values_list("survivor", flat=True))
    return {person for person, survivor in survivors.items() if survivor in settled}
