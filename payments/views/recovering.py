"""What is done with one recovery: each act has a page that names its sum before the button."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.models import Membership, User
from asye import clock
from asye.money import pounds
from payments.forms import Invoice, Nothing, OffsetBatch, Reason, Received, SeenRemaining
from payments.models import Batch, Recovery
from payments.permissions import check_may_approve, check_may_prepare, get_recovery_for
from payments.queries.recoveries import batch_of, batches_for, heir_of
from payments.rules import recoveries as rules
from payments.rules import refusal
from payments.services import recoveries as deciding
from payments.services import recovering as services

Check = Callable[..., Membership]


@dataclass(frozen=True)
class Words:
    """The words of the page of one act. `said` follows “Recovery R00012 ” once it is done."""

    heading: str
    explained: str
    button: str
    said: str
    danger: bool = False


@dataclass(frozen=True)
class Asked:
    """One request to act: its form, what does it, the rule that it would meet (none: the form says), and more for its
    page: a sentence on what it is about, and a link to what can be done instead."""

    words: Words
    form: Any
    act: Callable[[dict[str, Any]], object]
    rule: Callable[[], None] | None = None
    about: str = ""
    instead: SafeString | str = ""


def opened(request: SignedInRequest, pk: int, check: Check) -> tuple[Recovery, datetime, date]:
    """The recovery for somebody who may do what `check` says, the instant and the London day."""
    now = clock.now()
    today = clock.london_date(now)
    check(request.user, on=today)
    return get_recovery_for(request.user, pk, on=today), now, today


def answer(request: SignedInRequest, one: Recovery, asked: Asked) -> HttpResponse:
    """The page of an act, or that of the recovery once it is done."""
    form, words = asked.form, asked.words
    if request.method == "POST" and form.is_valid() and done(form, lambda: asked.act(form.cleaned_data)):
        messages.success(request, f"Recovery {one.reference} {words.said}")
        return redirect("recovery", pk=one.pk)
    context = {
        "recovery": one,
        "words": words,
        "form": form,
        "amount": pounds(one.amount_pence),
        "paid": pounds(one.line.amount_pence),
        "outstanding": pounds(rules.remaining(one)) if one.invoiced_at else "",
        "about": asked.about,
        "instead": asked.instead,
        "barred": refusal(asked.rule) if asked.rule else "",
    }
    return render(request, "payments/recovery_act.html", context)


@dataclass(frozen=True)
class Simple:
    """An act without choices: who may, its words, what does it (given what the form asks, in its order), the rule that
    it meets, and its form."""

    check: Check
    words: Words
    act: Callable[..., object]
    rule: Callable[[Recovery, User], None]
    form: type[Any] = Reason


def _page(asked: Simple) -> Callable[..., HttpResponse]:
    @never_kept
    @login_required
    @require_http_methods(["GET", "POST"])
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        one, now, _ = opened(request, pk, asked.check)

        def act(given: dict[str, Any]) -> object:
            return asked.act(one, *given.values(), by=request.user, now=now)

        form = asked.form(request.POST or None)
        return answer(request, one, Asked(asked.words, form, act, lambda: asked.rule(one, request.user)))

    return view


recovery_approve = _page(
    Simple(
        check_may_approve,
        Words(
            "Approve recovery",
            "The employer’s co-ordinators are told that this is to be paid back, and why.",
            "Approve the recovery",
            "is approved. The employer’s co-ordinators have been told.",
        ),
        deciding.approve,
        lambda one, user: rules.check_can_approve(one, user.human_id),
        Nothing,
    )
)
recovery_withdraw = _page(
    Simple(
        check_may_prepare,
        Words(
            "Withdraw recovery",
            "Nothing is asked of the employer. The payment can be proposed again.",
            "Withdraw the proposal",
            "is withdrawn.",
        ),
        deciding.withdraw,
        lambda one, _: rules.check_can_stop_proposal(one),
    )
)
recovery_decline = _page(
    Simple(
        check_may_approve,
        Words(
            "Decline recovery",
            "Nothing is asked of the employer, and the payment leaves the list of what is to be proposed.",
            "Decline the recovery",
            "is declined.",
        ),
        deciding.decline,
        lambda one, _: rules.check_can_stop_proposal(one),
    )
)
recovery_call_off = _page(
    Simple(
        check_may_approve,
        Words(
            "Call off recovery",
            "The employer’s co-ordinators, who were told of it, are told that it is not to be paid back after all.",
            "Call off the recovery",
            "is called off.",
            danger=True,
        ),
        deciding.call_off,
        lambda one, user: rules.check_can_call_off(one, user.human_id),
    )
)
recovery_take_off = _page(
    Simple(
        check_may_prepare,
        Words(
            "Take off its batch: recovery",
            "The employer gets this amount in the batch after all. The recovery stays approved.",
            "Take it off the batch",
            "is off the batch.",
        ),
        services.take_off_batch,
        lambda one, _: rules.check_can_take_off_batch(one, batch_of(one)),
        Nothing,
    )
)
recovery_invoice = _page(
    Simple(
        check_may_prepare,
        Words(
            "Invoice for recovery",
            "Do this once the invoice has been sent. It is entered in the ledger and the employer’s co-ordinators are "
            "told. You cannot undo this: what is not paid then has to be written off by two people.",
            "The invoice has been sent",
            "has been asked for with an invoice.",
        ),
        services.invoice,
        lambda one, _: rules.check_can_ask(one),
        Invoice,
    )
)
recovery_write_off_ask = _page(
    Simple(
        check_may_prepare,
        Words(
            "Ask to write off recovery",
            "What is outstanding is still asked for until a payments approver decides.",
            "Ask to write it off",
            "waits for a payments approver.",
        ),
        services.ask_write_off,
        lambda one, _: rules.check_can_ask_write_off(one),
    )
)
recovery_write_off_refuse = _page(
    Simple(
        check_may_approve,
        Words(
            "Do not write off recovery",
            "What is outstanding is still asked for.",
            "Refuse the write-off",
            "is not written off.",
        ),
        services.refuse_write_off,
        lambda one, _: rules.check_write_off_asked(one),
    )
)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def recovery_offset(request: SignedInRequest, pk: int) -> HttpResponse:
    """An officer puts it on a draft batch that pays its employer enough."""
    one, now, today = opened(request, pk, check_may_prepare)
    fitting = [
        (str(batch.pk), f"Batch {batch.reference}, which pays {pounds(batch.net_pence)} to {one.line.employer_name}")  # type: ignore[attr-defined]
        for batch in batches_for(one)
    ]
    words = Words(
        "Take off a batch: recovery",
        "What the payer sends to the employer in the batch is less by this amount. You then have a hand in the batch, "
        "so somebody else has to approve it.",
        "Put it on the batch",
        "is on the batch.",
    )

    def act(given: dict[str, Any]) -> object:
        return services.offset(one, get_object_or_404(Batch, pk=given["batch"]), by=request.user, now=now)

    def rule() -> None:
        rules.check_can_ask(one)
        rules.check_not_taken_over(one, heir_of(one.line.employer, today))
        rules.check_some_batch(one, len(fitting))

    return answer(request, one, Asked(words, OffsetBatch(request.POST or None, batches=fitting), act, rule))


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def recovery_receive(request: SignedInRequest, pk: int) -> HttpResponse:
    """An officer records what the employer paid on the invoice."""
    one, now, _ = opened(request, pk, check_may_prepare)
    words = Words(
        "Money received for recovery",
        "It is entered in the ledger and the employer’s co-ordinators are told. If it turns out to be a mistake, two "
        "people can take it back.",
        "Record what was received",
        "has been brought up to date.",
    )
    form = Received(request.POST or None, initial={"seen_remaining_pence": rules.remaining(one)})

    def act(given: dict[str, Any]) -> object:
        seen = given["seen_remaining_pence"]
        return services.receive(
            one, given["amount"], given["received_on"], seen_remaining_pence=seen, by=request.user, now=now
        )

    return answer(request, one, Asked(words, form, act, lambda: rules.check_is_outstanding(one)))


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def recovery_write_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """An approver gives up what is outstanding."""
    one, now, _ = opened(request, pk, check_may_approve)
    words = Words(
        "Write off recovery",
        "What is outstanding is given up, and the financial year of the payment bears it. The employer’s co-ordinators "
        "are told. You cannot undo this.",
        "Write off what is outstanding",
        "is written off.",
        danger=True,
    )
    form = SeenRemaining(request.POST or None, initial={"seen_remaining_pence": rules.remaining(one)})
    human = request.user.human_id
    asked = Asked(
        words,
        form,
        lambda given: services.write_off(one, **given, by=request.user, now=now),
        lambda: rules.check_can_write_off(one, human),
    )
    return answer(request, one, asked)
