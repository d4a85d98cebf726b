"""Words for verdicts: every time the rules were applied, and two of them side by side."""

from collections.abc import Iterable
from typing import Any, Final

from asye.dates import long_datetime
from registrations.models import Evaluation, Registration
from registrations.states import Occasion, Verdict

HEADER: Final = ("When", "Why", "What the rules said", "What became of it")
CHANGED: Final = "The facts changed after approval"


def cells(found: Iterable[Evaluation]) -> list[list[str]]:
    """Each verdict as a row of HEADER, newest first. `found` oldest first, with who and what became of it."""
    rows = []
    for each in found:
        became = "The registration’s verdict at the time"
        if each.after_approval:
            settled = getattr(each, "settled", None)
            became = "The registration kept its verdict"
            if settled is not None and settled.taken:
                became = "Taken on by the registration"
            if settled is not None:
                became += f": {settled.because} ({settled.settled_by.full_name}, {long_datetime(settled.settled_at)})"
        rows.append(
            [
                long_datetime(each.evaluated_at),
                Occasion(each.occasion).label,
                f"{Verdict(each.verdict).label}, by the rules of {each.rule_version}",
                became,
            ]
        )
    return rows[::-1]


def both(registration: Registration, other: Evaluation) -> list[tuple[str, str]]:
    """The verdict a registration was approved with and the one the facts lead to now, each with its reasons."""
    return [
        ("It was approved with", _sentence(registration.verdict, registration.verdict_reasons)),
        ("The facts now lead to", _sentence(other.verdict, other.reasons)),
        ("Why the rules were applied again", Occasion(other.occasion).label),
        ("When", long_datetime(other.evaluated_at)),
    ]


def _sentence(verdict: str, reasons: list[dict[str, Any]]) -> str:
    """The verdict, and where it is not the best one the reasons it rests on."""
    label = Verdict(verdict).label
    if verdict == Verdict.FUNDABLE:
        return label
    deciding = [f"{each['sentence']} (rule {each['rule']})" for each in reasons if each["effect"] == verdict]
    return f"{label}. {' '.join(deciding)}"
