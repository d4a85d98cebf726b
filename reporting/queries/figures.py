"""The figures of the home pages: each function one query, or as many as it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import Count, Exists, Min, OuterRef, Q

from accounts.models import User
from accounts.queries import holding
from accounts.roles import Role
from accounts.statements import Statement, written
from assessments.models import Appeal, Certificate, Outcome, Record
from assessments.queries import counted
from assessments.schema import AGREEMENT, RECOMMENDATION, REVIEW, newest
from assessments.states import CertificateState
from moderation.models import Allocation, PopulationItem
from payments.queries.ageing import in_batches
from payments.queries.owed import owed_totals
from registrations.finding import last_placed
from registrations.models import AssessorAssignment, Registration
from registrations.queries import agreement_due, last_employers, review_dates, with_stage
from registrations.rules.lasting import in_order
from registrations.states import Stage, State


def by_stage(user: User, role: Role, on: date) -> dict[str, int]:
    """How many registrations stand where, by Stage value, that are with the employers where the person holds the role
    on a day, or were with them last.

    Stages nobody is at are left out.
    """
    return dict(_by_stage(role).rows(user, on))


@cache
def _by_stage(role: Role) -> Statement:
    def write(user: User, on: date) -> str:
        employers = holding(user, on, role).values("employer")
        with_them = last_placed(Q(employer__in=employers), on)
        counted = with_stage(Registration.objects.filter(with_them), on).order_by()
        return written(counted.values_list("stage").annotate(Count("pk")))  # type: ignore[misc]  # with_stage adds it

    return Statement(write)


@dataclass(frozen=True)
class Assessed:
    """One NQSW in an assessor's care and the next thing due. `due` is None while the year is paused."""

    registration: Registration
    step: str
    due: date | None


def assessed_by(user: User, employers: Iterable[int], on: date) -> list[Assessed]:
    """The NQSWs a person assesses on a day at these employers, the one due first at the top: four queries."""
    mine = AssessorAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        placement__registration=OuterRef("pk"),
        placement__employer__in=list(employers),
        assessor=user,
        starts_on__lte=on,
    )
    found = list(
        with_stage(Registration.objects.filter(Exists(mine), ended_on__isnull=True, state=State.REGISTERED), on)
        .select_related("nqsw", "programme_year")
        .prefetch_related("deferrals", "extensions")
    )
    done = done_points(found)
    rows = [_next_of(registration, done.get(registration.pk, set())) for registration in found]
    return sorted(rows, key=lambda row: (row.due or date.max, row.registration.nqsw.full_name, row.registration.pk))


def _next_of(registration: Registration, done: set[str]) -> Assessed:
    if registration.stage == Stage.DEFERRED:  # type: ignore[attr-defined]
        return Assessed(registration, "Deferred", None)
    if AGREEMENT not in done:
        return Assessed(registration, newest(AGREEMENT).title, agreement_due(registration))
    dates = review_dates(registration)
    for key, label, due in dates:
        if key not in done:
            return Assessed(registration, label, due)
    if RECOMMENDATION not in done:
        return Assessed(registration, "Recommendation", dates[-1][2] if dates else None)
    return Assessed(registration, "Moderation and outcome", None)


def done_points(registrations: Iterable[Registration]) -> dict[int, set[str]]:
    """The points whose review is agreed, and the other kinds of which a record is, by registration."""
    found: dict[int, set[str]] = {}
    records = Record.objects.done().filter(registration__in=list(registrations)).order_by()
    for registration, kind, point in records.values_list("registration_id", "kind", "review_point"):
        found.setdefault(registration, set()).add(point if kind == REVIEW else kind)
    return found


@dataclass(frozen=True)
class OwnYear:
    """Where an NQSW stands. `done` holds review points and kinds as done_points gives them; no certificate is given
    out while an appeal is open."""

    registration: Registration
    employer: str
    assessor: str
    agreement_due: date
    dates: list[tuple[str, str, date]]
    done: set[str]
    observations: int
    outcome: Outcome | None
    certificate: Certificate | None


def own_years(user: User, on: date) -> list[OwnYear]:
    """The person's own registrations, newest first, in at most eight queries whatever their number."""
    found = list(
        with_stage(Registration.objects.filter(nqsw__user=user), on)
        .select_related("nqsw", "programme_year")
        .prefetch_related("deferrals", "extensions")
        .order_by("-submitted_at", "-id")
    )
    if not found:
        return []
    done = done_points(found)
    employers = last_employers(found, on)
    assigned = AssessorAssignment.objects.filter(placement__registration__in=found, cover=False)
    assessors = {
        assignment.placement.registration_id: assignment.assessor.full_name
        for assignment in in_order(assigned.select_related("placement", "assessor"), on)
    }
    observed = counted(found, "direct_observation")
    outcomes = {each.registration_id: each for each in Outcome.objects.live().filter(registration__in=found)}
    appeals = Appeal.objects.filter(outcome__registration=OuterRef("registration"), closed_at__isnull=True)
    valid = Certificate.objects.filter(~Exists(appeals), registration__in=found, state=CertificateState.VALID)
    certificates = {each.registration_id: each for each in valid.defer("pdf", "facts")}
    return [
        OwnYear(
            registration=registration,
            employer=employers[registration.pk].name if registration.pk in employers else "",
            assessor=assessors.get(registration.pk, ""),
            agreement_due=agreement_due(registration),
            dates=review_dates(registration),
            done=done.get(registration.pk, set()),
            observations=observed.get(registration.pk, 0),
            outcome=outcomes.get(registration.pk),
            certificate=certificates.get(registration.pk),
        )
        for registration in found
    ]


@dataclass(frozen=True)
class Queue:
    """What caseworkers have before them, and what employers have to answer."""

    to_check: int
    oldest: datetime | None
    asked: int


def queue() -> Queue:
    """The caseworkers' queue as it stands."""
    found = Registration.objects.filter(ended_on__isnull=True).aggregate(
        to_check=Count("pk", filter=Q(state=State.SUBMITTED)),
        oldest=Min("submitted_at", filter=Q(state=State.SUBMITTED)),
        asked=Count("pk", filter=Q(state=State.QUERIED)),
    )
    return Queue(**found)


def awaiting_confirmation(user: User, on: date) -> int:
    """How many outcomes the person may confirm as senior lead."""
    return PopulationItem.objects.led_by(user, on).ready().count()


def readings(user: User, on: date) -> tuple[int, int]:
    """How many records wait for this reader, and how many they have completed: two queries."""
    mine = Allocation.objects.visible_to(user, on)
    return mine.open().count(), mine.filter(reading__completed_at__isnull=False).count()


def pipeline(on: date) -> dict[str, tuple[int, int]]:
    """(lines, pence) of what is owed and can go into a batch, of what is owed and blocked, and of payments that stand
    by how far they have come: draft, submitted, approved, sent, paid. Two queries."""
    totals = owed_totals(on)
    blocked = [total for total in totals if total.blocked]
    free = [total for total in totals if not total.blocked]
    return {
        "owed": (sum(total.count for total in free), sum(total.sum_pence for total in free)),
        "blocked": (sum(total.count for total in blocked), sum(total.sum_pence for total in blocked)),
        **in_batches(),
    }
