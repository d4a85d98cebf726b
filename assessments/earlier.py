"""Outcomes from before this service: the sheet, and what is known beside what its rows say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from assessments.models import Outcome, Record
from assessments.rules import check_outcome
from asye.refusals import Refused
from registrations.bulk.findings import Fault
from registrations.earlier.checks import FUTURE, NOBODY, SAID_ABOVE, KnownPersons
from registrations.earlier.entries import Entry
from registrations.models import Deferral, EarlierFile, Move, Registration

BEFORE_START: Final = Fault("This is before the day on which their ASYE started.", "Correct the date.")
SEVERAL: Final = Fault(
    "Several registrations of this person were taken over.", "Write the reference of the one that is meant."
)
ENDED: Final = Fault("This registration has ended already.", "Delete the row.")
CONTINUED: Final = Fault(
    "The year has been continued in this service, so its outcome is confirmed here.", "Delete the row."
)
CHANGING: Final = Fault(
    "The registration is deferred, or a move to another employer is open.", "Settle that in the service first."
)
SAYS: Final = "Correct the row."


class KnownOutcomes:
    """The registrations that rows of the sheet of outcomes are about. `seen` are those that rows before these name."""

    def __init__(self, entries: Sequence[Entry], file: EarlierFile, on: date, seen: dict[object, int]) -> None:
        self.on, self.seen = on, seen
        self.persons = KnownPersons(entries, file)
        every = {each.pk for entry in entries for each in self.persons.registrations_of(entry)}
        self.decided = set(Outcome.objects.filter(registration__in=every).values_list("registration", flat=True))
        self.continued = set(Record.objects.filter(registration__in=every).values_list("registration", flat=True))
        paused = Deferral.objects.filter(registration__in=every, ends_on__isnull=True)
        moving = Move.objects.filter(registration__in=every, done_at__isnull=True, called_off_at__isnull=True)
        self.changing = {*paused.values_list("registration", flat=True), *moving.values_list("registration", flat=True)}

    def check(self, entries: Iterable[Entry], headings: Mapping[str, str]) -> None:
        """Adds to each row what forbids it."""
        for entry in entries:
            for key, fault in self._faults(entry):
                entry.find(headings, key, *fault)

    def registration_of(self, entry: Entry) -> Registration | None:
        """The one registration that a row is about: of several, the only one without an end."""
        found = self.persons.registrations_of(entry)
        running = [each for each in found if each.ended_on is None]
        chosen = running if len(found) > 1 else found
        return chosen[0] if len(chosen) == 1 else None

    def _faults(self, entry: Entry) -> Iterable[tuple[str, Fault]]:
        registration = self.registration_of(entry)
        if entry.clean.get("person") and registration is None:
            yield "person", SEVERAL if self.persons.registrations_of(entry) else NOBODY
        decided = entry.clean.get("decided_on")
        if decided and decided > self.on:
            yield "decided_on", FUTURE
        if registration is None:
            return
        if self.seen.setdefault(registration.pk, entry.row) != entry.row:
            yield "person", SAID_ABOVE
        elif registration.pk in self.decided or registration.ended_on is not None:
            yield "person", ENDED
        elif registration.pk in self.continued:
            yield "person", CONTINUED
        elif registration.pk in self.changing:
            yield "person", CHANGING
        if decided and decided < registration.asye_start:
            yield "decided_on", BEFORE_START
        elif decided and "result" in entry.clean and "notice_on" in entry.clean:
            yield from self._against_the_rules(entry, registration)

    def _against_the_rules(self, entry: Entry, registration: Registration) -> Iterable[tuple[str, Fault]]:
        """A fail with the day notice was given, a pass without (domain 7.4). Notice may come before the decision."""
        try:
            check_outcome(
                entry.clean["result"],
                notice_on=entry.clean["notice_on"],
                today=self.on,
                started_on=registration.asye_start,
                recommended_on=registration.asye_start,
            )
        except Refused as refusal:
            yield refusal.field or "result", Fault(f"{str(refusal).rstrip('.')}.", SAYS)
