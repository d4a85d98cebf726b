"""Programme years: administrators draft, change, compare, publish and discard them; auditors read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from asye import clock
from asye.refusals import Refused, Stale
from registrations import permissions, queries, year_pages, year_queries, year_words
from registrations.forms.year_form import YearForm
from registrations.forms.year_outcomes import FORMS, Against, Because, Correction
from registrations.models import ProgrammeYear
from registrations.rules import years as rules
from registrations.services import years
from registrations.states import YearState
from registrations.views.seen import seen_version


@login_required
@require_safe
def programme_years(request: SignedInRequest) -> HttpResponse:
    """Every version of every year, by programme: drafts first, then what is in force, then what is over."""
    on = clock.today()
    permissions.check_may_read_years(request.user, on)
    words = {"programmes": year_pages.by_programme(year_queries.all_years()), "header": year_pages.LIST_HEADER}
    return render(request, "registrations/years.html", words)


@login_required
@require_safe
def programme_year(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version: all its rules, who had a hand in it, and what may be done."""
    on = clock.today()
    year = permissions.get_year_for(request.user, pk, on=on)
    keeps = permissions.may_keep_years(request.user, on)
    amounts = queries.amounts_of(year)
    hands = list(year.hands.select_related("user"))
    draft = year.state == YearState.DRAFT
    return render(
        request,
        "registrations/year.html",
        {
            "year": year,
            "caption": f"Version {year.version}",
            "colour": year_pages.colour(year),
            "keeps": keeps,
            "sections": year_pages.sections(year, amounts, may_change=keeps and draft),
            "missing": rules.missing_choices(year, set(amounts)) if draft else [],
            "barred": rules.has_hand(hands, request.user.human_id),
            "history": year_pages.history(year, year_queries.history_of_year(year)),
            "standing": year_pages.standing(year, year_queries.registered_under(year)),
            "in_force": year.state == YearState.PUBLISHED,
            "is_draft": draft,
            "others": year_queries.other_versions(year).exists(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """One small page of a draft."""
    now = clock.now()
    on = clock.london_date(now)
    year = permissions.get_year_to_keep(request.user, pk, on=on)
    if step not in FORMS:
        raise Http404
    if year.state != YearState.DRAFT:
        rules.check_is_draft(year)
    initial = FORMS[step].initial_of(year, queries.amounts_of(year))
    form = FORMS[step](request.POST if request.method == "POST" else None, initial=initial, year=year, on=on)
    if request.method == "POST" and form.is_valid() and _saved(request, year, form):
        return redirect("programme_year", pk=pk)
    return render(request, "registrations/year_change.html", {"form": form, "year": year})


def _saved(request: SignedInRequest, year: ProgrammeYear, form: YearForm) -> bool:
    try:
        years.edit_year(
            year,
            form.values(),
            amounts_pence=form.amounts(),
            by=request.user,
            now=clock.now(),
            seen_edits=seen_version(request),
        )
    except Stale:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(request, f"“{form.heading}” is saved.")
    return True


@login_required
@require_safe
def compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Two versions side by side, what differs first: the one before unless `?other=` names another."""
    on = clock.today()
    year = permissions.get_year_for(request.user, pk, on=on)
    choices = [(str(one.pk), year_pages.name_in_list(one)) for one in year_queries.other_versions(year)]
    other = _other(request, year, choices)
    words: dict[str, Any] = {"year": year, "other": other}
    if choices:
        words["form"] = Against(initial={"other": str(other.pk) if other else None}, choices=choices)
    if other is not None:
        amounts = year_queries.amounts_of_several([year, other])
        differ, same = year_words.compared((other, amounts[other.pk]), (year, amounts[year.pk]))
        words |= {
            "header": year_pages.compare_header(other, year),
            "differ": year_pages.compare_rows(differ),
            "same": year_pages.compare_rows(same),
        }
    return render(request, "registrations/year_compare.html", words)


def _other(request: SignedInRequest, year: ProgrammeYear, choices: list[tuple[str, str]]) -> ProgrammeYear | None:
    asked = request.GET.get("other", "")
    if asked and asked not in dict(choices):
        raise Http404
    return year_queries.year_before(year) if not asked else ProgrammeYear.objects.get(pk=int(asked))


@login_required
@require_http_methods(["GET", "POST"])
def draft_next(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirms, and drafts the year after this one."""
    now = clock.now()
    year = permissions.get_year_to_keep(request.user, pk, on=clock.london_date(now))
    if request.method == "POST":
        made = years.draft_next(year, by=request.user, now=now)
        messages.success(request, f"{made} is drafted. Read every rule, and choose what happens to money.")
        return redirect("programme_year", pk=made.pk)
    window = rules.a_year_later(year.window_from, year.window_to)
    words = {"year": year, "code": rules.code_of(window[0].year), "first_day": window[0], "last_day": window[1]}
    return render(request, "registrations/year_next.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks what is corrected, and drafts the next version of a published year."""
    now = clock.now()
    year = permissions.get_year_to_keep(request.user, pk, on=clock.london_date(now))
    form = Correction(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = years.draft_correction(year, form.cleaned_data["because"], by=request.user, now=now)
        messages.success(request, f"Version {made.version} is drafted. Change what has to be corrected.")
        return redirect("programme_year", pk=made.pk)
    words = {"year": year, "form": form, "count": year_queries.registered_under(year)}
    return render(request, "registrations/year_correct.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says what publishing means, and publishes; refuses whoever had a hand in the draft."""
    now = clock.now()
    on = clock.london_date(now)
    year = permissions.get_year_to_keep(request.user, pk, on=on)
    if request.method == "POST":
        made = years.publish_year(year, by=request.user, now=now, seen_edits=seen_version(request))
        messages.success(request, f"{made.full_name}, is published. We have told the other administrators.")
        return redirect("programme_year", pk=pk)
    amounts = queries.amounts_of(year)
    before = year_queries.year_before(year)
    in_force = year_queries.year_in_force(year)
    differ: list[year_words.Difference] = []
    if before is not None:
        differ, _ = year_words.compared((before, queries.amounts_of(before)), (year, amounts))
    refusal = ""
    try:
        rules.check_can_publish(
            year,
            set(amounts),
            year.hands.select_related("user"),
            human_id=request.user.human_id,
            on=on,
            running=year_queries.running_in(year),
            overlapping=year_queries.overlapping(year),
        )
    except Refused as refused:
        refusal = str(refused)
    return render(
        request,
        "registrations/year_publish.html",
        {
            "year": year,
            "refusal": refusal,
            "effects": year_pages.effects(
                year, in_force, year_queries.registered_under(in_force) if in_force else 0, on
            ),
            "before": before,
            "header": year_pages.compare_header(before, year) if before else [],
            "differ": year_pages.compare_rows(differ),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks why, and gives a draft up."""
    now = clock.now()
    year = permissions.get_year_to_keep(request.user, pk, on=clock.london_date(now))
    rules.check_move(year, YearState.DISCARDED)
    form = Because(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        years.discard_year(
            year, form.cleaned_data["because"], by=request.user, now=now, seen_edits=seen_version(request)
        )
        messages.success(request, f"The draft of {year} is discarded. We have told the other administrators.")
        return redirect("programme_years")
    return render(request, "registrations/year_discard.html", {"year": year, "form": form})
