"""The one door through which a registration's state and version change."""

from registrations.models import Registration
from registrations.rules import standing
from registrations.states import State


def locked(registration: Registration, seen_version: int | None) -> Registration:
    """The registration as it is now, locked. Raises Stale where it is no longer as the person saw it."""
    found = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("nqsw__user", "programme_year", "submitted_by")
        .get(pk=registration.pk)
    )
    standing.check_seen(found, seen_version)
    return found


def move(registration: Registration, to: State, *fields: str) -> None:
    """Moves a locked registration and saves it with the named fields. Raises Refused where states.MOVES forbids it."""
    standing.check_can_move(registration, to)
    registration.state = to
    touch(registration, "state", *fields)


def touch(registration: Registration, *fields: str) -> None:
    """Saves the named fields of a locked registration and counts the change."""
    registration.version += 1
    registration.save(update_fields=["version", *fields])
