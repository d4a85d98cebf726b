"""What a record is evidence of, and the grid of the year: which standards are covered, and which are not yet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.acting import done
from accounts.http import SignedInRequest
from assessments.forms import LinkForm, Nothing, SufficiencyForm
from assessments.permissions import (
    check_may_judge_standards,
    check_may_write_in,
    get_link_of,
    get_record_for,
    get_whole_year_for,
    may_judge_standards,
    may_see_whole_year,
    may_write_in,
)
from assessments.presenters import coverage as words
from assessments.queries import codes_to_cover, coverage_of, links_of, standards_named, title_of
from assessments.rules import can_write
from assessments.rules.standards import A_FEW, can_link
from assessments.services import standards as services
from assessments.standards import name_of, to_cover
from asye import clock
from registrations.states import State


@login_required
@require_http_methods(["GET", "POST"])
def record_standards(request: SignedInRequest, pk: int) -> HttpResponse:
    """The standards a record bears on, each with its reason, and one more to link."""
    today = clock.today()
    record = get_record_for(request.user, pk, on=today)
    if record.blind:
        raise Http404
    if request.method == "POST":
        check_may_write_in(request.user, record, on=today)
    else:
        reading.note(request, record)
    links = links_of(record)
    sets = to_cover(record.registration.programme_year.standard_set)
    form = LinkForm(sets, links, request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.link(record, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, f"Linked to {name_of(form.cleaned_data['standard'])}.")
        return redirect("record_standards", pk=pk)
    running = can_write(
        registered=record.registration.state == State.REGISTERED, ended=record.registration.ended_on is not None
    )
    may_change = running and can_link(record.state, blind=record.blind) and may_write_in(request.user, record, on=today)
    return render(
        request,
        "assessments/record_standards.html",
        {
            "record": record,
            "title": title_of(record),
            "links": words.link_rows(links, record, may_change=may_change),
            "form": form,
            "may_change": may_change,
            "may_see_year": may_see_whole_year(request.user, record.registration, on=today),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def record_standard_remove(request: SignedInRequest, pk: int, link: int) -> HttpResponse:
    """Takes one link away; it can be made again."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_write_in(request.user, record, on=clock.today())
    one = get_link_of(record, link)
    name = name_of(one.standard)
    content = record.current_revision.content if record.current_revision else {}
    named = one.standard in standards_named(record, content)
    form = Nothing(request.POST or None)
    if request.method == "POST" and done(form, lambda: services.unlink(one, by=request.user, now=clock.now())):
        left = f"The reason is removed. The form itself still names {name}."
        messages.success(request, left if named else f"{name} is no longer linked. You can link it again.")
        return redirect("record_standards", pk=pk)
    return render(
        request,
        "assessments/record_standard_remove.html",
        {
            "record": record,
            "title": title_of(record),
            "standard": name,
            "why": one.why,
            "named": named,
            "form": form,
        },
    )


@login_required
@require_http_methods(["GET"])
def coverage(request: SignedInRequest, pk: int) -> HttpResponse:
    """The grid: each standard of the year with the records behind it, the gaps, and the records that claim too many."""
    today = clock.today()
    registration = get_whole_year_for(request.user, pk, on=today)
    reading.note(request, registration)
    covered = coverage_of(registration, request.user, today)
    return render(
        request,
        "assessments/coverage.html",
        {
            "registration": registration,
            "header": words.GRID_HEADER,
            "grids": words.grids(covered, registration.pk),
            "gaps": words.gaps(covered),
            "claims_many": words.claims_many(covered),
            "a_few": A_FEW,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def coverage_standard(request: SignedInRequest, pk: int, standard: str) -> HttpResponse:
    """One standard: every record linked to it with its reason, and whether the assessor finds it enough."""
    today = clock.today()
    registration = get_whole_year_for(request.user, pk, on=today)
    if standard not in codes_to_cover(registration):
        raise Http404
    may_judge = may_judge_standards(request.user, registration, on=today)
    form = SufficiencyForm(request.POST or None)
    if request.method == "POST":
        check_may_judge_standards(request.user, registration, on=today)
        if done(
            form,
            lambda: services.judge(registration, standard, **form.cleaned_data, by=request.user, now=clock.now()),
        ):
            messages.success(request, f"Noted for {name_of(standard)}.")
            return redirect("coverage", pk=pk)
    else:
        reading.note(request, registration)
    one = coverage_of(registration, request.user, today).of(standard)
    return render(
        request,
        "assessments/coverage_standard.html",
        {
            "registration": registration,
            "heading": name_of(standard),
            "records": words.evidence_rows(one),
            "judged": words.judged_words(one.judged) if one.judged else "",
            "form": form,
            "may_judge": may_judge,
        },
    )
