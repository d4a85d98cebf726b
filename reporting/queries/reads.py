"""Who opened which sensitive record."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.models import Notice, SensitiveRead
from accounts.queries import search_people
from assessments.models import Concern, Record
from assessments.queries.records import title_of
from asye.clock import LONDON
from asye.keyset import Order
from moderation.models import PopulationItem, SampleItem
from payments.models import Line
from registrations.finding import Criteria, narrowed
from registrations.models import NQSW, Export, Registration

NEWEST_FIRST: Final = Order("id")
WHOLE_LOG: Final = ("accounts.sensitiveread", 0)  # what is noted where somebody reads this log
MOST_FOUND: Final = 200  # registrations that a search stands for


@dataclass(frozen=True)
class Kind:
    """A kind of record that is opened: how it is fetched, by which of its fields it is about registrations (empty where
    it is not), and what it is called."""

    found: QuerySet[Any]
    about: str
    words: Callable[[Any], str]


def _of(registration: Registration) -> str:
    name = registration.nqsw.full_name
    return f"{name}, {registration.reference}" if registration.reference else name


KINDS: Final = {
    "registrations.registration": Kind(
        Registration.objects.select_related("nqsw"), "pk__in", lambda one: f"Registration of {_of(one)}"
    ),
    "registrations.nqsw": Kind(
        NQSW.objects.all(), "registrations__in", lambda one: f"Record of {one.full_name}, beside one like it"
    ),
    "assessments.record": Kind(
        Record.objects.select_related("registration__nqsw"),
        "registration__in",
        lambda one: f"{title_of(one)} of {one.registration.nqsw.full_name}",
    ),
    "assessments.concern": Kind(
        Concern.objects.select_related("registration__nqsw"),
        "registration__in",
        lambda one: f"Concern about the year of {one.registration.nqsw.full_name}",
    ),
    "moderation.populationitem": Kind(
        PopulationItem.objects.select_related("registration__nqsw"),
        "registration__in",
        lambda one: f"Outcome to confirm of {_of(one.registration)}",
    ),
    "moderation.sampleitem": Kind(
        SampleItem.objects.select_related("population__registration__nqsw"),
        "population__registration__in",
        lambda one: f"Sampled record of {_of(one.population.registration)}",
    ),
    "payments.line": Kind(
        Line.objects.select_related("registration__nqsw"),
        "registration__in",
        lambda one: f"Payment {one.reference} for {_of(one.registration)}",
    ),
    "registrations.export": Kind(
        Export.objects.defer("registrations"),
        "registrations__overlap",
        lambda one: f"File with {one.count} registration{'' if one.count == 1 else 's'}",
    ),
    "accounts.notice": Kind(Notice.objects.all(), "", lambda one: f"Message to {one.to_email}"),
}


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed by: both days count."""

    person: str = ""
    record: str = ""
    first: date | None = None
    last: date | None = None


def reads(asked: Asked, on: date) -> QuerySet[SensitiveRead]:
    """The entries that fit, with who they are of."""
    found = SensitiveRead.objects.select_related("actor")
    if asked.person:
        found = found.filter(actor__in=search_people(asked.person))
    if asked.record:
        found = found.filter(_about(asked.record, on))
    if asked.first:
        found = found.filter(at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    return found


def _about(text: str, on: date) -> Q:
    """Of a registration everything that is about it, and every file it was taken out in."""
    wanted = narrowed(Registration.objects.all(), Criteria(text=text), on)
    pks = list(wanted.order_by("pk").values_list("pk", flat=True)[:MOST_FOUND])
    found = Q(pk__in=[])
    for name, kind in KINDS.items():
        if kind.about:
            found |= Q(object_type=name, object_id__in=kind.found.filter(**{kind.about: pks}).values("pk"))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def names_of(page: Iterable[SensitiveRead]) -> dict[tuple[str, int], str]:
    """What each entry was about, in words: a query for each kind of thing."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for each in page:
        by_kind[each.object_type].add(each.object_id)
    found: dict[tuple[str, int], str] = {WHOLE_LOG: "This log"}
    for name, kind in KINDS.items():
        for one in kind.found.filter(pk__in=by_kind[name]):
            found[name, one.pk] = kind.words(one)
    return found
