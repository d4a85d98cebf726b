"""Past payments: what is known beside what the rows of their sheet say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db.models.functions import Coalesce

from payments.models import Entitlement, Line
from registrations.bulk.findings import Fault
from registrations.earlier.checks import NOBODY, SAID_ABOVE, KnownPersons
from registrations.earlier.entries import Entry
from registrations.models import EarlierFile, EarlierRow
from registrations.states import EarlierKind

SAID_BEFORE: Final = Fault(
    "Under another reference it was said before whether this was paid.", "Delete the row. Nothing of it is changed."
)
PAID_ELSEWHERE: Final = Fault("This is kept as paid before this service.", "Delete the row.")
PAID_HERE: Final = Fault(
    "This service has paid this, or has it in a batch.",
    "Find out who paid it. Take it out of the batch, or recover one of the two payments.",
)

Slot = tuple[int, str]  # a person (the surviving record) and a milestone


class KnownPayments:
    """The people and milestones that rows are about. `seen` are those that rows before these name."""

    def __init__(self, entries: Sequence[Entry], file: EarlierFile, seen: dict[object, int]) -> None:
        self.seen = seen
        self.persons = KnownPersons(entries, file)
        people = {person for each in entries if (person := self.persons.person_of(each))}
        key = Coalesce("person__merged_into", "person")
        slots = Entitlement.objects.annotate(key=key).filter(key__in=people)
        self.paid_elsewhere: set[Slot] = set(slots.filter(open=False).values_list("key", "milestone"))
        key = Coalesce("slot__person__merged_into", "slot__person")
        self.paid_here: set[Slot] = set(
            Line.objects.annotate(key=key).filter(key__in=people).values_list("key", "milestone")
        )
        key = Coalesce("nqsw__merged_into", "nqsw")
        answered = EarlierRow.objects.filter(kind=EarlierKind.PAYMENTS).annotate(key=key).filter(key__in=people)
        self.answered: set[Slot] = set(answered.values_list("key", "milestone"))

    def slot_of(self, entry: Entry) -> Slot | None:
        """The person and milestone of a row, where both can be read."""
        person = self.persons.person_of(entry)
        milestone = entry.clean.get("milestone")
        return (person, milestone) if person and milestone else None

    def check(self, entries: Iterable[Entry], headings: Mapping[str, str]) -> None:
        """Adds to each row what forbids it (P9, D6)."""
        for entry in entries:
            for key, fault in self._faults(entry):
                entry.find(headings, key, *fault)

    def _faults(self, entry: Entry) -> Iterable[tuple[str, Fault]]:
        if entry.clean.get("person") and self.persons.person_of(entry) is None:
            yield "person", NOBODY
        slot = self.slot_of(entry)
        if slot is None:
            return
        if self.seen.setdefault(slot, entry.row) != entry.row:
            yield "milestone", SAID_ABOVE
        elif slot in self.answered:
            yield "milestone", SAID_BEFORE
        elif slot in self.paid_elsewhere:
            yield "milestone", PAID_ELSEWHERE
        elif entry.clean.get("paid") and slot in self.paid_here:
            yield "paid", PAID_HERE
