"""The whole demo, from seed and today."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Membership, Notice
from assessments.services import reminding
from asye import clock
from asye.clock import LONDON, london_date
from reporting.demo import cast, letters, money, panel, stories, world
from reporting.demo.timeline import Timeline

OPENED_DAYS_AGO = 520
DAYS_WITH_REMINDERS = (8, 1)  # every day would take the demo too long to build; what was missed is told once


def is_loaded() -> bool:
    """Whether there are people already: the demo is loaded into an empty service only."""
    return Membership.objects.exists()


@transaction.atomic
def build(*, seed: int, now: datetime, progress: Callable[[int, int], None]) -> None:
    """Builds everything in one transaction, so that half a demo is never seen. `progress` gets (done, planned).

    What it builds follows from `seed` and the day of `now`: the hour changes nothing, and nothing happens later
    than yesterday.
    """
    timeline = Timeline(seed, london_date(now))
    day = timeline.today - timedelta(days=OPENED_DAYS_AGO)
    opened = datetime.combine(day, time(9), LONDON).astimezone(UTC)
    with clock.moved_to(opened):
        made = world.build(opened, timeline.today)
    money.plan(made, timeline, day + timedelta(days=7))
    list(stories.cast_years(made, timeline))
    panel.plan(made, timeline)
    for ago in DAYS_WITH_REMINDERS:
        timeline.in_the_morning(timeline.today - timedelta(days=ago), reminding.send_due)
    timeline.run(progress)
    delivered = Notice.objects.filter(sent_at__isnull=True, created_at__lt=timeline.until - timedelta(days=1))
    delivered.update(sent_at=F("created_at"), attempts=1)
    letters.report()


def people_to_show() -> list[tuple[str, str, str, str]]:
    """(role, name, employer, e-mail) of the people worth signing in as, for the table on the screen."""
    shown = {name for name, _ in cast.DFE}
    for each in cast.EMPLOYERS[:2]:
        shown |= {each.coordinator, each.senior_lead, each.moderators[0], each.assessors[0]}
    held = Membership.objects.select_related("user", "employer").order_by("id")
    rows = [
        (row.get_role_display(), row.user.full_name, row.employer.name if row.employer else "DfE", row.user.email)
        for row in held
        if row.user.full_name in shown
    ]
    nqsws = held.filter(role="nqsw", user__nqsw__registrations__outcomes__result="pass")[:1]
    nqsws_now = held.filter(role="nqsw", user__nqsw__registrations__ended_on__isnull=True)[:1]
    rows += [("NQSW, finished", row.user.full_name, "", row.user.email) for row in nqsws]
    rows += [("NQSW, on the programme", row.user.full_name, "", row.user.email) for row in nqsws_now]
    return rows
