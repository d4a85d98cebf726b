"""What people are told about concerns. No subject says whom or what it is about; no letter carries words of one."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from accounts.notices import Message


@dataclass(frozen=True, kw_only=True)
class AboutConcern(Message):
    """Base of messages that point to a concern: `whose` year, `who` acted, and dates where there are any."""

    whose: str
    who: str
    path: str
    starts_on: date | None = None
    review_by: date | None = None
    reviewer: str = ""

    def context(self) -> dict[str, Any]:
        return {
            "whose": self.whose,
            "who": self.who,
            "path": self.path,
            "starts_on": self.starts_on,
            "review_by": self.review_by,
            "reviewer": self.reviewer,
        }


class ConcernForNQSW(AboutConcern):
    kind: ClassVar[str] = "assessments.concern_for_nqsw"
    subject: ClassVar[str] = "Something new in your year to read"
    template: ClassVar[str] = "assessments/notices/concern_for_nqsw.txt"


class ConcernForOthers(AboutConcern):
    kind: ClassVar[str] = "assessments.concern_for_others"
    subject: ClassVar[str] = "An early concern has been recorded"
    template: ClassVar[str] = "assessments/notices/concern_for_others.txt"


class SupportForNQSW(AboutConcern):
    kind: ClassVar[str] = "assessments.support_for_nqsw"
    subject: ClassVar[str] = "Support has been agreed for you"
    template: ClassVar[str] = "assessments/notices/support_for_nqsw.txt"


class SupportForReviewer(AboutConcern):
    kind: ClassVar[str] = "assessments.support_for_reviewer"
    subject: ClassVar[str] = "You are to review a support plan"
    template: ClassVar[str] = "assessments/notices/support_for_reviewer.txt"


class ConcernWentOn(AboutConcern):
    kind: ClassVar[str] = "assessments.concern_went_on"
    subject: ClassVar[str] = "There is news about support in a year"
    template: ClassVar[str] = "assessments/notices/concern_went_on.txt"


class ReviewWarns(AboutConcern):
    kind: ClassVar[str] = "assessments.review_warns"
    subject: ClassVar[str] = "A review asks for a support plan"
    template: ClassVar[str] = "assessments/notices/review_warns.txt"
