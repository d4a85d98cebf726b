"""A batch, and what people decide about it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from asye.dates import long_date
from asye.money import pounds
from payments import rules
from payments.forms import Reason, Seen, SeenContent, SeenFile
from payments.models import Batch
from payments.permissions import (
    check_may_approve,
    check_may_prepare,
    get_batch_for,
    get_line_for,
    may_approve,
    may_prepare,
)
from payments.presenters import forecast, pages, words
from payments.queries import over_budget
from payments.queries.flags import Flagged, flagged
from payments.queries.lines import content, history_of, who_took_the_file, why_not_written
from payments.services import batches as services
from payments.states import BatchStage, BatchState

ON_A_PAGE = 50
UNDECIDED = (BatchStage.DRAFT, BatchStage.SUBMITTED)
SENT = (BatchStage.RELEASED, BatchStage.PART_CONFIRMED, BatchStage.CLOSED)


def _content(batch: Batch) -> tuple[int, int, str]:
    """What was frozen, or what a draft holds now."""
    if batch.line_count is None or batch.sum_pence is None:
        return content(batch)
    return batch.line_count, batch.sum_pence, batch.content_sha256


@login_required
@require_safe
def batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lines, the totals, what happens next and what was done."""
    today = clock.today()
    one = get_batch_for(request.user, pk, on=today)
    count, sum_pence, sha256 = _content(one)
    officer, approver = may_prepare(request.user, on=today), may_approve(request.user, on=today)
    could_approve = rules.can_approve(one, one.hands.select_related("user"), request.user.human_id)
    lines = one.lines.with_stage().select_related("registration", "batch").order_by("id")
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    may_hold = officer and rules.can_change_lines(one)
    stage = one.stage  # type: ignore[attr-defined]
    found = flagged(one.pk, today) if stage in UNDECIDED else []
    has_file = stage in (BatchStage.READY, *SENT)
    context = {
        "batch": one,
        "next_step": words.NEXT[BatchStage(stage)],
        "not_written": why_not_written(one) if stage == BatchStage.APPROVED else "",
        "facts": pages.batch_facts(one, count, sum_pence, sha256),
        **_flags(found),
        "header": pages.batch_line_header(may_hold),
        "page": page,
        "rows": pages.batch_line_rows(page, may_hold),
        "events": words.events(history_of(one)),
        "can_submit": officer and rules.can_submit(one, count),
        "can_approve": approver and could_approve,
        "barred": approver and stage == BatchStage.SUBMITTED and not could_approve,
        "can_send_back": approver and stage == BatchStage.SUBMITTED and rules.can_move(one, BatchState.DRAFT),
        "can_cancel": officer and rules.can_cancel(one, who_took_the_file(one)),
        "has_file": officer and has_file,
        "can_hand_over": officer and rules.can_hand_over(one, has_file),
        "can_import": officer and stage in SENT,
    }
    return render(request, "payments/batch.html", context)


def _confirm(request: SignedInRequest, one: Batch, form: Any, **context: Any) -> HttpResponse:
    count, sum_pence, sha256 = _content(one)
    context = {
        "batch": one,
        "form": form,
        "count": count,
        "total": pounds(sum_pence),
        "sha256": sha256,
        "barred": "",
        "danger": False,
        "warnings": [],
        "flagged": [],
        **context,
    }
    return render(request, "payments/batch_confirm.html", context)


def _flags(found: list[Flagged]) -> dict[str, Any]:
    """The lines that something has happened to since they were prepared, and whether they stop the batch."""
    return {
        "flagged": pages.flagged_rows(found),
        "flagged_header": pages.FLAGGED,
        "stopped": any(one.stops for one in found),
    }


