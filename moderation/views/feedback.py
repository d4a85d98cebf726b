"""The assessor's page of feedback from moderation."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import SignedInRequest
from asye import clock
from moderation import permissions, queries
from moderation.services import feedback as service


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """Everything moderation has told the person as assessor."""
    return render(request, "moderation/feedback_mine.html", {"feedback": queries.feedback_to(request.user)})


@require_http_methods(["GET", "POST"])
@login_required
def feedback(request: SignedInRequest, pk: int) -> HttpResponse:
    """One piece of feedback; the assessor acknowledges it here."""
    now = clock.now()
    found = permissions.get_feedback_for(request.user, pk, on=clock.london_date(now))
    if request.method == "POST":
        service.acknowledge(found, by=request.user, now=now)
        return redirect("feedback", pk)
    context = {"feedback": found, "own": found.to_id == request.user.pk}
    return render(request, "moderation/feedback.html", context)
