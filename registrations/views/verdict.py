"""A caseworker looks at a verdict that changed after approval."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from asye import clock
from asye.refusals import Refused, Stale
from registrations import permissions, verdict_page, verdict_queries
from registrations.forms.verdict import TAKE, Settle
from registrations.services import judging


@login_required
@require_http_methods(["GET", "POST"])
def verdict(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both verdicts, and what becomes of the new one."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_may_decide(request.user, found, on)
    waiting = verdict_queries.open_verdict(found)
    if waiting is None:
        messages.info(request, "There is no changed verdict to settle.")
        return redirect("registration", pk=found.pk)
    reading.note(request, found)
    form = Settle(
        request.POST if request.method == "POST" else None,
        initial={"evaluation": waiting.pk, "version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        seen = waiting if given["evaluation"] == waiting.pk else found.evaluations.order_by("id")[0]
        try:
            judging.settle(
                seen,
                given["because"],
                take=given["take"] == TAKE,
                by=request.user,
                now=now,
                seen_version=given["version"],
            )
        except Stale:
            raise
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Your decision is kept with both verdicts.")
            return redirect("registration", pk=found.pk)
    words = {"registration": found, "form": form, "rows": verdict_page.both(found, waiting)}
    return render(request, "registrations/verdict.html", words)
