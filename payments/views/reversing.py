"""What was recorded as received by mistake: an officer asks to take it back, an approver decides."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.models import User
from asye.ui.links import link
from payments.forms import Nothing, Reason
from payments.models import PartReversal, Recovery
from payments.permissions import check_may_approve, check_may_prepare, get_part_for, get_reversal_for
from payments.presenters.recoveries import about_part, about_reversal
from payments.queries.parts import made_again, standing_reversal
from payments.rules import parts as rules
from payments.rules import refusal
from payments.services import reversing as services
from payments.views.recovering import Asked, Words, answer, opened


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def part_take_back(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """An officer asks to take back what was recorded by mistake."""
    one, now, today = opened(request, pk, check_may_prepare)
    part = get_part_for(request.user, pk, number, on=today)
    words = Words(
        "Take back an amount received on recovery",
        "Do this where the amount was mistyped or was no payment of this employer. A payments approver, who is not "
        "you, decides. It is then entered in the ledger as a reversal, the employer owes it again and its "
        "co-ordinators are told. If another amount was received, record that afterwards.",
        "Ask to take it back",
        "waits for a payments approver.",
    )

    def act(given: dict[str, Any]) -> object:
        return services.ask(part, given["reason"], by=request.user, now=now)

    def rule() -> None:
        rules.check_can_ask(part, one, standing_reversal(part), made_again(one.line))

    return answer(request, one, Asked(words, Reason(request.POST or None), act, rule, about=about_part(part)))


def _reversal(request: SignedInRequest, pk: int, number: int) -> tuple[PartReversal, Recovery, datetime]:
    one, now, today = opened(request, pk, check_may_approve)
    return get_reversal_for(request.user, pk, number, on=today), one, now


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def reversal_approve(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """An approver takes back what another says was recorded by mistake."""
    asked, one, now = _reversal(request, pk, number)
    words = Words(
        "Take back an amount received on recovery",
        "It is entered in the ledger as a reversal. The employer owes the amount again, and its co-ordinators are "
        "told. You cannot undo this: if the money was received after all, it is recorded again.",
        "Take the amount back",
        "has been put right.",
        danger=True,
    )
    user: User = request.user

    def rule() -> None:
        rules.check_can_approve(asked, one, made_again(one.line), user.human_id)

    waits = not refusal(lambda: rules.check_waits(asked))
    instead = link(reverse("reversal_refuse", args=[pk, number]), "Refuse it instead") if waits else ""
    form = Nothing(request.POST or None)
    page = Asked(
        words,
        form,
        lambda _: services.approve(asked, by=user, now=now),
        rule,
        about=about_reversal(asked),
        instead=instead,
    )
    return answer(request, one, page)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def reversal_refuse(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """An approver decides that what was recorded stays."""
    asked, one, now = _reversal(request, pk, number)
    words = Words(
        "Keep an amount received on recovery",
        "The amount stays as it was recorded. Whoever asked to take it back is told, and reads your reason.",
        "Refuse to take it back",
        "stays as it is.",
    )

    def act(given: dict[str, Any]) -> object:
        return services.refuse(asked, given["reason"], by=request.user, now=now)

    form = Reason(request.POST or None)
    return answer(request, one, Asked(words, form, act, lambda: rules.check_waits(asked), about=about_reversal(asked)))
