"""Beginning a record and writing in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from assessments import prefill, presenters, requirements
from assessments import schema as schemas
from assessments.forms import RecordForm, initial_of
from assessments.merging import meet
from assessments.models import Draft, Record
from assessments.permissions import check_may_write_in, get_record_for, get_year_of_records_for, part_of
from assessments.queries import people_of, schema_of, title_of
from assessments.queries.assessors import handovers_before
from assessments.recommending import beforehand
from assessments.rules import Collision, check_can_edit
from assessments.schema import EITHER, RECOMMENDATION, Schema
from assessments.services import drafts, records
from assessments.states import Part
from assessments.unfinished import same, still_wrong
from assessments.views import own_words
from asye import clock
from asye.dates import long_datetime
from asye.refusals import NotAllowed, Refused

Both = Mapping[str, tuple[Any, Any]]
SET_ASIDE_SHOWN: Final = 10


@login_required
@require_http_methods(["GET", "POST"])
def record_new(request: SignedInRequest, pk: int, kind: str, point: str) -> HttpResponse:
    """What a record is for and what it asks; the button begins it."""
    now = clock.now()
    registration = get_year_of_records_for(request.user, pk, on=clock.today())
    year = registration.programme_year
    wanted = requirements.of_year(year).of(kind)
    if wanted is None or (wanted.points and point not in wanted.points_in(year)):
        raise Http404
    review_point, ordinal = (point, 1) if wanted.points else ("", _ordinal(point))
    schema = schemas.newest(kind, year.standard_set, review_point)
    part = part_of(request.user, registration, on=clock.today())
    if part is None or part not in schema.opened_by:
        raise NotAllowed("Only the NQSW and their assessor begin records.")
    error = ""
    if request.method == "POST":
        try:
            made = records.open_record(
                registration, kind, review_point=review_point, ordinal=ordinal, by=request.user, now=now
            )
            return redirect("record_edit" if made.is_open else "record", pk=made.pk)
        except Refused as refusal:
            error = str(refusal)
    return render(
        request,
        "assessments/new.html",
        {
            "registration": registration,
            "title": schema.title_of(review_point, ordinal),
            "schema": schema,
            "asked": [field.label for field in schema.written_by(part)],
            "others": [field.label for field in schema.fields if not field.is_written_by(part)],
            "error": error,
            "error_list": [{"text": error}],
            "warnings": beforehand(registration, clock.today()) if kind == RECOMMENDATION else None,
        },
        status=409 if error else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def record_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form of a record: saving keeps it for oneself, finishing puts it into the record."""
    now = clock.now()
    if (own := own_words.left_over(request, pk)) is not None:
        return own
    record = get_record_for(request.user, pk, on=clock.today())
    part = check_may_write_in(request.user, record, on=clock.today())
    schema = schema_of(record)
    if request.method == "GET":
        drafts.check_open(record.registration)
        check_can_edit(record.state)
        draft = _draft(record, request)
        starting = prefill.starting(record, schema, part, draft, user=request.user, on=clock.today())
        form = _blank_form(record, schema, part, draft, starting)
        return _page(request, record, part, draft, form, both=_unsettled(record, draft), starting=list(starting))
    finishing = request.POST.get("action") == "finish"
    both_done = _only_shared_left(record, schema, part)
    form = RecordForm(schema, part, request.POST, finishing=finishing, both_done=both_done)
    complete = form.is_valid()
    kept_form = form if complete or not finishing else RecordForm(schema, part, request.POST)
    both: Both = {}
    try:
        if finishing and complete:
            made = records.submit(record, content=form.content(), **_seen(form, request), by=request.user, now=now)
            messages.success(request, presenters.what_next(made, schema))
            return redirect("record", pk=pk)
        kept_form.is_valid()
        kept = drafts.save(record, kept_form.kept(), **_seen(kept_form, request), by=request.user, now=now)
        if complete:
            messages.success(
                request, f"Saved {long_datetime(kept.saved_at)}. Only you see it until you finish your part."
            )
            return redirect("record_edit", pk=pk)
    except Collision as collision:
        both = collision.both
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    record = get_record_for(request.user, pk, on=clock.today())
    draft = _draft(record, request)
    news, unsure = _since(record, draft, kept_form, both)
    form.shown_again(news, seen_draft=draft.version if draft else 0, seen_revision=_number(record))
    return _page(request, record, part, draft, form, both=both, unsure=unsure)


def _draft(record: Record, request: SignedInRequest) -> Draft | None:
    return record.drafts.filter(person=request.user).select_related("from_revision").first()


