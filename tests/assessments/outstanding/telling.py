"""What the reminder tests share: a London morning, the daily run, and the letters as people read them."""

import re
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


def letters(about: str = "") -> list[tuple[date, str, str]]:
    """(London day, first name, lines with `about` in them) of every digest that has such a line, oldest first."""
    found = []
    for one in Notice.objects.filter(kind=KIND).select_related("user").order_by("created_at", "user__first_name"):
        assert one.user is not None
        lines = [line for line in re.findall(r"^- (.*)$", one.body, re.MULTILINE) if about in line]
        if lines:
            found.append((one.created_at.astimezone(LONDON).date(), one.user.first_name, "\n".join(lines)))
    return found


def steps(who: str = "", kind: str = "agreement") -> list[tuple[date, int]]:
    """(day told, step) of every reminder about a kind of record to somebody."""
    rows = Reminder.objects.filter(person__first_name=who, kind=kind).order_by("told_on", "due_on")
    return list(rows.values_list("told_on", "step"))
