"""A year goes on with another employer: both sides agree, each to its day, and a caseworker can step in."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from accounts import notices as outbox
from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.permissions import check_has_role
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import NotAllowed, Refused
from registrations import notices, person_queries, queries
from registrations.models import AssessorAssignment, Move, Placement, Registration
from registrations.permissions import (
    check_is_coordinator_of,
    check_may_call_off,
    check_may_check,
    check_may_register,
)
from registrations.rules import moves as rules
from registrations.rules import standing
from registrations.services import assessors, locking, moving, telling
from registrations.states import MoveSide

NOBODY = (
    "Nobody with this Social Work England number is on the programme with another employer. Check the number. If it is "
    "right, register them"
)
AGREED: Final = (
    *("to_employer", "leaves_on", "leaving_by", "leaving_at", "starts_on", "receiving_by", "receiving_at", "assessor"),
    *("settled_because", "becomes", "done_at"),
)
GOES_ELSEWHERE = "We cannot take this request. Ask the ASYE team at the Department for Education"


@transaction.atomic
def let_go(
    registration: Registration,
    leaves_on: date,
    to_employer: Employer | None,
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> Move:
    """The employer that has the NQSW records the first day they are no longer there, which may be to come.

    `to_employer` is where they go, if known; None where that employer is to ask, or has asked already. Done at once
    where the other side has agreed to a day that does not overlap. Raises NotAllowed, Stale or Refused.
    """
    today = london_date(now)
    under = check_is_coordinator_of(by, registration, today)
    registration, move = _opened(registration, MoveSide.LEAVING, seen_version, today=today, now=now)
    if to_employer is not None and to_employer.pk == move.leaves.employer_id:
        raise Refused("They are with this employer already", field="to_employer")
    if to_employer is not None:
        locking.hold_open(to_employer)
    if to_employer is not None and move.to_employer_id not in (None, to_employer.pk):
        raise Refused(
            "Another employer has asked to take them over. Agree to that, or call it off", field="to_employer"
        )
    move.to_employer = to_employer or move.to_employer
    _leave(move, leaves_on, by=by, now=now)
    return _agreed(registration, move, MoveSide.LEAVING, under=under, by=by, now=now)


@transaction.atomic
def take_over(swe_number: str, employer: Employer, starts_on: date, assessor: User, *, by: User, now: datetime) -> Move:
    """An employer asks to go on with the year of an NQSW, from its first day with them, and names the assessor.

    `swe_number` is canonical. Nothing is said of where they are. Raises NotAllowed or Refused.
    """
    today = london_date(now)
    under = check_may_register(by, employer, today)
    locking.hold_people([swe_number])
    registration = person_queries.on_programme(swe_number)
    if registration is None:
        raise Refused(NOBODY, field="swe_number")
    if queries.placement_of(registration, date.max).employer_id == employer.pk:
        raise Refused("They are with your organisation already", field="swe_number")
    registration, move = _opened(registration, MoveSide.RECEIVING, None, today=today, now=now)
    if move.to_employer_id not in (None, employer.pk):
        raise Refused(GOES_ELSEWHERE, field="swe_number")
    move.to_employer = employer
    _receive(registration, move, starts_on, assessor, by=by, now=now)
    return _agreed(registration, move, MoveSide.RECEIVING, under=under, by=by, now=now)


@transaction.atomic
def accept(move: Move, starts_on: date, assessor: User, *, by: User, now: datetime) -> Move:
    """The employer they go to agrees to its first day, for the first time or to another day. Raises as take_over()."""
    today = london_date(now)
    if move.to_employer is None:
        raise NotAllowed("You do not take part in this move.")
    under = check_has_role(by, roles.COORDINATOR, on=today, employer=move.to_employer)
    registration, move = _locked(move)
    _receive(registration, move, starts_on, assessor, by=by, now=now)
    return _agreed(registration, move, MoveSide.RECEIVING, under=under, by=by, now=now)


@transaction.atomic
def settle(move: Move, leaves_on: date, because: str, *, by: User, now: datetime) -> Move:
    """A caseworker agrees for the employer they leave, which does not answer. Raises NotAllowed or Refused."""
    under = check_may_check(by, london_date(now))
    registration, move = _locked(move)
    if not because.strip():
        raise Refused("Enter why you agree for the employer", field="because")
    move.settled_because = because.strip()
    _leave(move, leaves_on, by=by, now=now)
    return _agreed(registration, move, MoveSide.LEAVING, under=under, by=by, now=now)


@transaction.atomic
def call_off(move: Move, because: str, *, by: User, now: datetime) -> Move:
    """Either employer, or a caseworker, ends a move that is not agreed; both are told. Raises NotAllowed or Refused."""
    under = check_may_call_off(by, move, london_date(now))
    registration, move = _locked(move)
    if not because.strip():
        raise Refused("Enter why the move is called off", field="because")
    _call_off(move, because.strip(), by=by, now=now)
    moving.touch(registration)
    audit.record(
        "registrations.call_off_move", registration, by=by, now=now, under=under, words={"because": because.strip()}
    )
    _tell_both(move, "The move to another employer was called off.", now=now)
    return move


def drop(registration: Registration, *, by: User, now: datetime) -> None:
    """Calls off an open move of a locked registration that ends."""
    for move in registration.moves.select_for_update(of=("self",)).filter(
        done_at__isnull=True, called_off_at__isnull=True
    ):
        _call_off(move, "The registration ended.", by=by, now=now)


def _call_off(move: Move, because: str, *, by: User, now: datetime) -> None:
    move.called_off_by, move.called_off_at, move.called_off_because = by, now, because
    move.save(update_fields=["called_off_by", "called_off_at", "called_off_because"])


def _opened(
    registration: Registration, side: MoveSide, seen_version: int | None, *, today: date, now: datetime
) -> tuple[Registration, Move]:
    """The open move of a registration, made where there is none; both locked."""
    locking.hold_people([registration.nqsw.swe_number])
    registration = moving.locked(registration, seen_version)
    standing.check_on_programme(registration)
    move = (
        Move.objects.select_for_update(of=("self",))
        .select_related("leaves__employer", "to_employer")
        .filter(registration=registration, done_at__isnull=True, called_off_at__isnull=True)
        .first()
    )
    if move is not None:
        return registration, move
    leaves = queries.placement_of(registration, today)
    if leaves.ends_on is not None:
        raise Refused(f"A move to another employer on {long_date(leaves.ends_on)} has been agreed already.")
    return registration, Move(registration=registration, leaves=leaves, asked_side=side, asked_at=now)


def _locked(move: Move) -> tuple[Registration, Move]:
    locking.hold_people([move.registration.nqsw.swe_number])
    registration = moving.locked(move.registration, None)
    found = Move.objects.select_for_update(of=("self",)).select_related("leaves__employer", "to_employer")
    move = found.get(pk=move.pk)
    rules.check_open(move)
    standing.check_on_programme(registration)
    return registration, move


def _leave(move: Move, leaves_on: date, *, by: User, now: datetime) -> None:
    rules.check_day(leaves_on, move.leaves, today=london_date(now), field="leaves_on")
    move.leaves_on, move.leaving_by, move.leaving_at = leaves_on, by, now


def _receive(
    registration: Registration, move: Move, starts_on: date, assessor: User, *, by: User, now: datetime
) -> None:
    assert move.to_employer is not None  # noqa: S101  (every caller has just set it)
    locking.hold_open(move.to_employer)
    rules.check_day(starts_on, move.leaves, today=london_date(now), field="starts_on")
    assessors.check_may_assess(registration, assessor, move.to_employer.pk, london_date(now))
    move.starts_on, move.receiving_by, move.receiving_at, move.assessor = starts_on, by, now, assessor


def _agreed(
    registration: Registration, move: Move, side: MoveSide, *, under: Membership, by: User, now: datetime
) -> Move:
    """Saves what a side agreed to; where both have and nothing overlaps the year moves, else the other is asked."""
    clash = rules.overlap(move.leaves_on, move.starts_on)
    if move.leaves_on is None or move.starts_on is None or clash:
        _save(move)
        audit.record(
            "registrations.ask_to_move",
            registration,
            by=by,
            now=now,
            under=under,
            codes=[move.asked_side],
            words={"after": _said(move, side)},
        )
        _ask_the_other(move, side, now=now)
        moving.touch(registration)
        return move
    move.becomes = _carry_on(registration, move, by=by, now=now)
    move.done_at = now
    _save(move)
    moving.touch(registration)
    words: dict[str, Any] = {"after": {"employer": move.becomes.employer.name, "from": move.starts_on.isoformat()}}
    if under.employer_id == move.leaves.employer_id:  # whom they go to is not told where they come from
        words["before"] = {"employer": move.leaves.employer.name}
    if move.settled_because:
        words["because"] = move.settled_because
    audit.record("registrations.move", registration, by=by, now=now, under=under, words=words)
    _tell_both(move, f"Both employers have agreed. The year goes on from {long_date(move.starts_on)}.", now=now)
    telling.tell_nqsw(
        notices.Changed(
            registration=registration,
            what=f"Your ASYE goes on with {move.becomes.employer} from {long_date(move.starts_on)}.",
        ),
        now=now,
    )
    return move


def _save(move: Move) -> None:
    """A new move, or what has been agreed in one that waited."""
    move.save(update_fields=AGREED if move.pk else None)


def _said(move: Move, side: MoveSide) -> dict[str, str]:
    """The day that the side which acts has given, and where they go as far as that side knows."""
    field = "leaves_on" if side == MoveSide.LEAVING else "starts_on"
    day: date | None = getattr(move, field)
    said = {field: day.isoformat() if day else ""}
    return said | ({"employer": move.to_employer.name} if move.to_employer else {})


def _carry_on(registration: Registration, move: Move, *, by: User, now: datetime) -> Placement:
    """Closes the placement that is left with its assessor, and opens the next: no day belongs to both."""
    assert move.leaves_on and move.starts_on  # noqa: S101, PT018  (both have agreed)
    assert move.to_employer and move.assessor  # noqa: S101, PT018
    locking.hold_open(move.to_employer)
    leaves = Placement.objects.select_for_update(of=("self",)).get(pk=move.leaves_id)
    if leaves.ends_on is not None:
        raise Refused(f"They left on {long_date(leaves.ends_on)} already.")
    running = leaves.assignments.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=move.leaves_on))
    for assignment in running.exclude(ends_on=F("starts_on")).select_related("assessor"):
        assignment.ends_on = max(move.leaves_on, assignment.starts_on)
        assignment.save(update_fields=["ends_on"])
        outbox.queue(
            notices.NoLongerAssessor(registration=registration, from_=move.leaves_on), to=assignment.assessor, now=now
        )
    leaves.ends_on = move.leaves_on
    leaves.save(update_fields=["ends_on"])
    placement = Placement.objects.create(
        registration=registration, nqsw=registration.nqsw, employer=move.to_employer, starts_on=move.starts_on
    )
    AssessorAssignment.objects.create(
        placement=placement, assessor=move.assessor, starts_on=move.starts_on, assigned_by=by, assigned_at=now
    )
    outbox.queue(notices.NamedAssessor(registration=registration, from_=move.starts_on), to=move.assessor, now=now)
    return placement


def _ask_the_other(move: Move, side: MoveSide, *, now: datetime) -> None:
    message = notices.MoveAsked(move=move)
    employer = move.to_employer if side == MoveSide.LEAVING else move.leaves.employer
    if employer is not None:
        for user in queries.coordinators_of(employer, london_date(now)):
            outbox.queue(message, to=user, now=now)


def _tell_both(move: Move, what: str, *, now: datetime) -> None:
    for employer in filter(None, (move.leaves.employer, move.to_employer)):
        for user in queries.coordinators_of(employer, london_date(now)):
            outbox.queue(notices.MoveTold(move=move, what=what), to=user, now=now)
