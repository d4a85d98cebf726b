"""Reads of verdicts."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from registrations.models import Evaluation, Registration
from registrations.states import State


def open_verdicts() -> QuerySet[Evaluation]:
    """Verdicts that changed after approval and wait for a caseworker: the newest of a registration, ended or not, where
    it is another than the registration has. Oldest first, with registration and person."""
    newest = Evaluation.objects.filter(registration=OuterRef("registration")).order_by("-id").values("pk")[:1]
    return (
        Evaluation.objects.filter(
            ~Q(verdict=F("registration__verdict")),
            after_approval=True,
            settled__isnull=True,
            registration__state=State.REGISTERED,
            pk=Subquery(newest),
        )
        .select_related("registration__nqsw", "evaluated_by")
        .order_by("id")
    )


def open_verdict(registration: Registration) -> Evaluation | None:
    """The one of a registration."""
    return open_verdicts().filter(registration=registration).first()


def all_verdicts(registration: Registration) -> QuerySet[Evaluation]:
    """Every time the rules were applied to a registration, oldest first."""
    return registration.evaluations.select_related("evaluated_by", "settled__settled_by").order_by("id")
