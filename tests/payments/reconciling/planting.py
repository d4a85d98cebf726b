"""Plants faults by seed and judges whether they were named."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from payments.rules.reconciling import BatchFacts, Difference, reconcile
from tests.payments.reconciling.faults import FAULTS, Planted

MOST_TRIED = 2_000


@dataclass(frozen=True)
class Trial:
    """One fault in one batch, and what the reconciler said."""

    fault: str
    seed: int
    planted: Planted
    said: list[Difference]

    def named(self) -> bool:
        """Whether something of the right kind was said of the right line."""
        return any((one.kind, one.line) == (self.planted.kind, self.planted.line) for one in self.said)

    def accused(self) -> set[str]:
        """The lines of which something was said, and that have nothing to do with the fault."""
        return {one.line for one in self.said} - {self.planted.line, "", *self.planted.others}


def trials(
    grounds: Sequence[BatchFacts], count: int, first_seed: int, leaving_out: Collection[str] = ()
) -> Iterator[Trial]:
    """`count` faults of all kinds in turn, each with a seed of its own, in batches that have a place for it.

    `leaving_out` names those that none of these batches has a place for; any other that finds none fails.
    """
    names, seed, done = sorted(set(FAULTS) - set(leaving_out)), first_seed, 0
    tried = 0
    while done < count:
        fault = names[done % len(names)]
        random = Random(seed)  # noqa: S311
        planted = FAULTS[fault](random, grounds[random.randrange(len(grounds))])
        if planted is not None:
            yield Trial(fault, seed, planted, reconcile(planted.facts))
            done, tried = done + 1, 0
        tried += 1
        assert tried < MOST_TRIED, f"no place for {fault}"
        seed += 1
