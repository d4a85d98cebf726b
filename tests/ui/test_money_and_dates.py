"""Pence and instants as people read them."""

from datetime import UTC, date, datetime

import pytest

from asye import dates
from asye.money import pounds


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "£0"),
        (5, "£0.05"),
        (100_000, "£1,000"),
        (100_050, "£1,000.50"),
        (123_456_789, "£1,234,567.89"),
        (-5, "−£0.05"),
    ],
)
def test_pounds(pence, words):
    assert pounds(pence) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 9, 3, 16, 50, tzinfo=UTC), "3 September 2026 at 5:50pm"),
        (datetime(2026, 12, 3, 17, 0, tzinfo=UTC), "3 December 2026 at 5pm"),
        (datetime(2026, 7, 31, 23, 0, tzinfo=UTC), "1 August 2026 at midnight"),
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), "1 January 2026 at midday"),
        (datetime(2026, 1, 1, 0, 5, tzinfo=UTC), "1 January 2026 at 12:05am"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026 at 1:30am"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 October 2026 at 1:30am"),
    ],
)
def test_long_datetime_is_london_time(instant, words):
    assert dates.long_datetime(instant) == words


def test_the_day_turns_at_london_midnight():
    assert dates.london_date(datetime(2026, 7, 31, 22, 59, tzinfo=UTC)) == date(2026, 7, 31)
    assert dates.london_date(datetime(2026, 7, 31, 23, 0, tzinfo=UTC)) == date(2026, 8, 1)
    assert dates.long_date(datetime(2026, 7, 31, 23, 0, tzinfo=UTC)) == "1 August 2026"


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        dates.long_datetime(datetime(2026, 7, 31))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 9, 5), "due today"),
        (date(2026, 9, 4), "1 day late"),
        (date(2026, 9, 1), "4 days late"),
        (date(2026, 9, 6), "due in 1 day"),
        (date(2026, 9, 15), "due in 10 days"),
    ],
)
def test_how_late(due, words):
    assert dates.how_late(due, date(2026, 9, 5)) == words
