"""The payments of a batch that are looked at closely, and the fingerprint that goes to the payer with the file."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from asye import clock
from payments.models import Line
from payments.permissions import get_batch_for
from payments.presenters import sampling as words
from payments.queries.sampling import sample
from payments.rules.sampling import PER_CENT

ON_A_PAGE = 50


@login_required
@require_safe
def batch_sample(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sample of a batch that was approved, with why each payment was drawn."""
    batch = get_batch_for(request.user, pk, on=clock.today())
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
        "rows": words.rows((by_number[number] for number in page), shown.drawn),
    }
    return render(request, "payments/sample.html", context)


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
