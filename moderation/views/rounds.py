"""The co-ordinator's rounds."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest, seen_number
from assessments.queries import unknown_to
from asye import clock
from asye.dates import long_date
from asye.refusals import Refused
from asye.ui.links import link
from moderation import permissions, queries, rules
from moderation.agreement import agreement
from moderation.models import Round
from moderation.presenters import rounds as presenters
from moderation.presenters.records import recommends
from moderation.sampling import how_many
from moderation.services import allocation, rounds
from moderation.states import Conclusion


@require_GET
@login_required
def moderation(request: SignedInRequest) -> HttpResponse:
    """What waits for a round, and the rounds there were. Readers and senior leads have pages of their own."""
    today = clock.today()
    own = permissions.pages_of(request.user, on=today)
    if own and not permissions.may_see_rounds(request.user, on=today):
        return redirect(own[0][1])
    employers = permissions.list_employers_for(request.user, on=today)
    ready = Counter(
        (record.placement.kept_by, record.registration.programme_year) for record in queries.ready_for_round(employers)
    )
    found = queries.with_progress(Round.objects.visible_to(request.user, today))
    figures = agreement(queries.agreement_pairs(employers))
    context = {
        "own": own,
        "ready": [
            {
                "employer": employer,
                "year": year,
                "count": count,
                "url": reverse("moderation_open", args=[employer.pk, year.pk]),
            }
            for (employer, year), count in sorted(ready.items(), key=lambda one: (str(one[0][0]), str(one[0][1])))
        ],
        "header": ["Round", "Employer", "Programme year", *_numeric("Taken", "Drawn", "Resolved"), "State"],
        "rounds": [_round_row(one) for one in found],
        "agreement": presenters.agreement_rows(figures),
        "chance": presenters.chance_rows(figures),
    }
    return render(request, "moderation/moderation.html", context)


def _numeric(*heads: str) -> list[dict[str, object]]:
    return [{"text": head, "numeric": True} for head in heads]


def _round_row(one: Round) -> list[object]:
    name = link(reverse("moderation_round", args=[one.pk]), f"Opened {long_date(one.opened_at)}")
    state = "Closed" if one.closed_at else "Open"
    counted = one.resolved_count  # type: ignore[attr-defined]
    sample, population = one.sample_count, one.population_count  # type: ignore[attr-defined]
    return [name, str(one.employer), str(one.programme_year), population, sample, counted, state]


@require_http_methods(["GET", "POST"])
@login_required
def open_(request: SignedInRequest, employer_id: int, year_id: int) -> HttpResponse:
    """How many would be frozen and how the sample is drawn, then the round itself."""
    now = clock.now()
    employer = permissions.get_run_employer_for(request.user, employer_id, on=clock.london_date(now))
    records = [one for one in queries.ready_for_round([employer]) if one.registration.programme_year_id == year_id]
    if request.method == "POST":
        year = permissions.get_programme_year(year_id)
        opened = rounds.open_round(
            employer,
            by=request.user,
            now=now,
            programme_year=year,
            seen_count=seen_number(request, "count"),
        )
        return redirect("moderation_round", opened.pk)
    if not records:
        raise Http404
    year = records[0].registration.programme_year
    said = Counter(recommends(one) for one in records)
    context = {
        "employer": employer,
        "year": year,
        "count": len(records),
        "fails": said[Conclusion.FAIL],
        "passes": said[Conclusion.PASS],
        "drawn": how_many(said[Conclusion.PASS], year.sample_percent),
        "assessors": len({queries.assessor_who_signed(one) for one in records}),
    }
    return render(request, "moderation/open.html", context)


@require_GET
@login_required
def round_(request: SignedInRequest, pk: int) -> HttpResponse:
    """A round: what was frozen, what was drawn, who reads what."""
    return _round_page(request, pk)


def _round_page(request: SignedInRequest, pk: int, problem: str = "") -> HttpResponse:
    today = clock.today()
    found = permissions.get_round_for(request.user, pk, on=today)
    items = list(queries.items_of(found, request.user, today))
    awaiting = queries.still_awaiting(items)
    conflicts = queries.conflicts_now(items)
    hidden = unknown_to(request.user, [one.population.registration_id for one in items])
    rows = [
        presenters.item_row(one, found, awaiting, conflicts, blind=one.population.registration_id in hidden)
        for one in items
    ]
    lacking = [one for one in items if one.pk in awaiting and len(presenters.stages_of(one)) < found.readers]
    unresolved = queries.unresolved(found)
    may_run = permissions.may_run(request.user, found.run_by, on=today)
    context = {
        "round": found,
        "facts": presenters.round_rows(found),
        "population_count": queries.population_count(found),
        "header": ["Record", "NQSW", "Why it was drawn", "Assessor", "Readers", "Status"],
        "rows": rows,
        "lacking": len(lacking) if may_run else 0,
        "may_close": may_run and rules.can_close(unresolved, found.closed_at is not None),
        "unresolved": unresolved,
        "problem": problem,
    }
    return render(request, "moderation/round.html", context, status=409 if problem else 200)


@require_GET
@login_required
def population(request: SignedInRequest, pk: int) -> HttpResponse:
    """The frozen population in the order of the lots, so that anyone can draw the sample again.

    Whoever reads one of these blind sees none of it: a record that was drawn out of its turn is a fail.
    """
    found = permissions.get_round_for(request.user, pk, on=clock.today())
    members = list(queries.population_of(found))
    blind = bool(unknown_to(request.user, [one.registration_id for one in members]))
    context = {
        "round": found,
        "facts": [("Population hash", found.population_hash), ("Seed", found.seed)],
        "header": ["Number", "Recommendation", "Assessor", "Digest of what was written", "Lot"],
        "rows": [] if blind else presenters.population_rows(members, found),
        "blind": blind,
    }
    return render(request, "moderation/population.html", context)


@require_POST
@login_required
def share_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Gives out what lacks a reader."""
    now = clock.now()
    found = permissions.get_round_for(request.user, pk, on=clock.london_date(now))
    try:
        shared = allocation.share_out(found, by=request.user, now=now)
    except Refused as error:
        return _round_page(request, pk, str(error))
    count = len(shared.made)
    messages.success(
        request, f"{count} reading{'' if count == 1 else 's'} given out. The moderators have been told by email."
    )
    if shared.left:
        about = ", ".join(str(one.population.registration) for one in shared.left)
        messages.warning(request, rules.NOBODY_FREE.format(employer=found.run_by, about=about))
    return redirect("moderation_round", pk)


@require_POST
@login_required
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ends a round."""
    now = clock.now()
    found = permissions.get_round_for(request.user, pk, on=clock.london_date(now))
    rounds.close(found, by=request.user, now=now)
    messages.success(request, "The round is closed. Its records stay readable here.")
    return redirect("moderation_round", pk)