def _over_budget(one: Batch, now: datetime) -> list[str]:
    """A warning for each financial year that this batch pays out of and whose budget is exceeded."""
    years = set(one.lines.values_list("grant_year__code", flat=True).order_by().distinct())
    return forecast.warnings(year for year in over_budget(now) if year.code in years)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sends a draft for approval, naming what will be frozen."""
    now = clock.now()
    check_may_prepare(request.user, on=clock.london_date(now))
    one = get_batch_for(request.user, pk, on=clock.london_date(now))
    form = Seen(request.POST or None, initial={"seen_version": one.version})
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen_version"]
        if done(form, lambda: services.submit(one, by=request.user, now=now, seen_version=seen)):
            messages.success(request, f"Batch {one.reference} submitted for approval")
            return redirect("batch", pk=pk)
    return _confirm(
        request,
        one,
        form,
        heading=f"Submit batch {one.reference} for approval",
        explained="The lines, the count and the total are frozen. Any change brings the batch back to draft.",
        button="Submit for approval",
        warnings=_over_budget(one, now),
    )


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approves exactly what the page shows: count, sum and hash travel with the form."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_approve(request.user, on=today)
    one = get_batch_for(request.user, pk, on=today)
    count, sum_pence, sha256 = _content(one)
    seen = {"seen_count": count, "seen_sum_pence": sum_pence, "seen_sha256": sha256}
    form = SeenContent(request.POST or None, initial=seen)
    if request.method == "POST" and form.is_valid():
        what = form.cleaned_data
        if done(form, lambda: services.approve(one, by=request.user, now=now, **what)):
            messages.success(request, f"Batch {one.reference} approved")
            return redirect("batch", pk=pk)
    return _confirm(
        request,
        one,
        form,
        heading=f"Approve batch {one.reference}",
        explained="You approve exactly what is shown here. The payment file is written from it and cannot be changed.",
        button="Approve the batch",
        warnings=_over_budget(one, now),
        **_flags(flagged(one.pk, today) if one.state == BatchState.SUBMITTED else []),
        barred=rules.refusal(
            lambda: rules.check_can_approve(one, one.hands.select_related("user"), request.user.human_id)
        ),
    )


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Returns a submitted batch to draft with a reason."""
    now = clock.now()
    check_may_approve(request.user, on=clock.london_date(now))
    one = get_batch_for(request.user, pk, on=clock.london_date(now))
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: services.send_back(one, reason, by=request.user, now=now)):
            messages.success(request, f"Batch {one.reference} sent back to draft")
            return redirect("batch", pk=pk)
    return _confirm(
        request,
        one,
        form,
        heading=f"Send batch {one.reference} back to draft",
        explained="A payments officer can then hold lines or cancel the batch, and submit it again.",
        button="Send back to draft",
    )


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancels a batch that has not been handed over."""
    now = clock.now()
    check_may_prepare(request.user, on=clock.london_date(now))
    one = get_batch_for(request.user, pk, on=clock.london_date(now))
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: services.cancel(one, reason, by=request.user, now=now)):
            messages.success(request, f"Batch {one.reference} cancelled")
            return redirect("batch", pk=pk)
    return _confirm(
        request,
        one,
        form,
        heading=f"Cancel batch {one.reference}",
        explained="None of its lines is paid. What they would have paid is owed again. You cannot undo this.",
        button="Cancel the batch",
        barred=rules.refusal(lambda: rules.check_can_cancel(one, who_took_the_file(one))),
        danger=True,
    )


@never_kept
@login_required
@require_POST
def batch_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Downloads the payment file, as it was written once."""
    now = clock.now()
    one = get_batch_for(request.user, pk, on=clock.london_date(now))
    file = services.download_file(one, by=request.user, now=now)
    response = HttpResponse(bytes(file.content), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def batch_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says that the file was given to the payer."""
    now = clock.now()
    check_may_prepare(request.user, on=clock.london_date(now))
    one = get_batch_for(request.user, pk, on=clock.london_date(now))
    form = SeenFile(request.POST or None, initial={"seen_sha256": one.content_sha256})
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen_sha256"]
        if done(form, lambda: services.mark_handed_over(one, by=request.user, now=now, seen_sha256=seen)):
            messages.success(request, f"Batch {one.reference} handed over")
            return redirect("batch", pk=pk)
    return _confirm(
        request,
        one,
        form,
        heading=f"Mark batch {one.reference} handed over",
        explained="Do this once you have given the file to the payer. The batch can then no longer be cancelled.",
        button="The file has been handed over",
    )


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def line_hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes a line out of a draft or submitted batch, with a reason."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    one = get_line_for(request.user, pk, on=today)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if done(form, lambda: services.hold_line(one, reason, by=request.user, now=now)):
            until = long_date(services.first_of_next_month(today))
            messages.success(
                request,
                f"Line {one.reference} is out of the batch. It is offered again from {until}. "
                "The batch is a draft: submit it for approval.",
            )
            return redirect("batch", pk=one.batch_id)
    context = {
        "line": one,
        "form": form,
        "facts": pages.line_facts(one, True),
        "until": services.first_of_next_month(today),
    }
    return render(request, "payments/line_hold.html", context)
