"""The senior lead's pages: what may be confirmed, the decision, and what follows."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import reading as sensitive
from accounts.acting import done
from accounts.http import SignedInRequest
from assessments.queries import live_outcome
from asye import clock
from asye.refusals import Refused, Stale
from moderation import permissions, queries
from moderation.forms import BecauseForm, ConfirmForm
from moderation.models import PopulationItem
from moderation.presenters import outcomes as presenters
from moderation.presenters.records import answers
from moderation.presenters.rounds import unforeseen
from moderation.services import confirming, conflicts
from registrations import register_page
from registrations.queries import latest_answer
from registrations.services import rechecking


@require_GET
@login_required
def to_confirm(request: SignedInRequest) -> HttpResponse:
    """Outcomes that may be confirmed now, and those that wait for a reading."""
    today = clock.today()
    permissions.check_is_lead(request.user, on=today)
    context = {
        "ready_header": ["NQSW", "Reference", "Assessor", "Recommendation", "Moderation"],
        "reading_header": ["NQSW", "Reference", "State"],
        "ready": [presenters.confirm_row(one) for one in queries.ready_to_confirm(request.user, today)],
        "reading": [presenters.held_row(one) for one in queries.held_up(request.user, today)],
    }
    return render(request, "moderation/to_confirm.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def confirm(request: SignedInRequest, registration_id: int) -> HttpResponse:
    """The recommendation, what moderation says, and the decision; asked once more before it is written."""
    now = clock.now()
    today = clock.london_date(now)
    item = permissions.get_confirmable_for(request.user, registration_id, on=today)
    permissions.check_may_confirm(request.user, item, on=today)
    sensitive.note(request, item)
    form = ConfirmForm(request.POST if request.method == "POST" else None, initial={"revision": item.final_revision_id})
    if request.method == "GET":
        if live_outcome(item.registration) is not None:
            return redirect("outcome_confirmed", registration_id)
        confirming.check_ready(item)
    elif form.is_valid():
        said = form.cleaned_data
        try:
            if request.POST.get("confirmed") != "yes":
                confirming.check_decision(
                    item, said["result"], notice_on=said["notice_on"], reason=said["reason"], now=now
                )
                return _ask_again(request, item, form)
            confirming.confirm_outcome(
                item.registration, said["result"], notice_on=said["notice_on"], reason=said["reason"],
                by=request.user, now=now, seen_revision=said["revision"],
            )  # fmt: skip
        except Stale:
            raise
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("outcome_confirmed", registration_id)
    resolution = queries.resolution_of(item)
    context = {
        "item": item,
        "form": form,
        "recommendation": answers(item.final_revision.record, item.final_revision),
        "moderation": presenters.moderation_rows(item, resolution),
        "register": register_warning(item, today),
        "unforeseen": unforeseen(item, today),
    }
    return render(request, "moderation/confirm.html", context)


def register_warning(item: PopulationItem, today: date) -> str:
    """What whoever confirms must know about the register (rule E13): a fact beside the decision, which stays theirs."""
    return register_page.before_outcome(item.registration, latest_answer(item.registration), today)


def _ask_again(request: SignedInRequest, item: PopulationItem, form: ConfirmForm) -> HttpResponse:
    context = {
        "item": item,
        "form": form,
        "rows": presenters.decision_rows(item, form.cleaned_data),
        "hidden": presenters.typed(request.POST),
        "register": register_warning(item, clock.today()),
    }
    return render(request, "moderation/confirm_check.html", context)


@require_http_methods(["POST"])
@login_required
def check_register(request: SignedInRequest, registration_id: int) -> HttpResponse:
    """Looks into the Social Work England register before the outcome is confirmed."""
    now = clock.now()
    today = clock.london_date(now)
    item = permissions.get_confirmable_for(request.user, registration_id, on=today)
    permissions.check_may_confirm(request.user, item, on=today)
    look = rechecking.look_before_outcome(item.registration, by=request.user, now=now)
    if look.is_answer:
        messages.info(request, f"The register says: {look.get_status_display().lower()}.")
    else:
        messages.warning(request, "The register did not answer. Try again, or later.")
    return redirect("outcome_confirm", registration_id)


@require_GET
@login_required
def confirmed(request: SignedInRequest, registration_id: int) -> HttpResponse:
    """What was decided and what happens next."""
    item = permissions.get_confirmable_for(request.user, registration_id, on=clock.today())
    outcome = live_outcome(item.registration)
    if outcome is None:
        raise Http404
    context = {
        "outcome": outcome,
        "heading": f"Outcome confirmed: {outcome.get_result_display().lower()}",
        "next_steps": presenters.next_steps(outcome),
    }
    return render(request, "moderation/confirmed.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def declare_own(request: SignedInRequest, registration_id: int) -> HttpResponse:
    """Whoever would act on a moderated record says that they have a conflict, whether they hold a reading or not."""
    now = clock.now()
    member = permissions.get_declarable_for(request.user, registration_id, on=clock.london_date(now))
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: conflicts.declare_own(member, form.cleaned_data["because"], by=request.user, now=now)
    ):
        messages.success(request, "Your conflict is recorded. Somebody else acts on this record.")
        return redirect("moderation")
    return render(request, "moderation/own_conflict.html", {"member": member, "form": form})
