"""The aggregate that the published statistics are made from."""

from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform

from assessments.models import Appeal, Outcome
from assessments.states import Result
from registrations.models import Placement, Registration
from registrations.states import EndReason, Programme, State
from reporting.statistics import FAILS, IN_PROGRESS, PASSES, WITHDRAWN, Group


def registrations_and_outcomes() -> list[Group]:
    """Every approved child and family registration, counted by all that the tables split by.

    One query, so that all tables of a release count the same people though somebody is registered meanwhile.
    """
    first = Placement.objects.filter(registration=OuterRef("pk")).order_by("starts_on", "id")
    appealed = Appeal.objects.filter(outcome=OuterRef("pk"), closed_at__isnull=True)
    standing = Outcome.objects.live().filter(~Exists(appealed), registration=OuterRef("pk"))
    counted = (
        Registration.objects.filter(state=State.REGISTERED, programme_year__programme=Programme.ASYE_CHILD_AND_FAMILY)
        .annotate(
            year=F("programme_year__code"),
            kind=Subquery(first.values("employer__kind")[:1]),
            region=Subquery(first.values("employer__region")[:1]),
            sex=KeyTextTransform("sex", "nqsw__equality_answers__answers"),
            ethnic_group=KeyTextTransform("ethnic_group", "nqsw__equality_answers__answers"),
            measure=Case(
                When(Exists(standing.filter(result=Result.PASS)), then=Value(PASSES)),
                When(Exists(standing.filter(result=Result.FAIL)), then=Value(FAILS)),
                When(end_reason__in=[EndReason.WITHDRAWN, EndReason.NEVER_STARTED], then=Value(WITHDRAWN)),
                default=Value(IN_PROGRESS),
            ),
        )
        .order_by()
        .values("year", "kind", "region", "sex", "ethnic_group", "measure")
        .annotate(count=Count("pk"))
    )
    return [Group(**row) for row in counted]
