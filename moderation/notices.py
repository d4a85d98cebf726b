"""What people are told about moderation. No message names an NQSW, a result or a reason for drawing a record."""

from dataclasses import dataclass
from typing import Any, ClassVar

from accounts.notices import Message


@dataclass(frozen=True, kw_only=True)
class Counted(Message):
    """Base of messages that say how many things wait and where: `path` is the page."""

    count: int
    path: str

    def context(self) -> dict[str, Any]:
        return {"count": self.count, "path": self.path}


class ReadingsWaiting(Counted):
    """To a moderator who was given readings."""

    kind: ClassVar[str] = "moderation.readings_waiting"
    subject: ClassVar[str] = "Records are ready for you to read"
    template: ClassVar[str] = "moderation/notices/readings_waiting.txt"


class OutcomesWaiting(Counted):
    """To a senior lead: outcomes that may now be confirmed."""

    kind: ClassVar[str] = "moderation.outcomes_waiting"
    subject: ClassVar[str] = "Outcomes are ready for you to confirm"
    template: ClassVar[str] = "moderation/notices/outcomes_waiting.txt"


@dataclass(frozen=True, kw_only=True)
class About(Message):
    """Base of messages about one record, by its reference."""

    reference: str
    path: str

    def context(self) -> dict[str, Any]:
        return {"reference": self.reference, "path": self.path}


class ReadingWithdrawn(About):
    """To a moderator whose reading is no longer wanted."""

    kind: ClassVar[str] = "moderation.reading_withdrawn"
    subject: ClassVar[str] = "You no longer need to read a record"
    template: ClassVar[str] = "moderation/notices/reading_withdrawn.txt"


class ToResolve(About):
    """To the co-ordinators: readers and assessor do not agree."""

    kind: ClassVar[str] = "moderation.to_resolve"
    subject: ClassVar[str] = "A sampled record needs a resolution"
    template: ClassVar[str] = "moderation/notices/to_resolve.txt"


class ConflictFound(About):
    """To the co-ordinators: a moderator declared a conflict and another reader is needed."""

    kind: ClassVar[str] = "moderation.conflict_declared"
    subject: ClassVar[str] = "A sampled record needs another reader"
    template: ClassVar[str] = "moderation/notices/conflict_declared.txt"


class ConflictOfOwn(About):
    """To the co-ordinators: somebody who holds no reading of a record may not act on it."""

    kind: ClassVar[str] = "moderation.own_conflict_declared"
    subject: ClassVar[str] = "Somebody has declared a conflict"
    template: ClassVar[str] = "moderation/notices/own_conflict_declared.txt"


class FeedbackSent(About):
    """To the assessor."""

    kind: ClassVar[str] = "moderation.feedback_sent"
    subject: ClassVar[str] = "You have feedback from moderation"
    template: ClassVar[str] = "moderation/notices/feedback_sent.txt"


class FeedbackAcknowledged(About):
    """To whoever sent it."""

    kind: ClassVar[str] = "moderation.feedback_acknowledged"
    subject: ClassVar[str] = "Your feedback from moderation was acknowledged"
    template: ClassVar[str] = "moderation/notices/feedback_acknowledged.txt"
