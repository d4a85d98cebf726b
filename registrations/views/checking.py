"""A caseworker's pages, and the employer's answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import search
from accounts.http import SignedInRequest
from asye import clock, keyset
from asye.refusals import Refused, Stale
from registrations import approving, finding, list_page, permissions, presenters, queries, wizard
from registrations.forms.acts import Answer, Question, Refusal, Seen
from registrations.forms.approving import Ticked
from registrations.models import Registration
from registrations.rules import standing
from registrations.services import checking, drafts, joining
from registrations.states import State
from registrations.views.registration import PER_PAGE, register_of
from registrations.views.seen import seen_version


@login_required
@require_http_methods(["GET", "POST"])
def queue(request: SignedInRequest) -> HttpResponse:
    """Registrations that wait for a caseworker, oldest first; those that are ticked go on to be approved together."""
    on = clock.today()
    if not permissions.may_check(request.user, on):
        raise PermissionDenied("Only a caseworker checks registrations.")
    page = keyset.page(approving.ready(queries.to_check()), request.GET, finding.OLDEST_FIRST, PER_PAGE)
    posted = request.POST if request.method == "POST" else None
    form = Ticked(posted, rows=[each.pk for each in page])
    if request.method == "POST" and form.is_valid():
        return search.show(request, form.cleaned_data, reverse("registrations_approve"))
    employers = queries.last_employers(page, on)
    ticked = request.POST.getlist("rows")
    cells = [
        list_page.queue_cells(each, employers[each.pk], on, first=not at, ticked=str(each.pk) in ticked)
        for at, each in enumerate(page)
    ]
    words = {"page": page, "header": list_page.QUEUE_HEADER, "cells": cells, "form": form}
    return render(request, "registrations/queue.html", words)


def _act(
    request: SignedInRequest, found: Registration, form: Any, template: str, act: Callable[[], object], **words: Any
) -> HttpResponse | None:
    """Runs the act of a posted, valid form. None when it is done; else the page again with its errors."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Stale:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return None
    return render(request, template, {"registration": found, "form": form, **words})


@login_required
@require_http_methods(["GET", "POST"])
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shows what approving does, and does it."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_may_decide(request.user, found, on)
    if request.method == "GET":
        standing.check_can_move(found, State.REGISTERED)
    form = Seen(request.POST if request.method == "POST" else None)

    def act() -> None:
        checking.approve(found, by=request.user, now=now, seen_version=seen_version(request))

    again = _act(
        request,
        found,
        form,
        "registrations/approve.html",
        act,
        register=register_of(found, on, caseworker=False, sees_names=True),
        reviews=queries.review_dates(found),
    )
    return again or redirect("registration_approved", pk=found.pk)


@login_required
@require_http_methods(["GET"])
def approved(request: SignedInRequest, pk: int) -> HttpResponse:
    """What happens next after an approval."""
    on = clock.today()
    found = permissions.get_registration_for(request.user, pk, on=on)
    if not permissions.may_check(request.user, on) or found.state != State.REGISTERED:
        return redirect("registration", pk=found.pk)
    return render(
        request, "registrations/approved.html", {"registration": found, "next_steps": presenters.after_approval(found)}
    )


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """A caseworker's question to the employer."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_may_decide(request.user, found, on)
    standing.check_can_move(found, State.QUERIED)
    form = Question(request.POST if request.method == "POST" else None)

    def act() -> None:
        text = form.cleaned_data["question"]
        checking.ask(found, text, by=request.user, now=now, seen_version=seen_version(request))

    again = _act(request, found, form, "registrations/ask.html", act)
    if again is None:
        messages.success(request, "Your question is sent. The registration comes back to the queue with the answer.")
    return again or redirect("registration_queue")


@login_required
@require_http_methods(["GET", "POST"])
def refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuses a registration with a reason."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_may_decide(request.user, found, on)
    standing.check_can_move(found, State.REFUSED)
    form = Refusal(request.POST if request.method == "POST" else None)

    def act() -> None:
        because = form.cleaned_data["because"]
        checking.refuse(found, because, by=request.user, now=now, seen_version=seen_version(request))

    again = _act(request, found, form, "registrations/refuse.html", act)
    if again is None:
        messages.success(request, "The registration is refused. The employer and the NQSW have been told.")
    return again or redirect("registration_queue")


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """A co-ordinator answers the open question, without changing an answer of the form."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_is_coordinator_of(request.user, found, on)
    query = queries.open_query(found)
    if query is None:
        raise Refused("There is no open question to answer.")
    form = Answer(request.POST if request.method == "POST" else None)

    def act() -> None:
        text = form.cleaned_data["text"]
        checking.answer(found, text, by=request.user, now=now, seen_version=seen_version(request))

    again = _act(request, found, form, "registrations/answer.html", act, query=query)
    if again is None:
        messages.success(request, "Your answer is sent. A caseworker looks at the registration again.")
    return again or redirect("registration", pk=found.pk)


@login_required
@require_http_methods(["POST"])
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opens the answers of a registration that was asked about."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_is_coordinator_of(request.user, found, on)
    draft = drafts.start_correction(found, wizard.raw_answers(found, on), by=request.user, now=now)
    return redirect("registration_draft", pk=draft.pk)


@login_required
@require_http_methods(["POST"])
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sends the NQSW another invitation."""
    now = clock.now()
    found = permissions.get_registration_for(request.user, pk, on=clock.london_date(now))
    joining.resend(found, by=request.user, now=now, seen_invitation=seen_version(request, "invitation"))
    messages.success(request, "A new invitation is on its way. The link in the one before no longer works.")
    return redirect("registration", pk=found.pk)
