"""What can differ, and one difference as a page, a command and a test take it."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Kind(TextChoices):
    """Each way in which file, ledger, responses, approval and lines can contradict each other."""

    GONE = "gone", "Batch missing"
    # The payment file against the lines and against itself
    NO_FILE = "no_file", "No payment file"
    NOT_APPROVED = "not_approved", "Not approved"
    UNREADABLE = "unreadable", "Cannot be read"
    UNSAFE = "unsafe", "Runs as a formula"
    DROPPED = "dropped", "Missing from the file"
    DOUBLED = "doubled", "More than once"
    UNKNOWN = "unknown", "Line not known"
    AMOUNT = "amount", "Another amount"
    VENDOR = "vendor", "Another vendor number"
    EMPLOYER = "employer", "Another employer"
    MILESTONE = "milestone", "Another payment"
    YEAR = "year", "Another financial year"
    BATCH = "batch", "Another batch"
    VERSION = "version", "Another file version"
    CONTROL = "control", "Control row does not agree"
    COUNT = "count", "Another number of lines"
    SUM = "sum", "Another total"
    HASH = "hash", "Another fingerprint"
    # The ledger
    ENTRY_MISSING = "entry_missing", "Ledger entry missing"
    ENTRY_DOUBLED = "entry_doubled", "Ledger entry more than once"
    ENTRY_UNCAUSED = "entry_uncaused", "Ledger entry without a cause"
    ENTRY_FOREIGN = "entry_foreign", "Ledger entry of another batch"
    ENTRY_ID = "entry_id", "Ledger entry with another number"
    ENTRY_AMOUNT = "entry_amount", "Ledger entry with another amount"
    ENTRY_ACCOUNTS = "entry_accounts", "Ledger entry between other accounts"
    ENTRY_DAY = "entry_day", "Ledger entry on another day"
    ENTRY_YEAR = "entry_year", "Ledger entry of another financial year"
    REVERSAL = "reversal", "Reversal without its original"
    SEAL = "seal", "Broken seal"
    # The payer's responses
    RESPONSE_HASH = "response_hash", "Response changed"
    TOO_EARLY = "too_early", "Answered before it was handed over"
    CONTRADICTION = "contradiction", "Answers contradict each other"
    WITHOUT_EFFECT = "without_effect", "Answer without effect"
    WITHOUT_ANSWER = "without_answer", "Effect without an answer"
    ANSWER_AMOUNT = "answer_amount", "Answered with another amount"
    DAY = "day", "Another day"
    REASON = "reason", "Another reason"
    CLOSED = "closed", "Closed without a reason"
    RECOVERED = "recovered", "More recovered than was paid"
    OVERTAKEN = "overtaken", "More taken off than was paid"
    RETURNED_ALONE = "returned_alone", "Returned without what it was taken off"
    # The slots
    TWO_LIVE = "two_live", "Two payments for one"
    PAID_TWICE = "paid_twice", "Paid twice"
    ELSEWHERE = "elsewhere", "Paid before this service"
    FOLLOWS = "follows", "Follows another attempt"


@dataclass(frozen=True)
class Difference:
    """One contradiction in a batch. `line` is the line's reference, "" where it is about the whole batch or about a
    row that names no line; `line_id` is set where that line has a page. `sentence` says both values."""

    kind: Kind
    batch_id: int
    batch: str
    sentence: str
    line: str = ""
    line_id: int | None = None
