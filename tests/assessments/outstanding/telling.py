"""What the reminder tests share: a London morning, the daily run, and the letters as people read them."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import Notice
from assessments.models import Reminder
from assessments.services import reminding
from asye.clock import LONDON

KIND = "assessments.due_digest"


def morning(day: date, hour: int = 8) -> datetime:
    """An hour of a London day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def run(*days: date) -> int:
    """The daily run on each of these days; how many letters there were."""
    return sum(reminding.send_due(morning(day)) for day in days)


def letters() -> list[tuple[date, str, str]]:
    """(London day, first name, lines) of every digest, oldest first."""
    return [
        (
            one.created_at.astimezone(LONDON).date(),
            one.user.first_name,
            " / ".join(re.findall(r"^- (.*)$", one.body, re.M)),
        )
        for one in Notice.objects.filter(kind=KIND).select_related("user").order_by("created_at", "user__first_name")
    ]


def steps(**where: object) -> list[tuple[str, str, str, date, int]]:
    """(first name, kind, review point, day told, step) of every reminder."""
    rows = Reminder.objects.filter(**where).order_by("told_on", "person__first_name", "due_on", "kind")
    return list(rows.values_list("person__first_name", "kind", "review_point", "told_on", "step"))


def days(text: str) -> Iterable[date]:
    """Days written one after the other."""
    return [date.fromisoformat(each) for each in text.split()]
