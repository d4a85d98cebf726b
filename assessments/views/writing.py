"""Beginning a record and writing in it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from assessments import prefill, presenters, requirements
from assessments import schema as schemas
from assessments.forms import RecordForm, initial_of
from assessments.models import Draft, Record
from assessments.permissions import check_may_write_in, get_record_for, get_year_of_records_for, part_of
from assessments.queries import evidence_counts, people_of, schema_of, title_of
from assessments.rules import Collision, check_can_edit
from assessments.schema import EITHER, RECOMMENDATION, Schema
from assessments.services import drafts, records
from assessments.states import Part
from asye import clock
from asye.dates import long_datetime
from asye.refusals import NotAllowed, Refused


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
            return redirect("record_edit", pk=made.pk)
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
            "warnings": _warnings(registration) if kind == RECOMMENDATION else [],
        },
        status=409 if error else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def record_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form of a record: saving keeps it for oneself, finishing puts it into the record."""
    now = clock.now()
    record = get_record_for(request.user, pk, on=clock.today())
    part = check_may_write_in(request.user, record, on=clock.today())
    schema = schema_of(record)
    draft = record.drafts.filter(person=request.user).first()
    if request.method == "GET":
        drafts.check_open(record.registration)
        check_can_edit(record.state)
        starting = prefill.starting(record, schema, part, draft, user=request.user, on=clock.today())
        form = _blank_form(record, schema, part, draft, starting)
        return _page(request, record, part, draft, form, filled_in=bool(starting))
    finishing = request.POST.get("action") == "finish"
    both_done = _only_shared_left(record, schema, part)
    form = RecordForm(schema, part, request.POST, finishing=finishing, both_done=both_done)
    if form.is_valid():
        seen = {name: form.cleaned_data[name] or 0 for name in ("seen_draft", "seen_revision")}
        try:
            if finishing:
                made = records.submit(record, content=form.content(), **seen, by=request.user, now=now)
                messages.success(request, presenters.what_next(made, schema))
                return redirect("record", pk=pk)
            kept = drafts.save(record, form.content(), **seen, by=request.user, now=now)
            messages.success(
                request, f"Saved {long_datetime(kept.saved_at)}. Only you see it until you finish your part."
            )
            return redirect("record_edit", pk=pk)
        except Collision as collision:
            form.shown_again(seen_draft=draft.version if draft else 0, seen_revision=_number(record))
            return _page(request, record, part, draft, form, collision=collision)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _page(request, record, part, draft, form)


def _ordinal(point: str) -> int:
    return int(point) if point.isdecimal() and len(point) < 5 else 0


def _number(record: Record) -> int:
    return record.current_revision.number if record.current_revision else 0


def _content(record: Record) -> dict[str, Any]:
    return record.current_revision.content if record.current_revision else {}


def _blank_form(
    record: Record, schema: Schema, part: Part, draft: Draft | None, starting: Mapping[str, Any]
) -> RecordForm:
    kept = draft.content if draft else {}
    from_number = draft.from_revision.number if draft and draft.content and draft.from_revision else 0
    seen = from_number if kept else _number(record)
    initial = initial_of(schema, part, {**starting, **_content(record), **kept})
    return RecordForm(
        schema, part, initial={**initial, "seen_draft": draft.version if draft else 0, "seen_revision": seen}
    )


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
    collision: Collision | None = None,
    filled_in: bool = False,
) -> HttpResponse:
    schema = schema_of(record)
    others = [field for field in schema.fields if not field.is_written_by(part)]
    both = collision.both if collision else {}
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
            "filled_in": filled_in,
            "beside": prefill.beside(record, schema, user=request.user, on=clock.today()),
            "others_answers": presenters.answers(schema, _content(record), of=others) if _content(record) else [],
            "others_summary": _others_summary(record, part),
            "both_texts": [
                (schema_field.label, schema_field.shown(both[schema_field.key][0]), schema_field.key)
                for schema_field in schema.fields
                if schema_field.key in both
            ],
            "returned": returned,
            "returned_about": presenters.about(returned, schema),
            "warnings": _warnings(record.registration) if record.kind == RECOMMENDATION else [],
        },
        status=409 if collision else 200,
    )


def _others_summary(record: Record, part: Part) -> str:
    other = Part.ASSESSOR if part == Part.NQSW else Part.NQSW
    return f"What {people_of(record.registration, clock.today()).get(other, 'the other person')} has written"


def _warnings(registration: Any) -> list[str]:
    """Evidence that is short of the programme year's least: said, not refused."""
    return [
        f"{count.title}: {count.agreed} of {count.needed} agreed"
        for count in evidence_counts(registration)
        if not count.is_met
    ]
