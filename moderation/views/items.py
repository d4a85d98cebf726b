"""One sampled record, for the co-ordinator: who reads it, what they said, how it was resolved."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import reading as sensitive
from accounts.acting import done
from accounts.http import SignedInRequest
from asye import clock
from moderation import permissions, queries, rules
from moderation.forms import BecauseForm, FeedbackForm, ReaderForm, ResolutionForm
from moderation.presenters import rounds as presenters
from moderation.services import allocation, conflicts, feedback, resolution
from moderation.states import Stage


@require_GET
@login_required
def item(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about one sampled record that the person may see."""
    today = clock.today()
    found = permissions.get_item_for(request.user, pk, on=today)
    sensitive.note(request, found)
    round_, final = found.population.round, found.population.final_revision
    readings = queries.live_readings(found)
    stages = [one.stage for one in readings]
    own = next((one for one in readings if request.user.human_id in one.allocation.humans), None)
    blind = permissions.is_blind(request.user, found.population.registration_id)
    resolved = queries.resolution_of(found.population)
    open_ = resolved is None and bool(queries.still_awaiting([found]))
    may_run = permissions.may_run(request.user, round_.run_by, on=today)
    barred = {reader for _, reader in queries.conflicts_now([found])}
    counted = [one.stage for one in readings if one.allocation.moderator_id not in barred]
    is_read = rules.is_read(stages, round_.readers) and rules.is_read(counted, round_.readers)
    context = {
        "item": found,
        "facts": presenters.item_rows(found, blind=blind),
        "readings": [
            presenters.reading_card(
                one,
                shown=not blind and rules.may_see_others(own, readings),
                conflicted=one.allocation.moderator_id in barred,
                may_withdraw=may_run and resolved is None and one.stage is not Stage.COMPLETED,
            )
            for one in readings
        ],
        "resolution": presenters.resolution_rows(resolved) if resolved and not blind else [],
        "feedback": queries.feedback_on(found),
        "may_allocate": may_run and open_ and rules.can_allocate(stages, round_.readers),
        "may_resolve": may_run and open_ and not blind and is_read,
        "may_declare": may_run and resolved is None,
        "may_send": may_run and resolved is not None and not blind,
        "waiting": open_,
        "is_earlier": final.pk != final.record.current_revision_id and not blind,
        "number": final.number,
        "blind": blind,
        "unforeseen": "" if blind else presenters.unforeseen(found.population, today),
    }
    return render(request, "moderation/item.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def allocate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Names a reader among the moderators without a conflict."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_item_for(request.user, pk, on=on)
    permissions.check_may_run(request.user, found.population.run_by, on=on)
    readers = list(queries.free_readers(found, on))
    form = ReaderForm(request.POST if request.method == "POST" else None, readers=readers)
    if request.method == "POST" and done(
        form, lambda: allocation.allocate(found, form.chosen, by=request.user, now=now)
    ):
        messages.success(request, f"{form.chosen.full_name} has been given this record and told by email.")
        return redirect("moderation_item", pk)
    context = {
        "item": found,
        "form": form,
        "nobody": "" if readers else rules.NOBODY_FREE.format(
            employer=found.population.run_by, about=found.population.registration
        ),
    }  # fmt: skip
    return render(request, "moderation/allocate.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes a reading back."""
    now = clock.now()
    held = permissions.get_run_allocation_for(request.user, pk, on=clock.london_date(now))
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: allocation.withdraw(held, form.cleaned_data["because"], by=request.user, now=now)
    ):
        messages.success(request, "The reading was withdrawn. Name another reader for this record.")
        return redirect("moderation_item", held.item_id)
    return render(request, "moderation/withdraw.html", {"allocation": held, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def declare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Records a moderator's conflict on the co-ordinator's word."""
    now = clock.now()
    held = permissions.get_run_allocation_for(request.user, pk, on=clock.london_date(now))
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form,
        lambda: conflicts.declare(held.item, held.moderator, form.cleaned_data["because"], by=request.user, now=now),
    ):
        messages.success(request, "The conflict is recorded. Name another reader for this record.")
        return redirect("moderation_item", held.item_id)
    return render(request, "moderation/conflict.html", {"allocation": held, "form": form, "own": False})


@require_http_methods(["GET", "POST"])
@login_required
def resolve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Records how a record was resolved."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_item_for(request.user, pk, on=on)
    permissions.check_may_resolve(request.user, found, on=on)
    readings = queries.live_readings(found)
    if not rules.is_read([one.stage for one in readings], found.population.round.readers):
        raise Http404
    sensitive.note(request, found)
    form = ResolutionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if done(
            form,
            lambda: resolution.resolve(
                found,
                said["how"],
                said["conclusion"],
                said["reasons"],
                chaired_by=said["chaired_by"],
                by=request.user,
                now=now,
            ),
        ):
            messages.success(request, "The record is resolved. The senior lead can now confirm the outcome.")
            return redirect("moderation_item", pk)
    context = {
        "item": found,
        "form": form,
        "facts": presenters.item_rows(found, blind=False),
        "unforeseen": presenters.unforeseen(found.population, on),
        "has_read": any(request.user.human_id in one.allocation.humans for one in readings),
        "readings": [
            presenters.reading_card(one, shown=True, conflicted=False, may_withdraw=False) for one in readings
        ],
    }
    return render(request, "moderation/resolve.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def send_feedback(request: SignedInRequest, pk: int) -> HttpResponse:
    """Feedback to the assessor."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_item_for(request.user, pk, on=on)
    permissions.check_may_run(request.user, found.population.run_by, on=on)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: feedback.send(found, form.cleaned_data["text"], by=request.user, now=now)
    ):
        messages.success(request, "Feedback sent. You are told when the assessor has acknowledged it.")
        return redirect("moderation_item", pk)
    return render(request, "moderation/send_feedback.html", {"item": found, "form": form})
