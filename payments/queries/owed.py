"""What is owed: nobody fills in a claim form, it is read from registrations and outcomes (decision D3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from assessments.queries import confirmed_outcomes
from asye.clock import london_date
from payments.states import Blocked, LineReason
from registrations.states import Milestone

# One row per person and milestone that is due and settled by nothing: registered (P1), outcome confirmed (P1, P10),
# or still on programme on the day of the final-year advance (P6). The earliest claim on a slot is the one owed.
# What was owed to an employer that closed goes to its successor, or on to that one's. Nothing is paid where the newest
# grant terms that had to be accepted by today have not been, where the grant year asks for it. A person whose year was
# funded before this service is owed its payments, for whichever year, only once a sheet says that they were not made.
# Changed vendor details rest until the day they are used from, and those of two employers under one number until two
# people have said why that is right.
# What was recovered is owed again for another registration, or another outcome of the same one, and never as it was:
# but for what was recovered because a year ended, where that has been undone since.
OWED_SQL = """
WITH RECURSIVE outcome AS ({outcomes}),
heir AS (
    SELECT e.id, e.id AS heir_id, ''::varchar AS before FROM accounts_employer e
    WHERE e.closed_on IS NULL OR e.closed_on > %(today)s OR e.successor_id IS NULL
    UNION ALL
    SELECT e.id, heir.heir_id, e.name FROM accounts_employer e JOIN heir ON heir.id = e.successor_id
    WHERE e.closed_on <= %(today)s
),
{those}
terms AS (
    SELECT max(version) AS version FROM accounts_grantterms
    WHERE published_at IS NOT NULL AND required_from <= %(today)s
),
shared AS (
    SELECT p.id FROM payments_payee p
    JOIN payments_payee q ON q.vendor_number = p.vendor_number AND q.employer_id <> p.employer_id
    WHERE p.verified AND p.ended_at IS NULL AND q.verified AND q.ended_at IS NULL
      AND NOT EXISTS (SELECT FROM payments_sharednumber s
                      WHERE s.one_id = least(p.id, q.id) AND s.two_id = greatest(p.id, q.id)
                        AND s.confirmed_at IS NOT NULL)
),
due AS (
    SELECT r.id AS registration_id, 'registration' AS milestone, 'registered' AS reason,
           (r.decided_at AT TIME ZONE 'Europe/London')::date AS due_on,
           NULL::bigint AS outcome_id, NULL::varchar AS outcome_result, 'registering' AS goes_to
    FROM registrations_registration r
    WHERE r.state = 'registered' AND r.verdict = 'fundable' AND r.end_reason NOT IN ('withdrawn', 'never_started')
      AND (%(only)s::bigint IS NULL OR r.id = %(only)s) {r_of_those}
    UNION ALL
    SELECT r.id, 'completion', 'completed', (o.decided_at AT TIME ZONE 'Europe/London')::date,
           o.id, o.result, y.on_move
    FROM outcome o
    JOIN registrations_registration r ON r.id = o.registration_id
    JOIN registrations_programmeyear y ON y.id = r.programme_year_id
    WHERE r.state = 'registered' AND r.verdict = 'fundable'
      AND (o.result = 'pass' OR (o.result = 'fail' AND y.on_fail = 'pay'))
      AND (y.last_completion_on IS NULL
           OR (o.decided_at AT TIME ZONE 'Europe/London')::date <= y.last_completion_on)
      AND (%(only)s::bigint IS NULL OR r.id = %(only)s) {r_of_those}
    UNION ALL
    SELECT r.id, 'completion', 'final_year_advance', g.final_year_advance_on, NULL, NULL, y.on_move
    FROM payments_grantyear g
    JOIN registrations_registration r
      ON (r.decided_at AT TIME ZONE 'Europe/London')::date <= g.final_year_advance_on
     AND (r.ended_on IS NULL OR r.ended_on > g.final_year_advance_on)
    JOIN registrations_programmeyear y ON y.id = r.programme_year_id
    WHERE r.state = 'registered' AND r.verdict = 'fundable' AND g.final_year_advance_on IS NOT NULL
      AND (%(only)s::bigint IS NULL OR r.id = %(only)s) {r_of_those}
),
settled AS (
    SELECT COALESCE(n.merged_into_id, n.id) AS person_id, e.milestone
    FROM payments_entitlement e
    JOIN registrations_nqsw n ON n.id = e.person_id
    LEFT JOIN payments_line l ON l.slot_id = e.id AND l.kind = 'payment' AND l.closed_as IS NULL
        AND l.batch_id IS DISTINCT FROM %(apart_from)s::bigint
    WHERE (NOT e.open OR l.id IS NOT NULL) {n_of_those}
),
unanswered AS MATERIALIZED (
    SELECT COALESCE(n.merged_into_id, n.id) AS person_id, m.milestone
    FROM registrations_earlierrow e
    JOIN registrations_registration r ON r.id = e.registration_id AND r.verdict = 'fundable'
    JOIN registrations_nqsw n ON n.id = r.nqsw_id {n_of_those}
    JOIN (VALUES ('registration', 'people'), ('completion', 'outcomes')) AS m (milestone, kind)
      ON m.kind = e.kind OR r.ended_on IS NULL
    EXCEPT
    SELECT COALESCE(n.merged_into_id, n.id), e.milestone
    FROM registrations_earlierrow e JOIN registrations_nqsw n ON n.id = e.nqsw_id {n_of_those}
),
held AS MATERIALIZED (
    SELECT DISTINCT ON (COALESCE(n.merged_into_id, n.id), e.milestone)
           COALESCE(n.merged_into_id, n.id) AS person_id, e.milestone, hold.*
    FROM payments_hold hold
    JOIN payments_entitlement e ON e.id = hold.slot_id
    JOIN registrations_nqsw n ON n.id = e.person_id
    WHERE hold.until > %(today)s {n_of_those}
    ORDER BY COALESCE(n.merged_into_id, n.id), e.milestone, hold.id DESC
),
claim AS (
    SELECT DISTINCT ON (COALESCE(n.merged_into_id, n.id), due.milestone)
           due.*, COALESCE(n.merged_into_id, n.id) AS person_id, r.reference, r.programme_year_id, a.amount_pence
    FROM due
    JOIN registrations_registration r ON r.id = due.registration_id
    JOIN registrations_nqsw n ON n.id = r.nqsw_id
    JOIN registrations_milestoneamount a
      ON a.programme_year_id = r.programme_year_id AND a.milestone = due.milestone
    WHERE due.due_on <= %(today)s
      AND NOT EXISTS (SELECT FROM settled s
                      WHERE s.person_id = COALESCE(n.merged_into_id, n.id) AND s.milestone = due.milestone)
      AND NOT EXISTS (SELECT FROM payments_line l
                      WHERE l.registration_id = due.registration_id AND l.milestone = due.milestone
                        AND l.outcome_id IS NOT DISTINCT FROM due.outcome_id AND l.closed_as = 'recovered'
                        AND EXISTS (SELECT FROM payments_recovery b WHERE b.line_id = l.id AND b.stopped_at IS NULL
                                      AND b.cause NOT IN ('withdrawn', 'never_started')))
    ORDER BY COALESCE(n.merged_into_id, n.id), due.milestone, due.due_on, due.registration_id
),
owed AS (
    SELECT claim.*, emp.id AS employer_id, emp.name AS employer_name,
           CASE heir.before WHEN '' THEN emp.name ELSE emp.name || ', which took over ' || heir.before END AS named,
           p.id AS payee_id, p.vendor_number, p.used_from,
           g.id AS grant_year_id, g.code AS grant_year, g.payer_file_version,
           COALESCE(h.reason, '') AS held_because, h.until AS held_until,
           h.held_at, h.held_by_id,
           CASE WHEN h.id IS NOT NULL THEN 'held'
                WHEN unanswered.person_id IS NOT NULL THEN 'earlier'
                WHEN emp.closed_on <= %(today)s THEN 'employer_closed'
                WHEN p.id IS NULL THEN 'no_payee'
                WHEN p.id IN (SELECT id FROM shared) THEN 'shared_number'
                WHEN p.used_from > %(today)s THEN 'cool_off'
                WHEN g.id IS NULL THEN 'no_grant_year'
                WHEN g.terms_required AND terms.version IS NOT NULL AND NOT EXISTS (
                    SELECT FROM accounts_termsacceptance a JOIN accounts_grantterms t ON t.id = a.terms_id
                    WHERE a.employer_id = emp.id AND t.version >= terms.version) THEN 'no_terms'
                ELSE '' END AS blocked
    FROM claim
    JOIN LATERAL (
        SELECT pl.employer_id FROM registrations_placement pl
        WHERE pl.registration_id = claim.registration_id AND (pl.ends_on IS NULL OR pl.ends_on > pl.starts_on)
        ORDER BY CASE WHEN claim.goes_to = 'completing' THEN (pl.starts_on > claim.due_on)::int ELSE 0 END,
                 CASE WHEN claim.goes_to = 'completing' THEN -1 ELSE 1 END * (pl.starts_on - DATE '2000-01-01')
        LIMIT 1
    ) place ON true
    JOIN heir ON heir.id = place.employer_id
    JOIN accounts_employer emp ON emp.id = heir.heir_id
    CROSS JOIN terms
    LEFT JOIN payments_payee p ON p.employer_id = emp.id AND p.verified AND p.ended_at IS NULL
    LEFT JOIN payments_grantyear g ON g.starts_on <= claim.due_on AND g.ends_on > claim.due_on
    LEFT JOIN unanswered ON unanswered.person_id = claim.person_id AND unanswered.milestone = claim.milestone
    LEFT JOIN held h ON h.person_id = claim.person_id AND h.milestone = claim.milestone
)
"""
# Every record of the people of one registration, of a batch, or of an employer and those it took over from: what is
# asked about is owed for them, and what settles it is theirs. Nobody else has to be looked at.
THOSE = """
theirs AS MATERIALIZED (
    SELECT DISTINCT COALESCE(n.merged_into_id, n.id) AS id FROM registrations_placement pl
    JOIN registrations_nqsw n ON n.id = pl.nqsw_id
    WHERE {whose}
),
those AS MATERIALIZED (
    SELECT id FROM theirs
    UNION ALL SELECT n.id FROM registrations_nqsw n JOIN theirs ON theirs.id = n.merged_into_id
),
"""
COLUMNS = """registration_id, reference, milestone, reason, due_on, employer_id, employer_name, amount_pence,
    COALESCE(grant_year, ''), blocked, held_because, held_until, used_from, held_at,
    (SELECT u.first_name || ' ' || u.last_name FROM accounts_user u WHERE u.id = held_by_id)"""


@dataclass(frozen=True)
class Owed:
    """One milestone that is due and settled by nothing. `blocked` is empty, or why it cannot go into a batch today.

    `used_from` is the first day of the employer's vendor details, `held_by` the name of who held it back.
    """

    registration_id: int
    reference: str
    milestone: Milestone
    reason: LineReason
    due_on: date
    employer_id: int
    employer_name: str
    amount_pence: int
    grant_year: str
    blocked: str
    held_because: str
    held_until: date | None
    used_from: date | None
    held_at: datetime | None
    held_by: str | None

    @property
    def blocked_label(self) -> str:
        """Why it is blocked, in words; nothing where it is not."""
        return str(Blocked(self.blocked).label) if self.blocked else ""


@dataclass(frozen=True)
class OwedTotal:
    """How many milestones are owed for one reason of blocking (empty: none), and their sum in pence."""

    blocked: str
    count: int
    sum_pence: int


# A line stands while the very claim it was drafted for does (same registration, reason, outcome and employer), and
# while nothing blocks it: terms, say, that have to be accepted since.
NO_LONGER_OWED = """
{owed}
SELECT l.reference, r.reference, COALESCE(o.blocked, '') FROM payments_line l
JOIN registrations_registration r ON r.id = l.registration_id
LEFT JOIN owed o ON o.registration_id = l.registration_id AND o.milestone = l.milestone AND o.reason = l.reason
    AND o.outcome_id IS NOT DISTINCT FROM l.outcome_id AND o.employer_id = l.employer_id
