"""What somebody had written in a record in which they can no longer write: for them alone, to read and to copy."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts import roles
from accounts.http import SignedInRequest
from accounts.permissions import membership_in
from assessments.models import Draft, Record
from assessments.permissions import check_may_write_in
from assessments.presenters import words_of
from assessments.queries import schema_of, title_of
from assessments.rules import check_can_edit
from assessments.schema import Schema
from assessments.services.drafts import check_open
from asye import clock
from asye.refusals import NotAllowed, Refused

FORMER = "You are no longer the assessor, so you can no longer write in this record."


def left_over(request: SignedInRequest, pk: int) -> HttpResponse | None:
    """The page for whoever has words of their own that did not go into the record, and can no longer put them there: an
    assessor of before, or a writer upon whose words it closed. None for everybody else.

    What an assessor of before has just sent is shown as well: it went nowhere.
    """
    kept = (
        Draft.objects.exclude(record__in=Record.objects.filter(Record.hidden_from(request.user)))
        .select_related("record__registration__nqsw", "record__placement")
        .filter(record=pk, person=request.user)
        .first()
    )
    if kept is None:
        return None
    why = _why_not(request, kept.record)
    if not why:
        return None
    schema = schema_of(kept.record)
    sent = _sent(request, schema)
    saved = {key: value for key, value in kept.content.items() if schema.field(key) and value not in (None, "", [])}
    if not sent and not saved:
        return None
    words = {
        "pk": pk,
        "why": why,
        "is_former": why == FORMER,
        "title": title_of(kept.record),
        "whose": kept.record.registration.nqsw.full_name,
        "sent": _labelled(schema, sent),
        "saved": _labelled(schema, saved),
        "saved_at": kept.saved_at,
    }
    return render(request, "assessments/own_words.html", words, status=403 if request.method == "POST" else 200)


def _why_not(request: SignedInRequest, record: Record) -> str:
    """Why this person can no longer write in the record; "" where they can, or have nothing to do with it. A form that
    a writer of now sends to a closed record comes back to them with its words in it."""
    today = clock.today()
    try:
        check_may_write_in(request.user, record, on=today)
        if request.method == "GET":
            check_open(record.registration)
            check_can_edit(record.state)
    except Refused as refusal:
        return str(refusal)
    except NotAllowed:
        employer = record.placement.kept_by
        return FORMER if membership_in(request.user, roles.ASSESSOR, on=today, employer=employer) else ""
    return ""


def _sent(request: SignedInRequest, schema: Schema) -> dict[str, object]:
    """The sentences of a form that came too late; what was chosen from a list is soon chosen again."""
    texts = {field.key for field in schema.fields if field.type in ("text", "long_text")}
    return {key: value for key, value in request.POST.items() if key in texts and str(value).strip()}


def _labelled(schema: Schema, content: dict[str, object]) -> list[tuple[str, str]]:
    return [(field.label, words_of(field, content[field.key])) for field in schema.fields if field.key in content]
