"""Reads about records that may be one person, for caseworkers: nobody else is told that there is another one."""

from datetime import date
from typing import Any, Final

from django.db.models import Exists, QuerySet, Value
from django.db.models.functions import Concat

from accounts import roles
from accounts.models import AuditEvent, User
from accounts.queries import holding
from accounts.waiting import Kind, lines, london_day
from registrations import person_queries, queries
from registrations.models import NQSW, Likeness, Placement, Registration

LOOKED_AT_WITHIN_DAYS: Final = 7


def open_pairs() -> QuerySet[Likeness]:
    """What waits for a caseworker, the oldest first; not where one of the two was merged meanwhile."""
    found = Likeness.objects.filter(answer="", one__merged_into__isnull=True, other__merged_into__isnull=True)
    return found.select_related("one", "other")


def registrations_of(nqsw: NQSW) -> list[tuple[Registration, list[Placement]]]:
    """Every registration of a record with its placements, the oldest first. Two queries."""
    found = nqsw.registrations.select_related("programme_year").prefetch_related("placements__employer")
    return [(each, list(each.placements.all())) for each in found.order_by("id")]


def said_different(pair: Likeness) -> list[AuditEvent]:
    """When an employer said of the two, registering one from a file, that they are different people. Two queries."""
    records = Registration.objects.filter(nqsw__in=(pair.one_id, pair.other_id)).values_list("pk", "nqsw")
    whose = {str(pk): nqsw for pk, nqsw in records}
    events = AuditEvent.objects.filter(
        act="registrations.say_different",
        object_type=Registration._meta.label_lower,
        object_id__in=[int(pk) for pk in whose],
        codes__overlap=list(whose),
    ).select_related("actor", "membership__employer")
    return [
        each
        for each in events
        if any(whose.get(code, whose[str(each.object_id)]) != whose[str(each.object_id)] for code in each.codes)
    ]


def live_of(nqsw: NQSW) -> Registration | None:
    """The registration of a record, or of one merged into it, that runs or waits."""
    return person_queries.of_person(nqsw).filter(queries.LIVE).first()


def _to_look_at(user: User, on: date) -> QuerySet[Any, Any]:
    mine = open_pairs().select_related(None).filter(Exists(holding(user, on, roles.CASEWORKER)))
    about = Concat(
        "one__first_name", Value(" "), "one__last_name", Value(" and "),
        "other__first_name", Value(" "), "other__last_name",
    )  # fmt: skip
    return lines(mine, about=about, due=london_day("found_at", days_later=LOOKED_AT_WITHIN_DAYS))


FOR_PERSON: Final = (
    Kind("Say whether two records are one person", "same_pair", frozenset({roles.CASEWORKER}), _to_look_at),
)
