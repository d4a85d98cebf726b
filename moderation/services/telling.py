"""Who is told: the people of one employer in one role, through the outbox."""

from datetime import datetime

from django.urls import reverse

from accounts import notices, queries
from accounts.models import Employer
from accounts.notices import Message
from accounts.roles import COORDINATOR, SENIOR_LEAD
from asye.clock import london_date
from moderation.notices import OutcomesWaiting


def coordinators(employer: Employer, message: Message, *, now: datetime) -> None:
    """Queues the message to every co-ordinator of the employer."""
    for person in queries.people_in_role(employer, COORDINATOR, london_date(now)):
        notices.queue(message, to=person, now=now)


def senior_leads(employer: Employer, count: int, *, now: datetime) -> None:
    """Queues to every senior lead of the employer that `count` outcomes may be confirmed; nothing for none."""
    if count:
        message = OutcomesWaiting(count=count, path=reverse("outcomes_to_confirm"))
        for person in queries.people_in_role(employer, SENIOR_LEAD, london_date(now)):
            notices.queue(message, to=person, now=now)
