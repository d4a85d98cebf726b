"""Which years could have something late, or due soon, found by one prepared SELECT (ADR 0008), so that only those are
worked out."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.db.models import Q

from accounts import roles
from accounts.models import User
from accounts.queries import coordinated, holding
from accounts.roles import Role
from accounts.statements import Statement, written
from assessments import requirements
from assessments.queries.years import running
from assessments.schema import RECOMMENDATION
from registrations.finding import last_placed

SERVICE = User(pk=0, human_id=0, is_active=True)  # asks for itself: the SELECT is about nobody

# Nothing is due before the agreement or the first month. A day without its pauses is never later than with them, so
# this finds all that is due by then, and now and then more.
DUE_BY = """
    SELECT r.id
    FROM registrations_registration r
    JOIN registrations_programmeyear y ON y.id = r.programme_year_id
    CROSS JOIN LATERAL (SELECT CASE y.counts_from WHEN 'employment_start' THEN r.employment_start
        WHEN 'swe_registered_from' THEN r.swe_registered_from ELSE r.asye_start END AS first_day) AS counted
    WHERE r.id IN ({here}) AND LEAST(first_day + 28, r.asye_start + y.agreement_days) <= $3 - $4::integer AND (
        EXISTS (
            SELECT FROM (VALUES {points}) AS wanted (requirements, kind, point, at)
            WHERE wanted.requirements = y.requirement_set AND NOT EXISTS (
                {agreed} AND d.kind = wanted.kind AND d.review_point = wanted.point
            ) AND CASE at
                WHEN 'start' THEN r.asye_start + y.agreement_days
                WHEN 'end' THEN (first_day + make_interval(months => y.months))::date
                ELSE (first_day + make_interval(months => (y.review_months ->> at)::integer))::date
            END <= $3 - $4::integer
        )
        OR EXISTS (
            SELECT FROM (VALUES {reviews}) AS wanted (requirements, kind),
                jsonb_each_text(y.review_months) AS points (key, months)
            WHERE wanted.requirements = y.requirement_set
                AND (first_day + make_interval(months => months::integer))::date <= $3 - $4::integer
                AND NOT jsonb_exists(y.optional_reviews, key)
                AND NOT EXISTS ({agreed} AND d.kind = wanted.kind AND d.review_point = key)
        )
    )
    ORDER BY r.id
"""
AGREED = "SELECT FROM assessments_record d WHERE d.registration_id = r.id AND d.state IN ('agreed', 'locked')"


def _due_by(here: str) -> str:
    """The SELECT about the years of `here`, with what each set of requirements asks for written into it."""
    points, reviews = set(), set()
    for one in requirements.all_sets().values():
        for wanted in one.kinds:
            if wanted.points == requirements.EVERY_REVIEW:
                reviews.add((one.code, wanted.kind))
            elif wanted.points:
                points |= {(one.code, wanted.kind, point, point) for point in wanted.points}
            elif wanted.kind == RECOMMENDATION:
                points.add((one.code, wanted.kind, "", "end"))
            elif wanted.part:
                points.add((one.code, wanted.kind, "", wanted.part))
    return DUE_BY.format(here=here, agreed=AGREED, points=_rows(points), reviews=_rows(reviews))


def _rows(found: Iterable[tuple[str, ...]]) -> str:
    """Codes of our own files, as rows of VALUES."""
    return ", ".join("(" + ", ".join(f"'{code}'" for code in row) + ")" for row in sorted(found))


def maybe_late(user: User, role: Role, on: date, *, days: int) -> list[int]:
    """The running years, by the number of their registration, that are with the employers where the person holds a
    role and in which something could be so many days late; for any role but co-ordinator without the employers that
    the person co-ordinates."""
    return [number for (number,) in _maybe_late(role).rows(user, on, days)]


def maybe_due(on: date, *, days: int) -> list[int]:
    """The running years, by the number of their registration, in which something could be due within so many days."""
    return [number for (number,) in _anywhere().rows(SERVICE, on, -days)]


@cache
def _anywhere() -> Statement:
    return Statement(lambda user, on: _due_by(written(running().order_by().values("pk"))))


@cache
def _maybe_late(role: Role) -> Statement:
    def write(user: User, on: date) -> str:
        employers = holding(user, on, role).values("employer")
        if role != roles.COORDINATOR:
            employers = employers.exclude(employer__in=coordinated(user, on))
        here = running().filter(last_placed(Q(employer__in=employers), on)).order_by().values("pk")
        return _due_by(written(here))

    return Statement(write)
