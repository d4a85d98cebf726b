"""What the reconciler is given of one batch: plain values, read by payments.queries.reconciling and by nobody else.

Money is pence; days are London days; `made_at` and `closed_at` are instants, for their order.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from asye.clock import london_date


@dataclass(frozen=True)
class LineFacts:
    """A line as it stands, with the facts it leans on: of its slot, its payee and its financial year."""

    pk: int
    reference: str
    kind: str
    slot: int
    slot_milestone: str
    slot_open: bool
    milestone: str
    employer_id: int
    employer: str
    vendor_number: str
    vendor_of: int
    year: str
    year_starts: date
    year_ends: date
    due_on: date
    rate_pence: int
    pence: int
    closed_as: str | None
    closed_because: str
    closed_at: datetime | None

    @property
    def recovery(self) -> bool:
        """Whether it takes back what another line paid."""
        return self.kind == "recovery"

    @property
    def closed_on(self) -> date | None:
        """The day it was closed on."""
        return london_date(self.closed_at) if self.closed_at else None

    @property
    def signed_pence(self) -> int:
        """What the line adds to the total of its batch: what is taken back counts less."""
        return -self.pence if self.recovery else self.pence


@dataclass(frozen=True)
class FileFacts:
    """The payment file's bytes, and what was noted of them when they were written."""

    content: bytes
    sha256: str
    line_count: int
    sum_pence: int
    written_on: date


@dataclass(frozen=True)
class EntryFacts:
    """A row of the ledger: of a line, or of a recovery by invoice."""

    pk: UUID
    seal: int
    batch: int
    line: int | None
    event: str
    debit: str
    credit: str
    pence: int
    year: str
    happened_on: date
    reverses: UUID | None
    recovery: int | None = None


@dataclass(frozen=True)
class SealFacts:
    """A seal over the entries written together."""

    pk: int
    number: int
    entry_count: int
    digest: str


@dataclass(frozen=True)
class ResponseFacts:
    """A response file's bytes, and what was noted of them when they were imported."""

    pk: int
    content: bytes
    sha256: str
    imported_on: date


@dataclass(frozen=True)
class RowFacts:
    """What was stored of a row of a response file."""

    response: int
    line: int
    result: str
    because: str
    pence: int
    happened_on: date


@dataclass(frozen=True)
class AttemptFacts:
    """A payment line of a slot, whatever its batch: `answers` are the results that were stored of it."""

    pk: int
    reference: str
    slot: int
    batch: str
    in_file: bool
    made_at: datetime
    follows: int | None
    closed_as: str | None
    closed_at: datetime | None
    answers: frozenset[str]


@dataclass(frozen=True)
class PartFacts:
    """What an employer paid on an invoice on one day; less than nothing where it takes back the part of a number."""

    number: int
    pence: int
    received_on: date
    takes_back: int | None = None


@dataclass(frozen=True)
class RecoveryFacts:
    """What is asked back of a line, as far as an invoice asks for it."""

    pk: int
    line: int
    pence: int
    invoiced_on: date | None
    written_off_on: date | None
    written_off_pence: int | None
    parts: tuple[PartFacts, ...]

    @property
    def reference(self) -> str:
        """What people call it, like R00012."""
        return f"R{self.pk:05d}"


@dataclass(frozen=True)
class BatchFacts:
    """Everything that is known of one batch. `there` is false where rows name a batch that is no longer there.

    `attempts` are all payment lines of the slots of this batch; `taken_off` is what the payer took off later payments,
    by the line that it brought back; `recoveries` are those by invoice of these lines; `elsewhere` names the batch of
    lines that are named here and belong to another.
    """

    pk: int
    there: bool = True
    file_version: int = 1
    approved: bool = False
    line_count: int | None = None
    sum_pence: int | None = None
    sha256: str = ""
    handed_over_on: date | None = None
    cancelled_on: date | None = None
    file: FileFacts | None = None
    lines: tuple[LineFacts, ...] = ()
    entries: tuple[EntryFacts, ...] = ()
    seals: tuple[SealFacts, ...] = ()
    responses: tuple[ResponseFacts, ...] = ()
    rows: tuple[RowFacts, ...] = ()
    attempts: tuple[AttemptFacts, ...] = ()
    taken_off: Mapping[int, int] = field(default_factory=dict)
    recoveries: tuple[RecoveryFacts, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """What people call it, like B00012."""
        return f"B{self.pk:05d}"

    @property
    def pence(self) -> int:
        """What its lines come to."""
        return sum(line.signed_pence for line in self.lines)

    def back_of(self, line: LineFacts) -> int:
        """What came back of a line, in pence: taken off later payments, and paid on invoices."""
        return self.taken_off.get(line.pk, 0) + self._paid_back[line.pk]

    @cached_property
    def _paid_back(self) -> Counter[int]:
        found = Counter[int]()
        for one in self.recoveries:
            found[one.line] += sum(part.pence for part in one.parts)
        return found
