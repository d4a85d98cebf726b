"""What people are told about records, outcomes and certificates. No subject names a person or a result."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from accounts.notices import Message


@dataclass(frozen=True, kw_only=True)
class AboutRecord(Message):
    """Base of messages that point to a record: `title` says which kind, `whose` whose year, `who` acted."""

    title: str
    whose: str
    who: str
    path: str
    reason: str = ""
    signed: int | None = None  # the version the person signed, where the record says something newer now
    changes: str = ""  # the page that shows what changed since

    def context(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "whose": self.whose,
            "who": self.who,
            "path": self.path,
            "reason": self.reason,
            "signed": self.signed,
            "changes": self.changes,
        }


class PartAdded(AboutRecord):
    kind: ClassVar[str] = "assessments.part_added"
    subject: ClassVar[str] = "A record waits for your part"
    template: ClassVar[str] = "assessments/notices/part_added.txt"


class ReadyToSign(AboutRecord):
    kind: ClassVar[str] = "assessments.ready_to_sign"
    subject: ClassVar[str] = "A record is ready for you to sign"
    template: ClassVar[str] = "assessments/notices/ready_to_sign.txt"


class RecordReturned(AboutRecord):
    kind: ClassVar[str] = "assessments.record_returned"
    subject: ClassVar[str] = "A record was returned for changes"
    template: ClassVar[str] = "assessments/notices/record_returned.txt"


class RecordAgreed(AboutRecord):
    kind: ClassVar[str] = "assessments.record_agreed"
    subject: ClassVar[str] = "A record has been agreed"
    template: ClassVar[str] = "assessments/notices/record_agreed.txt"


class RecordReopened(AboutRecord):
    kind: ClassVar[str] = "assessments.record_reopened"
    subject: ClassVar[str] = "A record was reopened"
    template: ClassVar[str] = "assessments/notices/record_reopened.txt"


class AgreementRenewed(AboutRecord):
    kind: ClassVar[str] = "assessments.agreement_renewed"
    subject: ClassVar[str] = "An agreement has to be signed again"
    template: ClassVar[str] = "assessments/notices/agreement_renewed.txt"


@dataclass(frozen=True, kw_only=True)
class AboutOutcome(Message):
    """Base of messages about a decision. `appeal_by` is the last day to appeal, None for a pass."""

    reference: str
    whose: str
    result: str
    path: str
    notice_on: date | None = None
    appeal_by: date | None = None

    def context(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "whose": self.whose,
            "result": self.result,
            "path": self.path,
            "notice_on": self.notice_on,
            "appeal_by": self.appeal_by,
        }


class OutcomeForNQSW(AboutOutcome):
    kind: ClassVar[str] = "assessments.outcome_for_nqsw"
    subject: ClassVar[str] = "The outcome of your year has been confirmed"
    template: ClassVar[str] = "assessments/notices/outcome_for_nqsw.txt"


class OutcomeForOthers(AboutOutcome):
    kind: ClassVar[str] = "assessments.outcome_for_others"
    subject: ClassVar[str] = "An outcome has been confirmed"
    template: ClassVar[str] = "assessments/notices/outcome_for_others.txt"


class AppealOpened(AboutOutcome):
    kind: ClassVar[str] = "assessments.appeal_opened"
    subject: ClassVar[str] = "An appeal has been recorded"
    template: ClassVar[str] = "assessments/notices/appeal_opened.txt"


class AppealClosed(AboutOutcome):
    kind: ClassVar[str] = "assessments.appeal_closed"
    subject: ClassVar[str] = "An appeal has been closed"
    template: ClassVar[str] = "assessments/notices/appeal_closed.txt"


@dataclass(frozen=True, kw_only=True)
class CertificateReady(Message):
    """The certificate can be downloaded."""

    kind: ClassVar[str] = "assessments.certificate_ready"
    subject: ClassVar[str] = "Your certificate is ready"
    template: ClassVar[str] = "assessments/notices/certificate_ready.txt"
    path: str

    def context(self) -> dict[str, Any]:
        return {"path": self.path}


@dataclass(frozen=True, kw_only=True)
class DueDigest(Message):
    """One letter a day: what waits for its reader, and what is late where they look after it. The most late first.

    `own` are lines; `late` are (employer, lines). `may_choose` says whether its reader may ask for less.
    """

    kind: ClassVar[str] = "assessments.due_digest"
    subject: ClassVar[str] = "What is due in the records of the year"
    template: ClassVar[str] = "assessments/notices/due_digest.txt"
    own: tuple[str, ...] = ()
    late: tuple[tuple[str, tuple[str, ...]], ...] = ()
    may_choose: bool = False
    waiting: str
    choose: str

    def context(self) -> dict[str, Any]:
        return {
            "own": self.own,
            "late": self.late,
            "may_choose": self.may_choose,
            "waiting": self.waiting,
            "choose": self.choose,
        }
