"""A year goes on with another employer: what each side is asked, and what it does before they agree."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.models import Employer, User
from asye import clock
from asye.dates import long_date
from payments.views.confirming import Asked, Change, Given, answer, page_of
from registrations import move_queries, permissions, queries
from registrations.forms import moves as forms
from registrations.models import Move
from registrations.rules import moves as rules
from registrations.services import transfers
from registrations.views.seen import seen_version

BOTH = "The year moves when both employers have agreed. Until then nothing changes, and either can call it off."
LET_GO = Change(
    "Move to another employer",
    "Record the move",
    "It is recorded.",
    (
        BOTH,
        "From the day they leave, you and your assessor can no longer act. You keep reading what was made with you.",
        "The other employer is told as soon as it is known.",
    ),
    moves=True,
)
TAKE_OVER = Change(
    "Take over an NQSW",
    "Ask to take over",
    "You have asked to take over.",
    (
        BOTH,
        "The employer they are with now is told that you ask, and asked for the day they leave.",
        "You see the registration and its records when the move is agreed.",
    ),
)
AGREE = Change("Agree to a move", "Agree", "You have agreed.", LET_GO.effects, moves=True)
ACCEPT = Change("Agree to a move", "Agree", "You have agreed.", TAKE_OVER.effects)
SETTLE = Change(
    "Agree for the employer they leave",
    "Agree for the employer",
    "You have agreed for the employer they leave.",
    (BOTH, "Both employers are told. Your reason stays in the history."),
    moves=True,
)


@login_required
@require_http_methods(["GET", "POST"])
def registration_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """The employer that has the NQSW records that they leave."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_is_coordinator_of(request.user, found, on)
    here = queries.placement_of(found, on).employer_id
    others = [(str(one.pk), one.name) for one in move_queries.employers_open(on) if one.pk != here]
    form = forms.Leaving(_data(request), employers=others)

    def act(given: Given) -> object:
        to = Employer.objects.get(pk=int(given["to_employer"])) if given["to_employer"] else None
        seen = seen_version(request)
        return transfers.let_go(found, given["leaves_on"], to, by=request.user, now=now, seen_version=seen)

    back = page_of(found)
    return answer(request, Asked(LET_GO, form, act, found, back_to=back, go_to=back), now)


@login_required
@require_http_methods(["GET", "POST"])
def take_over(request: SignedInRequest) -> HttpResponse:
    """An employer asks to go on with the year of an NQSW who comes from another."""
    now = clock.now()
    on = clock.london_date(now)
    mine = list(permissions.employers_to_register_for(request.user, on))
    if not mine:
        raise PermissionDenied("Only co-ordinators take over NQSWs.")
    people = {user.pk: user.full_name for employer in mine for user in queries.assessors_at(employer, on)}
    form = forms.TakingOver(
        _data(request),
        employers=[(str(one.pk), one.name) for one in mine],
        assessors=[(str(pk), name) for pk, name in people.items()],
    )

    def act(given: Given) -> object:
        employer = next(one for one in mine if str(one.pk) == given.get("employer", str(mine[0].pk)))
        assessor = User.objects.get(pk=int(given["assessor"]))
        return transfers.take_over(
            given["swe_number"], employer, given["starts_on"], assessor, by=request.user, now=now
        )

    asked = Asked(TAKE_OVER, form, act, None, back_to=reverse("moves"), go_to=reverse("moves"))
    return answer(request, asked, now)


@login_required
@require_http_methods(["GET", "POST"])
def move_agree(request: SignedInRequest, pk: int) -> HttpResponse:
    """The employer they leave agrees to its day, or to another where the days overlap."""
    now = clock.now()
    move = permissions.get_move_for(request.user, pk, on=clock.london_date(now))
    permissions.check_is_coordinator_of(request.user, move.registration, clock.london_date(now))
    form = forms.AgreeingToLeave(_data(request), initial={"leaves_on": rules.proposed(move.leaves_on, move.starts_on)})

    def act(given: Given) -> object:
        seen = seen_version(request)
        return transfers.let_go(
            move.registration, given["leaves_on"], None, by=request.user, now=now, seen_version=seen
        )

    return answer(request, _about(AGREE, move, form, act, asks=str(move.to_employer or "")), now)


@login_required
@require_http_methods(["GET", "POST"])
def move_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """The employer they go to agrees to its day and names the assessor."""
    now = clock.now()
    on = clock.london_date(now)
    move = permissions.get_move_for(request.user, pk, on=on)
    permissions.check_receives(request.user, move, on)
    people = queries.assessors_at(move.to_employer_id or 0, on)
    form = forms.Arriving(
        _data(request),
        assessors=[(str(user.pk), user.full_name) for user in people],
        initial={"starts_on": move.leaves_on or move.starts_on, "assessor": move.assessor_id},
    )

    def act(given: Given) -> object:
        assessor = User.objects.get(pk=int(given["assessor"]))
        return transfers.accept(move, given["starts_on"], assessor, by=request.user, now=now)

    return answer(request, _about(ACCEPT, move, form, act, hidden=True), now)


@login_required
@require_http_methods(["GET", "POST"])
def move_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """A caseworker agrees for an employer that does not answer."""
    now = clock.now()
    on = clock.london_date(now)
    move = permissions.get_move_for(request.user, pk, on=on)
    permissions.check_may_check(request.user, on)
    form = forms.Settling(_data(request), initial={"leaves_on": rules.proposed(move.leaves_on, move.starts_on)})

    def act(given: Given) -> object:
        return transfers.settle(move, given["leaves_on"], given["because"], by=request.user, now=now)

    return answer(request, _about(SETTLE, move, form, act, asks=str(move.to_employer or "")), now)


def _data(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _about(change: Change, move: Move, form: Any, act: Any, *, asks: str = "", hidden: bool = False) -> Asked:
    page = reverse("move", args=[move.pk])
    found = None if hidden else move.registration
    return Asked(change, form, act, found, back_to=page, go_to=page, about=boundary(move, asks=asks))


def boundary(move: Move, *, asks: str = "") -> str:
    """What the other side has said, and the one day that is proposed where the two overlap."""
    day = rules.proposed(move.leaves_on, move.starts_on)
    if day is None:
        return ""
    who = asks or "The employer they go to"
    if rules.overlap(move.leaves_on, move.starts_on) and move.leaves_on and move.starts_on:
        return (
            f"The days overlap: they leave on {long_date(move.leaves_on)}, but {who} has them from "
            f"{long_date(move.starts_on)}. We propose {long_date(day)} for both. Either side can agree to another day."
        )
    if move.starts_on:
        return f"{who} asks to go on with their year from {long_date(move.starts_on)}."
    return f"They leave on {long_date(day)}. That can be their first day with you."
