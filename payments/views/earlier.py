"""Records from before this service, taken over from files: sent in, checked in the background, confirmed."""

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from asye.refusals import Refused, Stale
from payments.earlier.checking import opened
from payments.earlier.kinds import SHEETS
from payments.forms import ConfirmEarlier
from payments.presenters import earlier as words
from payments.services.earlier import take_over
from registrations import earlier_permissions as permissions
from registrations.bulk import reader
from registrations.bulk import words as bulk_words
from registrations.bulk.columns import matched
from registrations.bulk.findings import BadFile
from registrations.bulk.limits import TAKE_OVER
from registrations.earlier.checks import mark_known
from registrations.forms.earlier import SendEarlier
from registrations.rules.earlier import can_take
from registrations.services import earlier
from registrations.states import EarlierKind, EarlierSource, EarlierState

PER_PAGE = 50
SECONDS = 3  # between two looks at a check that is running
TO_SEE = (EarlierState.CHECKED, EarlierState.TAKEN)  # there are rows to look at, unless they were deleted since


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def records(request: SignedInRequest) -> HttpResponse:
    """Takes a file from those who send one in, and lists those sent in before."""
    on = clock.today()
    if not permissions.sees_earlier(request.user, on):
        raise PermissionDenied("Only DfE takes over records from before this service.")
    kinds = permissions.kinds_to_send(request.user, on)
    if request.method == "POST" and not kinds:
        raise PermissionDenied("You confirm or read these files. Somebody else sends them in.")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SendEarlier(*posted, kinds=[(kind.value, kind.label) for kind in kinds])
    if request.method == "POST" and form.is_valid():
        try:
            sent = _send(request, form)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if sent.already:
                messages.info(request, words.sent_before(sent.file))
            return redirect("earlier_file", pk=sent.file.pk)
    page = Paginator(permissions.earlier_files_of(request.user, on), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "kinds": [(kind, [bulk_words.guidance(column) for column in SHEETS[kind].columns]) for kind in kinds],
        "guide_header": bulk_words.GUIDE_HEADER,
        "page": page,
        "rows": words.file_rows(page),
    }
    return render(request, "payments/earlier.html", context)


def _send(request: SignedInRequest, form: SendEarlier) -> earlier.Sent:
    """Reads the headings at once, so that a wrong file is refused on this page; raises Refused."""
    file = form.cleaned_data["file"]
    kind = EarlierKind(form.cleaned_data["kind"])
    content = file.read()
    sheet = reader.read(content, TAKE_OVER)
    layout = matched(sheet.header, SHEETS[kind].columns)
    return earlier.send(
        kind,
        EarlierSource(form.cleaned_data["source"]),
        content,
        name=str(file.name),
        ending=sheet.ending,
        unused=layout.unused,
        by=request.user,
        now=clock.now(),
    )


@login_required
@require_http_methods(["GET"])
def template(request: SignedInRequest, kind: str, ending: str) -> HttpResponse:
    """The empty sheet of a kind, to fill in."""
    if kind not in EarlierKind.values or ending not in bulk_words.TYPES:
        raise Http404
    permissions.check_may_send(request.user, kind, on=clock.today())
    content = bulk_words.template_of(SHEETS[EarlierKind(kind)].columns, ending)
    return _download(content, f"{kind}-to-take-over.{ending}", ending)


