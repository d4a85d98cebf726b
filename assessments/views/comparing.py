"""What changed between two versions of a record: since one signed it, or between any two."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from assessments import presenters
from assessments.comparing import differences
from assessments.forms import CompareForm
from assessments.models import Revision
from assessments.permissions import get_record_for
from assessments.queries import schema_of, title_of
from assessments.queries.history import Known, last_known, reasons_between
from asye import clock
from asye.dates import long_date


@login_required
@require_http_methods(["GET"])
def record_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Question by question, the words before and after; without a choice since this person signed, or wrote, last."""
    record = get_record_for(request.user, pk, on=clock.today())
    versions = {one.number: one for one in record.revisions.select_related("author").defer("content")}
    if not versions:
        raise Http404
    reading.note(request, record)
    known = last_known(record, request.user)
    latest = max(versions)
    initial = {"older": known.number if known else max(latest - 1, 1), "newer": latest}
    if initial["older"] == latest:
        initial["older"] = max(latest - 1, 1)
    choices = [(str(one.number), f"Version {one.number}, {long_date(one.created_at)}") for one in versions.values()]
    form = CompareForm(choices, request.GET or None, initial=initial)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else initial
    older, newer = sorted((versions[int(chosen["older"])], versions[int(chosen["newer"])]), key=lambda one: one.number)
    schema = schema_of(record)
    changed = [] if older.erased_at or newer.erased_at else differences(schema, older.content, newer.content)
    return render(
        request,
        "assessments/changes.html",
        {
            "record": record,
            "title": title_of(record),
            "form": form,
            "older": older,
            "newer": newer,
            "is_erased": bool(older.erased_at or newer.erased_at),
            "older_words": _words(older, known),
            "differences": changed,
            "reasons": [(presenters.about(one, schema), one) for one in reasons_between(record, older, newer)],
            "unchanged": len(schema.fields) - len(changed),
            "several": len(versions) > 1,
        },
    )


def _words(older: Revision, known: Known | None) -> str:
    if known is None or known.number != older.number:
        return f"version {older.number}, of {long_date(older.created_at)}"
    return f"version {older.number}, which you {known.how} last"
