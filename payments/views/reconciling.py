"""What the reconciler says: of the newest batches, of a chosen one, or of all."""

import re

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from asye import clock
from payments.permissions import check_sees_all_money
from payments.presenters import reconciling as pages
from payments.queries.reconciling import batch_ids, reconciled

ON_A_PAGE = 10
MOST_SHOWN = 200


@login_required
@require_safe
def reconciliation(request: SignedInRequest) -> HttpResponse:
    """Compares anew each time it is opened, and keeps nothing: ten batches, `?batch=12`, or `?all=yes`."""
    check_sees_all_money(request.user, on=clock.today())
    ids = batch_ids()
    shown, page = _chosen(request, ids)
    tally, batches = pages.Tally(MOST_SHOWN), []
    for one in reconciled(shown, at_once=ON_A_PAGE):
        tally.add(one)
        if page is not None or one.differences:  # of a run over all only those that differ are listed
            batches.append(one)
    context = {
        "sentence": tally.sentence(),
        "agrees": not tally.differences,
        "any": tally.batches,
        "which": pages.which(shown, len(ids)),
        "differences_header": pages.DIFFERENCES,
        "differences": pages.difference_rows(tally.shown),
        "more": tally.more,
        "batches_header": pages.BATCHES,
        "batches": pages.batch_rows(batches),
        "page": page,
        "part": len(shown) < len(ids),
    }
    return render(request, "payments/reconciliation.html", context)


def _chosen(request: HttpRequest, ids: list[int]) -> tuple[list[int], Page[int] | None]:
    """The batches to compare, and the page that they are of; None of a run over all."""
    if "all" in request.GET:
        return ids, None
    number = request.GET.get("batch")
    if number is None:
        page = Paginator(ids, ON_A_PAGE).get_page(request.GET.get("page"))
        return list(page), page
    if not re.fullmatch("[0-9]{1,18}", number) or int(number) not in ids:
        raise Http404
    return [int(number)], Paginator([int(number)], 1).get_page(1)
