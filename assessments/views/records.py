"""The list of a year's records, one record, and its earlier versions: pages that only read."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from assessments import presenters, rules
from assessments import schema as schemas
from assessments.models import Record
from assessments.permissions import get_record_for, get_year_of_records_for, may_coordinate, part_of
from assessments.presenters import standing, year_list
from assessments.presenters.concerns import support_wanted
from assessments.queries import (
    due_dates,
    evidence_counts,
    hidden_from,
    live_outcome,
    people_in,
    people_of,
    schema_of,
    title_of,
    unread_places,
    visible_records,
)
from assessments.queries.assessors import handovers_before, to_renew
from assessments.queries.history import judged_before
from assessments.queries.years import is_left_behind, is_paused
from assessments.states import TAG_COLOURS, Part, RecordState
from asye import clock
from registrations.models import Registration
from registrations.queries import assignment_in, coordinators_of, placement_shown
from registrations.states import State

ON_A_PAGE = 20
OF_ITS_HISTORY = 20  # shown with a record; the rest is asked for


@login_required
@require_http_methods(["GET"])
def my_record(request: SignedInRequest) -> HttpResponse:
    """An NQSW's own year; with more than one, the latest first."""
    own = Registration.objects.filter(nqsw__user=request.user, state=State.REGISTERED)
    latest = own.order_by("-asye_start", "-id").first()
    if latest is None:
        raise Http404
    return redirect("records", pk=latest.pk)


