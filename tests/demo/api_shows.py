"""Whatever act changes what the API shows of a registration moves `updated_at`, so that no client misses it."""

from datetime import timedelta

from django.db.models import Count

from accounts.models import AuditEvent, Employer
from registrations.api import changed, shown
from registrations.models import Registration
from tests.demo.scene import NOW, TODAY

Shown = dict[int, shown.Data]
AT = shown.instant(NOW)
# Of an assessor the name and address are shown, which are the account's and not the registration's.
NOT_OF_A_REGISTRATION = ("assessor", "events")


def two_employers() -> list[Employer]:
    """Northshire and its neighbour."""
    found = list(Employer.objects.filter(name__regex="^(Northshire|Southmouth)"))
    assert len(found) == 2
    return found


def read(employers: list[Employer]) -> list[Shown]:
    """What the key of each employer is shown of each registration, and how many events it has: all acts of the walk are
    done at one instant, at which some of the scene's things were made as well."""
    on = TODAY + timedelta(days=1)
    things = AuditEvent.objects.order_by().values_list("object_type", "object_id")
    events = {(kind, pk): count for kind, pk, count in things.annotate(Count("pk"))}
    found = []
    for employer in employers:
        rows = changed.with_parts(changed.readable(employer, on), employer)
        found.append({row.pk: {**shown.registration(row, on), "events": _about(row, events)} for row in rows})
    return found


def _about(row: Registration, events: dict[tuple[str, int], int]) -> int:
    """How many there are about a registration or its person."""
    of_person = events.get(("registrations.nqsw", row.nqsw_id), 0)
    return events.get(("registrations.registration", row.pk), 0) + of_person


def silent(before: list[Shown], after: list[Shown]) -> list[str]:
    """The fields that read otherwise while the time of change stands still."""
    missed = []
    for old, new in zip(before, after, strict=True):
        for pk in old.keys() & new.keys():
            same_instant = new[pk]["updated_at"] == AT and new[pk]["events"] > old[pk]["events"]
            if new[pk]["updated_at"] > old[pk]["updated_at"] or same_instant:
                continue
            missed += [name for name in new[pk] if new[pk][name] != old[pk][name] and name not in NOT_OF_A_REGISTRATION]
    return missed
