"""Many NQSWs registered from one file: sent in, checked in the background, corrected, confirmed."""

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from accounts.models import Employer
from asye import clock
from asye.refusals import Refused, Stale
from registrations import permissions, queries
from registrations.bulk import reader, words
from registrations.bulk.checking import File
from registrations.bulk.columns import COLUMNS, matched
from registrations.bulk.findings import BadFile
from registrations.forms.bulk import Confirm, SendFile
from registrations.models.uploads import ALIKE
from registrations.services import bulk, registering
from registrations.states import UploadState

PER_PAGE = 50
UNSAID = {"which": Confirm.ALL, "digest": ""}  # what was sent without a word about who is alike
SECONDS = 3  # between two looks at a check that is running


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def files(request: SignedInRequest) -> HttpResponse:
    """Takes a file, and lists those sent in before."""
    on = clock.today()
    employers = list(permissions.employers_to_register_for(request.user, on))
    if not employers:
        raise PermissionDenied("Only a co-ordinator registers NQSWs.")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SendFile(*posted, employers=[(str(each.pk), each.name) for each in employers])
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data.get("employer") or str(employers[0].pk)
        try:
            sent = _send(request, form, next(each for each in employers if str(each.pk) == wanted))
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if sent.already:
                messages.info(request, words.sent_before(sent.upload))
            return redirect("registration_file", pk=sent.upload.pk)
    page = Paginator(permissions.files_of(request.user, on), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": words.file_rows(page),
        "year": queries.year_open(on),
        "closed": registering.NO_YEAR,
        "guide_header": words.GUIDE_HEADER,
        "guide": [words.guidance(column) for column in COLUMNS],
    }
    return render(request, "registrations/files.html", context)


def _send(request: SignedInRequest, form: SendFile, employer: Employer) -> bulk.Sent:
    """Reads the headings at once, so that a wrong file is refused on this page; raises Refused."""
    file = form.cleaned_data["file"]
    content = file.read()
    sheet = reader.read(content)
    layout = matched(sheet.header)
    return bulk.send(
        employer,
        content,
        name=str(file.name),
        ending=sheet.ending,
        unused=layout.unused,
        by=request.user,
        now=clock.now(),
    )


@login_required
@require_http_methods(["GET"])
def template(request: SignedInRequest, ending: str) -> HttpResponse:
    """The empty file to fill in."""
    if not permissions.employers_to_register_for(request.user, clock.today()).exists():
        raise PermissionDenied("Only a co-ordinator registers NQSWs.")
    if ending not in words.TYPES:
        raise Http404
    return _download(words.template(ending), f"nqsws-to-register.{ending}", ending)


