"""Words for the senior lead's pages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from assessments.models import Outcome
from asye.dates import long_date
from asye.ui.links import link
from moderation.models import PopulationItem, Resolution
from moderation.presenters.rounds import resolution_rows
from moderation.states import Conclusion


def confirm_row(item: PopulationItem) -> list[Any]:
    """One outcome that may be confirmed."""
    registration = item.registration
    name = link(reverse("outcome_confirm", args=[registration.pk]), registration.nqsw)
    resolved = getattr(getattr(item, "sampled", None), "resolution", None)
    said = resolved.get_how_display() if resolved else "Not drawn for reading"
    return [name, str(registration), str(item.assessor), item.get_recommends_display(), said]


def held_row(item: PopulationItem) -> list[str]:
    """One outcome that waits for its reading."""
    return [str(item.registration.nqsw), str(item.registration), "Being read in moderation"]


def moderation_rows(item: PopulationItem, resolution: Resolution | None) -> list[tuple[str, str]]:
    """What moderation says of a recommendation."""
    opened = ("Moderated in", f"The round opened on {long_date(item.round.opened_at)}")
    if resolution is None:
        return [opened, ("Reading", "Not drawn for reading")]
    return [opened, *resolution_rows(resolution)]


def decision_rows(item: PopulationItem, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The decision about to be confirmed; a fail with its dates."""
    rows = [
        ("NQSW", item.registration.nqsw.full_name),
        ("Reference", str(item.registration)),
        ("Outcome", str(Conclusion(said["result"]).label)),
    ]
    if said["notice_on"]:
        last = said["notice_on"] + timedelta(days=item.registration.programme_year.appeal_days)
        rows += [("Notice given", long_date(said["notice_on"])), ("Last day to appeal", long_date(last))]
    if said["reason"]:
        rows.append(("Reason", said["reason"]))
    return rows


TYPED = ("revision", "result", "notice_on_day", "notice_on_month", "notice_on_year", "reason")


def typed(posted: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed, to be sent again by the page that asks once more."""
    return [(name, str(posted.get(name, ""))) for name in TYPED]


def next_steps(outcome: Outcome) -> list[str]:
    """What follows a confirmed outcome."""
    told = "The NQSW, the assessor and the co-ordinators have been told by email."
    if outcome.result == Conclusion.PASS:
        return [
            told,
            "The certificate is being prepared. The NQSW can download it as soon as it is ready.",
            "You do not need to do anything more.",
        ]
    return [
        told,
        f"Notice was given on {_day(outcome.notice_on)}.",
        f"The NQSW can appeal until {_day(outcome.appeal_by)}.",
        "No certificate is made.",
    ]


def _day(day: Any) -> str:
    return long_date(day) if day else ""
