"""Moves between employers: the list, one move, and calling one off."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import reading, roles
from accounts.http import SignedInRequest
from accounts.permissions import membership_in
from asye import clock
from asye.refusals import Refused
from registrations import change_page, move_queries, permissions
from registrations.forms.moves import CallingOff
from registrations.rules import moves as rules
from registrations.services import transfers
from registrations.states import MoveState
from registrations.views.registration import PER_PAGE


@login_required
@require_safe
def moves(request: SignedInRequest) -> HttpResponse:
    """The moves this person has to do with, the open ones first and the oldest of them at the top."""
    on = clock.today()
    if membership_in(request.user, roles.COORDINATOR, roles.CASEWORKER, roles.AUDITOR, on=on) is None:
        raise PermissionDenied("You do not work with moves between employers.")
    mine = {employer.pk for employer in permissions.employers_to_register_for(request.user, on)}
    found = move_queries.in_order(move_queries.moves_visible_to(request.user, on))
    page = Paginator(move_queries.with_people(found), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    cells = change_page.move_rows(
        rows,
        side={move.pk: move.leaves.employer_id in mine for move in rows},
        sees_all=permissions.sees_all_moves(request.user, on),
    )
    words = {"page": page, "header": change_page.MOVES_HEADER, "cells": cells, "may_ask": bool(mine)}
    return render(request, "registrations/moves.html", words)


@login_required
@require_safe
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """One move: what each side has said, and what this person can do."""
    on = clock.today()
    found = permissions.get_move_for(request.user, pk, on=on)
    leaving = permissions.lets_go(request.user, found, on)
    receiving = permissions.receives(request.user, found, on)
    sees_all = permissions.sees_all_moves(request.user, on)
    if leaving or sees_all:
        reading.note(request, found.registration)
    state = rules.state_of(found)
    is_open = rules.is_open(found)
    clash = state == MoveState.OVERLAP
    caseworker = permissions.may_check(request.user, on)
    words: dict[str, Any] = {
        "move": found,
        "heading": change_page.state_words(found),
        "facts": change_page.move_facts(found, leaving=leaving, sees_all=sees_all),
        "can_agree": is_open and leaving and (found.leaves_on is None or clash),
        "can_accept": is_open and receiving and (found.starts_on is None or clash),
        "can_settle": is_open and caseworker and found.starts_on is not None and (found.leaves_on is None or clash),
        "can_call_off": is_open and (leaving or receiving or caseworker),
        "next": change_page.move_next(found, leaving=leaving),
        "sees_registration": leaving or sees_all or (receiving and found.done_at is not None),
    }
    return render(request, "registrations/move.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def move_call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Either employer, or a caseworker, ends a move that is not agreed."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_move_for(request.user, pk, on=on)
    permissions.check_may_call_off(request.user, found, on)
    form = CallingOff(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            transfers.call_off(found, form.cleaned_data["because"], by=request.user, now=now)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "The move is called off. Both employers have been told.")
            return redirect("move", pk=found.pk)
    return render(request, "registrations/move_call_off.html", {"move": found, "form": form})
