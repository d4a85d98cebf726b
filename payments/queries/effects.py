"""Where the money of one registration stands, so that a page can say what a change of the year does to it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from assessments.models import Outcome
from assessments.states import Result
from payments.models import Entitlement, Line
from payments.queries.merged import paid_before
from payments.queries.owed import owed
from payments.states import MoneyState
from registrations import queries, second_attempt_queries
from registrations.models import ProgrammeYear, Registration
from registrations.states import EndReason, Milestone, Verdict


@dataclass(frozen=True)
class Standing:
    """One payment: where it stands, and what it is worth in pence."""

    state: MoneyState
    pence: int


@dataclass(frozen=True)
class Money:
    """Both payments of a registration, and whether the first is now to be recovered."""

    funded: bool
    of: dict[Milestone, Standing] = field(default_factory=dict)
    to_recover: bool = False


def money_of(registration: Registration, now: datetime) -> Money:
    """Where both payments stand as the registration is now. Five queries."""
    if registration.verdict != Verdict.FUNDABLE:
        return Money(funded=False)
    due = {each.milestone for each in owed(now, registration_id=registration.pk)}
    person = registration.nqsw.merged_into_id or registration.nqsw_id
    found = _standing(person, registration.programme_year, due)
    return Money(True, found, _of_ended_years().filter(registration=registration).exists())


def before_registering(swe_number: str, year: ProgrammeYear, now: datetime) -> dict[Milestone, Standing]:
    """Where both payments of the person of a canonical number stand before they are registered (once more) in a year,
    with its amounts; of nobody known neither is due."""
    person = second_attempt_queries.person_of(swe_number)
    if person is None:
        return {key: Standing(MoneyState.NOT_DUE, pence) for key, pence in _amounts(year).items()}
    earlier = second_attempt_queries.of_person(person)
    due = {each.milestone for one in earlier for each in owed(now, registration_id=one.pk)}
    return _standing(person.pk, year, due)


def _amounts(year: ProgrammeYear) -> dict[Milestone, int]:
    amounts = queries.amounts_of(year)
    return {milestone: amounts.get(milestone, 0) for milestone in Milestone}


def _standing(person: int, year: ProgrammeYear, due: set[Milestone]) -> dict[Milestone, Standing]:
    own = Q(slot__person=person) | Q(slot__person__merged_into=person)
    live = {line.milestone: line for line in Line.objects.live().filter(own).select_related("batch")}
    closed = Entitlement.objects.filter(Q(person=person) | Q(person__merged_into=person), open=False)
    elsewhere = set(closed.values_list("milestone", flat=True))
    found = {}
    for milestone, pence in _amounts(year).items():
        line = live.get(milestone)
        if line is not None:
            handed_over = line.batch.handed_over_at is not None
            state = MoneyState.PAID if handed_over else MoneyState.IN_BATCH
        elif milestone in elsewhere:
            state = MoneyState.ELSEWHERE
        else:
            state = MoneyState.OWED if milestone in due else MoneyState.NOT_DUE
        found[milestone] = Standing(state, pence)
    return found


def to_recover() -> QuerySet[Line]:
    """First payments that were handed over for a year that did not begin, or that ended early under a programme year
    that recovers them (rule P11), second payments for a pass that an appeal turned into a fail which is not paid
    (`now_a_fail`, P10), and payments made again to a person under another record (`paid_twice`). Proposals: nothing is
    taken before a payments officer decides."""
    return (
        _handed_over()
        .annotate(paid_twice=paid_before(), now_a_fail=_unpaid_fail())
        .filter(Q(pk__in=_of_ended_years().values("pk")) | Q(paid_twice=True) | Q(now_a_fail=True))
        .select_related("registration__programme_year", "employer", "batch")
        .order_by("registration__ended_on", "id")
    )


def _of_ended_years() -> QuerySet[Line]:
    never = Q(registration__end_reason=EndReason.NEVER_STARTED)
    left = Q(
        registration__end_reason=EndReason.WITHDRAWN,
        registration__programme_year__on_withdrawal=ProgrammeYear.OnWithdrawal.RECOVER,
    )
    return _handed_over().filter(never | left, milestone=Milestone.REGISTRATION)


def _handed_over() -> QuerySet[Line]:
    return Line.objects.live().filter(batch__handed_over_at__isnull=False)


def _unpaid_fail() -> Case:
    """Of a line that paid an outcome: whether the outcome that counts now is a fail its programme year does not pay."""
    fail = Outcome.objects.live().filter(registration=OuterRef("registration"), result=Result.FAIL)
    unpaid = ~Q(registration__programme_year__on_fail=ProgrammeYear.OnFail.PAY)
    return Case(When(unpaid & Q(Exists(fail)), outcome__isnull=False, then=True), default=False)
