"""What the page of a registration says about its changes: which can be recorded or undone, cover, and moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from asye.clock import london_date
from asye.dates import long_date
from asye.ui.links import link
from registrations import move_queries, queries
from registrations.models import AssessorAssignment, Change, Deferral, Move, Registration
from registrations.rules import moves, standing, undoing
from registrations.states import ChangeKind, MoveState

MOVES_HEADER = ["NQSW", "From", "To", "Where it stands", "Asked"]


@dataclass(frozen=True)
class Part:
    """`open` are changes a co-ordinator may record, `undo` those that can be undone."""

    open: list[dict[str, str]]
    undo: list[dict[str, str]]
    cover: list[tuple[str, str]]
    handover: list[tuple[str, str]]
    moves: list[tuple[str, Any]]


def part(
    found: Registration,
    *,
    deferral: Deferral | None,
    assignment: AssessorAssignment | None,
    covers: Iterable[AssessorAssignment],
    coordinator: bool,
    sees_moves: bool,
) -> Part:
    """Of one registration, for whoever sees it. `coordinator`: of the employer that has it; `deferral` is the open one
    and `assignment` that of the assessor of today. What is told of them is for the caller to choose."""
    made = list(found.changes.all())
    move = move_queries.open_move(found.pk) if sees_moves else None
    return Part(
        _open(found, deferred=deferral is not None, moving=move is not None) if coordinator else [],
        _undo(found, made) if coordinator else [],
        [_cover(each) for each in covers],
        _handover(assignment),
        [("Move", link(reverse("move", args=[move.pk]), state_words(move)))] if move else [],
    )


def _open(found: Registration, *, deferred: bool, moving: bool) -> list[dict[str, str]]:
    links = []
    if standing.can_change(found):
        links.append(("registration_assessor", "Change the assessor"))
        links.append(("registration_cover", "Record cover for the assessor"))
        links.append(
            ("registration_resume", "Record the return from the deferral")
            if deferred
            else ("registration_defer", "Defer the year")
        )
        links.append(("registration_extend", "Extend the year"))
        if not moving:
            links.append(("registration_move", "Record a move to another employer"))
    if standing.can_withdraw(found):
        links.append(("registration_withdraw", "Withdraw the registration"))
    return [{"href": reverse(name, args=[found.pk]), "text": text} for name, text in links]


def _undo(found: Registration, made: list[Change]) -> list[dict[str, str]]:
    again = queries.registered_since(found) if found.ended_on else False
    left = move_queries.left_behind(made)
    return [
        {"href": reverse("change_undo", args=[each.pk]), "text": f"Undo: {_change(each)}"}
        for each in reversed(made)
        if undoing.can_undo(found, each, made, registered_again=again, left_behind=each.pk in left)
    ]


def _change(made: Change) -> str:
    kind = ChangeKind(made.kind).label.lower()
    return f"{kind} from {long_date(made.counts_from)}, recorded on {long_date(london_date(made.made_at))}"


def _cover(each: AssessorAssignment) -> tuple[str, str]:
    until = long_date(each.ends_on) if each.ends_on else ""
    return each.assessor.full_name, f"{long_date(each.starts_on)} until {until}. {each.note}"


def _handover(assignment: AssessorAssignment | None) -> list[tuple[str, str]]:
    if assignment is None or not assignment.note:
        return []
    return [(f"To {assignment.assessor.full_name} on {long_date(assignment.starts_on)}", assignment.note)]


def state_words(move: Move) -> str:
    """Where a move stands, with the day once it is agreed."""
    state = moves.state_of(move)
    if state == MoveState.DONE and move.starts_on:
        return f"{state.label}: from {long_date(move.starts_on)}"
    if state == MoveState.RECEIVING_ASKED and move.to_employer is None:
        return "Waits for the new employer to ask for them"
    return str(state.label)


def move_rows(found: list[Move], *, side: dict[int, bool], sees_all: bool) -> list[list[Any]]:
    """Moves as rows of MOVES_HEADER. `side` says of each move whether the reader is with the employer they leave.

    Who goes to an employer is not told who has them now; neither is their name before it is agreed.
    """
    return [
        [
            link(reverse("move", args=[each.pk]), _name(each, leaving=side[each.pk], sees_all=sees_all)),
            each.leaves.employer.name if sees_all or side[each.pk] else "Another employer",
            each.to_employer.name if each.to_employer else "Not known yet",
            state_words(each),
            long_date(london_date(each.asked_at)),
        ]
        for each in found
    ]


def _name(move: Move, *, leaving: bool, sees_all: bool) -> str:
    person = move.registration.nqsw
    if sees_all or leaving or move.done_at:
        return person.full_name
    return person.swe_number or f"Move {move.pk}"


def move_facts(move: Move, *, leaving: bool, sees_all: bool) -> list[tuple[str, Any]]:
    """What a reader may know of a move."""
    rows: list[tuple[str, Any]] = [("NQSW", _name(move, leaving=leaving, sees_all=sees_all))]
    if sees_all or leaving:
        rows.append(("Employer they leave", move.leaves.employer.name))
    rows.append(("Employer they go to", move.to_employer.name if move.to_employer else "Not known yet"))
    rows.append(("They leave on", long_date(move.leaves_on) if move.leaves_on else "Not said yet"))
    rows.append(("They start on", long_date(move.starts_on) if move.starts_on else "Not said yet"))
    if move.assessor and not leaving:
        rows.append(("Assessor there", move.assessor.full_name))
    if move.settled_because:
        rows.append(("A caseworker agreed for the employer they leave", move.settled_because))
    if move.called_off_because:
        rows.append(("Why it was called off", move.called_off_because))
    return rows


def move_next(move: Move, *, leaving: bool) -> str:
    """One sentence: whose turn it is."""
    state = moves.state_of(move)
    if state == MoveState.OVERLAP:
        day = moves.proposed(move.leaves_on, move.starts_on)
        return (
            f"The two days overlap. We propose {long_date(day) if day else ''} for both: the employer they leave "
            "agrees to it, or the employer they go to starts later. Nothing changes until then."
        )
    if state == MoveState.LEAVING_ASKED:
        return "You give the day they leave." if leaving else "The employer they leave gives the day they leave."
    if state == MoveState.RECEIVING_ASKED:
        return "The employer they go to gives their first day there and names the assessor."
    if state == MoveState.DONE:
        return "Both employers have agreed. The year goes on with the new employer from its day."
    return "This move was called off. The year goes on as it was."
