"""What the jobs would forget, and what money is open, which none of them touches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts import forgetting as accounts
from accounts.forgetting import Forecast, Kind, forecast
from asye.clock import london_date
from payments.queries import recoveries
from payments.queries.recoveries import Group
from registrations import forgetting as registrations
from reporting.queries.figures import pipeline

FORGOTTEN: Final[tuple[Kind, ...]] = (*accounts.FORGOTTEN, *registrations.FORGOTTEN)
OPEN: Final = {  # of the pipeline of payments: what has not been answered yet
    "owed": "Owed, in no batch",
    "blocked": "Owed, held up",
    "draft": "In draft batches",
    "submitted": "In batches that wait for approval",
    "approved": "In approved batches, not handed over",
    "sent": "With the payer",
}
ASKED_BACK: Final = (Group.TO_PROPOSE, Group.TO_APPROVE, Group.APPROVED, Group.SENT)


@dataclass(frozen=True)
class Money:
    """So many payments or recoveries that have not come to their end, and their sum."""

    what: str
    count: int
    sum_pence: int


def forecasts(now: datetime) -> list[Forecast]:
    """For each kind what the jobs would forget now and in the next 30 days. Changes nothing."""
    return [forecast(kind, now) for kind in FORGOTTEN]


def open_money(now: datetime) -> list[Money]:
    """Payments that are owed or on their way, and what is asked back. No job forgets any part of it."""
    steps, back = pipeline(london_date(now)), recoveries.totals()
    return [
        *(Money(words, *steps[name]) for name, words in OPEN.items()),
        *(Money(f"Asked back: {group.label[:1].lower()}{group.label[1:]}", *back[group]) for group in ASKED_BACK),
    ]
