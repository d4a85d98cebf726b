"""Concerns brought to each of their states by the services that people use."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from assessments.models import Concern
from assessments.queries import how_many_concerns
from assessments.services import concerns
from assessments.states.concerns import ConcernResult, ConcernState, SupportOutcome
from asye.clock import london_date
from registrations.models import Registration

WORDS = "Two visits were written up late, and one plan had drifted."
SUPPORT = "A recording session each Friday with Sally, and one co-worked visit a week."


def raised(registration: Registration, *, by: User, now: datetime, **changed: Any) -> Concern:
    """Talked about the day before, or on the first day of the year, and recorded."""
    today = london_date(now)
    given = {"area": "recording", "words": WORDS, "talked_on": today - timedelta(days=1), **changed}
    seen = how_many_concerns(registration, today)
    return concerns.raise_concern(registration, **given, seen_count=seen, by=by, now=now)


def planned(
    registration: Registration, *, by: User, now: datetime, review_by: date | None = None, **changed: Any
) -> Concern:
    """With support from today, looked at by whoever planned it three weeks later unless told otherwise."""
    concern = raised(registration, by=by, now=now, **changed)
    plan(concern, by=by, now=now, review_by=review_by)
    return Concern.objects.get(pk=concern.pk)


def plan(concern: Concern, *, by: User, now: datetime, review_by: date | None = None) -> None:
    """Support promised."""
    today = london_date(now)
    until = review_by or today + timedelta(days=21)
    concerns.plan_support(concern, SUPPORT, starts_on=today, review_by=until, reviewer=by, by=by, now=now)


def reviewed(registration: Registration, *, by: User, now: datetime) -> Concern:
    """Support given and looked at."""
    concern = planned(registration, by=by, now=now)
    concerns.review_support(concern, SupportOutcome.HELPED, "Records are up to date.", by=by, now=now)
    return Concern.objects.get(pk=concern.pk)


def closed(registration: Registration, *, by: User, now: datetime) -> Concern:
    """Settled."""
    concern = reviewed(registration, by=by, now=now)
    concerns.close_concern(concern, ConcernResult.SETTLED, "Well done.", by=by, now=now)
    return Concern.objects.get(pk=concern.pk)


def in_state(registration: Registration, state: str, *, by: User, now: datetime) -> Concern:
    """A concern in any of its states."""
    made = {
        ConcernState.OPEN: raised,
        ConcernState.PLANNED: planned,
        ConcernState.REVIEWED: reviewed,
        ConcernState.CLOSED: closed,
    }[ConcernState(state)](registration, by=by, now=now)
    assert Concern.objects.get(pk=made.pk).state == state
    return made
