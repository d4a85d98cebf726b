"""Acts that end a record's writing or open it again: each on a page of its own that names what it does."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.acting import done
from accounts.http import SignedInRequest
from assessments import presenters
from assessments.concern_presenters import support_wanted
from assessments.forms import LockForm, ReopenForm, ReturnForm, SignForm
from assessments.models import Record
from assessments.permissions import check_may_coordinate, check_may_lock, check_may_write_in, get_record_for
from assessments.queries import schema_of, title_of
from assessments.recommending import surprise_of
from assessments.services import records, signing
from assessments.states import RecordState
from asye import clock
from asye.ui.forms import Form


@login_required
@require_http_methods(["GET", "POST"])
def record_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole version once more, and the signature under it."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_write_in(request.user, record, on=clock.today())
    number = record.current_revision.number if record.current_revision else 1
    form = SignForm(request.POST or None, initial={"seen_revision": number})
    if request.method == "POST" and done(
        form,
        lambda: signing.sign(
            record, seen_revision=form.cleaned_data["seen_revision"], by=request.user, now=clock.now()
        ),
    ):
        record.refresh_from_db()
        agreed = record.state == RecordState.AGREED
        messages.success(
            request,
            "You have signed. Everybody has signed now, so the record is agreed and counts as evidence."
            if agreed
            else "You have signed. What happens next: the record waits for the other signature.",
        )
        return redirect("record", pk=pk)
    content = record.current_revision.content if record.current_revision else {}
    return _page(
        request,
        "assessments/sign.html",
        record,
        form,
        number=number,
        heading=f"Sign version {number} of: {title_of(record)}",
        sections=presenters.answers(schema_of(record), content),
        support_wanted=support_wanted(record),
        surprise=surprise_of(record, clock.today()),
    )


@login_required
@require_http_methods(["GET", "POST"])
def record_return(request: SignedInRequest, pk: int) -> HttpResponse:
    """Why a record goes back to its writers."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_write_in(request.user, record, on=clock.today())
    questions = [(field.key, field.label) for field in schema_of(record).fields]
    form = ReturnForm(questions, request.POST or None, initial={"seen_version": record.version})
    if request.method == "POST" and done(
        form, lambda: records.return_(record, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Returned. What happens next: it can be changed, and is signed once it is finished.")
        return redirect("record", pk=pk)
    return _page(request, "assessments/return.html", record, form)


@login_required
@require_http_methods(["GET", "POST"])
def record_lock(request: SignedInRequest, pk: int) -> HttpResponse:
    """Closing an agreed record for good."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_lock(request.user, record, on=clock.today())
    form = LockForm(request.POST or None, initial={"seen_version": record.version})
    if request.method == "POST" and done(
        form, lambda: records.lock(record, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Locked. What happens next: nobody can change it unless a co-ordinator reopens it.")
        return redirect("record", pk=pk)
    return _page(request, "assessments/lock.html", record, form)


@login_required
@require_http_methods(["GET", "POST"])
def record_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """A co-ordinator opens a finished record again."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_coordinate(request.user, record, on=clock.today())
    form = ReopenForm(request.POST or None, initial={"seen_version": record.version})
    if request.method == "POST" and done(
        form, lambda: records.reopen(record, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Reopened. What happens next: its writers change it, then everybody signs again.")
        return redirect("record", pk=pk)
    return _page(request, "assessments/reopen.html", record, form)


def _page(request: SignedInRequest, template: str, record: Record, form: Form, **more: object) -> HttpResponse:
    return render(request, template, {"record": record, "title": title_of(record), "form": form, **more})
