"""The reader's pages. Until a judgement is sealed nothing on them comes from the recommendation."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import reading as sensitive
from accounts.acting import done
from accounts.http import SignedInRequest, seen_number
from assessments.queries import evidence_for_reading
from asye import clock
from asye.refusals import Refused, Stale
from moderation import permissions, queries, rules
from moderation.forms import AnswerForm, BecauseForm, JudgementForm, StepForm
from moderation.models import Allocation
from moderation.presenters import readings as presenters
from moderation.presenters.records import answers, evidence
from moderation.presenters.rounds import concern_rows, resolution_rows
from moderation.services import conflicts
from moderation.services import reading as service
from moderation.states import Stage

FORMS: dict[Stage, type[StepForm]] = {Stage.OPEN: JudgementForm, Stage.SEALED: AnswerForm}


@require_GET
@login_required
def readings(request: SignedInRequest) -> HttpResponse:
    """The person's readings: to do, and done."""
    today = clock.today()
    permissions.check_is_reader(request.user, on=today)
    mine = list(queries.readings_of(request.user, today))
    wanted = queries.still_wanted(mine)
    context = {
        "to_do": [presenters.my_task(one) for one in mine if one.pk in wanted],
        "done": [presenters.my_done(one) for one in mine if one.reading.completed_at is not None],
    }
    return render(request, "moderation/readings.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def reading(request: SignedInRequest, pk: int) -> HttpResponse:
    """Step one, step two, or the finished reading, whichever it has come to."""
    now = clock.now()
    held = permissions.get_allocation_for(request.user, pk, on=clock.london_date(now))
    stage = held.reading.stage
    if stage not in FORMS:
        return _finished(request, held)
    if request.method == "GET":
        return _step(request, held, FORMS[stage](initial=presenters.said_so_far(held.reading)))
    return _save(request, held, now)


def _save(request: SignedInRequest, held: Allocation, now: datetime) -> HttpResponse:
    step = Stage.SEALED if request.POST.get("step") == Stage.SEALED else Stage.OPEN
    finishing = request.POST.get("action") != "save"
    form = FORMS[step](request.POST, finishing=finishing)
    if not form.is_valid():
        return _step(request, held, form)
    said = form.cleaned_data
    try:
        service.save_step(
            held, step, said[form.said], said["reasons"], by=request.user, now=now, seen_version=said["version"]
        )
    except Stale as error:
        return _both_texts(request, held, step, str(error))
    except Refused as error:
        if step is not held.reading.stage:
            raise
        form.add_error(error.field, str(error))
        return _step(request, held, form)
    if finishing:
        return redirect("reading_seal" if step is Stage.OPEN else "reading_complete", held.pk)
    messages.success(request, "Your reading is saved. Come back to it whenever you like.")
    return redirect("readings")


def _both_texts(request: SignedInRequest, held: Allocation, step: Stage, sentence: str) -> HttpResponse:
    """Two windows: what was typed here stays in the form, what was saved elsewhere stands above it."""
    held = permissions.get_allocation_for(request.user, held.pk, on=clock.today())
    if held.reading.stage is not step:
        raise Stale(sentence)
    typed = request.POST.copy()
    typed["version"] = str(held.reading.version)
    form = FORMS[step](typed, finishing=False)
    form.add_error(None, sentence)
    return _step(request, held, form, status=409)


def _step(request: SignedInRequest, held: Allocation, form: StepForm, status: int = 200) -> HttpResponse:
    sensitive.note(request, held.item)
    population = held.item.population
    records = evidence_for_reading(population.registration)
    context = {
        "allocation": held,
        "form": form,
        "evidence": evidence(records),
        "stored": presenters.stored(held.reading) if status == 409 else [],
    }
    if held.reading.stage is Stage.OPEN:
        return render(request, "moderation/reading_evidence.html", context, status=status)
    context["sealed"] = presenters.reading_rows(held.reading)
    context["recommendation"] = answers(population.final_revision.record, population.final_revision)
    context["concerns"] = concern_rows(population, clock.today())
    return render(request, "moderation/reading_recommendation.html", context, status=status)


def _finished(request: SignedInRequest, held: Allocation) -> HttpResponse:
    sensitive.note(request, held.item)
    every = queries.live_readings(held.item)
    others = [one for one in every if one.allocation_id != held.pk]
    resolved = queries.resolution_of(held.item.population)
    context = {
        "allocation": held,
        "own": presenters.reading_rows(held.reading),
        "others": [presenters.reading_rows(one) for one in others if rules.may_see_others(held.reading, every)],
        "others_hidden": bool(others) and not rules.may_see_others(held.reading, every),
        "resolution": resolution_rows(resolved) if resolved else [],
        "next_steps": presenters.next_steps(resolved is not None),
    }
    return render(request, "moderation/reading_done.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def seal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks once more, then seals the judgement."""
    now = clock.now()
    held = permissions.get_allocation_for(request.user, pk, on=clock.london_date(now))
    if held.reading.stage is not Stage.OPEN:
        return redirect("reading", pk)
    problem = ""
    if request.method == "POST":
        try:
            service.seal_step_one(held, by=request.user, now=now, seen_version=seen_number(request, "version"))
        except Stale:
            raise
        except Refused as error:
            problem = str(error)
        else:
            return redirect("reading", pk)
    context = {"allocation": held, "rows": presenters.to_seal(held.reading), "problem": problem}
    return render(request, "moderation/reading_seal.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def complete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks once more, then completes the reading."""
    now = clock.now()
    held = permissions.get_allocation_for(request.user, pk, on=clock.london_date(now))
    if held.reading.stage is not Stage.SEALED:
        return redirect("reading", pk)
    problem = ""
    if request.method == "POST":
        try:
            service.complete(held, by=request.user, now=now, seen_version=seen_number(request, "version"))
        except Stale:
            raise
        except Refused as error:
            problem = str(error)
        else:
            return redirect("reading", pk)
    context = {"allocation": held, "rows": presenters.to_complete(held.reading), "problem": problem}
    return render(request, "moderation/reading_complete.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def declare(request: SignedInRequest, pk: int) -> HttpResponse:
    """The reader says that they have a conflict."""
    now = clock.now()
    held = permissions.get_allocation_for(request.user, pk, on=clock.london_date(now))
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form,
        lambda: conflicts.declare(held.item, request.user, form.cleaned_data["because"], by=request.user, now=now),
    ):
        messages.success(request, "Your conflict is recorded. The record goes to another reader.")
        return redirect("readings")
    return render(request, "moderation/conflict.html", {"allocation": held, "form": form, "own": True})
