"""The registration form: one question a page, saved as it goes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.models import Employer
from asye import clock
from asye.refusals import Refused, Stale
from registrations import permissions, presenters, queries, wizard
from registrations.forms.acts import Answer, ChooseEmployer, Seen
from registrations.models import ProgrammeYear, Registration, RegistrationDraft
from registrations.rules import eligibility, second_attempts
from registrations.rules.answers import Answers
from registrations.rules.eligibility import Result
from registrations.services import checking, drafts, registering
from registrations.states import Verdict
from registrations.views.seen import seen_version

Effects = Callable[[Answers, ProgrammeYear, Result, Employer], dict[str, Any]]


@login_required
@require_http_methods(["GET", "POST"])
def start(request: SignedInRequest) -> HttpResponse:
    """What is needed before beginning; the button begins, for the one employer or the one chosen."""
    now = clock.now()
    on = clock.london_date(now)
    employers = list(permissions.employers_to_register_for(request.user, on))
    if not employers:
        raise PermissionDenied("Only a co-ordinator registers NQSWs.")
    choices = [(str(employer.pk), employer.name) for employer in employers]
    form = (
        ChooseEmployer(request.POST if request.method == "POST" else None, employers=choices)
        if len(employers) > 1
        else Seen(request.POST)
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data.get("employer") or choices[0][0]
        employer = next(each for each in employers if str(each.pk) == wanted)
        draft = drafts.start(employer, by=request.user, now=now)
        return redirect(wizard.walk(draft, on).next_url())
    return render(
        request,
        "registrations/start.html",
        {"form": form, "several": len(employers) > 1, "year": queries.year_open(on), "closed": registering.NO_YEAR},
    )


@login_required
@require_http_methods(["GET"])
def drafts_list(request: SignedInRequest) -> HttpResponse:
    """Registrations this person has started and not sent."""
    on = clock.today()
    if not permissions.employers_to_register_for(request.user, on).exists():
        raise PermissionDenied("Only a co-ordinator registers NQSWs.")
    return render(request, "registrations/drafts.html", {"drafts": permissions.drafts_of(request.user, on)})


@login_required
@require_http_methods(["GET"])
def resume_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Goes on where the person stopped."""
    on = clock.today()
    draft = permissions.get_draft_for(request.user, pk, on=on)
    if draft.registration_id:
        return redirect("registration_draft_sent", pk=draft.pk)
    return redirect(wizard.walk(draft, on).next_url())


@login_required
@require_http_methods(["GET", "POST"])
def step(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """One question. A page that is not asked is 404; one that comes too early leads to the first open one."""
    now = clock.now()
    on = clock.london_date(now)
    draft = permissions.get_draft_for(request.user, pk, on=on)
    if draft.registration_id:
        return redirect("registration_draft_sent", pk=draft.pk)
    walk = wizard.walk(draft, on)
    page = walk.page(key)
    if walk.comes_too_early(page):
        return redirect(walk.next_url())
    form = page.form
    if request.method == "POST":
        raw = wizard.raw_of(form, request.POST)
        form = wizard.bound(page, raw, on)
        if form.is_valid():
            seen = seen_version(request)
            counting = wizard.counting(form, raw)
            draft = drafts.save_step(draft, key, counting, by=request.user, now=now, seen_version=seen)
            return redirect(wizard.walk(draft, on).next_url())
    return render(request, "registrations/step.html", {"draft": draft, "form": form, "back_url": walk.back_url(page)})


def check(request: SignedInRequest, pk: int, effects: Effects) -> HttpResponse:
    """All answers with change links, the verdict and its reasons, and the button that sends them.

    `effects` says what a new registration does to dates and money: its page lives where both are known (ADR 12).
    """
    now = clock.now()
    on = clock.london_date(now)
    draft = permissions.get_draft_for(request.user, pk, on=on)
    if draft.registration_id:
        return redirect("registration_draft_sent", pk=draft.pk)
    walk = wizard.walk(draft, on)
    if walk.first_open is not None:
        return redirect(walk.next_url())
    form_class = Answer if draft.corrects_id else Seen
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, draft, walk, form)
        except Stale:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("registration_draft_sent", pk=draft.pk)
    return render(request, "registrations/check.html", _check_words(draft, walk, form, effects))


def _send(request: SignedInRequest, draft: RegistrationDraft, walk: wizard.Walk, form: Any) -> None:
    now = clock.now()
    if draft.corrects is None:
        registering.submit(draft, walk.answers(), by=request.user, now=now, seen_version=seen_version(request))
        return
    if draft.version != seen_version(request):
        raise Stale("You changed these answers after you opened the page. Check them again.")
    checking.answer(draft.corrects, form.cleaned_data["text"], by=request.user, now=now, answers=walk.answers())


def _check_words(draft: RegistrationDraft, walk: wizard.Walk, form: Any, effects: Effects) -> dict[str, Any]:
    """What the check page shows. A correction is judged by the day on which the registration was sent in."""
    on = clock.london_date(draft.corrects.submitted_at) if draft.corrects else clock.today()
    year = draft.corrects.programme_year if draft.corrects else queries.year_open(on)
    answers = walk.answers()
    lifted = queries.lifted_for(answers.swe_number, draft.employer_id, on)
    obstacle = "" if year else registering.NO_YEAR
    result = eligibility.evaluate(answers, year, on, lifted) if year else None
    if year and not draft.corrects:
        try:
            registering.check_free(answers, again=second_attempts.is_lifted(year, lifted))
        except Refused as refusal:
            obstacle = str(refusal)
    sendable = not obstacle and result is not None and result.verdict != Verdict.CANNOT_REGISTER
    begins = sendable and not draft.corrects
    return {
        "draft": draft,
        "form": form,
        "sections": walk.sections(),
        "result": result,
        "obstacle": obstacle,
        "sendable": sendable,
        "effects": effects(answers, year, result, draft.employer) if begins and year and result else {},
        "fundable": result is not None and result.verdict == Verdict.FUNDABLE,
        "query": queries.open_query(draft.corrects) if draft.corrects else None,
        "name": f"{answers.first_name} {answers.last_name}",
    }


@login_required
@require_http_methods(["GET"])
def sent(request: SignedInRequest, pk: int) -> HttpResponse:
    """What happens next, once the draft has become a registration."""
    draft = permissions.get_draft_for(request.user, pk, on=clock.today())
    if draft.registration_id is None:
        return redirect("registration_draft", pk=draft.pk)
    registration = Registration.objects.select_related("nqsw").get(pk=draft.registration_id)
    words = {"draft": draft, "registration": registration, "next_steps": presenters.after_sending(draft)}
    return render(request, "registrations/sent.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks before a started registration is deleted."""
    draft = permissions.get_draft_for(request.user, pk, on=clock.today())
    if draft.registration_id:
        return redirect("registration_draft_sent", pk=draft.pk)
    if request.method == "POST":
        drafts.delete(draft, by=request.user, now=clock.now())
        messages.success(request, "The registration you started is deleted.")
        return redirect("registration_drafts")
    return render(request, "registrations/draft_delete.html", {"draft": draft})
