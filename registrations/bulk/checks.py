"""What the service knows beside what a row says: looked up for many rows at once, with nothing written or held."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce

from accounts.models import Employer, User
from registrations import queries
from registrations.bulk.findings import Fault
from registrations.bulk.prepared import Prepared
from registrations.models import NQSW, Placement, ProgrammeYear, Registration
from registrations.rules import eligibility, second_attempts, taken
from registrations.rules.answers import Previous
from registrations.rules.eligibility import Result
from registrations.states import EndReason, Verdict

OWN_ALREADY: Final = Fault("Your organisation has already registered this person.", "Delete the row.")
NOT_AN_ASSESSOR: Final = Fault(
    "Nobody with this email address is an assessor of your organisation.",
    "Correct it, or invite them as an assessor first and check the file again.",
)
DEACTIVATED: Final = Fault("The account with this email address has been deactivated.", "Enter another address.")
OTHER_NUMBER: Final = Fault(taken.OTHER_NUMBER, "Keep one row for each person.")
YOURSELF: Final = Fault("This is your own email address.", "Enter the address of the person to register.")
ASK_FIRST: Final = "Correct the answer if it is wrong. If it is right, delete the row."
# The question each rule of eligibility is about; a rule that is not here is about the row as a whole.
ABOUT: Final = {
    "E1": "swe_registered_from",
    "E2": "asye_start",
    "E3": "post",
    "E4": "child_and_family",
    "E5": "duties_agreed",
    "E6": "in_england",
    "E8": "assessor_experienced",
    "E9": "previous",
    "E10": "previous",
    "E11": "asye_start",
    "U3": "asye_start",
}


@dataclass(frozen=True)
class Person:
    """Who is known under a number. `human` is that of their account; `key` that of the record which survives."""

    pk: int
    key: int
    has_joined: bool
    human: int | None


def check(
    rows: Sequence[Prepared],
    headings: Mapping[str, str],
    *,
    employer: Employer,
    by: User,
    year: ProgrammeYear,
    on: date,
) -> None:
    """Adds to each row what forbids it today, under that year: seven look-ups however many rows there are.

    Rules E1 to E12 and U3, one live registration per person (E9, E10), an assessor of the employer who is somebody
    else, and an e-mail address of the person's own. What is unfunded is noted and stops nothing (E2).
    """
    known = Known(rows, employer, year, on)
    for row in rows:
        for key, fault in known.faults(row, by):
            row.find(headings, key, *fault)
        if row.answers is not None:
            result = eligibility.evaluate(row.answers, year, on, known.lifted_for(row))
            _say(row, headings, result)


def _say(row: Prepared, headings: Mapping[str, str], result: Result) -> None:
    for reason in result.reasons:
        if reason.effect == Verdict.CANNOT_REGISTER:
            row.find(headings, ABOUT.get(reason.rule, ""), reason.sentence, ASK_FIRST)
        elif reason.effect == Verdict.UNFUNDED:
            row.find(headings, ABOUT.get(reason.rule, ""), reason.sentence, "Nothing to do.", is_note=True)


class Known:
    """What stands in the database about the people, addresses and assessors of some rows."""

    def __init__(self, rows: Iterable[Prepared], employer: Employer, year: ProgrammeYear, on: date) -> None:
        rows, self.year = list(rows), year
        emails = {_email(row) for row in rows} - {""}
        numbers = {row.number for row in rows} - {""}
        self.people = _people(numbers)
        self.seen: dict[int, int] = {}  # the first row of each person: merged records keep their numbers
        self.lifted = queries.lifted_among(numbers, employer, on)
        keys = {person.key for person in self.people.values()}
        self.live, self.own, self.finished = _registrations(keys, employer)
        self.until = last_days(keys)
        self.holders = _holders(emails)
        self.accounts = {
            email: (human, active)
            for email, human, active in User.objects.filter(email__in=emails).values_list("email", "human", "is_active")
        }
        named = {row.clean["assessor"] for row in rows if row.clean.get("assessor")}
        assessors = queries.assessors_at(employer, on).filter(pk__in=named)
        self.assessors = {str(pk): human for pk, human in assessors.values_list("pk", "human")}

    def faults(self, row: Prepared, by: User) -> Iterable[tuple[str, Fault]]:
        """(question, fault) of everything that forbids this row."""
        person = self.people.get(row.number)
        if person is not None:
            yield from self._not_free(person, row)
        human = person.human if person is not None and person.has_joined else None
        if person is None or not person.has_joined:
            human, active = self.accounts.get(_email(row), (None, True))
            if self.holders.get(_email(row), set()) - ({person.pk} if person else set()):
                yield "email", halves(taken.EMAIL_OF_ANOTHER)
            elif not active:
                yield "email", DEACTIVATED
            elif human is not None and human == by.human_id:
                yield "email", YOURSELF
        assessor = row.clean.get("assessor")
        if assessor and assessor not in self.assessors:
            yield "assessor", NOT_AN_ASSESSOR
        elif assessor and human is not None and self.assessors[assessor] == human:
            yield "assessor", Fault(f"{taken.ASSESSOR_IS_NQSW}.", "Name another assessor.")

    def lifted_for(self, row: Prepared) -> Collection[str]:
        """The rules that a caseworker has lifted for the person of a row."""
        return self.lifted.get(row.number, frozenset())

    def _not_free(self, person: Person, row: Prepared) -> Iterable[tuple[str, Fault]]:
        start = row.clean.get("asye_start")
        if self.seen.setdefault(person.key, row.row) != row.row:
            yield "swe_number", OTHER_NUMBER
        elif person.key in self.own:
            yield "swe_number", OWN_ALREADY
        elif person.key in self.live:
            yield "swe_number", halves(taken.LIVE_ELSEWHERE)
        elif person.key in self.finished and not second_attempts.is_lifted(self.year, self.lifted_for(row)):
            yield "swe_number", halves(taken.HAS_OUTCOME)
        elif person.key in self.finished and row.clean.get("previous") not in (None, Previous.FAILED):
            yield "previous", halves(taken.SAY_FAILED)
        elif start is not None and person.key in self.until and self.until[person.key] > start:
            yield "asye_start", halves(taken.WITHIN_EARLIER)


def halves(sentence: str) -> Fault:
    """A refusal of the web page as what is wrong and what to do about it."""
    reason, _, remedy = sentence.rstrip(".").partition(". ")
    return Fault(f"{reason}.", f"{remedy}.")


def _email(row: Prepared) -> str:
    return (row.clean.get("email") or "").lower()


def _people(numbers: set[str]) -> dict[str, Person]:
    human = Coalesce("user__human", "invitation__user__human")
    found = NQSW.objects.filter(swe_number__in=numbers).values_list(
        "swe_number", "pk", Coalesce("merged_into", "pk"), "user", human
    )
    return {number: Person(pk, key, user is not None, human) for number, pk, key, user, human in found}


def _registrations(keys: set[int], employer: Employer) -> tuple[set[int], set[int], set[int]]:
    """The people with a live registration, those of them with one at this employer, and those with an outcome."""
    found = (
        Registration.objects.filter(Q(nqsw__in=keys) | Q(nqsw__merged_into__in=keys))
        .filter(queries.LIVE | Q(end_reason=EndReason.OUTCOME_CONFIRMED))
        .annotate(
            key=Coalesce("nqsw__merged_into", "nqsw"), at=Case(When(queries.LIVE, then=F("placements__employer")))
        )
        .values_list("key", "end_reason", "at")
    )
    live: set[int] = set()
    own: set[int] = set()
    finished: set[int] = set()
    for key, ended, at in found:
        (finished if ended else live).add(key)
        if at == employer.pk:
            own.add(key)
    return live, own, finished


def last_days(keys: set[int]) -> dict[int, date]:
    """The end of each one's last placement that has one, under any of their records; not one that never was."""
    own = Placement.objects.filter(Q(nqsw__in=keys) | Q(nqsw__merged_into__in=keys), ends_on__gt=F("starts_on"))
    people = own.annotate(key=Coalesce("nqsw__merged_into", "nqsw")).order_by().values("key")
    return dict(people.annotate(last=Max("ends_on")).values_list("key", "last"))


def _holders(emails: set[str]) -> dict[str, set[int]]:
    """Which NQSWs an address belongs to: by their account, or by their invitation."""
    found: dict[str, set[int]] = {}
    both = NQSW.objects.filter(Q(user__email__in=emails) | Q(invitation__user__email__in=emails))
    for pk, *theirs in both.values_list("pk", "user__email", "invitation__user__email"):
        for email in theirs:
            found.setdefault(email, set()).add(pk)
    return found
