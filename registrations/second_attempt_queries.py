"""Reads of what went before a second attempt."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import Employer
from registrations import person_queries, queries
from registrations.models import NQSW, AllowedAgain, Registration
from registrations.states import EndReason


def person_of(swe_number: str) -> NQSW | None:
    """The record of the person of a canonical number: the surviving one where two were merged."""
    found = NQSW.objects.select_related("merged_into__user", "user").filter(swe_number=swe_number).first()
    return found.merged_into or found if found is not None else None


def of_person(person: NQSW) -> QuerySet[Registration]:
    """Every registration of a person, the newest first, also those made under a record that was merged."""
    found = person_queries.of_person(person)
    return found.select_related("nqsw", "programme_year").order_by("-id")


def last_with_outcome(person: NQSW | None) -> Registration | None:
    """The person's registration that ended last with an outcome, whatever the outcome: records from before the service
    come in any order, so it is the day that counts."""
    if person is None:
        return None
    ended = of_person(person).filter(end_reason=EndReason.OUTCOME_CONFIRMED)
    return ended.order_by("-ended_on", "-id").first()


def live_one(person: NQSW | None) -> Registration | None:
    """The registration that holds the person now."""
    return of_person(person).filter(queries.LIVE).first() if person is not None else None


def open_leave(swe_number: str, employer: Employer, failed: Registration | None, on: date) -> AllowedAgain | None:
    """A leave for the same fail at the same employer that still runs."""
    found = AllowedAgain.objects.filter(swe_number=swe_number, employer=employer, failed=failed, until__gte=on)
    return found.order_by("-until").first()


def earlier_of(registration: Registration) -> QuerySet[Registration]:
    """The other registrations of the same person, the newest first."""
    return of_person(registration.nqsw).exclude(pk=registration.pk)
