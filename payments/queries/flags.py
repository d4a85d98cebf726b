"""What has happened to the lines of a batch since they were prepared, for whoever submits or approves it."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from payments.queries.owed import no_longer_owed
from payments.states import Flag

SHOWN = 50

# Facts that have changed beside a line. It stays as it was prepared and may be paid so; whoever decides should know.
CHANGED = """
SELECT l.reference, r.reference, changed.flag, changed.now FROM payments_line l
JOIN registrations_registration r ON r.id = l.registration_id
JOIN accounts_employer e ON e.id = l.employer_id
JOIN registrations_programmeyear y ON y.id = l.programme_year_id
CROSS JOIN LATERAL (
    SELECT 'renamed' AS flag, e.name AS now WHERE e.name <> l.employer_name
    UNION ALL
    SELECT 'other_details', p.vendor_number FROM payments_payee p
        WHERE p.employer_id = e.id AND p.verified_at IS NULL AND p.refused_at IS NULL
    UNION ALL
    SELECT 'other_rate', newer.version::text FROM registrations_programmeyear newer
        JOIN registrations_milestoneamount a ON a.programme_year_id = newer.id AND a.milestone = l.milestone
        WHERE newer.programme = y.programme AND newer.code = y.code AND newer.version > y.version
          AND newer.published_at IS NOT NULL AND newer.superseded_at IS NULL AND a.amount_pence <> l.rate_pence
) changed
WHERE l.batch_id = %s AND l.kind = 'payment' ORDER BY l.reference, changed.flag LIMIT %s
"""


@dataclass(frozen=True)
class Flagged:
    """A line and its registration by their references, what has happened, and the fact as it is now. With `stops` the
    batch cannot be submitted or approved with the line in it."""

    line: str
    registration: str
    flag: Flag
    now: str
    stops: bool


def flagged(batch_id: int, on: date) -> list[Flagged]:
    """Lines that are no longer owed as they say, or are blocked, then those beside which a fact has changed: two
    queries, and at most SHOWN of each."""
    gone = no_longer_owed(batch_id, on)[:SHOWN]
    found = [
        Flagged(line, of, Flag.BLOCKED if blocked else Flag.NOT_OWED, blocked, stops=True) for line, of, blocked in gone
    ]
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, [batch_id, SHOWN])
        return [*found, *(Flagged(line, of, Flag(flag), now, stops=False) for line, of, flag, now in cursor.fetchall())]
