"""The page of one registration."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from accounts.letter_queries import why_they_come_back
from asye import clock
from registrations import (
    change_page,
    own_queries,
    permissions,
    presenters,
    queries,
    register,
    register_page,
    second_attempt_queries,
    timeline,
    verdict_page,
    verdict_queries,
)
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.rules import standing
from registrations.states import EarlierKind, Stage, State, Verdict

PER_PAGE = 25
NEWEST = 10  # events on the page itself; all of them have a page of their own


@login_required
@require_http_methods(["GET"])
def registration(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about one registration, and what this person may do to it."""
    on = clock.today()
    found = permissions.get_registration_for(request.user, pk, on=on)
    reading.note(request, found)
    return render(request, "registrations/registration.html", page_of(request, found))


def page_of(request: SignedInRequest, found: Registration) -> dict[str, Any]:
    """What the page of a registration shows to the person who asks."""
    on = clock.today()
    shown = queries.placement_shown(found, request.user, on)
    if shown is None:
        raise Http404
    placement, left = shown
    gone = placement.ends_on if left else None  # from then on it is another employer's, and nothing of that is told
    assignment = queries.assignment_in(placement, on)
    deferral = queries.open_deferral(found)
    annotated = queries.with_stage(Registration.objects.filter(pk=found.pk), on).get()
    stage, colour = presenters.stage_told(annotated, left=left)
    coordinator = permissions.is_coordinator_of(request.user, found, on)
    caseworker = permissions.may_check(request.user, on)
    decides = caseworker and not permissions.is_barred_from(found, request.user)
    changed = verdict_queries.open_verdict(found) if caseworker else None
    all_verdicts = verdict_queries.all_verdicts(found)
    sees_names = caseworker or permissions.is_auditor(request.user, on)
    return {
        "registration": found,
        "stage": stage,
        "colour": colour,
        "next": presenters.next_step(found, deferred=stage == Stage.DEFERRED.label, checks=decides, left=left),
        "verdict_colour": presenters.VERDICT_COLOURS[Verdict(found.verdict)],
        "reasons": presenters.reasons(found),
        "person_rows": presenters.person_rows(found, joined=found.nqsw.user_id is not None),
        "year_rows": year_of(found, placement, assignment, left=left),
        "review_rows": [] if left else presenters.review_rows(queries.planned_dates(found), deferral),
        "deferral_rows": presenters.deferral_rows(found.deferrals.all(), before=gone),
        "register": register_of(found, on, caseworker=decides, sees_names=sees_names, before=gone),
        "events": timeline.lines(timeline.events_for(found, request.user, on).order_by("-id")[:NEWEST]),
        "may_write_notes": permissions.note_writer(request.user, found, on) is not None,
        "open_query": None if left else queries.open_query(found),
        "has_records": found.state == State.REGISTERED and permissions.may_follow_year(request.user, found, on),
        "earlier": presenters.other_rows(second_attempt_queries.earlier_of(found)) if sees_names else [],
        "coordinator": coordinator,
        "caseworker": caseworker,
        "decides": decides,
        "barred": permissions.BARRED,
        "simulated": register.is_simulated(),
        "reads_adjustments": own_queries.adjustments_read_by(request.user, found, on) is not None,
        "verdict_header": verdict_page.HEADER,
        "verdicts": verdict_page.cells(each for each in all_verdicts if not_after(each.evaluated_at, gone)),
        "changed_verdict": verdict_page.both(found, changed) if changed is not None else [],
        "waits_for_check": found.state == State.SUBMITTED and found.ended_on is None,
        "changes": change_page.part(
            found,
            deferral=deferral,
            assignment=assignment,
            covers=queries.covers_of(found).filter(placement=placement) if left else queries.covers_of(found),
            coordinator=coordinator,
            sees_moves=coordinator or sees_names,
        ),
        "unreached": presenters.unreached(found, why_they_come_back([_address(found)])) if coordinator else "",
        "listed": permissions.may_list(request.user, on),
        "can_resend": coordinator and found.nqsw.user_id is None and standing.is_live(found),
    }


def _address(found: Registration) -> str:
    """Where letters to the NQSW go."""
    return found.nqsw.user.email if found.nqsw.user is not None else found.nqsw.email


def year_of(
    found: Registration, placement: Placement, assignment: AssessorAssignment | None, *, left: bool
) -> list[tuple[str, Any]]:
    """The facts of the year, without its planned end for whoever it has left."""
    return presenters.year_rows(
        found,
        employer=placement.employer.name,
        assessor=assignment.assessor.full_name if assignment else "",
        end=None if left else queries.planned_end(found),
        earlier=found.earlier_rows.filter(kind=EarlierKind.PEOPLE).first(),
    )


def not_after(at: datetime, gone: date | None) -> bool:
    """Whether something that happened then may be read by whoever had the registration until that day."""
    return gone is None or clock.london_date(at) < gone


def register_of(
    found: Registration, on: date, *, caseworker: bool, sees_names: bool, before: date | None = None
) -> register_page.Part:
    """What the page shows of the register, to those who may have it asked and to the others; of what it said before a
    day, where one is given."""
    every = found.register_checks.select_related("checked_by", "settled__settled_by")
    looks = [each for each in every if not_after(each.checked_at, before)]
    waiting = found.register_requests.filter(done_at__isnull=True).first() if caseworker else None
    return register_page.part(found, looks, waiting, on=on, sees_names=sees_names, asks=caseworker)
