"""What somebody had written in a record in which they may no longer write: for them alone, to read and to copy."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts import roles
from accounts.http import SignedInRequest
from accounts.permissions import membership_in
from assessments.models import Draft, Record
from assessments.permissions import check_may_write_in
from assessments.queries import schema_of, title_of
from assessments.schema import Schema
from asye import clock
from asye.refusals import NotAllowed


def of_former_writer(request: SignedInRequest, pk: int) -> HttpResponse | None:
    """The page for an assessor of before who left words of their own in the record; None for everybody else.

    What they have just sent is shown as well: it went nowhere.
    """
    today = clock.today()
    kept = (
        Draft.objects.exclude(record__in=Record.objects.filter(Record.hidden_from(request.user)))
        .select_related("record__registration__nqsw", "record__placement")
        .filter(record=pk, person=request.user)
        .first()
    )
    if kept is None:
        return None
    try:
        check_may_write_in(request.user, kept.record, on=today)
    except NotAllowed:
        pass
    else:
        return None
    if membership_in(request.user, roles.ASSESSOR, on=today, employer=kept.record.placement.employer_id) is None:
        return None
    schema = schema_of(kept.record)
    sent = _sent(request, schema)
    saved = {key: value for key, value in kept.content.items() if schema.field(key) and value not in (None, "", [])}
    if not sent and not saved:
        return None
    words = {
        "title": title_of(kept.record),
        "whose": kept.record.registration.nqsw.full_name,
        "sent": _labelled(schema, sent),
        "saved": _labelled(schema, saved),
        "saved_at": kept.saved_at,
    }
    return render(request, "assessments/own_words.html", words, status=403 if request.method == "POST" else 200)


def _sent(request: SignedInRequest, schema: Schema) -> dict[str, object]:
    """The sentences of a form that came too late; what was chosen from a list is soon chosen again."""
    texts = {field.key for field in schema.fields if field.type in ("text", "long_text")}
    return {key: value for key, value in request.POST.items() if key in texts and str(value).strip()}


def _labelled(schema: Schema, content: dict[str, object]) -> list[tuple[str, str]]:
    return [(field.label, field.shown(content[field.key])) for field in schema.fields if field.key in content]
