"""Acts that end a record's writing or open it again: each on a page of its own that names what it does."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.acting import done
from accounts.http import SignedInRequest
from assessments import presenters
from assessments.forms import LockForm, ReopenForm, ReturnForm, SignForm
from assessments.models import Record
from assessments.permissions import check_may_coordinate, check_may_lock, check_may_write_in, get_record_for
from assessments.presenters.concerns import support_wanted
from assessments.queries import people_of, schema_of, title_of
from assessments.queries.assessors import handovers, handovers_before, held_under, to_renew
from assessments.queries.history import How, Known, judged_before
from assessments.recommending import surprise_of
from assessments.rules import check_can_renew
from assessments.services import records, renewing, signing
from assessments.states import RecordState
from asye import clock
from asye.refusals import Stale
from asye.ui.forms import Form


@login_required
@require_http_methods(["GET", "POST"])
def record_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole version once more, and the signature under it. A version that is no longer the record's is not signed:
    the page says what changed since."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_write_in(request.user, record, on=clock.today())
    form = SignForm(request.POST or None, initial={"seen_revision": _number(record)})
    stale = ""
    if request.method == "POST":
        try:
            if done(form, lambda: _sign(form, record, request)):
                messages.success(request, _signed(record))
                return redirect("record", pk=pk)
        except Stale as changed:
            record = get_record_for(request.user, pk, on=clock.today())
            seen = form.cleaned_data["seen_revision"]
            if not 1 <= seen < _number(record):
                raise
            stale = str(changed)
            form = SignForm(initial={"seen_revision": _number(record)})
            return _sign_page(request, record, form, since=Known(seen, How.READ), stale=stale)
    return _sign_page(request, record, form, since=judged_before(record, request.user))


def _sign(form: SignForm, record: Record, request: SignedInRequest) -> object:
    seen = form.cleaned_data["seen_revision"]
    return signing.sign(record, seen_revision=seen, by=request.user, now=clock.now())


def _signed(record: Record) -> str:
    record.refresh_from_db()
    if record.state == RecordState.AGREED:
        return "You have signed. Everybody has signed now, so the record is agreed and counts as evidence."
    return "You have signed. What happens next: the record waits for the other signature."


def _number(record: Record) -> int:
    return record.current_revision.number if record.current_revision else 1


def _sign_page(
    request: SignedInRequest, record: Record, form: SignForm, *, since: Known | None, stale: str = ""
) -> HttpResponse:
    number = _number(record)
    content = record.current_revision.content if record.current_revision else {}
    return _page(
        request,
        "assessments/sign.html",
        record,
        form,
        status=409 if stale else 200,
        number=number,
        since=since,
        stale=stale,
        may_sign=not stale or record.state == RecordState.SUBMITTED,
        heading=f"Sign version {number} of: {title_of(record)}",
        sections=presenters.answers(schema_of(record), content),
        support_wanted=support_wanted(record),
        surprise=surprise_of(record, clock.today()),
        handovers=handovers_before(record, clock.today()),
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
def record_renew(request: SignedInRequest, pk: int) -> HttpResponse:
    """The NQSW, or the assessor who has taken over, opens the agreement again for both to sign."""
    record = get_record_for(request.user, pk, on=clock.today())
    check_may_write_in(request.user, record, on=clock.today())
    before = to_renew(record, clock.today())
    check_can_renew(with_another=bool(before))
    form = LockForm(request.POST or None, initial={"seen_version": record.version})
    if request.method == "POST" and done(
        form, lambda: renewing.renew(record, **form.cleaned_data, by=request.user, now=clock.now())
    ):
        messages.success(request, "Opened. Change what is different now and finish your part; then both of you sign.")
        return redirect("record_edit", pk=pk)
    return _page(
        request,
        "assessments/renew.html",
        record,
        form,
        before=before,
        people=" and ".join(people_of(record.registration, clock.today()).values()),
        handovers=handovers(held_under(record.placement_id), upto=clock.today())[-1:],
    )


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


def _page(
    request: SignedInRequest, template: str, record: Record, form: Form, status: int = 200, **more: object
) -> HttpResponse:
    words = {"record": record, "title": title_of(record), "form": form, **more}
    return render(request, template, words, status=status)