WHERE l.batch_id = %(apart_from)s AND l.kind = 'payment' AND o.blocked IS DISTINCT FROM ''
ORDER BY l.reference
"""


def owed_sql(
    on: date, *, apart_from: int | None = None, only: int | None = None, employer: int | None = None
) -> tuple[str, dict[str, Any]]:
    """The WITH clause that ends in `owed`, and its parameters: everything due up to and on a London day.

    Lines of the batch `apart_from` settle nothing, so what they are for counts as owed, and only their people are
    looked at. `only` is the number of the one registration whose claims are wanted. `employer` is that of one employer:
    all that is owed to it is there, and some that is owed to others for the same people.
    """
    rows = confirmed_outcomes().order_by().values("id", "registration_id", "result", "decided_at").query
    outcomes, given = rows.sql_with_params()
    names = [f"outcome_{number}" for number in range(len(given))]
    text = outcomes % tuple(f"%({name})s" for name in names)
    values = {"today": on, "apart_from": apart_from, "only": only, "employer": employer}
    if employer:
        whose = "pl.employer_id IN (SELECT id FROM heir WHERE heir_id = %(employer)s)"
    elif only:
        whose = "pl.registration_id = %(only)s"
    elif apart_from:
        whose = "pl.registration_id IN (SELECT registration_id FROM payments_line WHERE batch_id = %(apart_from)s)"
    else:
        whose = ""
    within = "AND {}.{} IN (SELECT id FROM those)" if whose else ""
    made = OWED_SQL.format(
        outcomes=text,
        those=THOSE.format(whose=whose) if whose else "",
        r_of_those=within.format("r", "nqsw_id"),
        n_of_those=within.format("n", "id"),
    )
    return made, {**values, **dict(zip(names, given, strict=True))}


def no_longer_owed(batch_id: int, on: date) -> list[tuple[str, str, str]]:
    """Payment lines of a batch whose claim has gone, or is blocked, since they were drafted: their references, the
    registrations', and what blocks (empty where it has gone).

    The NQSW was withdrawn, say, the outcome replaced, or the person paid under another record. One query.
    """
    with_clause, values = owed_sql(on, apart_from=batch_id)
    rows = rows_of(NO_LONGER_OWED.format(owed=with_clause), values)
    return [(line, of, str(Blocked(blocked).label) if blocked else "") for line, of, blocked in rows]


def owed(now: datetime, *, employer_id: int | None = None, registration_id: int | None = None) -> list[Owed]:
    """What is due and settled by nothing, oldest first: one query, whatever the number."""
    with_clause, values = owed_sql(london_date(now), only=registration_id, employer=employer_id)
    wanted = "(%(employer)s::bigint IS NULL OR employer_id = %(employer)s)"
    query = f"{with_clause} SELECT {COLUMNS} FROM owed WHERE {wanted} ORDER BY due_on, registration_id"  # noqa: S608
    return [read_owed(row) for row in rows_of(query, values)]


def owed_totals(on: date) -> list[OwedTotal]:
    """Count and sum of what is owed, by reason of blocking; what can be paid has an empty reason."""
    with_clause, values = owed_sql(on)
    query = f"{with_clause} SELECT blocked, count(*), sum(amount_pence)::bigint FROM owed GROUP BY 1 ORDER BY 1"  # noqa: S608
    return [OwedTotal(*row) for row in rows_of(query, values)]


def rows_of(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query that begins with `owed_sql` answers."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def read_owed(row: tuple[Any, ...]) -> Owed:
    """A row of COLUMNS."""
    return Owed(row[0], row[1], Milestone(row[2]), LineReason(row[3]), *row[4:])
