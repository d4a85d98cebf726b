"""How far readers and assessors agree. Pure; `None` where a figure is not defined, never a guess.

Where nearly everybody passes, chance-corrected figures mislead (kappa of 18 agreements in 20 can be below zero), so
pages lead with the plain share and its interval, and hide the coefficients below LEAST_PAIRS.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

LEAST_PAIRS = 10
Z_95 = 1.959963984540054

Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """`share` and the 95% interval lie between 0 and 1; each is None where it cannot be said."""

    pairs: int
    agreed: int
    share: float | None
    low: float | None
    high: float | None
    kappa: float | None
    ac1: float | None
    alpha: float | None


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """All figures for pairs of (assessor's word, reader's word)."""
    agreed = sum(first == second for first, second in pairs)
    low, high = wilson(agreed, len(pairs)) or (None, None)
    return Agreement(
        pairs=len(pairs),
        agreed=agreed,
        share=agreed / len(pairs) if pairs else None,
        low=low,
        high=high,
        kappa=cohen_kappa(pairs),
        ac1=gwet_ac1(pairs),
        alpha=krippendorff_alpha(pairs),
    )


def wilson(successes: int, n: int) -> tuple[float, float] | None:
    """Wilson's 95% interval of a share; None for no observation."""
    if n == 0:
        return None
    share, z2 = successes / n, Z_95**2
    middle = share + z2 / (2 * n)
    spread = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max((middle - spread) / (1 + z2 / n), 0.0), min((middle + spread) / (1 + z2 / n), 1.0)


def cohen_kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa; None where both always gave the same one word."""
    if not pairs:
        return None
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[word] * second[word] for word in first) / (n * n)
    return _corrected(_share(pairs), chance)


def gwet_ac1(pairs: Sequence[Pair]) -> float | None:
    """Gwet's AC1 over the words that were used; None where only one was."""
    shares = _word_shares(pairs)
    if len(shares) < 2:
        return None
    chance = sum(share * (1 - share) for share in shares) / (len(shares) - 1)
    return _corrected(_share(pairs), chance)


def krippendorff_alpha(pairs: Sequence[Pair]) -> float | None:
    """Krippendorff's alpha for names of categories, two readers, none missing; None where it is not defined."""
    shares, words = _word_shares(pairs), 2 * len(pairs)
    if len(shares) < 2:
        return None
    expected = (1 - sum(share * share for share in shares)) * words / (words - 1)
    return 1 - (1 - _share(pairs)) / expected


def _share(pairs: Sequence[Pair]) -> float:
    return sum(a == b for a, b in pairs) / len(pairs)


def _word_shares(pairs: Sequence[Pair]) -> list[float]:
    said = Counter(word for pair in pairs for word in pair)
    return [count / said.total() for count in said.values()]


def _corrected(observed: float, chance: float) -> float | None:
    return None if chance >= 1 else (observed - chance) / (1 - chance)
