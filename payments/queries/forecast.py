"""What each financial year of the grant has cost and will cost, month by month, against its budget."""

from dataclasses import dataclass, field
from datetime import date, datetime

from asye.clock import london_date
from payments.models import GrantYear
from payments.queries.owed import owed_sql, rows_of

# Everything is counted in the month of the London day on which it became or becomes due, so it adds up to the year it
# is charged to (D4), whenever it is paid. Expected: the second payment of everyone still on programme, on the day the
# year is planned to be complete (today where that has passed), or on the day of the next final-year advance where that
# comes first (P6) and was not recovered. Not after the last completion that the programme year pays; nobody is expected
# to fail or to leave.
# What has come back of a payment that stands is taken off what was paid.
FORECAST = """
{owed},
advance AS (SELECT min(final_year_advance_on) AS day FROM payments_grantyear WHERE final_year_advance_on > %(today)s),
expected AS (
    SELECT DISTINCT ON (COALESCE(n.merged_into_id, n.id)) a.amount_pence,
        LEAST(CASE WHEN y.last_completion_on IS NULL OR y.last_completion_on >= complete.day THEN complete.day END,
              CASE WHEN NOT EXISTS (SELECT FROM payments_line l WHERE l.registration_id = r.id
                                      AND l.milestone = 'completion' AND l.closed_as = 'recovered')
                   THEN advance.day END) AS due_on
    FROM registrations_registration r
    JOIN registrations_nqsw n ON n.id = r.nqsw_id
    JOIN registrations_programmeyear y ON y.id = r.programme_year_id
    JOIN registrations_milestoneamount a ON a.programme_year_id = y.id AND a.milestone = 'completion'
    CROSS JOIN advance
    CROSS JOIN LATERAL (SELECT GREATEST(registration_due(r.id, y.months), %(today)s) AS day) complete
    WHERE r.state = 'registered' AND r.verdict = 'fundable' AND r.ended_on IS NULL
      AND NOT EXISTS (SELECT FROM settled s
                      WHERE s.person_id = COALESCE(n.merged_into_id, n.id) AND s.milestone = 'completion')
      AND NOT EXISTS (SELECT FROM owed o
                      WHERE o.person_id = COALESCE(n.merged_into_id, n.id) AND o.milestone = 'completion')
    ORDER BY COALESCE(n.merged_into_id, n.id), due_on, r.id
),
found AS (
    SELECT CASE WHEN EXISTS (SELECT FROM payments_responserow p WHERE p.line_id = l.id AND p.result = 'paid')
                THEN 'paid' ELSE 'in_batches' END AS what, 1 AS payments, l.due_on, l.amount_pence
    FROM payments_line l WHERE l.kind = 'payment' AND l.closed_as IS NULL
    UNION ALL
    SELECT 'paid', 0, l.due_on, -back.amount_pence FROM payments_line l JOIN (
        SELECT off.recovers_id AS line_id, off.amount_pence FROM payments_line off
            JOIN payments_responserow p ON p.line_id = off.id AND p.result = 'paid'
            WHERE off.closed_as IS NULL
        UNION ALL
        SELECT r.line_id, part.amount_pence FROM payments_recoverypart part
            JOIN payments_recovery r ON r.id = part.recovery_id
    ) back ON back.line_id = l.id WHERE l.closed_as IS NULL
    UNION ALL
    SELECT 'owed', 1, due_on, amount_pence FROM owed
    UNION ALL
    SELECT 'expected', 1, due_on, amount_pence FROM expected WHERE due_on IS NOT NULL
)
SELECT due_on - (extract(day FROM due_on)::int - 1), what, sum(payments)::int, sum(amount_pence)::bigint
FROM found GROUP BY 1, 2 ORDER BY 1, 2
"""
WHAT = ("paid", "in_batches", "owed", "expected")


@dataclass
class Month:
    """Sums in pence and how many payments, of one month by its first day; each by a word of WHAT."""

    first: date
    pence: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WHAT, 0))
    count: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WHAT, 0))

    @property
    def total_pence(self) -> int:
        """All four together."""
        return sum(self.pence.values())


@dataclass
class Year:
    """One financial year, 1 April to 31 March. `budget_pence` is None where no grant year has been set up."""

    starts_on: date
    budget_pence: int | None
    months: list[Month]

    @property
    def code(self) -> str:
        """Like "2026-27"."""
        return f"{self.starts_on.year}-{(self.starts_on.year + 1) % 100:02}"

    def pence(self, what: str) -> int:
        """The year's sum of one of WHAT, in pence."""
        return sum(month.pence[what] for month in self.months)

    @property
    def total_pence(self) -> int:
        """All four together: what the year comes to."""
        return sum(month.total_pence for month in self.months)

    @property
    def left_pence(self) -> int | None:
        """What the budget leaves; below nought where it is exceeded, None where there is none."""
        return None if self.budget_pence is None else self.budget_pence - self.total_pence

    @property
    def is_over(self) -> bool:
        """Whether paid, in batches, owed and expected come to more than the budget."""
        return self.left_pence is not None and self.left_pence < 0


def year_begins(day: date) -> date:
    """The 1 April on which the financial year of a London day began."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def forecast(now: datetime) -> list[Year]:
    """Every financial year that has money in it or has been set up, earliest first: two queries."""
    with_clause, values = owed_sql(london_date(now))
    budgets = dict(GrantYear.objects.values_list("starts_on", "budget_pence"))
    years: dict[date, Year] = {}
    for starts_on in (*budgets, year_begins(london_date(now))):
        years.setdefault(starts_on, _year(starts_on, budgets))
    for first, what, count, pence in rows_of(FORECAST.format(owed=with_clause), values):
        year = years.setdefault(year_begins(first), _year(year_begins(first), budgets))
        month = year.months[(first.month - 4) % 12]
        month.pence[what], month.count[what] = pence, count
    return [years[starts_on] for starts_on in sorted(years)]


def _year(starts_on: date, budgets: dict[date, int]) -> Year:
    firsts = [date(starts_on.year + (number > 8), (number + 3) % 12 + 1, 1) for number in range(12)]
    return Year(starts_on, budgets.get(starts_on), [Month(first) for first in firsts])


def over_budget(now: datetime) -> list[Year]:
    """The years whose budget what is paid, in batches, owed and expected exceeds."""
    return [year for year in forecast(now) if year.is_over]
