"""Everything that happened to a registration, and the notes beside it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from asye import clock, keyset
from asye.refusals import Refused
from registrations import permissions, timeline
from registrations.forms.notes import NoteText
from registrations.models import Note, Registration
from registrations.services import notes

PER_PAGE = 25


@login_required
@require_http_methods(["GET"])
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that was done, newest first."""
    on = clock.today()
    found = permissions.get_registration_for(request.user, pk, on=on)
    reading.note(request, found)
    events = timeline.events_for(found, request.user, on)
    page = keyset.page(events, request.GET, timeline.NEWEST_FIRST, PER_PAGE)
    words = {
        "registration": found,
        "page": page,
        "events": timeline.lines(page),
        "may_write": permissions.note_writer(request.user, found, on) is not None,
    }
    return render(request, "registrations/history.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Writes a note, or corrects the one named by `corrects` in the address."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    allowed = permissions.note_writer(request.user, found, on)
    if allowed is None:
        raise PermissionDenied("Only a caseworker or a co-ordinator of the employer writes notes.")
    corrects = _corrected(request, found, allowed[1].pk if allowed[1] else None)
    reading.note(request, found)
    old = corrects.event.detail.words if corrects is not None else None
    text = (old or {}).get("note", "")
    form = NoteText(request.POST if request.method == "POST" else None, initial={"text": text})
    if request.method == "POST" and form.is_valid():
        try:
            notes.write(found, form.cleaned_data["text"], by=request.user, now=now, corrects=corrects)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Your note is kept.")
            return redirect("registration_history", pk=pk)
    own = Note.objects.filter(registration=found, employer=allowed[1], corrected_by__isnull=True)
    shown = own.select_related("event__detail", "written_by")[:PER_PAGE]
    words = {"registration": found, "form": form, "corrects": corrects, "readers": allowed[1], "notes": shown}
    return render(request, "registrations/note.html", words)


def _corrected(request: SignedInRequest, registration: Registration, employer: int | None) -> Note | None:
    """The note that is to be corrected; raises Http404 for one of other readers."""
    typed = request.GET.get("corrects", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        raise Http404
    own = Note.objects.filter(registration=registration, employer=employer).select_related("event__detail")
    corrects = own.filter(pk=int(typed)).first()
    if corrects is None:
        raise Http404
    return corrects
