"""Who reads what: the least loaded reader without a conflict. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wanted:
    """One sampled record that still needs `readers` more readers, none of them in `barred`."""

    item: int
    readers: int
    barred: frozenset[int]


@dataclass
class Shares:
    """`given` holds (item, reader); `left` the items that found too few readers."""

    given: list[tuple[int, int]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def free(barred: Collection[int], readers: Iterable[int]) -> list[int]:
    """The readers whom nothing bars."""
    return [reader for reader in readers if reader not in barred]


def share_out(wanted: Iterable[Wanted], load: Mapping[int, int]) -> Shares:
    """Gives each record to the least loaded readers it may go to; records with the smallest choice come first.

    `load` is what each reader has in hand; the lower number goes first where two are equal.
    """
    shares = Shares()
    now = dict(load)
    for one in sorted(wanted, key=lambda one: (len(free(one.barred, now)), one.item)):
        least_loaded = sorted(free(one.barred, now), key=lambda reader: (now[reader], reader))[: one.readers]
        for reader in least_loaded:
            now[reader] += 1
            shares.given.append((one.item, reader))
        if len(least_loaded) < one.readers:
            shares.left.append(one.item)
    return shares