def _seen(form: RecordForm, request: SignedInRequest) -> dict[str, Any]:
    seen = {name: form.cleaned_data[name] or 0 for name in ("seen_draft", "seen_revision")}
    return {**seen, "client": request.POST.get("client", "")}


def _ordinal(point: str) -> int:
    return int(point) if point.isdecimal() and len(point) < 5 else 0


def _number(record: Record) -> int:
    return record.current_revision.number if record.current_revision else 0


def _content(record: Record) -> dict[str, Any]:
    return record.current_revision.content if record.current_revision else {}


def _since(record: Record, draft: Draft | None, form: RecordForm, both: Both) -> tuple[dict[str, Any], list[str]]:
    """Of a form that comes back: what others answered meanwhile where its writer had changed nothing, and the questions
    whose answers in it are kept nowhere."""
    sent, stands = form.kept(), {**_content(record), **(draft.content if draft else {})}
    shown = record.revisions.filter(number=form.cleaned_data["seen_revision"]).first()
    before = shown.content if shown else {}
    other = {key for key, value in sent.items() if key not in both and not same(value, stands.get(key))}
    news = {key: stands.get(key) for key in other if same(sent[key], before.get(key))}
    unkept = {one.key for one in form.asked} - sent.keys() - both.keys()
    return news, sorted(unkept | other - news.keys())


def _blank_form(
    record: Record, schema: Schema, part: Part, draft: Draft | None, starting: Mapping[str, Any]
) -> RecordForm:
    initial = initial_of(schema, part, {**starting, **_content(record), **(draft.content if draft else {})})
    seen = {"seen_draft": draft.version if draft else 0, "seen_revision": _number(record)}
    return RecordForm(schema, part, initial={**initial, **seen})


def _unsettled(record: Record, draft: Draft | None) -> Both:
    """The answers of the draft that somebody has meanwhile answered otherwise in the record itself."""
    if draft is None or not draft.content or draft.from_revision_id == record.current_revision_id:
        return {}
    begun = draft.from_revision.content if draft.from_revision else {}
    met = meet({}, seen={}, draft=draft.content, begun=begun, current=_content(record), elsewhere=())
    return met.both


def _only_shared_left(record: Record, schema: Schema, part: Part) -> bool:
    """Whether the other has finished, so that what both answer is now for this person to answer."""
    others = [field for field in schema.fields if field.writer not in (part, EITHER)]
    return not schema.missing(_content(record), others)


def _page(
    request: SignedInRequest,
    record: Record,
    part: Part,
    draft: Draft | None,
    form: RecordForm,
    *,
    both: Both,
    starting: Sequence[str] = (),
    unsure: Sequence[str] = (),
) -> HttpResponse:
    schema = schema_of(record)
    others = [field for field in schema.fields if not field.is_written_by(part)]
    last = record.transitions.select_related("by").order_by("-number").first()
    returned = last if last and record.state == "returned" else None
    return render(
        request,
        "assessments/edit.html",
        {
            "record": record,
            "title": title_of(record),
            "purpose": schema.purpose,
            "form": form,
            "sections": form.sections(),
            "saved_at": draft.saved_at if draft and draft.content else None,
            "to_put_right": list(still_wrong(schema, draft.content).items()) if draft and not form.is_bound else [],
            "set_aside": presenters.set_aside(schema, record.set_aside.filter(person=request.user)[:SET_ASIDE_SHOWN]),
            "autosave": {
                "keys": [one.key for one in form.asked],
                "starting": starting,
                "held": list(both),
                "unsure": unsure,
                "received": drafts.was_received(draft),
                "person": request.user.pk,
            },
            "filled_in": bool(starting),
            "beside": prefill.beside(record, schema, user=request.user, on=clock.today()),
            "others_answers": presenters.answers(schema, _content(record), of=others) if _content(record) else [],
            "others_summary": _others_summary(record, part),
            "both_texts": presenters.both_texts(schema, both),
            "returned": returned,
            "returned_about": presenters.about(returned, schema),
            "returned_field": returned.about_field if returned else "",
            "handovers": handovers_before(record, clock.today()),
            "warnings": beforehand(record.registration, clock.today()) if record.kind == RECOMMENDATION else None,
        },
        status=409 if both and form.is_bound else 200,
    )


def _others_summary(record: Record, part: Part) -> str:
    other = Part.ASSESSOR if part == Part.NQSW else Part.NQSW
    return f"What {people_of(record.registration, clock.today()).get(other, 'the other person')} has written"
