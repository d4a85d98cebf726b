"""Recoveries: what is to be proposed, where each stands, and the page of one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from asye.money import pounds
from payments import rules
from payments.forms import AskBack
from payments.models import Recovery
from payments.permissions import (
    check_may_prepare,
    check_sees_all_money,
    get_line_for,
    get_recovery_for,
    may_approve,
    may_prepare,
)
from payments.presenters import recoveries as words
from payments.queries.parts import made_again, parts_of
from payments.queries.recoveries import Group, batch_of, cause_of, history_of, of_group, room_of, to_propose, totals
from payments.rules import recoveries as own_rules
from payments.services import recoveries as services

ON_A_PAGE = 50


@login_required
@require_safe
def recoveries(request: SignedInRequest) -> HttpResponse:
    """How many recoveries stand where, and one of the lists: what is to be proposed, unless another is asked for."""
    today = clock.today()
    check_sees_all_money(request.user, on=today)
    asked = request.GET.get("show", "")
    group = Group(asked) if asked in Group.values else Group.TO_PROPOSE
    found = to_propose() if group == Group.TO_PROPOSE else of_group(group)
    page: Any = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    listed = group == Group.TO_PROPOSE
    context = {
        "group": group,
        "groups_header": words.GROUPS,
        "groups": words.group_rows(totals()),
        "page": page,
        "header": words.TO_PROPOSE if listed else words.LIST,
        "rows": words.to_propose_rows(page, may_propose=may_prepare(request.user, on=today))
        if listed
        else words.rows(page),
        "empty": words.EMPTY[group],
    }
    return render(request, "payments/recoveries.html", context)


@login_required
@require_safe
def recovery(request: SignedInRequest, pk: int) -> HttpResponse:
    """One recovery: its facts, what has come back, what can be done now, and what was done."""
    today = clock.today()
    one = get_recovery_for(request.user, pk, on=today)
    context = {
        "recovery": one,
        "next_step": words.NEXT[own_rules.stage_of(one)],
        "waits_for_write_off": own_rules.waits_for_write_off(one),
        "facts": words.facts(one),
        "parts_header": words.PARTS,
        "parts": _parts(request, one, today),
        "events": words.events(history_of(one)),
        **_can(request, one, today),
    }
    return render(request, "payments/recovery.html", context)


def _parts(request: SignedInRequest, one: Recovery, today: date) -> list[list[Any]]:
    """What was received on its invoice, with what the person can do about it where nothing stands on it."""
    may_ask = may_prepare(request.user, on=today) and not (one.written_off_at or made_again(one.line))
    found = parts_of(one) if one.invoiced_at else []
    return words.part_rows(found, may_ask=may_ask, may_decide=may_approve(request.user, on=today))


def _can(request: SignedInRequest, one: Recovery, today: date) -> dict[str, Any]:
    """What the person can do with it now, and why not what others could."""
    officer, approver = may_prepare(request.user, on=today), may_approve(request.user, on=today)
    human = request.user.human_id
    waits = own_rules.can_stop_proposal(one)
    could_approve, could_write_off = own_rules.can_approve(one, human), own_rules.can_write_off(one, human)
    asked = own_rules.waits_for_write_off(one)
    can = {
        "recovery_approve": approver and could_approve,
        "recovery_offset": officer and own_rules.can_ask(one),
        "recovery_invoice": officer and own_rules.can_ask(one),
        "recovery_receive": officer and own_rules.is_outstanding(one),
        "recovery_write_off": approver and could_write_off,
        "recovery_write_off_refuse": approver and asked,
        "recovery_write_off_ask": officer and own_rules.can_ask_write_off(one),
        "recovery_take_off": officer and own_rules.can_take_off_batch(one, batch_of(one)),
        "recovery_decline": approver and waits,
        "recovery_withdraw": officer and waits,
        "recovery_call_off": approver and own_rules.can_call_off(one, human),
    }
    return {
        "buttons": words.buttons(one, [name for name, may in can.items() if may]),
        "barred": approver and waits and not could_approve,
        "barred_from_write_off": approver and asked and not could_write_off,
    }


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def recovery_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Proposes to ask back what one line paid."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    line = get_line_for(request.user, pk, on=today)
    room = room_of(line)
    form = AskBack(request.POST or None, initial={"amount": room, "seen_room_pence": room})
    made: list[Recovery] = []
    if request.method == "POST" and form.is_valid():
        amount, reason = form.cleaned_data["amount"], form.cleaned_data["reason"]
        seen = form.cleaned_data["seen_room_pence"]

        def act() -> None:
            made.append(services.propose(line, amount, reason, seen_room_pence=seen, by=request.user, now=now))

        if done(form, act):
            messages.success(
                request, f"Recovery {made[0].reference} of {pounds(amount)} waits for a payments approver."
            )
            return redirect("recovery", pk=made[0].pk)
    context = {
        "line": line,
        "form": form,
        "room": pounds(room),
        "why": cause_of(line).label,
        "barred": rules.refusal(lambda: own_rules.check_can_ask_back(line, room)),
    }
    return render(request, "payments/recovery_propose.html", context)
