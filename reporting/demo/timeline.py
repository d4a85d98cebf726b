"""A year that passes quickly: acts planned ahead, done in the order of their instants."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from asye.clock import LONDON

Act = Callable[[datetime], object]


@dataclass(order=True)
class Step:
    """One act at one instant; `number` keeps steps of the same instant in the order they were planned."""

    at: datetime
    number: int
    act: Act = field(compare=False)


class Timeline:
    """Acts up to the end of yesterday. The same seed and the same `today` plan the same year, whatever the hour."""

    def __init__(self, seed: int, today: date) -> None:
        self.random = random.Random(seed)  # noqa: S311  (a demo's dice, not a secret)
        self.today = today
        self.until = datetime.combine(today, time(), LONDON).astimezone(UTC)
        self.steps: list[Step] = []

    def plan(self, day: date, act: Act) -> None:
        """Does `act` within office hours of a working day, `day` or the next one; later than yesterday, never."""
        while day.weekday() > 4:
            day += timedelta(days=1)
        minute = self.random.randrange(9 * 60, 17 * 60)
        at = datetime.combine(day, time(minute // 60, minute % 60), LONDON).astimezone(UTC)
        if at < self.until:
            self.steps.append(Step(at, len(self.steps), act))

    def in_the_morning(self, day: date, act: Act) -> None:
        """Does what the service does by itself at five past seven on a day, weekends too: no dice are thrown for it."""
        at = datetime.combine(day, time(7, 5), LONDON).astimezone(UTC)
        self.steps.append(Step(at, len(self.steps), act))

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Does every act in order, those that acts have planned meanwhile too; tells `progress` (done, planned)."""
        done: set[int] = set()
        while len(done) < len(self.steps):
            for step in sorted(self.steps):
                if step.number not in done:
                    before = len(self.steps)
                    step.act(step.at)
                    done.add(step.number)
                    progress(len(done), len(self.steps))
                    if len(self.steps) != before:
                        break
