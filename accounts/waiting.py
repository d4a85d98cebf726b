"""One line of "what waits for me" or "what I wait for" on a home page."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Task:
    """`what` is to be done, `about` whom or which thing, `url` where. `due` is a day or None; `who` is waited for."""

    what: str
    about: str
    url: str
    due: date | None = None
    who: str = ""

    def days_late(self, on: date) -> int:
        """Whole days past the due day, 0 when it is not late."""
        return max((on - self.due).days, 0) if self.due else 0
