"""What people are told of moves between employers, and of employers that merge."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.notices import Message
from registrations.models import Move


@dataclass(frozen=True, kw_only=True)
class MoveAsked(Message):
    """To the co-ordinators of one employer of a move: the other has given a day, and yours is wanted.

    Names neither the NQSW nor the other employer: the page says what each side may know.
    """

    kind = "registrations.move_asked"
    subject = "A move between employers waits for you"
    template = "registrations/notices/move_asked.txt"
    move: Move

    def context(self) -> dict[str, Any]:
        return {"move": self.move, "path": reverse("move", args=[self.move.pk])}


@dataclass(frozen=True, kw_only=True)
class MoveTold(MoveAsked):
    """To the co-ordinators of both employers: the move is agreed, or called off."""

    kind = "registrations.move_told"
    subject = "News of a move between employers"
    template = "registrations/notices/move_told.txt"
    what: str

    def context(self) -> dict[str, Any]:
        return {**super().context(), "what": self.what}


@dataclass(frozen=True, kw_only=True)
class EmployerMerged(Message):
    """To NQSWs and everybody who acts for the successor: the employer went into another."""

    kind = "registrations.employer_merged"
    subject = "Your employer has become part of another"
    template = "registrations/notices/employer_merged.txt"
    old: str
    successor: str
    effective_on: date

    def context(self) -> dict[str, Any]:
        return {"old": self.old, "successor": self.successor, "effective_on": self.effective_on}