@login_required
@require_http_methods(["GET"])
def records(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is done in a year, what is next and when it is due; to an employer it has left, what was done there."""
    today = clock.today()
    registration = get_year_of_records_for(request.user, pk, on=today)
    reading.note(request, registration)
    theirs = placement_shown(registration, request.user, today)
    if theirs is None:
        raise Http404
    placement, left = theirs
    part = part_of(request.user, registration, on=today)
    open_now = registration.state == State.REGISTERED and registration.ended_on is None
    shown = visible_records(registration, request.user, today)
    again = {} if left or not open_now else {one.pk: to_renew(one, today) for one in shown}
    prefetch_related_objects([registration], "deferrals", "extensions")
    year = registration.programme_year
    blind = part == Part.ASSESSOR or any(record.blind for record in shown)
    slots = [] if left else year_list.once(year, due_dates(registration), blind=blind)
    counts = [] if left else evidence_counts(registration)
    paused = open_now and is_paused(registration, today)
    page = year_list.Page(
        registration.pk,
        part if open_now and not left else None,
        today,
        stands_still=paused or not open_now,
        again=again,
        unread=unread_places(registration, shown),
    )
    return render(
        request,
        "assessments/records.html",
        {
            "registration": registration,
            "is_own": part == Part.NQSW,
            "sections": [*year_list.sections(slots, shown, page), *year_list.others(year, slots, shown)],
            "through": [] if left else year_list.through_the_year(year, shown, counts, page),
            "begun": year_list.begun(shown) if left else [],
            "evidence": year_list.evidence_rows(counts),
            "evidence_header": year_list.EVIDENCE_HEADER,
            "who": presenters.who_rows(people_in(registration, assignment_in(placement, today))),
            "outcome": None if left else live_outcome(registration),
            "left": left,
            "paused": paused,
            "has_concerns": part is not None or not hidden_from(request.user, [registration.pk]),
        },
    )


@login_required
@require_http_methods(["GET"])
def records_of_kind(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Every record of a kind that repeats, the newest first, page by page."""
    today = clock.today()
    registration = get_year_of_records_for(request.user, pk, on=today)
    if kind not in schemas.kinds() or not schemas.newest(kind).repeats:
        raise Http404
    reading.note(request, registration)
    found = Record.objects.visible_to(request.user, today).filter(registration=registration, kind=kind)
    page = Paginator(found.order_by("-ordinal"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "assessments/records_of_kind.html",
        {
            "registration": registration,
            "title": schemas.newest(kind).title,
            "page": page,
            "tasks": [year_list.record_task(record) for record in page],
        },
    )


@login_required
@require_http_methods(["GET"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a record says now, who signed it, its history, and what this person can do."""
    found = get_record_for(request.user, pk, on=clock.today())
    reading.note(request, found)
    return render(request, "assessments/record.html", page_of(request, found))


@login_required
@require_http_methods(["GET"])
def record_version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """What a record said in an earlier version."""
    found = get_record_for(request.user, pk, on=clock.today())
    version = get_object_or_404(found.revisions.select_related("author"), number=number)
    reading.note(request, found)
    return render(
        request,
        "assessments/version.html",
        {
            "record": found,
            "title": title_of(found),
            "heading": f"{title_of(found)}: version {version.number}",
            "version": version,
            "is_current": version.pk == found.current_revision_id,
            "sections": presenters.answers(schema_of(found), version.content),
            "signatures": version.signatures.select_related("person"),
        },
    )


def page_of(request: SignedInRequest, found: Record) -> dict[str, Any]:
    """What the page of a record shows to the person who asks."""
    today = clock.today()
    schema = schema_of(found)
    whole = request.GET.get("history") == "all"
    newest = slice(None) if whole else slice(OF_ITS_HISTORY + 1)  # one more says that there are more
    revisions = list(found.revisions.select_related("author").defer("content").order_by("-number")[newest])
    transitions = list(found.transitions.select_related("by").order_by("-number")[newest])
    all_signatures = list(found.signatures.select_related("person", "revision").order_by("-id")[newest])
    signatures = [one for one in reversed(all_signatures) if one.revision_id == found.current_revision_id]
    history = presenters.history(revisions, transitions, all_signatures)
    more = not whole and len(history) > OF_ITS_HISTORY
    last = transitions[0] if transitions else None
    returned = last if last and found.state == RecordState.RETURNED else None
    draft = found.drafts.filter(person=request.user).first()
    before = to_renew(found, today)
    can, around = _can(request, found, {one.part for one in signatures}, before)
    sections = presenters.answers(schema, found.current_revision.content if found.current_revision else {})
    about = schema.field(returned.about_field) if returned and returned.about_field else None
    note = (f"Returned by {returned.by.full_name}", returned.reason) if returned else ("", "")
    return {
        "record": found,
        "list_url": _list_url(request, found),
        "title": title_of(found),
        "purpose": schema.purpose,
        "tag_text": "Sign again" if before else RecordState(found.state).label,
        "tag_colour": "orange" if before else TAG_COLOURS[RecordState(found.state)],
        "standing": standing.why(found, last, signatures, around),
        "next_step": standing.next_step(found, last, signatures, around),
        "about": presenters.about(returned, schema),
        "sections": standing.with_note(sections, about, note),
        "signatures": [(one.get_part_display(), one.person.full_name, one.signed_at) for one in signatures],
        "judged_before": judged_before(found, request.user),
        "handovers": handovers_before(found, today),
        "revisions": revisions[:OF_ITS_HISTORY] if more else revisions,
        "history": history[:OF_ITS_HISTORY] if more else history,
        "more_history": more,
        "draft_saved_at": draft.saved_at
        if draft and draft.content and (found.is_open or not can["can_edit"])
        else None,
        "support_wanted": support_wanted(found),
        **can,
    }


def _list_url(request: SignedInRequest, found: Record) -> str:
    """The way back, for those who may open the list; a senior lead comes from the confirming of the outcome."""
    try:
        get_year_of_records_for(request.user, found.registration_id, on=clock.today())
    except Http404:
        return ""
    return reverse("records", args=[found.registration_id])


def _can(
    request: SignedInRequest, found: Record, signed: set[str], before: str
) -> tuple[dict[str, bool], standing.Around]:
    """Which acts the page offers, and what its sentences go by; the services decide for themselves."""
    today = clock.today()
    registration = found.registration
    part = part_of(request.user, registration, on=today)
    keeper = found.placement.kept_by
    ended = registration.ended_on is not None
    running = rules.can_write(registered=registration.state == State.REGISTERED, ended=ended)
    takes_part = part is not None and (part in found.signers or bool(schema_of(found).written_by(part)))
    writes = takes_part and running
    coordinates = may_coordinate(request.user, found, on=today)
    left = found.is_done and is_left_behind(found, today)
    can = {
        "can_edit": writes and rules.can_edit(found.state),
        "can_sign": writes and rules.can_sign(found.state, part=part, signers=found.signers, signed=signed),
        "can_return": writes and rules.can_return(found.state),
        "can_renew": writes and bool(before),
        "can_lock": found.state == RecordState.AGREED and (coordinates or part == Part.ASSESSOR),
        "can_reopen": coordinates and rules.can_reopen(found.state, ended=ended, left_behind=left),
    }
    around = standing.Around(
        people=people_of(registration, today),
        part=part if takes_part else None,
        coordinates=coordinates,
        coordinators=[one.full_name for one in coordinators_of(keeper, today)[:3]],
        employer=keeper.name,
        running=running,
        ended=ended,
        signed_with=before,
        left_behind=left,
    )
    return can, around
