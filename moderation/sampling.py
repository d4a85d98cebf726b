"""Which records of a round are read: a pure function of the frozen population, the rules and the seed.

Anyone who has the page of a round can work it out again: the order is that of SHA-256 over the seed followed by the
revision's number in decimal digits.
"""

import hashlib
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

from moderation.states import Because


@dataclass(frozen=True)
class Candidate:
    """One recommendation of a population. `revision` is its number, `sha256` the digest of what was written."""

    revision: int
    sha256: str
    passes: bool
    assessor: Hashable


def population_hash(population: Iterable[Candidate]) -> str:
    """SHA-256 over one line "number:digest" for each revision, in the order of the numbers, joined by newlines."""
    lines = sorted((one.revision, one.sha256) for one in population)
    return hashlib.sha256("\n".join(f"{number}:{digest}" for number, digest in lines).encode()).hexdigest()


def lot(seed: str, revision: int) -> str:
    """What a revision draws: the lowest lots are read first."""
    return hashlib.sha256(f"{seed}{revision}".encode()).hexdigest()


def how_many(passes: int, percent: int) -> int:
    """`percent` of the passes, rounded up to whole records."""
    return -(-passes * percent // 100)


def draw(
    population: Sequence[Candidate], *, seed: str, percent: int, read_already: Collection[Hashable] = ()
) -> dict[int, list[Because]]:
    """The sample, as revision number → reasons, in the order of the lots (decision D9).

    Every fail; `percent` of the passes at random; and where an assessor has no pass among these, nor in
    `read_already` (assessors with a pass read earlier in the programme year), the first of theirs.
    """
    ordered = sorted(population, key=lambda one: lot(seed, one.revision))
    passes = [one for one in ordered if one.passes]
    chosen = passes[: how_many(len(passes), percent)]
    reasons = {one.revision: [Because.RANDOM] for one in chosen}
    covered = {*read_already, *(one.assessor for one in chosen)}
    for one in passes:
        if one.assessor not in covered:
            covered.add(one.assessor)
            reasons[one.revision] = [Because.PER_ASSESSOR]
    reasons |= {one.revision: [Because.FAIL] for one in ordered if not one.passes}
    return {one.revision: reasons[one.revision] for one in ordered if one.revision in reasons}
