"""The payer's response file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from asye.dates import long_datetime
from payments.forms import Response
from payments.permissions import check_may_prepare, get_batch_for
from payments.presenters import pages
from payments.rules.response import BadFile, Problem
from payments.services import responses
from payments.services.responses import Imported

MOST_SHOWN = 200


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_response(request: SignedInRequest, pk: int) -> HttpResponse:
    """Imports what the payer says of a batch, whole or not at all."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    batch = get_batch_for(request.user, pk, on=today)
    form = Response(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            done = responses.import_file(form.cleaned_data["file"].read(), batch=batch, by=request.user, now=now)
        except BadFile as bad:
            form.add_error("file", str(bad))
            problems = bad.problems
        else:
            messages.add_message(request, messages.INFO if done.already else messages.SUCCESS, _sentence(done))
            return redirect("batch", pk=done.response.batch_id)
    context: dict[str, Any] = {
        "batch": batch,
        "form": form,
        "header": pages.PROBLEMS,
        "problems": pages.problem_rows(problems[:MOST_SHOWN]),
        "more": max(len(problems) - MOST_SHOWN, 0),
    }
    return render(request, "payments/response.html", context)


def _sentence(done: Imported) -> str:
    if done.already:
        before = done.response
        return (
            f"Nothing was changed. {before.imported_by.full_name} imported this file "
            f"on {long_datetime(before.imported_at)}."
        )
    parts = [("paid", done.paid), ("rejected", done.rejected), ("returned", done.returned)]
    news = ", ".join(f"{number} {what}" for what, number in parts if number)
    known = f" {done.unchanged} known already." if done.unchanged else ""
    return f"Response imported: {news or 'nothing new'}.{known}"
