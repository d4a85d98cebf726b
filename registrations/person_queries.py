"""Reads of a person's whole life in the service, under whichever of their records it stands."""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from registrations.models import NQSW, Placement, Registration
from registrations.states import State


def of_person(nqsw: NQSW) -> QuerySet[Registration]:
    """Every registration of a person, also those made under a record that was merged with theirs."""
    person = nqsw.merged_into_id or nqsw.pk
    return Registration.objects.filter(Q(nqsw=person) | Q(nqsw__merged_into=person))


def placed_after(nqsw: NQSW, day: date, *, apart_from: Registration | None = None) -> bool:
    """Whether a placement of the person ended after that day; one that never was does not count."""
    others = of_person(nqsw).exclude(pk=apart_from.pk) if apart_from else of_person(nqsw)
    ended = Placement.objects.filter(registration__in=others, ends_on__gt=day)
    return ended.exclude(ends_on=F("starts_on")).exists()


def on_programme(swe_number: str) -> Registration | None:
    """The registration on the programme of the person of a canonical number."""
    people = NQSW.objects.filter(swe_number=swe_number).values(person=Coalesce("merged_into", "pk"))
    own = Registration.objects.filter(Q(nqsw__in=people) | Q(nqsw__merged_into__in=people))
    return own.filter(state=State.REGISTERED, ended_on__isnull=True).select_related("nqsw").first()
