"""Drafts of what is owed: the monthly run, and on demand."""

from datetime import datetime
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.services import audit, jobs
from asye.clock import LONDON, london_date
from asye.refusals import Refused
from payments.models import Batch
from payments.permissions import check_may_prepare
from payments.queries.owed import owed_sql
from payments.services import hands

MONTHLY_JOB = "payments.prepare_month"
FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION = "23503", "23505"
TIME_ENOUGH = "SET LOCAL statement_timeout = '50s'"  # a year's lines in one statement; the worker has a minute
ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(hashtextextended('payments.prepare', 7))"

SENTENCE = """
    CASE o.reason
        WHEN 'registered' THEN o.reference || ' was registered on ' || to_char(o.due_on, 'FMDD FMMonth YYYY')
            || ', so the first payment is due to the employer that registered the NQSW: ' || o.named || '.'
        WHEN 'completed' THEN 'The outcome of ' || o.reference || ' was confirmed as a ' || o.outcome_result || ' on '
            || to_char(o.due_on, 'FMDD FMMonth YYYY') || ', so the second payment is due to the employer '
            || CASE o.goes_to WHEN 'completing' THEN 'where the year was completed: '
                              ELSE 'that registered the NQSW: ' END || o.named || '.'
        ELSE o.reference || ' was on programme on ' || to_char(o.due_on, 'FMDD FMMonth YYYY')
            || ', the day of the final-year advance, so the second payment is due before completion to: '
            || o.named || '.'
    END
"""
MAKE_SLOTS = """
{owed}
INSERT INTO payments_entitlement (person_id, milestone, paid_elsewhere_source, paid_elsewhere_reference)
SELECT person_id, milestone, '', '' FROM owed WHERE blocked = ''
ON CONFLICT (person_id, milestone) DO NOTHING
"""
MAKE_LINES = """
{owed}
INSERT INTO payments_line (
    reference, slot_id, slot_open, kind, reason, registration_id, outcome_id, outcome_result, employer_id,
    employer_name, payee_id, payee_verified, programme_year_id, milestone, rate_pence, amount_pence, grant_year_id,
    due_on, sentence, batch_id, made_by_id, made_at, follows_id, closed_because)
SELECT 'L' || upper(substr(md5(gen_random_uuid()::text), 1, 19)), e.id, true, 'payment', o.reason, o.registration_id,
    o.outcome_id, o.outcome_result, o.employer_id, o.employer_name, o.payee_id, true, o.programme_year_id, o.milestone,
    o.amount_pence, o.amount_pence, o.grant_year_id, o.due_on, {sentence}, %(batch)s, %(by)s, %(now)s,
    (SELECT max(l.id) FROM payments_line l WHERE l.slot_id = e.id AND l.kind = 'payment'), ''
FROM owed o JOIN payments_entitlement e ON e.person_id = o.person_id AND e.milestone = o.milestone
WHERE o.blocked = '' AND e.open
ORDER BY o.due_on, o.registration_id, o.milestone
ON CONFLICT (slot_id) WHERE kind = 'payment' AND closed_as IS NULL DO NOTHING
"""


def period_of(now: datetime) -> str:
    """The London month of an instant, like "2026-09"."""
    return now.astimezone(LONDON).strftime("%Y-%m")


@transaction.atomic
def prepare_month(now: datetime) -> Batch | None:
    """The monthly run: a draft of everything owed up to and including today, made by nobody.

    Does nothing where this London month has had its run, or a batch that somebody prepared. While nothing is owed the
    month stays open, and every tick looks again. A month that was missed is made good by the next, for what is owed
    stays owed. None where there was nothing to do.
    """
    if not alone() or Batch.objects.filter(period=period_of(now)).exists():
        return None
    batch = _prepare(by=None, now=now)
    if batch is not None:
        jobs.claim(MONTHLY_JOB, period_of(now), now)
    return batch


@transaction.atomic
def prepare_batch(*, by: User, now: datetime) -> Batch:
    """A draft of everything owed that can be paid today, on demand by a payments officer.

    Raises NotAllowed; Refused where nothing is owed, somebody is preparing one at this moment, or what is owed changed
    meanwhile.
    """
    under = check_may_prepare(by, on=london_date(now))
    if not alone():
        raise Refused("A batch is being prepared at this moment. Look at the list of batches in a minute.")
    batch = _prepare(by=by, now=now)
    if batch is None:
        raise Refused("Nothing is owed that can be paid now. What is blocked is listed with the reasons.")
    hands.add_maker(batch, by, now)
    audit.record("payments.prepare", batch, by=by, now=now, under=under)
    return batch


def alone() -> bool:
    """Takes the lock that all preparing shares until the transaction ends; false, at once, where somebody else has
    it."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        return bool(cursor.fetchone()[0])


def _prepare(*, by: User | None, now: datetime) -> Batch | None:
    try:
        with transaction.atomic():
            return _drafted(by=by, now=now)
    except IntegrityError as error:
        # A line waited for vendor details being verified, or for a record being merged, and then stood on nothing or
        # would have been a second payment.
        if not _changed_meanwhile(error):
            raise
        raise Refused(
            "Vendor details or a registration changed while the batch was being prepared, so nothing was. Prepare it "
            "again."
        ) from error


def _changed_meanwhile(error: IntegrityError) -> bool:
    """Whether a line stood on nothing, or its own trigger (and no index) found the person paid under another record."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    of_trigger = cause.sqlstate == UNIQUE_VIOLATION and cause.diag.constraint_name is None
    return cause.sqlstate == FOREIGN_KEY_VIOLATION or of_trigger


def _drafted(*, by: User | None, now: datetime) -> Batch | None:
    with_clause, values = owed_sql(london_date(now))
    with connection.cursor() as cursor:
        cursor.execute(TIME_ENOUGH)
        cursor.execute(with_clause + "SELECT max(payer_file_version) FROM owed WHERE blocked = ''", values)  # noqa: S608
        (file_version,) = cursor.fetchone()
        if file_version is None:
            return None
        batch = Batch.objects.create(period=period_of(now), file_version=file_version, prepared_by=by, prepared_at=now)
        cursor.execute(MAKE_SLOTS.format(owed=with_clause), values)
        more: dict[str, Any] = {**values, "batch": batch.pk, "by": by.pk if by else None, "now": now}
        cursor.execute(MAKE_LINES.format(owed=with_clause, sentence=SENTENCE), more)
    if by is None:
        audit.record("payments.prepare", batch, by=None, now=now, codes=["monthly_run"])
    return batch
