"""DfE takes over records from before this service: employers, people, outcomes, and what was paid."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import Membership, User
from accounts.services import audit
from assessments.earlier import KnownOutcomes
from assessments.services import earlier as outcomes
from asye.clock import london_date
from asye.refusals import Refused, Stale
from payments.earlier.checks import Known, check
from payments.earlier.past import KnownPayments
from payments.models import Entitlement
from registrations.bulk.limits import EMPLOYERS
from registrations.earlier.checks import KnownEmployers, KnownPeople, mark_known
from registrations.earlier.entries import Entry
from registrations.earlier_permissions import check_may_take
from registrations.models import EarlierFile, EarlierRow
from registrations.rules.earlier import check_can_take
from registrations.services import earlier, earlier_rows, locking
from registrations.states import EarlierSource

MEANWHILE: Final = "Somebody changed one of these records at the same time. Nothing was taken over. Try again."
AT_ONCE: Final = (locking.NOT_TO_BE_HAD, "40P01")  # a lock was not to be had in time; two waited for each other
NO_PREPARING: Final = "SELECT pg_advisory_xact_lock(hashtextextended('payments.prepare', 7))"


@transaction.atomic
def take_over(
    file: EarlierFile,
    entries: Sequence[Entry],
    headings: Mapping[str, str],
    *,
    only_good: bool,
    seen_digest: str,
    by: User,
    now: datetime,
) -> EarlierFile:
    """Takes over exactly the rows that were shown as good (`seen_digest`), all or none of them in one transaction.

    `entries` are all rows of the file, read again. Each is checked once more: what has become impossible is a new
    finding, and then the others are taken over only with `only_good`; the answer tells by its `taken_at`. Rows taken
    over before are left as they are, and a second time changes nothing. Raises NotAllowed, Stale, or Refused where
    `by` has sent in past payments, or a row cannot be taken over and `only_good` is not chosen.
    """
    on = london_date(now)
    under = check_may_take(by, file, on=on)
    file = earlier.locked(file)
    if file.taken_at is not None:
        return file
    earlier.check_open(file)
    check_can_take(file, by.human_id)
    if file.bad and not only_good:
        raise Refused("Some rows cannot be taken over. Correct them, or take over only the others.", field="which")
    _lock(entries)
    for part in earlier_rows.batched(entries):
        mark_known(part, headings, file)
    chosen = earlier.as_shown(file, entries, seen_digest)
    seen: dict[object, int] = {}
    parts = [(part, check(part, headings, file, on=on, seen=seen)) for part in earlier_rows.batched(chosen)]
    good = earlier.note_fallen(file, chosen, now=now)
    if not good or (len(good) < len(chosen) and not only_good):
        audit.record("registrations.earlier_changed", file, by=by, now=now, under=under)
        return file
    try:
        with transaction.atomic():
            for part, known in parts:
                _store(file, [each for each in part if each.is_good], known, by=by, now=now, under=under)
    except (IntegrityError, Refused):
        raise Stale(MEANWHILE) from None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in AT_ONCE:
            raise
        raise Stale(MEANWHILE) from error
    earlier.note_taken(file, len(good), by=by, now=now, under=under)
    _look_anew()
    return file


def _look_anew() -> None:
    """Has the database plan for what is in the tables now: until it does, reading what is owed can take a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payments_look_at_taken_over()")


def _lock(entries: Sequence[Entry]) -> None:
    """Lets one file be taken over at a time, no batch be prepared meanwhile, and nobody register these people.

    The database has room for so many locks and no more: of a larger file its walls alone keep the people apart.
    """
    with locking.waiting_told(MEANWHILE), connection.cursor() as cursor:
        cursor.execute(NO_PREPARING)
    numbers = sorted({each.number for each in entries} - {""})
    locking.hold_file(numbers[: EMPLOYERS.rows])


def _store(
    file: EarlierFile, entries: Sequence[Entry], known: Known, *, by: User, now: datetime, under: Membership
) -> None:
    if isinstance(known, KnownEmployers):
        earlier_rows.store_employers(file, entries, known, by=by, now=now, under=under)
    elif isinstance(known, KnownPeople):
        earlier_rows.store_people(file, entries, known, by=by, now=now, under=under)
    elif isinstance(known, KnownOutcomes):
        outcomes.store_outcomes(file, entries, known, by=by, now=now, under=under)
    else:
        _store_payments(file, entries, known)


def _store_payments(file: EarlierFile, entries: Sequence[Entry], known: KnownPayments) -> None:
    """Closes the slots of what was paid, with source and reference; never a line, never an entry of the ledger."""
    source = EarlierSource(file.source).label
    rows = [(entry, slot) for entry in entries if (slot := known.slot_of(entry)) is not None]
    Entitlement.objects.bulk_create(
        (
            Entitlement(
                person_id=person,
                milestone=milestone,
                paid_elsewhere_source=source,
                paid_elsewhere_reference=entry.reference,
            )
            for entry, (person, milestone) in rows
            if entry.clean["paid"]
        ),
        update_conflicts=True,
        unique_fields=["person", "milestone"],
        update_fields=["paid_elsewhere_source", "paid_elsewhere_reference"],
    )
    EarlierRow.objects.bulk_create(
        (earlier_rows.row_of(file, entry, nqsw_id=person, milestone=milestone) for entry, (person, milestone) in rows)
    )
