"""Who opened which sensitive record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import Notice, SensitiveRead
from accounts.queries import search_people
from assessments.models import Record
from assessments.queries.records import title_of
from asye.clock import LONDON
from asye.keyset import Order
from registrations.finding import Criteria, narrowed
from registrations.models import Export, Registration

NEWEST_FIRST: Final = Order("id")
REGISTRATION, RECORD, NOTICE, EXPORT, LOG = (
    "registrations.registration",
    "assessments.record",
    "accounts.notice",
    "registrations.export",
    "accounts.sensitiveread",
)
WHOLE_LOG: Final = (LOG, 0)  # what is noted where somebody reads this log
MOST_FOUND: Final = 200  # registrations that a search stands for


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
    """Of a registration its page, the records of its year, and every file it was taken out in."""
    wanted = narrowed(Registration.objects.all(), Criteria(text=text), on)
    pks = list(wanted.order_by("pk").values_list("pk", flat=True)[:MOST_FOUND])
    records = Record.objects.filter(registration__in=pks)
    files = Export.objects.filter(registrations__overlap=pks)
    return (
        Q(object_type=REGISTRATION, object_id__in=pks)
        | Q(object_type=RECORD, object_id__in=records.values("pk"))
        | Q(object_type=EXPORT, object_id__in=files.values("pk"))
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def names_of(page: Iterable[SensitiveRead]) -> dict[tuple[str, int], str]:
    """What each entry was about, in words: a query for each kind of thing."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for each in page:
        by_kind[each.object_type].add(each.object_id)
    found: dict[tuple[str, int], str] = {WHOLE_LOG: "This log"}
    for one in Registration.objects.filter(pk__in=by_kind[REGISTRATION]).select_related("nqsw"):
        found[REGISTRATION, one.pk] = f"Registration of {one.nqsw.full_name}" + (
            f", {one.reference}" if one.reference else ""
        )
    for record in Record.objects.filter(pk__in=by_kind[RECORD]).select_related("registration__nqsw"):
        found[RECORD, record.pk] = f"{title_of(record)} of {record.registration.nqsw.full_name}"
    for export in Export.objects.filter(pk__in=by_kind[EXPORT]).defer("registrations"):
        found[EXPORT, export.pk] = f"File with {export.count} registration{'' if export.count == 1 else 's'}"
    for notice in Notice.objects.filter(pk__in=by_kind[NOTICE]):
        found[NOTICE, notice.pk] = f"Message to {notice.to_email}"
    return found
