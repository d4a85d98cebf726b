"""An employer closes, or goes into a successor: placements move on one day, with what was made in the years that go
along; the years that ended before stay its own."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from accounts import employer_rules, roles
from accounts import notices as outbox
from accounts.models import Employer, Membership, User
from accounts.permissions import check_has_role
from accounts.services import audit, employers
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused, Stale
from registrations import merger_queries as queries
from registrations.models import AssessorAssignment, Merger, Placement, Registration, RegistrationDraft
from registrations.notices import EmployerMerged
from registrations.services import locking

NOT_AS_SEEN = "Who moves is no longer what you saw. Look at the list again before you confirm it."


@transaction.atomic
def close(employer: Employer, on: date, because: str, *, by: User, now: datetime) -> Employer:
    """A caseworker closes an employer without a successor; `on` is the first day it no longer acts.

    Raises NotAllowed, or Refused where somebody's year would go on there: they have to be moved or ended first.
    """
    today = london_date(now)
    under = check_has_role(by, roles.CASEWORKER, on=today)
    employer = employers.locked(employer)
    employer_rules.check_can_close(employer, on, today, because)
    left = queries.placed_from(employer, on).count()
    if left:
        raise Refused(
            f"{left} NQSW{'s are' if left > 1 else ' is'} still placed with {employer.name} on {long_date(on)}. "
            "Move them to another employer or end their year first, or merge the employer into its successor",
        )
    _check_no_open_merger(employer)
    employers.close(employer, on, None, because, by=by, now=now, under=under)
    return employer


@transaction.atomic
def propose(
    employer: Employer, successor: Employer, effective_on: date, because: str, *, by: User, now: datetime
) -> Merger:
    """A caseworker proposes that an employer goes into another. Nothing moves before a second person confirms it.

    `effective_on` is the first day of the placements with the successor. Raises NotAllowed or Refused.
    """
    under = check_has_role(by, roles.CASEWORKER, on=london_date(now))
    employer, successor = _both_locked(employer, successor)
    _check_can_merge(employer, successor, effective_on, because)
    _check_no_open_merger(employer)
    merger = Merger.objects.create(
        employer=employer,
        successor=successor,
        effective_on=effective_on,
        because=because.strip(),
        proposed_by=by,
        proposed_human_id=by.human_id,
        proposed_at=now,
    )
    audit.record("registrations.propose_merger", merger, by=by, now=now, under=under)
    return merger


@transaction.atomic
def confirm(merger: Merger, *, by: User, now: datetime, seen_count: int, seen_sha256: str) -> Merger:
    """A second caseworker confirms exactly the placements they saw: those move, and the employer closes.

    Count and digest are computed again under the locks. What was made stays with the old placements, for the successor
    to go on with, and money waits until the successor's vendor details are verified. Raises NotAllowed, Stale or
    Refused.
    """
    today = london_date(now)
    under = check_has_role(by, roles.CASEWORKER, on=today)
    merger = Merger.objects.select_for_update(of=("self",)).get(pk=merger.pk)
    _check_is_open(merger)
    if by.human_id in merger.proposers:
        raise Refused("You proposed this merger, so somebody else has to confirm it")
    if merger.effective_on > today:
        raise Refused(f"The merger takes effect on {long_date(merger.effective_on)}. Confirm it on that day or later")
    held = _people_held(merger)
    employer, successor = _both_locked(merger.employer, merger.successor)
    _check_can_merge(employer, successor, merger.effective_on, merger.because)
    placements = list(queries.placed_from(employer, merger.effective_on).select_for_update(of=("self",)))
    if (len(placements), digest(placements)) != (seen_count, seen_sha256):
        raise Stale(NOT_AS_SEEN)
    if not held.issuperset(each.registration_id for each in placements):
        raise Stale(NOT_AS_SEEN)  # they came while the others were being locked
    _check_no_open_move(employer, placements)
    _carry_roles(employer, successor, today)
    _move(placements, successor, merger.effective_on, by=by, now=now)
    _hand_over(placements, employer, successor)
    RegistrationDraft.objects.filter(employer=employer, registration__isnull=True).update(employer=successor)
    employers.close(employer, merger.effective_on, successor, merger.because, by=by, now=now, under=under)
    merger.confirmed_by, merger.confirmed_human, merger.confirmed_at = by, by.human, now
    merger.count, merger.sha256 = len(placements), digest(placements)
    merger.save(update_fields=["confirmed_by", "confirmed_human", "confirmed_at", "count", "sha256"])
    audit.record("registrations.confirm_merger", merger, by=by, now=now, under=under)
    audit.record_many("registrations.merge", [each.registration for each in placements], by=by, now=now, under=under)
    _tell(placements, merger, today, now=now)
    return merger


@transaction.atomic
def cancel(merger: Merger, because: str, *, by: User, now: datetime) -> Merger:
    """A caseworker calls a proposed merger off, with a reason. Raises NotAllowed or Refused."""
    under = check_has_role(by, roles.CASEWORKER, on=london_date(now))
    merger = Merger.objects.select_for_update(of=("self",)).get(pk=merger.pk)
    _check_is_open(merger)
    if not because.strip():
        raise Refused("Enter why it is called off", "because")
    merger.cancelled_by, merger.cancelled_at, merger.cancelled_because = by, now, because.strip()
    merger.save(update_fields=["cancelled_by", "cancelled_at", "cancelled_because"])
    audit.record("registrations.cancel_merger", merger, by=by, now=now, under=under, words={"because": because.strip()})
    return merger


def digest(placements: Sequence[Placement]) -> str:
    """SHA-256 over who moves and for which days: what the second person confirms."""
    rows = sorted(f"{each.pk}:{each.registration_id}:{each.starts_on}:{each.ends_on}" for each in placements)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _both_locked(employer: Employer, successor: Employer) -> tuple[Employer, Employer]:
    """Both as they are now, locked in one order, so that two mergers cannot wait for each other. Whoever only refers
    to them, such as a line of a batch, does not wait."""
    rows = Employer.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    with locking.waiting_told(locking.EMPLOYER_CHANGES):
        found = {each.pk: each for each in rows.filter(pk__in=[employer.pk, successor.pk])}
    return found[employer.pk], found[successor.pk]


def _check_can_merge(employer: Employer, successor: Employer, on: date, because: str) -> None:
    if employer.pk == successor.pk:
        raise Refused("Select another employer: it cannot go into itself", "successor")
    employer_rules.check_not_closing(employer)
    if successor.closed_on is not None:
        raise Refused(f"{successor.name} closes on {long_date(successor.closed_on)} itself", "successor")
    if on <= employer.opened_on or on < successor.opened_on:
        raise Refused("The day must not be before both employers were there", "effective_on")
    if not because.strip():
        raise Refused("Enter why they merge", "because")


def _check_no_open_merger(employer: Employer) -> None:
    both = Merger.objects.filter(confirmed_at__isnull=True, cancelled_at__isnull=True)
    if both.filter(employer=employer).exists() or both.filter(successor=employer).exists():
        raise Refused(f"A merger of {employer.name} is waiting to be confirmed. Confirm it or call it off first")


def _check_is_open(merger: Merger) -> None:
    if merger.confirmed_at is not None:
        raise Refused("This merger has already been confirmed")
    if merger.cancelled_at is not None:
        raise Refused("This merger was called off")


def _check_no_open_move(employer: Employer, placements: Sequence[Placement]) -> None:
    moving = queries.open_moves(employer, placements)
    if moving:
        raise Refused(f"Moves between employers are under way: {', '.join(moving)}. Finish them or call them off first")


def _people_held(merger: Merger) -> set[int]:
    """The registrations that would move, locked as every other act locks them: numbers, then registrations. The
    employers come after them."""
    placed = queries.placed_from(merger.employer, merger.effective_on)
    locking.hold_people(placed.values_list("nqsw__swe_number", flat=True))
    rows = Registration.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    with locking.waiting_told(NOT_AS_SEEN):
        return set(rows.filter(pk__in=placed.order_by().values("registration")).values_list("pk", flat=True))


def _carry_roles(employer: Employer, successor: Employer, today: date) -> None:
    """Everybody who acts for the old employer holds the same role at the successor from today."""
    there = set(Membership.objects.filter(employer=successor).exclude(ends_on__lte=today).values_list("user", "role"))
    Membership.objects.bulk_create(
        Membership(user_id=held.user_id, role=held.role, employer=successor, starts_on=today, ends_on=held.ends_on)
        for held in employer.memberships.live(today)
        if (held.user_id, held.role) not in there
    )


def _move(placements: Sequence[Placement], successor: Employer, on: date, *, by: User, now: datetime) -> None:
    """Closes each placement on the day and opens it with the successor, with whoever assesses."""
    old = {each.pk: each for each in placements}
    ends = {each.pk: each.ends_on for each in placements}
    for each in placements:
        each.ends_on = max(on, each.starts_on)
    Placement.objects.bulk_update(placements, ["ends_on"])
    opened = Placement.objects.bulk_create(
        Placement(
            registration_id=each.registration_id,
            nqsw_id=each.nqsw_id,
            employer=successor,
            starts_on=max(on, each.starts_on),
            ends_on=ends[each.pk],
        )
        for each in placements
    )
    new = dict(zip(old, opened, strict=True))
    assigned = list(
        AssessorAssignment.objects.filter(placement__in=list(old))
        .exclude(ends_on__lte=on)
        .exclude(ends_on=F("starts_on"))
    )
    still = set(
        Membership.objects.live(london_date(now))
        .filter(employer=successor, role=roles.ASSESSOR.key)
        .values_list("user", flat=True)
    )
    AssessorAssignment.objects.bulk_create(
        AssessorAssignment(
            placement=new[each.placement_id],
            assessor_id=each.assessor_id,
            starts_on=max(on, each.starts_on),
            ends_on=each.ends_on,
            cover=each.cover,
            note=each.note,
            assigned_by=by,
            assigned_at=now,
        )
        for each in assigned
        if each.assessor_id in still
    )
    for assignment in assigned:
        assignment.ends_on = max(on, assignment.starts_on)
    AssessorAssignment.objects.bulk_update(assigned, ["ends_on"])
    Registration.objects.filter(pk__in=[each.registration_id for each in placements]).update(version=F("version") + 1)


def _hand_over(placements: Sequence[Placement], employer: Employer, successor: Employer) -> None:
    """What was made in these years with the old employer, or handed to it by an earlier merger, is the successor's."""
    years = Placement.objects.filter(registration__in=[each.registration_id for each in placements])
    years.filter(Q(employer=employer) | Q(handed_to=employer)).update(handed_to=successor)


def _tell(placements: Sequence[Placement], merger: Merger, today: date, *, now: datetime) -> None:
    message = EmployerMerged(
        old=merger.employer.name, successor=merger.successor.name, effective_on=merger.effective_on
    )
    people = {each.nqsw.user for each in placements if each.nqsw.user is not None}
    people |= {held.user for held in merger.successor.memberships.live(today).select_related("user")}
    outbox.queue_many([(message, each) for each in sorted(people, key=lambda user: user.pk)], now=now)