@login_required
@require_http_methods(["GET"])
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the check is, what it found, or what has become of the file."""
    upload = permissions.get_file_for(request.user, pk, on=clock.today())
    if upload.state == UploadState.CHECKING:
        response = render(request, "registrations/file_checking.html", {"upload": upload})
        response["Refresh"] = str(SECONDS)  # works without JavaScript
        return response
    page = Paginator(upload.findings.exclude(ALIKE), PER_PAGE).get_page(request.GET.get("page"))
    alike = Paginator(queries.alike_in(upload), PER_PAGE).get_page(request.GET.get("alike"))
    told = upload.state == UploadState.REGISTERED
    context = {
        "upload": upload,
        "form": Confirm(UNSAID if "unsaid" in request.GET else None, alike=bool(alike.paginator.count)),
        "alike": alike,
        "alike_header": words.TOLD_HEADER if told else words.ALIKE_HEADER,
        "alike_cells": words.alike_rows(alike, told=told),
        "state": upload.state.value,
        "heading": words.heading(upload),
        "next_steps": words.next_steps(upload),
        "button": f"Register {words.people(upload.good or 0)}",
        "kept": upload.purged_at is None,
        "facts": words.facts(upload) if upload.rows is not None else [],
        "page": page,
        "count": page.paginator.count,
        "header": words.FINDINGS_HEADER,
        "cells": words.finding_rows(page),
    }
    return render(request, "registrations/file.html", context)


@login_required
@require_http_methods(["GET"])
def rows(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows as they were written, with what is to become of each."""
    on = clock.today()
    upload = permissions.get_file_for(request.user, pk, on=on)
    if upload.purged_at is not None or upload.state in (UploadState.CHECKING, UploadState.UNREADABLE):
        return redirect("registration_file", pk=pk)
    page = Paginator(range(upload.rows or 0), PER_PAGE).get_page(request.GET.get("page"))
    opened = File.of(upload, on)
    lines = islice(opened.lines(), page.start_index() - 1, page.end_index())
    alike = set(queries.alike_in(upload).values_list("row", flat=True))
    findings = list(upload.findings.exclude(ALIKE).values_list("row", "is_note"))
    bad, noted = [row for row, note in findings if not note], [row for row, note in findings if note]
    context = {
        "upload": upload,
        "page": page,
        "header": words.ROWS_HEADER,
        "cells": words.row_cells(opened, lines, bad=bad, alike=alike, noted=noted),
    }
    return render(request, "registrations/file_rows.html", context)


@never_kept
@login_required
@require_http_methods(["POST"])
def register(request: SignedInRequest, pk: int) -> HttpResponse:
    """Registers the rows that were shown as good; pressed twice it does so once."""
    now = clock.now()
    on = clock.london_date(now)
    upload = permissions.get_file_for(request.user, pk, on=on)
    if upload.registered_at is not None:
        return redirect("registration_file", pk=pk)
    form = Confirm(request.POST, alike=queries.alike_in(upload).exists())
    if not form.is_valid():
        if set(form.errors) == {"different"}:
            return redirect(f"{reverse('registration_file', args=[pk])}?unsaid=1")
        return redirect("registration_file", pk=pk)
    if upload.purged_at is not None:
        raise Refused(bulk.DELETED)
    good = upload.good
    opened = File.of(upload, on)
    try:
        upload = bulk.register_many(
            upload,
            list(opened.rows()),
            opened.headings,
            only_good=form.cleaned_data["which"] == Confirm.GOOD,
            seen_digest=form.cleaned_data["digest"],
            different=form.cleaned_data.get("different", False),
            by=request.user,
            now=now,
        )
    except BadFile as bad:
        raise Stale(str(bad)) from None
    if upload.registered_at is None:
        messages.info(request, words.CHANGED_MEANWHILE if upload.good == good else words.FALLEN_MEANWHILE)
    return redirect("registration_file", pk=pk)


@login_required
@require_http_methods(["POST"])
def corrections(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows that are left, with what to correct in each: to be corrected and sent in as it is."""
    on = clock.today()
    upload = permissions.get_file_for(request.user, pk, on=on)
    if upload.state in (UploadState.CHECKING, UploadState.UNREADABLE):
        return redirect("registration_file", pk=pk)
    if upload.purged_at is not None:
        raise Refused(bulk.DELETED)
    return _download(words.corrections(upload, File.of(upload, on)), f"to-correct.{upload.ending}", upload.ending)


@login_required
@require_http_methods(["POST"])
def check_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Checks the file once more, for what has changed since."""
    upload = permissions.get_file_for(request.user, pk, on=clock.today())
    bulk.check_again(upload, by=request.user, now=clock.now())
    return redirect("registration_file", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks before a file is deleted."""
    upload = permissions.get_file_for(request.user, pk, on=clock.today())
    if request.method == "POST":
        bulk.delete(upload, by=request.user, now=clock.now())
        messages.success(request, "The file is deleted. Nobody in it was registered.")
        return redirect("registration_files")
    return render(request, "registrations/file_delete.html", {"upload": upload})


def _download(content: bytes, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=words.TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
