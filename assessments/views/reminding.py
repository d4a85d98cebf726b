"""Which letters about what is due a person gets."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.acting import done
from accounts.http import SignedInRequest
from assessments.forms import ReminderForm
from assessments.permissions import check_may_choose_reminders
from assessments.queries.reminders import wants_only_late
from assessments.services import reminding
from asye import clock


@login_required
@require_http_methods(["GET", "POST"])
def reminders(request: SignedInRequest) -> HttpResponse:
    """An NQSW or assessor chooses; what is late is always told."""
    check_may_choose_reminders(request.user, on=clock.today())
    now = "only_late" if wants_only_late(request.user) else "all"
    form = ReminderForm(request.POST if request.method == "POST" else None, initial={"letters": now})
    if request.method == "POST" and done(
        form,
        lambda: reminding.choose(form.cleaned_data["letters"] == "only_late", by=request.user, now=clock.now()),
    ):
        late = form.cleaned_data["letters"] == "only_late"
        messages.success(
            request,
            "You get letters only about what is late." if late else "You get letters before something is due too.",
        )
        return redirect("waiting_for_me")
    return render(request, "assessments/reminders.html", {"form": form})
