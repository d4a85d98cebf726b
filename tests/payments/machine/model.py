"""What batches should do, in plain Python and without the service: what is refused, and what stands after an act."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

RATE = 100_000  # pence


@dataclass
class Slot:
    """What one person is owed once, from the day it is due; `held_until` is the day it is offered again."""

    reference: str  # of the registration
    milestone: str
    employer: int
    due_on: date
    held_until: date = date.min


@dataclass
class Line:
    """An attempt to settle a slot; `told` is what the payer said of it and when."""

    slot: Slot
    batch: "Batch"
    live: bool = True
    told: dict[str, date] = field(default_factory=dict)


@dataclass
class Batch:
    """`makers` are those who may not approve it."""

    pk: int
    month: str
    makers: set[str]
    state: str = "draft"
    lines: dict[str, Line] = field(default_factory=dict)
    has_file: bool = False
    taken: bool = False
    handed: bool = False

    @property
    def is_in_our_hands(self) -> bool:
        return self.state != "cancelled" and not self.handed


@dataclass
class Money:
    """Everything there is, and the day it is."""

    today: date
    slots: list[Slot]
    batches: dict[int, Batch] = field(default_factory=dict)
    entries: Counter[str] = field(default_factory=Counter)
    proposed: set[int] = field(default_factory=set)  # employers whose new vendor details wait

    def lines(self) -> list[tuple[str, Line]]:
        return [item for batch in self.batches.values() for item in batch.lines.items()]

    def due(self) -> list[Slot]:
        """Due, and settled by no live line."""
        settled = {id(line.slot) for _, line in self.lines() if line.live}
        return [slot for slot in self.slots if slot.due_on <= self.today and id(slot) not in settled]

    def owed(self) -> list[Slot]:
        return [slot for slot in self.due() if slot.held_until <= self.today]

    def held(self) -> list[Slot]:
        return [slot for slot in self.due() if slot.held_until > self.today]

    def drafted(self, pk: int, maker: str | None, references: dict[tuple[str, str], str]) -> None:
        """A batch of everything owed; `references` are its lines' by registration and milestone."""
        batch = Batch(pk, f"{self.today:%Y-%m}", {maker} if maker else set())
        for slot in self.owed():
            batch.lines[references.pop((slot.reference, slot.milestone))] = Line(slot, batch)
        assert not references, "lines that nobody is owed"
        self.batches[pk] = batch

    def hold(self, reference: str, batch: Batch, by: str) -> None:
        first = date(self.today.year + self.today.month // 12, self.today.month % 12 + 1, 1)
        batch.lines.pop(reference).slot.held_until = first
        batch.makers.add(by)
        batch.state = "draft"

    def cancel(self, batch: Batch) -> None:
        batch.state = "cancelled"
        if batch.has_file:
            self.entries["sent_reversed"] += len(batch.lines)
        for line in batch.lines.values():
            line.live = False

    def may_be_told(self, line: Line, result: str) -> bool:
        if result in line.told:
            return line.told[result] == self.today
        return "paid" in line.told if result == "returned" else not line.told

    def tell(self, line: Line, result: str) -> None:
        if result in line.told:
            return
        line.told[result] = self.today
        back = {"paid": ("paid",), "rejected": ("sent_reversed",), "returned": ("paid_reversed", "sent_reversed")}
        self.entries.update(back[result])
        line.live = result == "paid"

    def is_frozen_for(self, employer: int) -> bool:
        """Whether an employer's details cannot change, because a batch in our hands pays them."""
        return any(
            line.slot.employer == employer
            for batch in self.batches.values()
            if batch.is_in_our_hands
            for line in batch.lines.values()
        )
