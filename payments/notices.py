"""What people are told about money."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from accounts.notices import Message
from asye.dates import long_date
from asye.money import pounds


@dataclass(frozen=True, kw_only=True)
class BatchToApprove(Message):
    """A batch waits for an approver. `sum_pence` is what it comes to."""

    kind: ClassVar[str] = "payments.batch_to_approve"
    subject: ClassVar[str] = "A batch of payments waits for your approval"
    template: ClassVar[str] = "payments/notices/batch_to_approve.txt"
    reference: str
    batch_id: int
    count: int
    sum_pence: int

    def context(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "batch_id": self.batch_id,
            "count": self.count,
            "total": pounds(self.sum_pence),
        }


@dataclass(frozen=True, kw_only=True)
class PaidLine:
    """One payment as a message names it: the registration's reference, what for, how much, and why where refused."""

    reference: str
    milestone: str
    amount_pence: int
    because: str = ""

    @property
    def amount(self) -> str:
        """The amount as people read it."""
        return pounds(self.amount_pence)


@dataclass(frozen=True, kw_only=True)
class Remittance(Message):
    """What has been paid to an employer, less what was taken off it. The payer may answer for the two at different
    times, so that one letter comes to nothing or to less. `has_statement` is false where its successor is told, whose
    people do not read the statements from before."""

    kind: ClassVar[str] = "payments.remittance"
    subject: ClassVar[str] = "A grant payment has been made to your organisation"
    template: ClassVar[str] = "payments/notices/remittance.txt"
    employer: str
    employer_id: int
    batch_id: int
    has_statement: bool
    lines: tuple[PaidLine, ...]

    def context(self) -> dict[str, Any]:
        total = sum(line.amount_pence for line in self.lines)
        return {
            "employer": self.employer,
            "employer_id": self.employer_id,
            "batch_id": self.batch_id,
            "has_statement": self.has_statement,
            "lines": self.lines,
            "total": pounds(total) if total > 0 else "",
            "taken_off": pounds(-total) if total < 0 else "",
        }


@dataclass(frozen=True, kw_only=True)
class PaymentRejected(Message):
    """Payments to an employer that did not go through, with the payer's reasons; `has_statement` as above."""

    kind: ClassVar[str] = "payments.rejected"
    subject: ClassVar[str] = "A grant payment to your organisation did not go through"
    template: ClassVar[str] = "payments/notices/rejected.txt"
    employer: str
    employer_id: int
    has_statement: bool
    lines: tuple[PaidLine, ...]

    def context(self) -> dict[str, Any]:
        return {**vars(self), "some_taken_off": any(line.amount_pence < 0 for line in self.lines)}


@dataclass(frozen=True, kw_only=True)
class VendorDetailsProposed(Message):
    """Other vendor details were proposed for an employer: told to those who know the ones in use."""

    kind: ClassVar[str] = "payments.vendor_details_proposed"
    subject: ClassVar[str] = "Somebody has asked to change the payment details of your organisation"
    template: ClassVar[str] = "payments/notices/vendor_details_proposed.txt"
    employer: str

    def context(self) -> dict[str, Any]:
        return {"employer": self.employer}


@dataclass(frozen=True, kw_only=True)
class VendorDetailsChanged(Message):
    """New vendor details are used for an employer from a day on: told to those who know the old ones."""

    kind: ClassVar[str] = "payments.vendor_details_changed"
    subject: ClassVar[str] = "The payment details of your organisation have changed"
    template: ClassVar[str] = "payments/notices/vendor_details_changed.txt"
    employer: str
    used_from: date

    def context(self) -> dict[str, Any]:
        return {"employer": self.employer, "used_from": long_date(self.used_from)}


@dataclass(frozen=True, kw_only=True)
class GrantYearChanged(Message):
    """What a grant year says of vendor details and of the final-year advance has changed: told to those who pay."""

    kind: ClassVar[str] = "payments.grant_year_changed"
    subject: ClassVar[str] = "The settings of a grant year have changed"
    template: ClassVar[str] = "payments/notices/grant_year_changed.txt"
    code: str
    cool_off_days: int
    contact_settled_days: int
    final_year_advance_on: date | None

    def context(self) -> dict[str, Any]:
        on = self.final_year_advance_on
        return {**vars(self), "advance": long_date(on) if on else "none"}


@dataclass(frozen=True, kw_only=True)
class RecoveryToApprove(Message):
    """A recovery waits for an approver. `amount_pence` is what would be asked back."""

    kind: ClassVar[str] = "payments.recovery_to_approve"
    subject: ClassVar[str] = "A recovery waits for your approval"
    template: ClassVar[str] = "payments/notices/recovery_to_approve.txt"
    reference: str
    recovery_id: int
    amount_pence: int

    def context(self) -> dict[str, Any]:
        return {"reference": self.reference, "recovery_id": self.recovery_id, "amount": pounds(self.amount_pence)}


@dataclass(frozen=True, kw_only=True)
class ReversalToApprove(Message):
    """What was recorded as received on a recovery was a mistake, says an officer: an approver decides."""

    kind: ClassVar[str] = "payments.reversal_to_approve"
    subject: ClassVar[str] = "Taking back an amount received waits for your approval"
    template: ClassVar[str] = "payments/notices/reversal_to_approve.txt"
    reference: str
    recovery_id: int
    number: int
    amount_pence: int

    def context(self) -> dict[str, Any]:
        return {**vars(self), "amount": pounds(self.amount_pence)}


@dataclass(frozen=True, kw_only=True)
class TurnedDown(Message):
    """What somebody proposed was turned down by a payments approver. `what` begins a sentence; the reason is on the
    page at `path`."""

    kind: ClassVar[str] = "payments.turned_down"
    subject: ClassVar[str] = "Something that you proposed was turned down"
    template: ClassVar[str] = "payments/notices/turned_down.txt"
    what: str
    path: str

    def context(self) -> dict[str, Any]:
        return {"what": self.what, "path": self.path}


@dataclass(frozen=True, kw_only=True)
class OfRecovery(Message):
    """What an employer is told of something that it is to pay back: of which payment, and how much. `has_statement` is
    false where its successor is told, whose people do not read the statements from before."""

    employer: str
    employer_id: int
    has_statement: bool
    year: str
    reference: str
    registration: str
    amount_pence: int

    def context(self) -> dict[str, Any]:
        return {**vars(self), "amount": pounds(self.amount_pence)}


@dataclass(frozen=True, kw_only=True)
class RecoveryDecided(OfRecovery):
    """An employer is to pay back what it was paid, whole or in part."""

    kind: ClassVar[str] = "payments.recovery_decided"
    subject: ClassVar[str] = "A grant payment to your organisation is to be paid back"
    template: ClassVar[str] = "payments/notices/recovery_decided.txt"
    milestone: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class RecoveryNews(OfRecovery):
    """What became of something that an employer is to pay back, in a sentence or two."""

    kind: ClassVar[str] = "payments.recovery_news"
    subject: ClassVar[str] = "News of a grant payment that is to be paid back"
    template: ClassVar[str] = "payments/notices/recovery_news.txt"
    news: str
