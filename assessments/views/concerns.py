"""Concerns of a year: the list, one concern, and what is done about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.acting import done
from accounts.http import SignedInRequest
from assessments.concern_areas import label_of
from assessments.forms.concerns import CloseForm, NoteForm, PlanForm, RaiseForm, ReviewForm
from assessments.models import Concern
from assessments.permissions.concerns import (
    check_may_act,
    check_may_add,
    check_may_raise,
    get_concern_for,
    get_year_of_concerns_for,
    may_act,
    may_raise,
)
from assessments.presenters import concerns as presenters
from assessments.queries import concerns_of, how_many_concerns, next_review, reviewers_of
from assessments.rules import can_write
from assessments.rules import concerns as rules
from assessments.services import concerns as services
from assessments.services.drafts import check_open
from asye import clock
from asye.ui.forms import Form
from registrations.models import Registration
from registrations.permissions import may_follow_year
from registrations.queries import placement_shown
from registrations.states import State


@login_required
@require_http_methods(["GET"])
def concerns(request: SignedInRequest, pk: int) -> HttpResponse:
    """The concerns of a year and where each stands."""
    today = clock.today()
    registration = get_year_of_concerns_for(request.user, pk, on=today)
    reading.note(request, registration)
    own = registration.nqsw.user_id == request.user.pk
    shown = placement_shown(registration, request.user, today)
    return render(
        request,
        "assessments/concerns.html",
        {
            "registration": registration,
            "own": own,
            "lines": presenters.lines(concerns_of(registration, request.user, today), today, own=own),
            "empty": f"No concern has been recorded at {shown[0].employer.name}." if shown else presenters.NONE,
            "follows": may_follow_year(request.user, registration, today),
            "can_raise": _runs(registration) and may_raise(request.user, registration, on=today),
        },
    )


@login_required
@require_http_methods(["GET"])
def concern(request: SignedInRequest, pk: int) -> HttpResponse:
    """One concern: what was noticed, what was promised by when, what came of it, and what happened."""
    today = clock.today()
    found = get_concern_for(request.user, pk, on=today)
    reading.note(request, found)
    own = found.registration.nqsw.user_id == request.user.pk
    runs = _runs(found.registration)
    acts = runs and may_act(request.user, found, on=today)
    state = found.state
    return render(
        request,
        "assessments/concern.html",
        {
            "concern": found,
            "own": own,
            "title": label_of(found.area),
            "tag_text": state.label,
            "tag_colour": presenters.TAG_COLOURS[state],
            "standing": presenters.standing(found, today, own=own),
            "facts": presenters.facts(found, own=own),
            "plans": presenters.plan_cards(found, own=own),
            "history": presenters.history(found),
            "can_plan": acts and rules.can_plan(state),
            "can_review": acts and rules.can_review(state),
            "can_close": acts and rules.can_close(state),
            "can_add": (acts or (own and runs)) and rules.can_add(state),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def concern_raise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Something that was talked about is written down."""
    today = clock.today()
    registration = get_year_of_concerns_for(request.user, pk, on=today)
    check_may_raise(request.user, registration, on=today)
    check_open(registration)
    form = RaiseForm(request.POST or None, initial={"seen_count": how_many_concerns(registration, today)})
    if request.method == "POST" and done(
        form,
        lambda: services.raise_concern(registration, **form.cleaned_data, by=request.user, now=clock.now()),
    ):
        messages.success(
            request,
            f"Recorded, and {registration.nqsw.full_name} can read it. What happens next: agree what support they get.",
        )
        return redirect("concerns", pk=pk)
    return render(request, "assessments/concern_raise.html", {"registration": registration, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def concern_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Support is promised, with dates."""
    today = clock.today()
    found = _acting_on(request, pk)
    rules.check_can_plan(found.state)
    people = list(reviewers_of(found, today))
    following = next_review(found.registration, today)
    form = PlanForm(
        [(str(one.pk), one.full_name) for one in people],
        request.POST or None,
        before=presenters.before_words(following),
    )

    def plan() -> None:
        given = dict(form.cleaned_data)
        reviewer = next(one for one in people if str(one.pk) == given.pop("reviewer"))
        services.plan_support(found, **given, reviewer=reviewer, by=request.user, now=clock.now())

    if request.method == "POST" and done(form, plan):
        messages.success(request, "Support agreed. What happens next: it is given, and looked at by the day you chose.")
        return redirect("concern", pk=pk)
    return _page(request, "assessments/concern_plan.html", found, form)


@login_required
@require_http_methods(["GET", "POST"])
def concern_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came of the support that was promised."""
    found = _acting_on(request, pk)
    rules.check_can_review(found.state)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.review_support(found, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Reviewed. What happens next: agree more support, or close the concern.")
        return redirect("concern", pk=pk)
    plan = found.open_plan
    rows = presenters.plan_rows(plan, own=False) if plan else []
    return _page(request, "assessments/concern_review.html", found, form, rows=rows)


@login_required
@require_http_methods(["GET", "POST"])
def concern_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """A concern ends; nothing can be added to it any more."""
    found = _acting_on(request, pk)
    rules.check_can_close(found.state)
    form = CloseForm(rules.results_open_to(found.state), request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.close_concern(found, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Closed. It stays readable. If something new comes up, raise another concern.")
        return redirect("concern", pk=pk)
    return _page(request, "assessments/concern_close.html", found, form)


@login_required
@require_http_methods(["GET", "POST"])
def concern_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody adds how they see it: the NQSW above all."""
    found = get_concern_for(request.user, pk, on=clock.today())
    check_may_add(request.user, found, on=clock.today())
    check_open(found.registration)
    rules.check_can_add(found.state)
    form = NoteForm(request.POST or None, initial={"seen_count": len(found.notes.all())})
    if request.method == "POST" and done(
        form, lambda: services.add_note(found, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Added. Everybody who takes part has been told that there is something new.")
        return redirect("concern", pk=pk)
    return _page(request, "assessments/concern_note.html", found, form)


def _acting_on(request: SignedInRequest, pk: int) -> Concern:
    found = get_concern_for(request.user, pk, on=clock.today())
    check_may_act(request.user, found, on=clock.today())
    check_open(found.registration)
    return found


def _runs(registration: Registration) -> bool:
    return can_write(registered=registration.state == State.REGISTERED, ended=registration.ended_on is not None)


def _page(request: SignedInRequest, template: str, found: Concern, form: Form, **more: object) -> HttpResponse:
    reading.note(request, found)
    own = found.registration.nqsw.user_id == request.user.pk
    return render(
        request, template, {"concern": found, "title": label_of(found.area), "form": form, "own": own, **more}
    )
