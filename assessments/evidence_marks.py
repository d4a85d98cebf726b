"""Which least evidence the sources state and which we inferred, as data: assessments/evidence_marks.json (domain 7.3).

What is stated for a programme is refused where it is missing, what is inferred is pointed out. Where a requirement or a
programme is not in the file it counts as inferred: nobody is held up by a rule that no source states.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from assessments.states import Result
from asye.refusals import Refused

FILE: Final = Path(__file__).parent / "evidence_marks.json"
ASSESSOR_OBSERVATIONS: Final = "assessor_observations"  # how many of the direct observations the assessor makes


@dataclass(frozen=True)
class Shortfall:
    """One requirement of the year that is not met, and whether a source states it."""

    title: str
    needed: int
    agreed: int
    stated: bool

    def __str__(self) -> str:
        return f"{self.title}: {self.agreed} of {self.needed} agreed"


@cache
def marks() -> dict[str, dict[str, Any]]:
    """The file as it stands."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def is_stated(requirement: str, programme: str) -> bool:
    """Whether a source states this requirement for the programme."""
    return programme in marks().get(requirement, {}).get("stated_for", ())


def check_minimum(result: str, missing: Sequence[Shortfall]) -> None:
    """A pass stands on the least evidence that the sources state (domain 7.3); each that is short is named.

    A fail may be recommended without it, because what was never handed in is often why: the form asks for the reasons
    under “Sufficient”. That a fail is let through is inferred.
    """
    stated = [str(one) for one in missing if one.stated]
    if result == Result.PASS and stated:
        raise Refused(
            f"A pass cannot be recommended yet, because the year asks for more. {'. '.join(stated)}. Agree these "
            "records first, then finish the recommendation."
        )
