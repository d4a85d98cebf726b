"""What the eligibility rules answer with: reasons that carry their rule's number, and the verdict they lead to."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from registrations.states import RegisterStatus, Verdict

WORSE: Final = (Verdict.FUNDABLE, Verdict.UNFUNDED, Verdict.CANNOT_REGISTER)


@dataclass(frozen=True)
class Reason:
    """One rule that was applied. `effect` is the best verdict it leaves open."""

    rule: str
    sentence: str
    effect: Verdict

    def as_data(self) -> dict[str, str]:
        """The reason as it is stored with the registration."""
        return {"rule": self.rule, "sentence": self.sentence, "effect": self.effect.value}


@dataclass(frozen=True)
class Result:
    """The verdict is the worst effect among the reasons."""

    verdict: Verdict
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, reasons: tuple[Reason, ...]) -> "Result":
        """What the reasons lead to."""
        return cls(max((reason.effect for reason in reasons), key=WORSE.index), reasons)

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons the verdict rests on."""
        return tuple(reason for reason in self.reasons if reason.effect == self.verdict)

    def as_data(self) -> list[dict[str, str]]:
        """The reasons as they are stored."""
        return [reason.as_data() for reason in self.reasons]


@dataclass(frozen=True)
class RegisterSays:
    """What the register answered last about the person's number. `name_is_theirs` is True also where a caseworker
    has settled a different name; `outdated` means that it answered before the yearly renewal ended (rule E13)."""

    status: str
    registered_from: date | None = None
    name_is_theirs: bool = True
    outdated: bool = False

    @property
    def has_them(self) -> bool:
        """Whether the person is registered."""
        return self.status == RegisterStatus.REGISTERED

    def as_data(self) -> dict[str, Any]:
        """As it is stored: no name."""
        since = self.registered_from.isoformat() if self.registered_from else None
        return {
            "status": str(self.status),
            "registered_from": since,
            "name_is_theirs": self.name_is_theirs,
            "outdated": self.outdated,
        }


def needs(rule: str, met: bool, yes: str, no: str) -> Reason:
    """A rule without which nobody is registered."""
    return Reason(rule, yes, Verdict.FUNDABLE) if met else Reason(rule, no, Verdict.CANNOT_REGISTER)


def met(rule: str, sentence: str) -> Reason:
    """A rule that forbids nothing here."""
    return Reason(rule, sentence, Verdict.FUNDABLE)
