"""The locks that acts on registrations take. Everybody takes them in this order, so that nobody waits for ever:

the numbers of the people, then registrations by id, then employers by id, then what belongs to them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

from django.db import OperationalError, connection

from accounts import employer_rules
from accounts.models import Employer
from asye.refusals import Stale
from registrations.rules import taken

NOT_TO_BE_HAD: Final = "55P03"  # what PostgreSQL says when a lock was not to be had in time
ANOTHER_FILE: Final = "Another file is being registered at this moment. Wait a minute and try again."
EMPLOYER_CHANGES: Final = "The employer is being changed at this moment. Wait a minute and try again."

# A number of a record that was merged stands for the person who is left: both are locked under one name.
PEOPLE: Final = """
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended('nqsw ' || COALESCE(kept.swe_number, 'record ' || kept.id, number), 4) AS key
        FROM unnest(%s::text[]) AS number
        LEFT JOIN registrations_nqsw gone ON gone.swe_number = number
        LEFT JOIN registrations_nqsw kept ON kept.id = gone.merged_into_id
        ORDER BY key
    ) AS sorted
"""


@contextmanager
def waiting_told(sentence: str) -> Iterator[None]:
    """Turns having waited too long for a lock into Stale with this sentence."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != NOT_TO_BE_HAD:
            raise
        raise Stale(sentence) from error


def hold_people(numbers: Iterable[str | None]) -> None:
    """Makes everybody else who registers or moves one of these people wait until the transaction ends.

    Numbers are canonical; a person whose number is not known has none to hold. Without it the constraint on placements
    can deadlock. Raises Stale for whoever has waited as long as the database lets anybody wait.
    """
    known = [number for number in numbers if number]
    if known:
        with waiting_told(taken.AT_THIS_MOMENT), connection.cursor() as cursor:
            cursor.execute(PEOPLE, [known])


def hold_file(numbers: Iterable[str]) -> None:
    """The people of a file. One file at a time: the database has room for so many locks and no more. Raises Stale."""
    with waiting_told(ANOTHER_FILE), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('registrations.bulk', 4))")
    hold_people(numbers)


def hold_open(employer: Employer, until: date | None = None) -> None:
    """Keeps an employer as it is until the transaction ends: others may hold it too, nobody closes or merges it.

    Raises Refused where it closes (before `until`, the first day it is not needed any more), and Stale for whoever has
    waited too long.
    """
    with waiting_told(EMPLOYER_CHANGES), connection.cursor() as cursor:
        cursor.execute("SELECT name, closed_on FROM accounts_employer WHERE id = %s FOR SHARE", [employer.pk])
        name, closed_on = cursor.fetchone()
    if until is None or closed_on is None or closed_on < until:
        employer_rules.check_not_closing(Employer(name=name, closed_on=closed_on))
