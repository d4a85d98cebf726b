"""The pages on which DfE makes an employer, and on which an organisation asks to be one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import employer_journey as journey
from accounts import employer_rules
from accounts.employer_journey import BY_DFE, BY_ITSELF, CHECK, Door
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.permissions import check_may_administer
from accounts.services import employers, requests
from accounts.states import EmployerKind, Region, RequestState
from asye import clock, throttle
from asye.refusals import Refused
from asye.ui.forms import Form


@login_required
@require_safe
def employer_new(request: SignedInRequest) -> HttpResponse:
    """Where making an employer begins, or goes on."""
    check_may_administer(request.user, on=clock.today())
    return redirect(BY_DFE.page, step=journey.first_open(BY_DFE, _answers(request, BY_DFE)))


@login_required
@require_http_methods(["GET", "POST"])
def employer_new_step(request: SignedInRequest, step: str) -> HttpResponse:
    """One question about an employer that DfE makes, or all the answers."""
    check_may_administer(request.user, on=clock.today())
    if step == CHECK:
        return _check(request, BY_DFE, _make)
    return _step(request, BY_DFE, step)


@require_safe
def employer_ask(request: HttpRequest) -> HttpResponse:
    """What an organisation needs to know before it asks to take part."""
    return render(request, "accounts/employer_ask.html", {"first": reverse(BY_ITSELF.page, args=["kind"])})


@never_kept
@require_http_methods(["GET", "POST"])
def employer_ask_step(request: HttpRequest, step: str) -> HttpResponse:
    """One question to an organisation that asks to take part, or all its answers."""
    if request.method == "POST" and throttle.too_many(request, "employer_ask"):
        response = render(request, "accounts/employer_ask_wait.html", status=429)
        response["Retry-After"] = str(throttle.SECONDS)
        return response
    if step == CHECK:
        return _check(request, BY_ITSELF, _ask)
    return _step(request, BY_ITSELF, step)


@require_safe
def employer_ask_sent(request: HttpRequest) -> HttpResponse:
    """What happens next; the same for everybody who asks."""
    return render(request, "accounts/employer_ask_sent.html")


@never_kept
@require_http_methods(["GET", "POST"])
def employer_request_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the link: shows what was asked and confirms it."""
    found = requests.find(token)
    try:
        if request.method == "POST":
            found = requests.confirm(token, now=clock.now())
        else:
            found = employer_rules.check_can_confirm(found, clock.now())
    except Refused as refusal:
        return render(request, "accounts/employer_request_gone.html", {"sentence": str(refusal)}, status=404)
    words = {"asked": found, "confirmed": found.state != RequestState.UNCONFIRMED}
    return render(request, "accounts/employer_request_confirm.html", words)


def _answers(request: HttpRequest, door: Door) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = request.session.get(door.key, {})
    return kept


def _step(request: HttpRequest, door: Door, key: str) -> HttpResponse:
    answers = _answers(request, door)
    step = journey.step_of(door, answers, key)
    if step is None:
        return redirect(door.page, step=journey.first_open(door, answers))
    form = step.form(request.POST if request.method == "POST" else None, initial=answers.get(key, {}))
    if request.method == "POST" and form.is_valid() and _fits(form):
        said = dict(answers["code"]) if step == journey.FOUND else form.cleaned_data
        request.session[door.key] = answers | {key: said}
        return redirect(door.page, step=journey.first_open(door, request.session[door.key]))
    steps = journey.path(door, answers)
    place = steps.index(step)
    words = {
        "form": form,
        "step": step,
        "back": reverse(door.page, args=[steps[place - 1].key]) if place else reverse(door.back),
        "sections": _found(answers) if step == journey.FOUND else [],
    }
    return render(request, "accounts/employer_step.html", words)


def _fits(form: Form) -> bool:
    try:
        if "code" in form.cleaned_data:
            journey.check_code(form.cleaned_data["code"])
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


def _found(answers: journey.Answers) -> list[dict[str, Any]]:
    found = journey.authority_of(answers)
    if found is None:
        return []
    rows = [
        ("Name", found.name),
        ("Kind", EmployerKind.LOCAL_AUTHORITY.label),
        ("Local authority code", found.pk),
        ("Region", Region(found.region).label),
    ]
    return [{"heading": "What we hold", "rows": rows}]


def _check(request: HttpRequest, door: Door, act: Any) -> HttpResponse:
    answers = _answers(request, door)
    if (first := journey.first_open(door, answers)) != CHECK:
        return redirect(door.page, step=first)
    refusal = ""
    if request.method == "POST":
        try:
            answer: HttpResponse = act(request, answers)
        except Refused as refused:
            refusal = str(refused)
        else:
            request.session.pop(door.key, None)
            return answer
    words = {
        "sections": journey.sections(door, answers, lambda key: reverse(door.page, args=[key])),
        "back": reverse(door.page, args=["person"]),
        "asks": door == BY_ITSELF,
        "refusal": refusal,
    }
    return render(request, "accounts/employer_check.html", words, status=409 if refusal else 200)


def _make(request: SignedInRequest, answers: journey.Answers) -> HttpResponse:
    made = employers.create_with_coordinator(
        journey.details(BY_DFE, answers), journey.person(answers), by=request.user, now=clock.now()
    )
    messages.success(request, f"{made.name} is an employer from today. We sent its co-ordinator an invitation.")
    return redirect("employer", pk=made.pk)


def _ask(request: HttpRequest, answers: journey.Answers) -> HttpResponse:
    job_title = str(answers["person"]["job_title"])
    requests.ask(journey.details(BY_ITSELF, answers), journey.person(answers), job_title, now=clock.now())
    return redirect("employer_ask_sent")
