"""Concerns in the demo: raised early, answered with support, and one at each of their stages."""

from datetime import datetime, timedelta
from typing import Final

from assessments.models import Concern
from assessments.queries import how_many_concerns
from assessments.services import concerns
from assessments.states import Part
from assessments.states.concerns import ConcernResult, SupportOutcome
from asye.clock import london_date
from reporting.demo.nqsw import Year

RECORDING: Final = (
    "Three visits in October were written up more than five days later. The visits themselves were well prepared, and "
    "what the records say is clear."
)
ANALYSIS: Final = (
    "Two assessments describe what was seen and heard with care, and stop before saying what it means for the child. "
    "We looked at both in supervision."
)
WORK: Final = (
    "Two reviews were held late because visits had piled up in the same week. Asks for help readily once it is named."
)
FRIDAYS: Final = "An hour each Friday kept free for recording, agreed with the team manager. The assessor looks in."
TOGETHER: Final = (
    "Weekly supervision with one case each time looked at for what it means. One assessment written together with an "
    "experienced colleague, and no new complex work until it is finished."
)
HOLDS: Final = "Both of the last records were in time. The Friday hour stays."
STILL: Final = "The support was given as promised. Analysis is clearer in one of two assessments, with close support."


def raised(year: Year, days: int, area: str, words: str) -> None:
    """The assessor writes down what they talked about the day before."""

    def act(now: datetime) -> None:
        registration, by = year.fresh(), year.who(Part.ASSESSOR)
        today = london_date(now)
        day, seen = today - timedelta(days=1), how_many_concerns(registration, today)
        concerns.raise_concern(registration, area, words, talked_on=day, seen_count=seen, by=by, now=now)

    year.after(days, act)


def promised(year: Year, days: int, words: str, *, lasting: int) -> None:
    """Support from that day, which the assessor looks at so many days later."""

    def act(now: datetime) -> None:
        by, day = year.who(Part.ASSESSOR), london_date(now)
        concerns.plan_support(
            _concern(year), words, starts_on=day, review_by=day + timedelta(days=lasting), reviewer=by, by=by, now=now
        )

    year.after(days, act)


def looked_at(year: Year, days: int, outcome: SupportOutcome, found: str) -> None:
    """The assessor says what came of it."""
    year.after(
        days,
        lambda now: concerns.review_support(_concern(year), outcome, found, by=year.who(Part.ASSESSOR), now=now),
    )


def closed(year: Year, days: int, result: ConcernResult, words: str) -> None:
    """The co-ordinator closes it."""
    year.after(days, lambda now: concerns.close_concern(_concern(year), result, words, by=year.coordinator, now=now))


def _concern(year: Year) -> Concern:
    return Concern.objects.filter(registration=year.registration).latest("raised_at")
