"""Words for the reader's pages."""

from typing import Any

from django.urls import reverse

from asye.dates import long_date, long_datetime
from moderation.models import Allocation, Reading
from moderation.states import Stage


def reading_rows(reading: Reading) -> list[tuple[str, str]]:
    """What one reader has said so far; what is not sealed or not completed is not shown."""
    rows: list[tuple[str, str]] = []
    if reading.sealed_at is not None:
        rows += [
            ("Judgement from the evidence", reading.get_judgement_display()),
            ("Reasons", reading.judgement_reasons),
            ("Sealed", long_datetime(reading.sealed_at)),
        ]
    if reading.completed_at is not None:
        rows += [
            ("On the recommendation", reading.get_answer_display()),
            ("Reasons", reading.answer_reasons or "None given"),
            ("Completed", long_datetime(reading.completed_at)),
        ]
    return rows


def said_so_far(reading: Reading) -> dict[str, Any]:
    """What the form of the step it is in begins with."""
    if reading.stage is Stage.OPEN:
        return {"judgement": reading.judgement, "reasons": reading.judgement_reasons, "version": reading.version}
    return {"answer": reading.answer, "reasons": reading.answer_reasons, "version": reading.version}


def to_seal(reading: Reading) -> list[tuple[str, str]]:
    """What is about to be sealed."""
    return [
        ("Judgement from the evidence", reading.get_judgement_display()),
        ("Your reasons", reading.judgement_reasons),
    ]


def to_complete(reading: Reading) -> list[tuple[str, str]]:
    """What is about to be completed."""
    return [
        ("On the recommendation", reading.get_answer_display()),
        ("Your reasons", reading.answer_reasons or "None given"),
    ]


def stored(reading: Reading) -> list[tuple[str, str]]:
    """What was saved elsewhere meanwhile, in the step the reading is in."""
    return to_seal(reading) if reading.stage is Stage.OPEN else to_complete(reading)


def my_task(allocation: Allocation) -> dict[str, str]:
    """One reading to do, for a task list."""
    reading = allocation.reading
    begun = bool(reading.judgement or reading.judgement_reasons)
    if reading.sealed_at is not None:
        status, colour = "Step 2 of 2", "yellow"
    else:
        status, colour = ("Started", "yellow") if begun else ("Not started", "grey")
    return {
        "title": f"Record {allocation.item.population.registration}",
        "href": reverse("reading", args=[allocation.pk]),
        "hint": f"Given to you on {long_date(allocation.allocated_at)}",
        "status": status,
        "colour": colour,
    }


def my_done(allocation: Allocation) -> dict[str, str]:
    """One completed reading, for a task list."""
    completed = allocation.reading.completed_at
    return {
        "title": f"Record {allocation.item.population.registration}",
        "href": reverse("reading", args=[allocation.pk]),
        "hint": f"Completed on {long_date(completed)}" if completed else "",
        "status": "Completed",
    }


def next_steps(resolved: bool) -> list[str]:
    """What follows a completed reading."""
    if resolved:
        return ["The record is resolved, and the senior lead can confirm the outcome.", "You do not need to do more."]
    return [
        "The record is resolved when every reader has finished, or the co-ordinator has settled a difference.",
        "You do not need to do more.",
    ]
