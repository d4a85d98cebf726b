"""Words for lists of registrations: what was found, and what waits for a caseworker."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.urls import reverse

from accounts.models import Employer
from asye.clock import london_date
from asye.dates import long_date
from asye.ui import components
from asye.ui.environment import render
from asye.ui.links import link
from asye.ui.ticks import tick
from registrations import approving
from registrations.finding import MOST_COUNTED, Shown
from registrations.models import Registration
from registrations.presenters import stage_told

HEADER: Final = ("Name", "Reference", "Employer", "Starts", "Stage")


def cells(registrations: Iterable[Registration], employers: Mapping[int, Shown]) -> list[list[Any]]:
    """Registrations with their stage and person, as rows of HEADER; `employers` is of finding.employers_shown()."""
    rows = []
    for each in registrations:
        shown = employers.get(each.pk)
        label, colour = stage_told(each, left=shown is None or shown.left)
        rows.append(
            [
                link(reverse("registration", args=[each.pk]), each.nqsw.full_name),
                each.reference or "Not yet given",
                str(shown.employer) if shown else "",
                long_date(each.asye_start),
                render("tag", components.tag(label, colour)),
            ]
        )
    return rows


def how_many(count: int) -> str:
    """The number of registrations found, which is not counted to the end."""
    if count > MOST_COUNTED:
        return f"More than {MOST_COUNTED:,} registrations"
    return f"{count:,} registration{'' if count == 1 else 's'}"


def waiting_for(registration: Registration, today: date) -> str:
    """How long it has waited since it was sent."""
    count = (today - london_date(registration.submitted_at)).days
    return "since today" if count <= 0 else f"{count} day{'' if count == 1 else 's'}"


QUEUE_HEADER: Final = ("Select", "Name", "Employer", "Sent", "Waiting", "Verdict", "Register")


def queue_cells(registration: Registration, employer: Employer, today: date, *, first: bool, ticked: bool) -> list[Any]:
    """One that waits for a caseworker, read by approving.ready(), as a row of QUEUE_HEADER."""
    name = registration.nqsw.full_name
    return [
        tick("rows", registration.pk, name, first=first, ticked=ticked),
        link(reverse("registration", args=[registration.pk]), name),
        str(employer),
        long_date(registration.submitted_at),
        waiting_for(registration, today),
        registration.get_verdict_display(),
        approving.register_says(registration),
    ]
