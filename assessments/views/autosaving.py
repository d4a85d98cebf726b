"""Saving while somebody types: the same act as the form's own button, answered in a few words for autosave.js."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from assessments import presenters
from assessments.forms import RecordForm, boxes_of, initial_of
from assessments.permissions import get_record_to_write_in
from assessments.queries import schema_of
from assessments.schema import Schema
from assessments.services import drafts
from assessments.unfinished import still_wrong
from asye import clock
from asye.dates import london
from asye.refusals import Refused


@never_kept  # the page itself keeps what was not taken
@login_required
@require_http_methods(["POST"])
def record_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keeps the answers named in `changed`. 200 or, where texts met, 409, with what the page has to show now; 409 with
    one sentence alone where nothing could be kept."""
    now = clock.now()
    record = get_record_to_write_in(request.user, pk, on=clock.today())
    if request.POST.get("person", str(request.user.pk)) != str(request.user.pk):
        return _refused("Somebody else has signed in on this browser.", status=403)
    schema = schema_of(record)
    form = RecordForm(schema, None, request.POST, only=request.POST.getlist("changed"))
    form.is_valid()
    seen = {name: form.cleaned_data[name] for name in ("seen_draft", "seen_revision")}
    client = request.POST.get("client", "")
    try:
        saved = drafts.save_part(record, form.kept(), **seen, client=client, by=request.user, now=now)
    except Refused as refusal:
        return _refused(str(refusal))
    answer = _answer(schema, saved)
    answer["unkept"] = list(form.errors)
    answer["problems"] += [f"{sentence}." for errors in form.errors.values() for sentence in errors]
    return JsonResponse(answer, status=409 if saved.both or form.errors else 200)


def _refused(sentence: str, *, status: int = 409) -> JsonResponse:
    return JsonResponse({"refused": sentence}, status=status)


def _answer(schema: Schema, saved: drafts.Saved) -> dict[str, Any]:
    """What is kept, for whom it is new, and what is still to be put right."""
    draft = saved.draft
    return {
        "saved": f"{london(draft.saved_at):%H:%M}",
        "seen_draft": draft.version,
        "seen_revision": saved.revision,
        "news": _shown(schema, saved.news),
        "both": _shown(schema, {key: standing for key, (standing, _) in saved.both.items()}),
        "problems": list(still_wrong(schema, draft.content).values()),
    }


def _shown(schema: Schema, answers: Any) -> dict[str, dict[str, Any]]:
    """Each answer in words, and what its inputs hold."""
    if not answers:
        return {}
    form = RecordForm(schema, None, initial=initial_of(schema, None, answers), only=answers)
    boxes = boxes_of(form, answers)
    return {
        one.key: {"label": one.label, "words": presenters.words_of(one, answers[one.key]), "boxes": boxes[one.key]}
        for one in schema.fields
        if one.key in answers
    }
