"""Dates as people in England read them. Instants are aware; a naive one raises ValueError."""

from datetime import date, datetime

from asye.clock import LONDON, london_date

__all__ = ["LONDON", "MONTHS", "how_late", "london", "london_date", "long_date", "long_datetime"]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # not strftime's: that follows the server's locale


def london(instant: datetime) -> datetime:
    """The instant on a London clock."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return instant.astimezone(LONDON)


def long_date(day: date) -> str:
    """Like "3 September 2026". An instant gives its London day."""
    if isinstance(day, datetime):
        day = london_date(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year:04}"


def long_datetime(instant: datetime) -> str:
    """Like "3 September 2026 at 5:50pm", London time; noon and midnight are named."""
    here = london(instant)
    return f"{long_date(here.date())} at {_clock(here)}"


def _clock(here: datetime) -> str:
    if here.minute == 0 and here.hour in (0, 12):
        return "midday" if here.hour else "midnight"
    hour = here.hour % 12 or 12
    half = "am" if here.hour < 12 else "pm"
    return f"{hour}:{here.minute:02}{half}" if here.minute else f"{hour}{half}"


def how_late(due: date, today: date) -> str:
    """How a due date stands today: "due in 3 days", "due today", "2 days late"."""
    days = (today - due).days
    if days == 0:
        return "due today"
    if days > 0:
        return f"{days} day{'' if days == 1 else 's'} late"
    return f"due in {-days} day{'' if days == -1 else 's'}"
