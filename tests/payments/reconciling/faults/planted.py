"""A fault planted in a batch in which everything agrees, and what has to be named for it.

A fault is given a source of chance and a batch, and gives the harmed batch and what must be said; None where the batch
offers no place for it. Whoever hides what they did also sets right what can be: control rows, fingerprints, seals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from payments.rules.reconciling import BatchFacts, Kind


@dataclass(frozen=True)
class Planted:
    """A harmed batch; `kind` has to be said of `line` ("" where it is about the batch), and of nobody but `others`."""

    facts: BatchFacts
    kind: Kind
    line: str = ""
    others: frozenset[str] = frozenset()


Fault = Callable[[Random, BatchFacts], Planted | None]
FAULTS: dict[str, Fault] = {}


def fault(plant: Fault) -> Fault:
    """Adds it to FAULTS under its own name."""
    add(plant.__name__, plant)
    return plant


def add(name: str, plant: Fault) -> None:
    """Adds it to FAULTS; a name is there once."""
    assert name not in FAULTS
    FAULTS[name] = plant


def everybody(facts: BatchFacts) -> frozenset[str]:
    """Every line of the batch."""
    return frozenset(line.reference for line in facts.lines)


def reference_of(facts: BatchFacts, pk: int | None) -> str:
    """The reference of a line of the batch."""
    return next(line.reference for line in facts.lines if line.pk == pk)


def beside(facts: BatchFacts, reference: str) -> frozenset[str]:
    """What is taken off the payments of the employer of a line: with another answer of that, these do not fit."""
    employers = {line.employer_id for line in facts.lines if line.reference == reference}
    return frozenset(line.reference for line in facts.lines if line.recovery and line.employer_id in employers)
