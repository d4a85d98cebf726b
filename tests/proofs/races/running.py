"""Two processes that do one act each at the same moment, round after round, each on its own connection."""

import multiprocessing
import random
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg

from asye import embedded
from tests.ground import cluster

WAIT_SECONDS = 120
JITTER = 0.004  # seconds by which one side may be later than the other
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = %s"


@dataclass(frozen=True)
class Round:
    """When it is, and what the acts of this round are about, by name."""

    now: datetime
    about: dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What one side got: `outcome` is what the act gave, "lost" (then the sentence) or "broke" (then the error)."""

    round: int
    side: int
    outcome: str
    sentence: str
    seconds: float


@dataclass(frozen=True)
class Raced:
    """Everything that was said, two to a round, and what the database counted meanwhile."""

    said: list[Said]
    deadlocks: int

    def of(self, number: int) -> tuple[Said, Said]:
        """Both sides of a round."""
        one, other = sorted((each for each in self.by_round[number]), key=lambda each: each.side)
        return one, other

    def __post_init__(self) -> None:
        by_round: dict[int, list[Said]] = {}
        for each in self.said:
            by_round.setdefault(each.round, []).append(each)
        object.__setattr__(self, "by_round", by_round)

    @property
    def worst(self) -> float:
        """The longest that anybody waited, in seconds."""
        return max(each.seconds for each in self.said)

    @property
    def broke(self) -> list[Said]:
        """Raw errors, which nobody must ever see."""
        return [each for each in self.said if each.outcome == "broke"]


def side(number: int, act: str, rounds: list[Round], barrier: Barrier, answers: "Queue[Said]") -> None:
    """One of the two processes."""
    import django

    django.setup()
    try:
        _run(number, act, rounds, barrier, answers)
    except BaseException:
        barrier.abort()
        raise
    sys.exit(0)


def _run(number: int, act: str, rounds: list[Round], barrier: Barrier, answers: "Queue[Said]") -> None:
    from asye.refusals import Refused
    from tests.proofs.races import acts

    do = getattr(acts, act)
    rng = random.Random(number)  # noqa: S311  (to be repeated)
    for place, each in enumerate(rounds):
        barrier.wait(WAIT_SECONDS)
        time.sleep(rng.uniform(0, JITTER))
        began = time.monotonic()
        try:
            outcome, sentence = str(do(each.now, **each.about)), ""
        except Refused as refusal:
            outcome, sentence = "lost", str(refusal)
        except Exception as error:
            outcome, sentence = "broke", f"{type(error).__name__}: {error}"
        answers.put(Said(place, number, outcome, sentence, time.monotonic() - began))


def race(left: str, right: str, rounds: list[Round]) -> Raced:
    """Does both acts of each round at once; the acts are functions of `acts` by name."""
    start = multiprocessing.get_context("spawn")
    barrier, answers = start.Barrier(2), start.Queue()
    with psycopg.connect(cluster.url(embedded.SUPERUSER), autocommit=True) as door:
        door.execute("ANALYZE")  # so many rows came at once that every plan would be for an empty table
    before = _deadlocks()
    both = [start.Process(target=side, args=(n, act, rounds, barrier, answers)) for n, act in enumerate((left, right))]
    for process in both:
        process.start()
    try:
        said = [answers.get(timeout=WAIT_SECONDS) for _ in range(2 * len(rounds))]
    finally:
        for process in both:
            process.join(10)
            if process.is_alive():
                process.terminate()
                process.join()
        answers.close()
    return Raced(said, _deadlocks() - before)


def _deadlocks() -> int:
    with psycopg.connect(cluster.url(embedded.SUPERUSER, "postgres"), autocommit=True) as door:
        row = door.execute(DEADLOCKS, [cluster.DATABASE]).fetchone()
    assert row is not None
    return row[0]
