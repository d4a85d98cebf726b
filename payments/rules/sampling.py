"""Which payments of a batch are looked at closely: nobody can choose them, and anybody can draw them again.

The seed is made of the fingerprint of the batch's file and of the instant at which it was approved. Whoever prepared
the batch does not know the second, whoever approved it cannot change the first, and both are kept for good.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from asye.refusals import Refused
from payments.states import Sampled

PER_CENT = 10  # of the payments of a batch, rounded up


def check_can_look(*, is_drawn: bool, handed_over: bool) -> None:
    """Findings are of payments that were drawn, from when the payer has them; Refused otherwise."""
    if not is_drawn:
        raise Refused("This payment was not drawn to be looked at closely.")
    if not handed_over:
        raise Refused("The batch of this payment has not been handed over yet. Record what you found after that.")


def seed_of(content_sha256: str, approved_at: datetime) -> str:
    """SHA-256 over the fingerprint of the file and the instant of the approval in UTC, to the microsecond."""
    at = approved_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{content_sha256} {at}".encode()).hexdigest()


def place(seed: str, reference: str) -> str:
    """Where a line comes in the order in which lines are drawn."""
    return hashlib.sha256(f"{seed} {reference}".encode()).hexdigest()


def drawn(seed: str, lines: Iterable[tuple[str, int]], paid_before: set[int]) -> dict[str, Sampled]:
    """The references drawn out of (reference, employer), in their order: one in ten, and of each employer for which no
    batch was approved before the first that comes."""
    ordered = sorted(lines, key=lambda line: place(seed, line[0]))
    found = {reference: Sampled.DRAWN for reference, _ in ordered[: -(-len(ordered) * PER_CENT // 100)]}
    known = set(paid_before)
    for reference, employer in ordered:
        if employer not in known:
            known.add(employer)
            found.setdefault(reference, Sampled.FIRST)
    return found
