"""The one place that asks what time it is.

Read at entrances only (a view, a task, a command) and passed on as `now`: rules, services and SQL never ask.
Tests and the demo move it: within a process by `moved_to`, across processes by the file named in CLOCK_FILE.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

LONDON = ZoneInfo("Europe/London")
_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """This instant, in UTC."""
    moved = _moved.get()
    if moved is not None:
        return moved
    real = datetime.now(UTC)
    if settings.CLOCK_FILE:
        try:
            path = Path(settings.CLOCK_FILE)
            return datetime.fromisoformat(path.read_text().strip()) + (
                real - datetime.fromtimestamp(path.stat().st_mtime, UTC)
            )
        except FileNotFoundError:
            return real
    return real


def london_date(instant: datetime) -> date:
    """The calendar day in London at an instant: every deadline counts in these (decision D15).

    Raises ValueError for an instant without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return instant.astimezone(LONDON).date()


def today() -> date:
    """Today's date in London."""
    return london_date(now())


@contextmanager
def moved_to(instant: datetime) -> Iterator[None]:
    """Makes `now` answer `instant` in this context, for tests and the demo's builder."""
    token = _moved.set(instant)
    try:
        yield
    finally:
        _moved.reset(token)
