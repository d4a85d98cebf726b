"""The payments of a batch that are looked at closely, and the fingerprint that goes to the payer with the file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import done
from accounts.http import SignedInRequest
from accounts.keeping import never_kept
from asye import clock
from payments.forms import Looked
from payments.models import Line
from payments.permissions import check_may_prepare, get_batch_for, get_line_for, may_prepare
from payments.presenters import sampling as words
from payments.queries.sampling import findings, is_drawn, sample
from payments.rules import refusal
from payments.rules.sampling import PER_CENT, check_can_look
from payments.services import sampling
from payments.states import Finding

ON_A_PAGE = 50


@login_required
@require_safe
def batch_sample(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sample of a batch that was approved, with why each payment was drawn."""
    today = clock.today()
    batch = get_batch_for(request.user, pk, on=today)
    if batch.approved_at is None:
        raise Http404
    shown = sample(batch, batch.approved_at)
    page = Paginator(list(shown.drawn), ON_A_PAGE).get_page(request.GET.get("page"))
    by_number = Line.objects.filter(pk__in=list(page)).with_stage().select_related("registration").in_bulk()
    context = {
        "batch": batch,
        "facts": words.facts(shown),
        "per_cent": PER_CENT,
        "header": words.HEADER,
        "page": page,
        "rows": words.rows(
            (by_number[number] for number in page),
            shown.drawn,
            findings(page),
            may_look=may_prepare(request.user, on=today) and batch.handed_over_at is not None,
        ),
    }
    return render(request, "payments/sample.html", context)


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def line_look(request: SignedInRequest, pk: int) -> HttpResponse:
    """A payments officer says what they found of a payment that was drawn."""
    now = clock.now()
    today = clock.london_date(now)
    check_may_prepare(request.user, on=today)
    line = get_line_for(request.user, pk, on=today)
    form = Looked(request.POST or None)
    if request.method == "POST" and form.is_valid():
        finding, note = Finding(form.cleaned_data["finding"]), form.cleaned_data["note"]
        if done(form, lambda: sampling.record_finding(line, finding, note, by=request.user, now=now)):
            messages.success(request, f"Recorded for line {line.reference}: {finding.label.lower()}")
            return redirect("line" if finding == Finding.WRONG else "batch_sample", pk=_where(line, finding))
    barred = refusal(lambda: check_can_look(is_drawn=is_drawn(line), handed_over=bool(line.batch.handed_over_at)))
    return render(request, "payments/line_look.html", {"line": line, "form": form, "barred": barred})


def _where(line: Line, finding: Finding) -> int:
    """What is wrong is asked back from the page of its line."""
    return line.pk if finding == Finding.WRONG else line.batch_id


@login_required
@require_safe
def batch_fingerprint(request: SignedInRequest, pk: int) -> HttpResponse:
    """The fingerprint of a batch's file as programs that check fingerprints read it, to be given to the payer too."""
    batch = get_batch_for(request.user, pk, on=clock.today())
    if (file := getattr(batch, "file", None)) is None:
        raise Http404
    return HttpResponse(
        f"{file.sha256}  {file.name}\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.name}.sha256"'},
    )