@login_required
@require_http_methods(["GET"])
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the check is, what it found, or what has become of the file."""
    on = clock.today()
    found = permissions.get_earlier_file_for(request.user, pk, on=on)
    if found.state == EarlierState.CHECKING:
        response = render(request, "payments/earlier_checking.html", {"file": found})
        response["Refresh"] = str(SECONDS)  # works without JavaScript
        return response
    page = Paginator(found.findings.all(), PER_PAGE).get_page(request.GET.get("page"))
    sends = permissions.may_send(request.user, found.kind, on=on)
    takes = permissions.may_take(request.user, found, on=on)
    another = not can_take(found, request.user.human_id)
    context = {
        "file": found,
        "state": found.state.value,
        "heading": words.heading(found),
        "next_steps": words.next_steps(found),
        "before": words.BEFORE[EarlierKind(found.kind)],
        "button": f"Take over {words.things(found.kind, found.good or 0)}",
        "sends": sends,
        "takes": takes and not another,
        "works": sends or takes,
        "kept": found.purged_at is None,
        "facts": words.facts(found) if found.rows is not None else [],
        "page": page,
        "count": page.paginator.count,
        "header": bulk_words.FINDINGS_HEADER,
        "cells": bulk_words.finding_rows(page),
    }
    return render(request, "payments/earlier_file.html", context)


@login_required
@require_http_methods(["GET"])
def rows(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows as they were written, with what is to become of each."""
    on = clock.today()
    found = permissions.get_earlier_file_for(request.user, pk, on=on, working=True)
    if found.purged_at is not None or found.state not in TO_SEE:
        return redirect("earlier_file", pk=pk)
    page = Paginator(range(found.rows or 0), PER_PAGE).get_page(request.GET.get("page"))
    sheet = opened(found, on)
    lines = list(islice(sheet.lines(), page.start_index() - 1, page.end_index()))
    entries = [sheet.reading.entry(line) for line in lines]
    mark_known(entries, sheet.headings, found)
    bad = found.findings.filter(is_note=False).values_list("row", flat=True)
    context = {
        "file": found,
        "page": page,
        "header": words.rows_header(found.kind, sheet.headings),
        "cells": words.row_cells(found.kind, lines, entries, sheet.reading.places, bad),
    }
    return render(request, "payments/earlier_rows.html", context)


@never_kept
@login_required
@require_http_methods(["POST"])
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes over the rows that were shown as good; pressed twice it does so once."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_earlier_file_for(request.user, pk, on=on, working=True)
    permissions.check_may_take(request.user, found, on=on)
    form = ConfirmEarlier(request.POST)
    if found.taken_at is not None or not form.is_valid():
        return redirect("earlier_file", pk=pk)
    if found.purged_at is not None:
        raise Refused(earlier.DELETED)
    try:
        sheet = opened(found, on)
        found = take_over(
            found,
            list(sheet.entries()),
            sheet.headings,
            only_good=form.cleaned_data["which"] == ConfirmEarlier.GOOD,
            seen_digest=form.cleaned_data["digest"],
            by=request.user,
            now=now,
        )
    except BadFile as bad:
        raise Stale(str(bad)) from None
    if found.taken_at is None:
        messages.info(request, "Nothing was taken over: some rows have become impossible. Look at what was found.")
    return redirect("earlier_file", pk=pk)


@login_required
@require_http_methods(["POST"])
def corrections(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows that are left, with what to correct in each: to be corrected and sent in as it is."""
    on = clock.today()
    found = permissions.get_earlier_file_for(request.user, pk, on=on, working=True)
    if found.purged_at is not None or found.state not in TO_SEE:
        raise Refused(earlier.DELETED)
    sheet = opened(found, on)
    findings = found.findings.filter(is_note=False)
    only_bad = found.state == EarlierState.TAKEN
    content = bulk_words.to_correct(findings, sheet.header, sheet.lines(), found.ending, only_bad)
    return _download(content, f"to-correct.{found.ending}", found.ending)


@login_required
@require_http_methods(["POST"])
def check_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Checks the file once more, for what has changed since."""
    found = permissions.get_earlier_file_for(request.user, pk, on=clock.today())
    earlier.check_again(found, by=request.user, now=clock.now())
    return redirect("earlier_file", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks before a file is deleted."""
    on = clock.today()
    found = permissions.get_earlier_file_for(request.user, pk, on=on)
    permissions.check_may_send(request.user, found.kind, on=on)
    if request.method == "POST":
        earlier.delete(found, by=request.user, now=clock.now())
        messages.success(request, "The file is deleted. Nothing in it was taken over.")
        return redirect("earlier_records")
    return render(request, "payments/earlier_delete.html", {"file": found})


def _download(content: bytes, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=bulk_words.TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
